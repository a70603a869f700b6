import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Asking, ask, ended, expectProblem, inAnHour, submitted } from './requests.ts'

let service: TestService
/** A cancelled operation. */
let cancelled: string
beforeAll(async () => {
  service = await startTestService()
  cancelled = await cancelledOne()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const nothing = { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
const retry = (path: string, asking: Asking = {}) => ask(service, `${path}:retry`, { method: 'POST', ...asking })
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })
const idOf = (path: string) => path.split('/').at(-1) ?? ''

async function cancelledOne(more: Record<string, unknown> = {}, at = service): Promise<string> {
  const path = await submitted(at, { startAfter: inAnHour(), ...more })
  expect((await ask(at, path, { method: 'DELETE' })).status).toBe(204)
  return path
}

const examples: Example[] = [
  { operationId: 'retryOperation', path: () => `${cancelled}:retry`, asking: { method: 'POST' } },
]
describeRefusals(() => service, examples)

describe('retryOperation', () => {
  it('202 with a new operation with the same input, which starts at once', async () => {
    const old = await cancelledOne({ labels: { team: 'crm' }, priority: 'LOW' })
    const { status, headers, body } = await retry(old)
    expect(status).toBe(202)
    const location = headers.get('location') ?? ''
    expect(headers.get('retry-after')).toBe('1')
    expect(headers.has('idempotency-replayed')).toBe(false)
    expect(body).toMatchObject({
      operationId: idOf(location),
      type: 'generateReport',
      status: 'PENDING',
      attempt: 0,
      labels: { team: 'crm' },
      priority: 'LOW',
      maxAttempts: 3,
      retryOf: idOf(old),
      links: { self: location },
    })
    expect(body).not.toHaveProperty('startAfter')
    expect(await ended(service, location)).toMatchObject({ status: 'COMPLETED', retryOf: idOf(old) })
    expect((await ask(service, old)).body).toMatchObject({ status: 'CANCELLED', retriedBy: idOf(location) })
  })

  it('409 after COMPENSATION_FAILED, without a link; a bulk retry skips the operation', async () => {
    const label = { half: 'undone' }
    const failed = await submitted(service, { ...nothing, labels: label })
    await ended(service, failed)
    const error = `error || '{"code":"COMPENSATION_FAILED","detail":"These steps could not be undone: chargePayment."}'`
    await onDatabase(service, `update operations set error = ${error} where operation_id = '${failed.slice(-36)}'`)
    // An ended operation is kept for a second: there is no notification of this change.
    const changed = { status: 'FAILED', error: { code: 'COMPENSATION_FAILED' } }
    await expect.poll(async () => (await ask(service, failed)).body).toMatchObject(changed)
    const { body } = await ask(service, failed)
    expect(body.links).not.toHaveProperty('retry')
    const refused = await retry(failed)
    expectProblem(refused, 409, 'CANNOT_RETRY')
    expect(refused.body.detail).toMatch(/could not be undone/)
    const bulk = await ask(service, '/api/v1/operations:retry', { json: { filter: { label: ['half:undone'] } } })
    expect(await ended(service, bulk.headers.get('location') ?? '')).toMatchObject({ result: { skipped: 1 } })
    expect((await ask(service, failed)).body).not.toHaveProperty('retriedBy')
  })

  it('202 for a failed operation, and for one that was partly completed', async () => {
    const failed = await submitted(service, nothing)
    expect(await ended(service, failed)).toMatchObject({ status: 'FAILED' })
    const again = await retry(failed)
    expect(again.status).toBe(202)
    expect(await ended(service, again.headers.get('location') ?? '')).toMatchObject({
      error: { code: 'NO_DATA_IN_RANGE' },
    })

    const partly = await submitted(service)
    await ended(service, partly)
    await onDatabase(
      service,
      `update operations set status = 'COMPLETED_WITH_ERRORS' where operation_id = '${partly.slice(-36)}'`,
    )
    expect((await retry(partly)).status).toBe(202)
  })

  it('409 for an operation that is active or has completed', async () => {
    const waiting = await submitted(service, { startAfter: inAnHour() })
    const refused = await retry(waiting)
    expectProblem(refused, 409, 'CANNOT_RETRY')
    expect(refused.body.detail).toContain('PENDING')
    const done = await submitted(service)
    await ended(service, done)
    expectProblem(await retry(done), 409, 'CANNOT_RETRY')
  })

  it('409 for the second retry, which names the new operation; concurrent retries create one', async () => {
    const old = await cancelledOne()
    const answers = await Promise.all(Array.from({ length: 8 }, () => retry(old)))
    const [won, ...more] = answers.filter(({ status }) => status === 202)
    expect(more).toEqual([])
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expectProblem(answer, 409, 'CANNOT_RETRY')
      expect(answer.body.detail).toContain(won?.body.operationId)
    }
  })

  it('404 for unknown ids and those of another owner, with the same response, and nothing is started', async () => {
    const old = await cancelledOne()
    const stranger = await retry(old, { key: service.otherKey })
    expectProblem(stranger, 404, 'OPERATION_NOT_FOUND')
    const unknown = await retry('/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21')
    expectProblem(unknown, 404, 'OPERATION_NOT_FOUND')
    expect(stranger.body.detail).toBe(unknown.body.detail)
    expect((await ask(service, old)).body).not.toHaveProperty('retriedBy')
  })

  it('410 for a deleted operation, except for the replay of an accepted retry', async () => {
    const [old, key] = [await cancelledOne(), crypto.randomUUID()]
    const first = await retry(old, keyed(key))
    expect((await ask(service, `${old}:purge`, { method: 'POST' })).status).toBe(204)
    expectProblem(await retry(old), 410, 'OPERATION_EXPIRED')
    const replayed = await retry(old, keyed(key))
    expect([replayed.status, replayed.body]).toEqual([202, first.body])
  })

  it('its link is present exactly when it works', async () => {
    const old = await submitted(service, { startAfter: inAnHour() })
    const links = async () => (await ask(service, old)).body.links as { retry?: string }
    expect(await links()).not.toHaveProperty('retry')
    await ask(service, old, { method: 'DELETE' })
    const { retry: link = '' } = await links()
    expect((await ask(service, link, { method: 'POST' })).status).toBe(202)
    expect(await links()).not.toHaveProperty('retry')
  })
})

describe('retryOperation with an Idempotency-Key', () => {
  it('replays the first 202, for concurrent requests too', async () => {
    const [old, key] = [await cancelledOne(), crypto.randomUUID()]
    const answers = await Promise.all(Array.from({ length: 8 }, () => retry(old, keyed(key))))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202))
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(7)
  })

  it('422 if the key was used for another retry', async () => {
    const [one, other, key] = [await cancelledOne(), await cancelledOne(), crypto.randomUUID()]
    expect((await retry(one, keyed(key))).status).toBe(202)
    expectProblem(await retry(other, keyed(key)), 422, 'IDEMPOTENCY_MISMATCH')
    expect((await ask(service, other)).body).not.toHaveProperty('retriedBy')
  })

  it('400 for a malformed key', async () => {
    expectProblem(await retry(cancelled, keyed('x'.repeat(256))), 400, 'INVALID_REQUEST')
  })
})

describe('retryOperation of a delivery', () => {
  /** The vendors that had an effect for the operation, and its state. */
  async function effects(path: string) {
    const sql = postgres(service.databaseUrl, { max: 1 })
    const rows = await sql`select vendor, state from sample_effects where key like ${`%${path.slice(-36)}%`}`
    await sql.end()
    return Object.fromEntries(rows.map(({ vendor, state }) => [vendor, state]))
  }

  it('repeats every step, because the steps of the old operation were compensated', async () => {
    const deliver = '/api/v1/orders/CA-2016-152156:deliver'
    const { headers } = await ask(service, deliver, { json: { carrierService: 'test_declined' } })
    const old = headers.get('location') ?? ''
    expect(await ended(service, old)).toMatchObject({ status: 'FAILED', error: { code: 'NO_CARRIER' } })
    const undone = { stock: 'UNDONE', payment: 'UNDONE' }
    expect(await effects(old)).toMatchObject(undone)
    const again = (await retry(old)).headers.get('location') ?? ''
    const { progress } = (await ended(service, again)) as { progress: { phases: { status: string }[] } }
    expect(progress.phases.map(({ status }) => status)).toEqual(['COMPENSATED', 'COMPENSATED', 'FAILED', 'SKIPPED'])
    expect(await effects(again)).toMatchObject(undone)
  })
})

describeFaults(() => service, examples)
