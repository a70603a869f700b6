import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createClient,
  type Longrun,
  LongrunProblem,
  OperationCancelled,
  OperationFailed,
  OperationTypeMismatch,
  ResultTimeout,
} from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openWaitRig, type WaitRig } from '../support/suspended.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const nothing = { ...report, dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
const inAnHour = () => new Date(Date.now() + 3_600_000)

let service: TestService
let longrun: Longrun
beforeAll(async () => {
  service = await startTestService()
  longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
})
afterAll(() => service.close())

describe('submitting', () => {
  it('returns a handle at once, without waiting for the end', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    expect(operation.id).toMatch(/^op_/)
    expect(operation.type).toBe('generateReport')
    expect(operation.snapshot.status).toBe('PENDING')
    expect(operation).not.toHaveProperty('then')
    expect(await Promise.resolve(operation)).toBe(operation)
  })

  it('sends labels, priority and start', async () => {
    const startAfter = inAnHour()
    const { snapshot } = await longrun.generateReport(report, { labels: { team: 'crm' }, priority: 'LOW', startAfter })
    expect(snapshot).toMatchObject({ labels: { team: 'crm' }, priority: 'LOW' })
    expect(new Date(snapshot.startAfter ?? 0)).toEqual(startAfter)
  })

  it('throws the problem with its violations', async () => {
    const wrong = { ...report, dateRange: { fromDate: '2017-12-31', toDate: '2017-01-01' } }
    const problem = await longrun.generateReport(wrong).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(LongrunProblem)
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: expect.stringContaining('dateRange') }] })
    expect((problem as Error).message).toContain('dateRange')
  })

  it('returns the same operation for the same idempotency key', async () => {
    const options = { idempotencyKey: crypto.randomUUID(), startAfter: inAnHour() }
    const [one, same] = [await longrun.generateReport(report, options), await longrun.generateReport(report, options)]
    expect(same.id).toBe(one.id)
  })

  it('creates two operations when called twice', async () => {
    const options = { startAfter: inAnHour() }
    const [one, other] = [await longrun.generateReport(report, options), await longrun.generateReport(report, options)]
    expect(other.id).not.toBe(one.id)
  })

  it('throws the problem for a wrong API key', async () => {
    const stranger = createClient({ baseUrl: service.url, apiKey: 'not-a-key' })
    await expect(stranger.generateReport(report)).rejects.toMatchObject({ name: 'LongrunProblem', status: 401 })
  })
})

describe('validating', () => {
  it('estimates the work without creating an operation', async () => {
    const before = await longrun.api.GET('/operations', { params: { query: { includeTotal: true } } })
    expect(await longrun.validate.generateReport(report)).toMatchObject({ valid: true, estimate: { rows: 1687 } })
    const after = await longrun.api.GET('/operations', { params: { query: { includeTotal: true } } })
    expect(after.data?.totalSize).toBe(before.data?.totalSize)
  })
})

describe('iterating', () => {
  it('yields each state from the first to the final one, and then ends', async () => {
    const operation = await longrun.generateReport(report)
    const states = await Array.fromAsync(operation)
    expect(states[0]?.status).toBe('PENDING')
    expect(states.at(-1)).toMatchObject({ status: 'COMPLETED', done: true, progress: { percentage: 100 } })
    const percentages = states.map(({ progress }) => progress.percentage)
    expect(percentages).toEqual(percentages.toSorted((a, b) => a - b))
    expect(await Array.fromAsync(operation)).toEqual([states.at(-1)])
  })

  it('with two subscribers polls as often as with one', async () => {
    const operation = await longrun.generateReport(report)
    const [one, other] = await Promise.all([Array.fromAsync(operation), operation.result()])
    expect(one.at(-1)?.result).toEqual(other)
  })

  it('ends when the signal is aborted, without affecting the operation', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    const leave = new AbortController()
    const seen: string[] = []
    const following = (async () => {
      for await (const { status } of operation.updates({ signal: leave.signal })) {
        seen.push(status)
        leave.abort(new Error('seen enough'))
      }
    })()
    await expect(following).rejects.toThrow('seen enough')
    expect(seen).toEqual(['PENDING'])
    expect((await operation.refresh()).status).toBe('PENDING')
  })
})

describe('the result', () => {
  it('has the fields of the type', async () => {
    const operation = await longrun.generateReport(report)
    const { reportId, rowCount, format } = await operation.result()
    expect({ rowCount, format }).toEqual({ rowCount: 1687, format: 'CSV' })
    expect(await longrun.getReport(reportId)).toMatchObject({
      operationId: operation.id,
      rowCount,
      reportType: 'ORDERS_SUMMARY',
    })
  })

  it('has warnings when a part failed', async () => {
    const { uploadId } = await longrun.upload(await partlyWrong(), { mediaType: 'text/csv' })
    const operation = await longrun.importOrders({ uploadId })
    const result = await operation.result()
    expect(operation.snapshot.status).toBe('COMPLETED_WITH_ERRORS')
    expect(result).toMatchObject({ rowsRead: 2, rowsLoaded: 1, rowsRejected: 1 })
    expect(result.warnings?.[0]).toMatchObject({ code: expect.any(String), affectedRecords: 1 })
  })

  it('rejects with the problem of a failed operation', async () => {
    const operation = await longrun.generateReport(nothing)
    const failure = await operation.result().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OperationFailed)
    expect(failure).toMatchObject({ operationId: operation.id, problem: { code: 'NO_DATA_IN_RANGE' } })
    expect((failure as OperationFailed).operation).toBe(operation.snapshot)
  })

  it('rejects after timeoutMs, and can be awaited again', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    const failure = await operation.result({ timeoutMs: 50 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ResultTimeout)
    expect((failure as ResultTimeout).operation).toBe(operation.snapshot)
    await expect(operation.result({ timeoutMs: 50 })).rejects.toThrow('the operation continues')
    expect((await operation.refresh()).status).toBe('PENDING')
  })

  it('rejects with the reason of the signal', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    const signal = AbortSignal.timeout(20)
    await expect(operation.result({ signal, timeoutMs: 10_000 })).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(operation.result({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  })
})

describe('retrying', () => {
  it('creates a new operation from a cancelled one and returns its handle', async () => {
    const old = await longrun.generateReport(report, { startAfter: inAnHour(), labels: { team: 'crm' } })
    await expect(old.retry()).rejects.toMatchObject({ code: 'CANNOT_RETRY', status: 409 })
    await old.cancel()
    const again = await old.retry({ idempotencyKey: 'again' })
    expect(again.snapshot).toMatchObject({ retryOf: old.id, labels: { team: 'crm' } })
    expect(await again.result()).toMatchObject({ rowCount: 1687 })
    expect((await old.refresh()).retriedBy).toBe(again.id)
    expect((await old.retry({ idempotencyKey: 'again' })).id).toBe(again.id)
    await expect(old.retry()).rejects.toThrow(again.id)
  })
})

describe('purging', () => {
  it('deletes a finished operation, and may be repeated', async () => {
    const waiting = await longrun.generateReport(report, { startAfter: inAnHour() })
    await expect(waiting.purge()).rejects.toMatchObject({ code: 'CANNOT_PURGE', status: 409 })
    const operation = await longrun.generateReport(report)
    await operation.result()
    await operation.purge()
    await operation.purge()
    await expect(longrun.operation(operation.id)).rejects.toMatchObject({ code: 'OPERATION_EXPIRED', status: 410 })
  })
})

describe('cancelling', () => {
  it('ends the operation, and the result rejects with the reason', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    expect(await operation.cancel({ reason: 'superseded' })).toMatchObject({
      status: 'CANCELLED',
      reason: 'superseded',
    })
    const failure = await operation.result().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OperationCancelled)
    expect(failure).toMatchObject({ operationId: operation.id, reason: 'superseded' })
  })

  it('may be repeated, and needs no reason', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    await operation.cancel()
    expect((await operation.cancel()).status).toBe('CANCELLED')
    await expect(operation.result()).rejects.toThrow(/was cancelled$/)
  })

  it('throws the problem when the operation has ended with another status', async () => {
    const operation = await longrun.generateReport(nothing)
    await operation.result().catch(() => {})
    await expect(operation.cancel()).rejects.toMatchObject({ code: 'CANNOT_CANCEL', status: 409 })
  })

  it('wakes subscribers of the same handle', async () => {
    const operation = await longrun.generateReport(report, { startAfter: inAnHour() })
    const end = operation.result()
    await operation.cancel({ reason: 'here' })
    await expect(end).rejects.toThrow('here')
  })

  it('is seen by a subscriber with another handle', async () => {
    await using idle = await withoutWorker()
    const operation = await idle.longrun.generateReport(report)
    const elsewhere = await idle.longrun.operation(operation.id, 'generateReport')
    const end = elsewhere.result()
    await operation.cancel({ reason: 'elsewhere' })
    await expect(end).rejects.toThrow('elsewhere')
  })
})

describe('an operation that waits', () => {
  let rig: WaitRig
  beforeAll(async () => {
    rig = await openWaitRig(service)
  })
  afterAll(() => rig.close())

  async function waiting() {
    const { id } = await longrun.generateReport(report, { startAfter: inAnHour() })
    await rig.suspend(id)
    return longrun.operation(id)
  }

  it('continues with the completed wait, and `result` waits for the end', async () => {
    const operation = await waiting()
    expect(operation.snapshot.status).toBe('WAITING')
    expect(operation.snapshot.waits).toHaveLength(3)
    const result = operation.result()
    const seen: string[] = []
    const watching = (async () => {
      for await (const { status } of operation.updates()) seen.push(status)
    })()
    const wait = await operation.complete('decision', { decision: 'CLEAR' })
    expect(wait).toMatchObject({ name: 'decision', state: 'COMPLETED', completedBy: service.actor })
    expect(await result).toMatchObject({ rowCount: 1687 })
    await watching
    expect(seen[0]).toBe('WAITING')
    expect(seen.at(-1)).toBe('COMPLETED')
    expect(operation.snapshot).not.toHaveProperty('waits')
  })

  it('lists its waits, with absolute links and unchanged schemas', async () => {
    const operation = await waiting()
    const waits = await operation.waits()
    expect(new Set(waits.map(({ name, state }) => `${name} ${state}`))).toEqual(
      new Set(['criminalRecords PENDING', 'decision PENDING', 'nextDay PENDING']),
    )
    const url = waits.find(({ name }) => name === 'decision')?.url ?? ''
    expect(url).toBe(`${service.url}/api/v1/operations/${operation.id}/waits/decision:complete`)
    expect(operation.snapshot.links.waits).toBe(`${service.url}/api/v1/operations/${operation.id}/waits`)
  })

  it('accepts the same body twice, and throws the problem for another body and an unknown wait', async () => {
    const operation = await waiting()
    await operation.complete('decision', { decision: 'CLEAR' })
    await operation.complete('decision', { decision: 'CLEAR' })
    const other = operation.complete('decision', { decision: 'ADVERSE' })
    await expect(other).rejects.toMatchObject({ status: 409, code: 'CANNOT_COMPLETE_WAIT' })
    await expect(operation.complete('approval', {})).rejects.toMatchObject({ status: 404, code: 'WAIT_NOT_FOUND' })
  })

  it('can be cancelled', async () => {
    const operation = await waiting()
    expect((await operation.cancel()).status).toBe('CANCELLED')
    await expect(operation.result()).rejects.toBeInstanceOf(OperationCancelled)
  })
})

describe('finding an operation', () => {
  it('by its id returns a handle with its type', async () => {
    const submitted = await longrun.generateReport(report)
    const found = await longrun.operation(submitted.id)
    expect(found.type).toBe('generateReport')
    if (found.type === 'generateReport') expect((await found.result()).rowCount).toBe(1687)
  })

  it('throws for another type than expected', async () => {
    const { id } = await longrun.generateReport(report, { startAfter: inAnHour() })
    const failure = await longrun.operation(id, 'importOrders').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OperationTypeMismatch)
    expect(failure).toMatchObject({ operationId: id, expected: 'importOrders', actual: 'generateReport' })
  })

  it('throws the problem for an unknown id', async () => {
    const unknown = 'op_01890000-0000-7000-8000-000000000000'
    await expect(longrun.operation(unknown)).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND', status: 404 })
  })
})

/** The first two order lines of the sample; the second has an invalid date. */
async function partlyWrong(): Promise<string> {
  const csv = gunzipSync(await readFile(resolve(import.meta.dirname, '../../data/superstore.csv.gz'))).toString()
  const [header, good, bad] = csv.split('\n')
  return [header, good, bad?.replace(/\d{4}-\d\d-\d\d/, 'someday'), ''].join('\n')
}

/** A service where all operations stay PENDING. */
async function withoutWorker() {
  const service = await startTestService({ ROLES: 'api' })
  const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
  return { longrun, [Symbol.asyncDispose]: () => service.close() }
}
