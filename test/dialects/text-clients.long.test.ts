import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Hook, openHook } from '../http/hook.ts'
import { ask, inAnHour, report, submitted, year } from '../http/requests.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { validating } from './report-jobs-document.ts'
import { bodyOf, endOf, fetchAt, type Job, jobAt, type Operation, reportAsTask, resultOf } from './text-clients.ts'

let service: TestService
let hook: Hook
beforeAll(async () => {
  hook = await openHook()
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  hook.close()
})

const bases = { jobs: '/compat/jobs', tasks: '/compat/tasks', lro: '/compat/lro' }
const at = (of: { url: string; apiKey: string }, dialect: keyof typeof bases) => fetchAt(of, bases[dialect])
const json = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const nineties = { fromDate: '1990-01-01', toDate: '1990-12-31' }
const noOrders = 'There are no orders from 1990-01-01 to 1990-12-31.'
/** An operation that stays PENDING until it is cancelled. */
const pending = async () => (await submitted(service, { startAfter: inAnHour() })).split('/').at(-1) ?? ''
const cancel = (id: string) => ask(service, `/api/v1/operations/${id}`, { method: 'DELETE' })

/** Runs `before` against a service without a worker, and `after` against another one with the same database. */
async function overRestart<T>(
  before: (service: TestService) => Promise<T>,
  after: (service: TestService, held: T) => Promise<void>,
) {
  const database = await createDatabase({ withSample: true })
  let service = await startTestService({ ROLES: 'api' }, database)
  try {
    const held = await before(service)
    await service.close()
    service = await startTestService({}, database)
    await after(service, held)
  } finally {
    await service.close()
    await database.drop()
  }
}

describe('the client of report jobs, each response validated against its document', () => {
  const { fetchIt, seen } = validating((address, init) => at(service, 'jobs')(address, init))
  const start = async (more: Record<string, unknown> = {}) => {
    const response = await fetchIt('/generate-report', json({ ...report, ...more }))
    return response.headers.get('location') ?? ''
  }

  it('gets the file of a completed job', async () => {
    const job = await jobAt(await start(), { fetchIt })
    expect(job).toEqual({ jobId: expect.stringMatching(/^op_/), status: 'COMPLETED', downloadUrl: expect.any(String) })
    const file = await fetch(new URL(job.downloadUrl ?? '', service.url))
    expect((await file.text()).split('\n').length).toBeGreaterThan(1687)
  })

  it('gets the error of a failed job', async () => {
    const { jobId: _, ...job } = await jobAt(await start({ dateRange: nineties }), { fetchIt })
    const error = { errorCode: 'NO_DATA_IN_RANGE', errorMessage: noOrders }
    expect(job).toEqual({ status: 'FAILED', downloadUrl: null, ...error })
  })

  it('ends when the job was cancelled', async () => {
    const id = await pending()
    const job = jobAt(`/report-jobs/${id}`, { fetchIt })
    await cancel(id)
    expect(await job).toMatchObject({ status: 'FAILED', errorCode: 'OPERATION_CANCELLED' })
  })

  it('is called at callbackUrl', async () => {
    const address = await start({ callbackUrl: hook.url })
    await expect.poll(() => hook.messages.length).toBe(1)
    const job = await bodyOf<Job>(fetchIt(address))
    expect(JSON.parse(hook.messages[0]?.body ?? '')).toMatchObject({ operationId: job.jobId, status: job.status })
    expect(job.status).toBe('COMPLETED')
  })

  it('learns that a job is unknown, deleted or of another owner by a 404', async () => {
    const address = await start()
    const { jobId } = await jobAt(address, { fetchIt })
    await ask(service, `/api/v1/operations/${jobId}:purge`, { method: 'POST' })
    const stranger = validating(at({ ...service, apiKey: service.otherKey }, 'jobs'))
    const statuses = [
      await fetchIt(address),
      await fetchIt('/report-jobs/job_12345'),
      await stranger.fetchIt(await start()),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404])
  })

  it('goes on after a restart of the service', async () => {
    await overRestart(
      async (before) => (await at(before, 'jobs')('/generate-report', json(report))).headers.get('location') ?? '',
      async (after, address) => {
        expect(await jobAt(address, validating(at(after, 'jobs')))).toMatchObject({ status: 'COMPLETED' })
      },
    )
  })

  it('has seen every status of the document', () => {
    expect(new Set(seen)).toEqual(new Set(['POST 202', 'GET 200', 'GET 404']))
  })
})

describe('the loop of tasks', () => {
  const start = (request: Record<string, unknown>, of = service) => reportAsTask(request, { fetchIt: at(of, 'tasks') })

  it('returns the file of a report that is named by its type only', async () => {
    const result = await start({ type: 'annual-sales' })
    expect(result).toEqual({
      reportUrl: expect.any(String),
      fileSize: expect.any(Number),
      expiresAt: expect.any(String),
    })
    const file = await fetch(new URL(result?.reportUrl ?? '', service.url))
    expect([file.headers.get('content-type'), (await file.arrayBuffer()).byteLength]).toEqual([
      'application/pdf',
      result?.fileSize,
    ])
  })

  it('throws the message of a failed report', async () => {
    const date_range = { from_date: '1990-01-01', to_date: '1990-12-31' }
    await expect(start({ type: 'orders-summary', date_range })).rejects.toThrow(noOrders)
  })

  it('knows no end for a cancelled report: it reads until it is stopped', async () => {
    const id = await pending()
    const address = `/reports/operations/${id}`
    const lines: string[] = []
    const fetchIt = async (path: string, init?: RequestInit) => {
      // In place of the report that it starts, one that does not end by itself.
      if (init?.method === 'POST') return Response.json({}, { headers: { location: address } })
      if (lines.filter((line) => line === 'cancelled 0').length === 3) throw new Error('stopped')
      return at(service, 'tasks')(path, init)
    }
    const loop = reportAsTask({}, { fetchIt, pauses: [10], log: (line) => lines.push(line) })
    const { status } = await at(service, 'tasks')(address, { method: 'DELETE' })
    await expect(loop).rejects.toThrow('stopped')
    expect([status, lines.at(-1)]).toEqual([204, 'cancelled 0'])
  })

  it('goes on after a restart of the service', async () => {
    await overRestart(
      async (before) => {
        const response = await at(before, 'tasks')('/reports', json({ type: 'sales-by-country', format: 'json' }))
        return response.headers.get('location') ?? ''
      },
      async (after, address) => {
        const fetchIt = async (path: string, init?: RequestInit) =>
          init?.method === 'POST'
            ? Response.json({}, { headers: { location: address } })
            : at(after, 'tasks')(path, init)
        const result = await reportAsTask({}, { fetchIt, pauses: [100] })
        expect(result).toMatchObject({ reportUrl: expect.any(String) })
      },
    )
  })
})

describe('the loops of five statuses', () => {
  const fetchIt: ReturnType<typeof fetchAt> = (address, init) => at(service, 'lro')(address, init)
  const start = async (path: string, body: unknown) =>
    (await bodyOf<Operation>(fetchIt(`/api/v1/${path}`, json(body)))).operationId
  const generate = 'reports/SALES_BY_COUNTRY:generateReport'

  it('return the result, or the operation', async () => {
    const id = await start(generate, { dateRange: year, format: 'JSON' })
    expect(await resultOf(id, { fetchIt, pauseMs: 100 })).toMatchObject({
      format: 'JSON',
      downloadUrl: expect.any(String),
    })
    expect(await endOf(id, { fetchIt })).toMatchObject({ operationId: id, status: 'COMPLETED', progress: 100 })
  })

  it('throw the message of a failed operation, or return its error', async () => {
    const id = await start(generate, { dateRange: nineties, format: 'JSON' })
    await expect(resultOf(id, { fetchIt, pauseMs: 100 })).rejects.toThrow(noOrders)
    const { error, failedAt } = await endOf(id, { fetchIt })
    expect([error, failedAt]).toEqual([{ code: 'NO_DATA_IN_RANGE', message: noOrders }, expect.any(String)])
  })

  it('go on while the work of a cancelled operation stops, and give up once it is CANCELLED', async () => {
    const id = await start('orders/CA-2016-152156:deliver', { warehouse: 'test_hang' })
    const read = () => bodyOf<Operation>(fetchIt(`/api/v1/operations/${id}`))
    await expect.poll(async () => (await read()).status).toBe('RUNNING')
    const { links } = await read()
    const cancelled = await bodyOf<Operation>(fetchIt(links.cancel ?? '', { method: 'POST' }))
    expect(['RUNNING', 'CANCELLED']).toContain(cancelled.status)
    await expect.poll(async () => (await read()).status).toBe('CANCELLED')
    expect(await read()).toMatchObject({ cancelledAt: expect.any(String), links: { self: links.self } })
    await expect(resultOf(id, { fetchIt, pauseMs: 0 })).rejects.toThrow('no end after 60 attempts')
    await expect(endOf(id, { fetchIt, firstMs: 0 })).rejects.toThrow('no end after 20 attempts')
  })

  it('go on after a restart of the service', async () => {
    await overRestart(
      async (before) => {
        const submit = at(before, 'lro')(`/api/v1/${generate}`, json({ dateRange: year, format: 'CSV' }))
        return (await bodyOf<Operation>(submit)).operationId
      },
      async (after, id) => {
        const result = await resultOf(id, { fetchIt: at(after, 'lro'), pauseMs: 100 })
        expect(result).toMatchObject({ format: 'CSV' })
      },
    )
  })
})
