import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateReport } from '../../client/examples/generate-report.ts'
import { pollOperation } from '../../client/examples/poll-operation.ts'
import { pollWithBackoff } from '../../client/examples/poll-with-backoff.ts'
import { type View, watchOperation } from '../../client/examples/watch-operation.ts'
import { createClient, type Longrun } from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const nothing = { ...report, dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
const inAnHour = () => new Date(Date.now() + 3_600_000)

let service: TestService
let longrun: Longrun
let connection: { baseUrl: string; apiKey: string }
beforeAll(async () => {
  service = await startTestService()
  connection = { baseUrl: service.url, apiKey: service.apiKey }
  longrun = createClient(connection)
})
afterAll(() => service.close())

describe('pollOperation', () => {
  it('returns the result', async () => {
    const { id } = await longrun.generateReport(report)
    expect(await pollOperation(connection, id, { intervalMs: 100 })).toMatchObject({ rowCount: 1, format: 'CSV' })
  })

  it('throws when the operation failed, or was cancelled', async () => {
    const failed = await longrun.generateReport(nothing)
    await expect(pollOperation(connection, failed.id, { intervalMs: 100 })).rejects.toThrow('NO_DATA_IN_RANGE')
    const cancelled = await longrun.generateReport(report, { startAfter: inAnHour() })
    await cancelled.cancel()
    await expect(pollOperation(connection, cancelled.id)).rejects.toThrow('CANCELLED')
  })

  it('throws after `maxAttempts`', async () => {
    const { id } = await longrun.generateReport(report, { startAfter: inAnHour() })
    await expect(pollOperation(connection, id, { intervalMs: 1, maxAttempts: 1 })).rejects.toThrow('after 1 readings')
  })

  it('throws for an id that does not exist', async () => {
    const unknown = 'op_01890000-0000-7000-8000-000000000000'
    await expect(pollOperation(connection, unknown)).rejects.toThrow('404 OPERATION_NOT_FOUND')
  })
})

describe('pollWithBackoff', () => {
  it('returns the operation, completed or failed', async () => {
    const [good, bad] = [await longrun.generateReport(report), await longrun.generateReport(nothing)]
    expect(await pollWithBackoff(connection, good.id, { firstDelayMs: 50 })).toMatchObject({ status: 'COMPLETED' })
    expect(await pollWithBackoff(connection, bad.id, { firstDelayMs: 50 })).toMatchObject({
      status: 'FAILED',
      error: { code: 'NO_DATA_IN_RANGE' },
    })
  })
})

describe('generateReport', () => {
  it('submits, follows Location and returns the result', async () => {
    const percentages: number[] = []
    const result = await generateReport(connection, report, {
      intervalsMs: [50, 100, 200],
      onProgress: (percentage) => percentages.push(percentage),
    })
    expect(result).toMatchObject({ rowCount: 1, reportId: expect.stringMatching(/^report_/) })
    expect(percentages.at(-1)).toBe(100)
  })

  it('throws the problem of a refused submit', async () => {
    await expect(generateReport({ ...connection, apiKey: 'wrong' }, report)).rejects.toThrow('401 ')
  })
})

describe('watchOperation', () => {
  const path = (id: string) => `/api/v1/operations/${id}`

  it('reports each view, from loading to the end', async () => {
    const { id } = await longrun.generateReport(report)
    const views: View<{ rowCount: number }>[] = []
    await new Promise<void>((resolve) => {
      const onChange = (view: View<{ rowCount: number }>) => {
        views.push(view)
        if (!view.loading) resolve()
      }
      watchOperation(connection, path(id), onChange, { intervalMs: 50 })
    })
    expect(views[0]).toEqual({ loading: true })
    expect(views.at(-1)).toMatchObject({ loading: false, operation: { status: 'COMPLETED', result: { rowCount: 1 } } })
  })

  it('reports nothing after it was stopped', async () => {
    const { id } = await longrun.generateReport(report, { startAfter: inAnHour() })
    const views: View<unknown>[] = []
    const leave = watchOperation(connection, path(id), (view) => views.push(view), { intervalMs: 1 })
    leave()
    await (await longrun.operation(id)).refresh()
    expect(views).toEqual([{ loading: true }])
  })

  it('reports an error once', async () => {
    const view = await new Promise<View<unknown>>((resolve) => {
      watchOperation(connection, path('op_none'), (view) => !view.loading && resolve(view))
    })
    expect(view.error?.message).toContain('404')
  })
})
