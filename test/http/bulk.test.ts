import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, inAnHour, submitted } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const cancels = '/api/v1/operations:cancel'
const retries = '/api/v1/operations:retry'
const nobody = { filter: { label: ['team:nobody'] } }
const examples: Example[] = [
  { operationId: 'cancelOperations', path: () => cancels, asking: { json: nobody } },
  { operationId: 'retryOperations', path: () => retries, asking: { json: nobody } },
]
describeRefusals(() => service, examples)

const waiting = (team: string) => submitted(service, { startAfter: inAnHour(), labels: { team } })
const statusOf = async (path: string) => (await ask(service, path)).body.status

/** Submits the bulk operation and returns it once it has ended. */
async function done(path: string, json: Record<string, unknown>) {
  const { status, headers } = await ask(service, path, { json })
  expect(status).toBe(202)
  return ended(service, headers.get('location') ?? '')
}

describe.each(examples)('$operationId', ({ operationId, path }) => {
  it('422 for an empty filter, and for no filter', async () => {
    for (const json of [{ filter: {} }, {}, { filter: { status: [] } }, { filter: { label: [] } }]) {
      expectProblem(await ask(service, path(), { json }), 422, 'INVALID_INPUT')
    }
  })

  it('200 with validateOnly: counts the owner’s matching operations and starts nothing', async () => {
    const team = `count-${operationId}`
    const one = await waiting(team)
    await waiting(team)
    const json = { filter: { label: [`team:${team}`] }, validateOnly: true }
    expect((await ask(service, path(), { json })).body).toEqual({ valid: true, estimate: { rows: 2 } })
    const stranger = await ask(service, path(), { json, key: service.otherKey })
    expect(stranger.body).toEqual({ valid: true, estimate: { rows: 0 } })
    expect(await statusOf(one)).toBe('PENDING')
  })

  it('303 from the result to the operation itself', async () => {
    const { links, result, type } = await done(path(), nobody)
    expect({ type, result }).toEqual({ type: operationId, result: { matched: 0, done: 0, skipped: 0 } })
    const { self, result: link } = links as { self: string; result: string }
    const answer = await ask(service, link)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, self])
  })

  it('202 again for a repeated key, 422 with another filter, 410 once it was deleted', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await ask(service, path(), { json: nobody, headers })
    const again = await ask(service, path(), { json: nobody, headers })
    expect([again.status, again.body]).toEqual([202, first.body])
    const other = { filter: { label: ['team:other'] } }
    expectProblem(await ask(service, path(), { json: other, headers }), 422, 'IDEMPOTENCY_MISMATCH')
    const at = first.headers.get('location') ?? ''
    await ended(service, at)
    await ask(service, `${at}:purge`, { method: 'POST' })
    expectProblem(await ask(service, path(), { json: nobody, headers }), 410, 'OPERATION_EXPIRED')
  })
})

describe('cancelOperations', () => {
  it('cancels matching operations in batches, skips ended ones, and leaves all others', async () => {
    const matching = await Promise.all(Array.from({ length: 120 }, () => waiting('storm')))
    const over = await submitted(service, { labels: { team: 'storm' } })
    await ended(service, over)
    const other = await waiting('calm')
    const json = { filter: { label: ['team:storm'], type: 'generateReport' }, reason: 'superseded' }
    expect(await done(cancels, json)).toMatchObject({
      status: 'COMPLETED',
      progress: { percentage: 100, current: 121, total: 121 },
      result: {
        matched: 121,
        done: 120,
        skipped: 1,
        skippedFor: [{ code: 'CANNOT_CANCEL', detail: 'Skipped because they have ended.', operations: 1 }],
      },
    })
    for (const path of matching.slice(0, 3)) {
      expect((await ask(service, path)).body).toMatchObject({ status: 'CANCELLED', reason: 'superseded' })
    }
    expect(await Promise.all(matching.map(statusOf))).toEqual(Array(120).fill('CANCELLED'))
    expect([await statusOf(over), await statusOf(other)]).toEqual(['COMPLETED', 'PENDING'])
  })

  it('does not change operations of another owner, bulk operations, or operations submitted after it', async () => {
    const mine = await waiting('both')
    const kind = await ask(service, cancels, { json: { ...nobody, startAfter: inAnHour(), labels: { team: 'both' } } })
    const json = { filter: { label: ['team:both'] } }
    const { headers } = await ask(service, cancels, { json, key: service.otherKey })
    const stranger = headers.get('location') ?? ''
    while (!(await ask(service, stranger, { key: service.otherKey })).body.done) await statusOf(mine)
    expect((await ask(service, stranger, { key: service.otherKey })).body.result).toMatchObject({ matched: 0 })
    expect(await statusOf(mine)).toBe('PENDING')
    const later = new Date(Date.now() + 2000).toISOString()
    const held = await ask(service, cancels, { json: { ...json, startAfter: later } })
    const after = await waiting('both')
    expect(await ended(service, held.headers.get('location') ?? '')).toMatchObject({ result: { matched: 1, done: 1 } })
    expect(await Promise.all([mine, kind.headers.get('location') ?? '', after].map(statusOf))).toEqual([
      'CANCELLED',
      'PENDING',
      'PENDING',
    ])
  })

  it('includes the results of an earlier attempt when it runs again', async () => {
    const paths = await Promise.all([waiting('again'), waiting('again')])
    const before = await waiting('again')
    await ask(service, before, { method: 'DELETE' })
    const later = new Date(Date.now() + 1500).toISOString()
    const json = { filter: { label: ['team:again'], status: ['PENDING'] }, startAfter: later }
    const { headers } = await ask(service, cancels, { json })
    const path = headers.get('location') ?? ''
    // The state after the first attempt's process died: one operation cancelled, the attempt counted.
    await ask(service, paths[0] ?? '', { method: 'DELETE' })
    await onDatabase(service, `update operations set attempt = 1 where operation_id = '${path.slice(-36)}'`)
    expect(await ended(service, path)).toMatchObject({ attempt: 2, result: { matched: 2, done: 2, skipped: 0 } })
    expect(await Promise.all(paths.map(statusOf))).toEqual(['CANCELLED', 'CANCELLED'])
  })

  it('keeps cancelled operations for the configured time', async () => {
    const short = await startTestService({ RETENTION_FAILED_SECONDS: '3600' })
    const path = await submitted(short, { startAfter: inAnHour() })
    const { headers } = await ask(short, cancels, { json: { filter: { type: 'generateReport' } } })
    await ended(short, headers.get('location') ?? '')
    const { expiresAt, cancelledAt } = (await ask(short, path)).body as { expiresAt: string; cancelledAt: string }
    expect(Date.parse(expiresAt) - Date.parse(cancelledAt)).toBe(3_600_000)
    await short.close()
  })
})

describe('retryOperations', () => {
  it('retries matching operations once, and skips those that cannot be retried', async () => {
    const labels = { team: 'retry' }
    const paths = await Promise.all(Array.from({ length: 3 }, () => waiting('retry')))
    for (const path of paths) await ask(service, path, { method: 'DELETE' })
    const pending = await waiting('retry')
    const json = { filter: { label: ['team:retry'], status: ['cancelled', 'PENDING'] } }
    expect((await done(retries, json)).result).toEqual({
      matched: 4,
      done: 3,
      skipped: 1,
      skippedFor: [{ code: 'CANNOT_RETRY', detail: expect.stringContaining('have not ended'), operations: 1 }],
    })
    const successors = await Promise.all(paths.map(async (path) => (await ask(service, path)).body.retriedBy))
    expect(new Set(successors).size).toBe(3)
    for (const id of successors) {
      const successor = await ended(service, `/api/v1/operations/${id}`)
      expect(successor).toMatchObject({ status: 'COMPLETED', labels })
    }
    expect((await ask(service, pending)).body).not.toHaveProperty('retriedBy')
    expect((await done(retries, json)).result).toMatchObject({
      matched: 4,
      done: 0,
      skipped: 4,
      skippedFor: [{ code: 'CANNOT_RETRY', operations: 4 }],
    })
  })
})

describe('a filter by problem code', () => {
  it('retries the operations that failed with it, and no others', async () => {
    const labels = { team: 'codes' }
    const empty = { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' }, labels }
    const failed = await submitted(service, empty)
    expect(await ended(service, failed)).toMatchObject({ error: { code: 'NO_DATA_IN_RANGE' } })
    const cancelled = await waiting('codes')
    await ask(service, cancelled, { method: 'DELETE' })
    const filterOf = (...problemCode: string[]) => ({ filter: { label: ['team:codes'], problemCode } })
    expect((await done(retries, filterOf('TIMEOUT', 'HANDLER_ERROR'))).result).toMatchObject({ matched: 0 })
    expect((await done(retries, filterOf('TIMEOUT', 'NO_DATA_IN_RANGE'))).result).toMatchObject({ matched: 1, done: 1 })
    expect((await ask(service, failed)).body).toHaveProperty('retriedBy')
    expect((await ask(service, cancelled)).body).not.toHaveProperty('retriedBy')
    const estimate = { json: { ...filterOf('NO_DATA_IN_RANGE'), validateOnly: true } }
    expect((await ask(service, cancels, estimate)).body).toMatchObject({ valid: true })
    expect((await done(cancels, filterOf('NO_DATA_IN_RANGE'))).result).toMatchObject({ done: 0 })
  })

  it.each([
    [[]],
    [['timeout']],
    ['TIMEOUT'],
    [['A'.repeat(65)]],
    [[1]],
    [Array(17).fill('A')],
    [null],
  ])('422 for %j', async (problemCode) => {
    expectProblem(await ask(service, retries, { json: { filter: { problemCode } } }), 422, 'INVALID_INPUT')
  })
})

describe('a retry of a bulk operation', () => {
  it('403 for a caller without the scope to submit it', async () => {
    const key = 'alice-write-0123456789'
    const API_KEYS = `alice:alice-0123456789abcdef,bob:bob-0123456789abcdef,alice:${key}:operations:write`
    const scoped = await startTestService({ API_KEYS })
    const { headers } = await ask(scoped, cancels, { json: { ...nobody, startAfter: inAnHour() } })
    const path = headers.get('location') ?? ''
    await ask(scoped, path, { method: 'DELETE' })
    expectProblem(await ask(scoped, `${path}:retry`, { method: 'POST', key }), 403, 'INSUFFICIENT_SCOPE')
    expect((await ask(scoped, `${path}:retry`, { method: 'POST' })).status).toBe(202)
    await scoped.close()
  })
})

describeFaults(() => service, examples)
