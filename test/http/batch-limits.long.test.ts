import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { ask, expectProblem, inAnHour, report } from './requests.ts'

const path = '/api/v1/operations:batchCreate'
const later = (own: object = {}) => ({ type: 'generateReport', body: { ...report, startAfter: inAnHour() }, ...own })
const many = (count: number) => ({ operations: Array.from({ length: count }, () => later()) })
type Problem = { code: string; retryAfter?: number; detail: string }
type Created = { results: { operation?: object; problem?: Problem }[]; accepted: number; refused: number }

let service: TestService
afterEach(() => service.check.assertKept())
const send = (json: object, key = service.apiKey) => ask(service, path, { json, key })
const remaining = (headers: Headers) => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
const codes = ({ results }: Created) => results.map(({ problem }) => problem?.code ?? 'created')

/** Under load the first requests of a service are admitted without being counted, because their count takes too long. */
async function untilCounted() {
  while (!(await ask(service, '/api/v1/operations')).headers.has('ratelimit'));
}

describe('the rate limit', () => {
  beforeAll(async () => {
    service = await startTestService({ LIMIT_SUBMITS: '20', LIMIT_OWNER_SUBMITS: '30' })
    await untilCounted()
  })
  afterEach(() => onDatabase(service, 'delete from operations'))
  afterAll(() => service.close())

  it('counts each item; those beyond it have a problem, and an all-or-nothing batch is refused and costs one', async () => {
    const five = await send(many(5))
    expect(codes(five.body as Created)).toEqual(Array(5).fill('created'))
    expect(remaining(five.headers)).toBe(15)
    const refused = await send({ ...many(16), allOrNothing: true })
    expectProblem(refused, 429, 'RATE_LIMITED')
    expect(remaining(refused.headers)).toBe(14)
    const some = await send(many(20))
    expect(codes(some.body as Created)).toEqual([...Array(14).fill('created'), ...Array(6).fill('RATE_LIMITED')])
    expect((some.body as Created).results.at(-1)?.problem).toMatchObject({
      retryAfter: expect.any(Number),
      detail: expect.stringContaining('This credential may send 20 submits'),
    })
    expect(remaining(some.headers)).toBe(0)
    expectProblem(await send(many(1)), 429, 'RATE_LIMITED')
  })

  it('of the owner counts over its credentials', async () => {
    // Of the owner's 30 submits, 20 are used, and the creation of a key would be one.
    const other = await send(many(20), service.otherKey)
    expect(codes(other.body as Created)).toEqual(Array(20).fill('created'))
    expectProblem(await send(many(2), service.otherKey), 429, 'RATE_LIMITED')
  })
})

describe('the rate limit of replays', () => {
  beforeAll(async () => {
    service = await startTestService({ LIMIT_SUBMITS: '20', LIMIT_OWNER_SUBMITS: '40' })
    await untilCounted()
  })
  afterAll(() => service.close())

  it('counts the operations of the response, and refuses a replay beyond it', async () => {
    const json = { operations: [...many(6).operations, { type: 'x' }, later({ dependsOn: [6] })] }
    const again = (key: string, body: object = json) =>
      ask(service, path, { json: body, headers: { 'idempotency-key': key } })
    const first = await again('a')
    expect([first.body.accepted, remaining(first.headers)]).toEqual([6, 12])
    const replay = await again('a')
    expect([replay.headers.get('idempotency-replayed'), remaining(replay.headers)]).toEqual(['true', 6])
    // A request that was another one shows nothing, and counts as one.
    const other = await again('a', many(1))
    expectProblem(other, 422, 'IDEMPOTENCY_MISMATCH')
    expect(remaining(other.headers)).toBe(5)
    const refused = await again('a')
    expectProblem(refused, 429, 'RATE_LIMITED')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(remaining(refused.headers)).toBe(4)
    await onDatabase(service, 'delete from operations')
  })
})

describe('the quota of operations', () => {
  beforeAll(async () => {
    service = await startTestService({ OWNER_OPERATIONS: '10' })
  })
  afterEach(() => onDatabase(service, 'delete from operations'))
  afterAll(() => service.close())

  it('admits the first items, and none of an all-or-nothing batch', async () => {
    const { body } = await send({
      operations: [
        later({ type: 'x' }),
        ...many(9).operations,
        later({ idempotencyKey: 'a' }),
        later({ idempotencyKey: 'b' }),
      ],
    })
    expect(codes(body as Created)).toEqual(['INVALID_INPUT', ...Array(10).fill('created'), 'TOO_MANY_OPERATIONS'])
    expectProblem(await send({ ...many(1), allOrNothing: true }), 429, 'TOO_MANY_OPERATIONS')
    await onDatabase(
      service,
      'delete from operations where operation_id in (select operation_id from operations limit 3)',
    )
    await expect
      .poll(async () => codes((await send({ operations: [later({ idempotencyKey: 'b' })] })).body as Created))
      .toEqual(['created'])
    expectProblem(await send({ ...many(3), allOrNothing: true }), 429, 'TOO_MANY_OPERATIONS')
    expect(codes((await send(many(3))).body as Created)).toEqual(['created', 'created', 'TOO_MANY_OPERATIONS'])
  })

  it('of concurrent batches admits exactly as many operations as the quota', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(many(4))))
    const accepted = answers.reduce((sum, { body }) => sum + (body as Created).accepted, 0)
    expect(accepted).toBe(10)
  })

  it('refuses the dependents of an operation beyond it', async () => {
    const items = [...many(10).operations, later(), later({ dependsOn: [10] }), later({ dependsOn: [11] })]
    const { body } = await send({ operations: items })
    expect(codes(body as Created).slice(10)).toEqual([
      'TOO_MANY_OPERATIONS',
      'TOO_MANY_OPERATIONS',
      'TOO_MANY_OPERATIONS',
    ])
  })
})

describe('the quota of batches', () => {
  beforeAll(async () => {
    service = await startTestService({ OWNER_BATCHES: '2', OWNER_OPERATIONS: '1000' })
  })
  afterAll(() => service.close())

  it('counts those that have not ended', async () => {
    const first = await send(many(2))
    expect([first.status, (await send(many(1))).status]).toEqual([200, 200])
    expectProblem(await send(many(1)), 429, 'TOO_MANY_BATCHES')
    const { batchId } = first.body as { batchId: string }
    await ask(service, '/api/v1/operations:cancel', { json: { filter: { batchId } } })
    await expect.poll(async () => (await send(many(1))).status).toBe(200)
  })
})

describe('the quota of stored bytes', () => {
  beforeAll(async () => {
    service = await startTestService({ OWNER_STORED_BYTES: '4' })
    await ask(service, '/api/v1/uploads', { method: 'POST', body: 'Row\n', headers: { 'content-type': 'text/csv' } })
  })
  afterAll(() => service.close())

  it('refuses each item', async () => {
    expect(codes((await send(many(2))).body as Created)).toEqual(['STORAGE_FULL', 'STORAGE_FULL'])
    expectProblem(await send({ ...many(2), allOrNothing: true }), 422, 'BATCH_REFUSED')
  })
})

describe('the quota of webhook targets', () => {
  beforeAll(async () => {
    service = await startTestService({ OWNER_WEBHOOK_TARGETS: '2', WEBHOOK_ALLOW_INSECURE: 'true' })
  })
  afterAll(() => service.close())

  it('counts the targets of all items', async () => {
    const to = (port: number) => {
      const { body, ...rest } = later()
      return { ...rest, body: { ...body, webhook: { url: `http://127.0.0.1:${port}/` } } }
    }
    const { body } = await send({ operations: [to(8001), to(8002), to(8001), to(8003)] })
    expect(codes(body as Created)).toEqual(['created', 'created', 'created', 'TOO_MANY_WEBHOOK_TARGETS'])
    expectProblem(await send({ operations: [to(8003)], allOrNothing: true }), 429, 'TOO_MANY_WEBHOOK_TARGETS')
    expectProblem(
      await send({ ...many(1), webhook: { url: 'http://127.0.0.1:8004/' } }),
      429,
      'TOO_MANY_WEBHOOK_TARGETS',
    )
  })
})
