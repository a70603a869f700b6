import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { type Asking, ask, expectProblem, inAnHour, report } from './requests.ts'

const path = '/api/v1/operations:batchCreate'
const generate = '/api/v1/reports:generate'
const startAfter = inAnHour()
const later = (more: object = {}, own: object = {}) => ({
  type: 'generateReport',
  body: { ...report, startAfter, ...more },
  ...own,
})

type Operation = { operationId: string; links: Record<string, string>; webhook?: { secret?: string } }
type Result = {
  operationId?: string
  operation?: Operation
  replayed?: true
  problem?: { code: string; retryAfter?: number }
}
type Created = { batchId: string; results: Result[]; accepted: number; replayed: number; refused: number }

let database: TestDatabase
let service: TestService
/** Another process on the same database. */
let other: TestService
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' }, database)
  other = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true', ROLES: 'api' }, database)
})
afterEach(() => {
  service.check.assertKept()
  other.check.assertKept()
})
afterAll(async () => {
  await Promise.all([service.close(), other.close()])
  await database.drop()
})

let keys = 0
const newKey = () => `key-${keys++}`
const send = (json: object, key?: string, asking: Asking = {}, to = service) =>
  ask(to, path, { ...asking, json, headers: key === undefined ? {} : { 'idempotency-key': key } })
async function created(json: object, key?: string): Promise<Created> {
  const answer = await send(json, key)
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Created
}
const outcomes = ({ results }: Created) =>
  results.map(({ operation, replayed, problem }) => problem?.code ?? (replayed ? 'replayed' : operation && 'created'))
const idOf = (result: Result | undefined) => result?.operation?.operationId
const total = async () => Number((await onDatabase(service, 'select count(*) from operations'))[0]?.count)

describe('the key of a batch', () => {
  it('returns the same response, and starts nothing, when the request is repeated', async () => {
    const webhook = { url: 'http://127.0.0.1:8009/' }
    const json = { webhook, operations: [later({ webhook }), { type: 'x' }, later({}, { idempotencyKey: newKey() })] }
    const key = newKey()
    const first = await send(json, key)
    const before = await total()
    const again = await send(json, key, {}, other)
    expect(again.status).toBe(200)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(again.body).toEqual(first.body)
    expect(first.body).toMatchObject({ webhook: { secret: expect.stringMatching(/^whsec_/) } })
    expect(await total()).toBe(before)
  })

  it('returns ids only with Prefer: return=minimal, and the operations with their secrets without', async () => {
    const webhook = { url: 'http://127.0.0.1:8009/' }
    const known = newKey()
    await created({ operations: [later({}, { idempotencyKey: known })] })
    const json = { operations: [later({ webhook }), { type: 'x' }, later({}, { idempotencyKey: known })] }
    const key = newKey()
    const minimal = { prefer: 'return=minimal', 'idempotency-key': key }
    const submit = (headers: Record<string, string>) => ask(service, path, { json, headers })
    const first = await submit(minimal)
    const [operation, refused, replayed] = (first.body as Created).results
    expect(first.headers.get('preference-applied')).toBe('return=minimal')
    expect([operation, replayed]).toEqual([
      { operationId: expect.stringMatching(/^op_/) },
      { operationId: expect.stringMatching(/^op_/), replayed: true },
    ])
    expect(refused).toMatchObject({ problem: { code: 'INVALID_INPUT' } })
    expect(first.body).toMatchObject({ accepted: 1, replayed: 1, refused: 1 })

    const again = await submit(minimal)
    expect(again.body).toEqual(first.body)
    const headersOf = ({ headers }: typeof again) => [
      headers.get('preference-applied'),
      headers.get('idempotency-replayed'),
    ]
    expect(headersOf(again)).toEqual(['return=minimal', 'true'])
    const whole = await submit({ 'idempotency-key': key })
    expect(headersOf(whole)).toEqual([null, 'true'])
    const { results } = whole.body as Created
    expect(results.map(idOf)).toEqual([operation?.operationId, undefined, replayed?.operationId])
    expect(results[0]?.operation?.webhook).toMatchObject({ secret: expect.stringMatching(/^whsec_/) })
  })

  it('is refused for another body, another order of items and a single submit, and a submit’s key for a batch', async () => {
    const key = newKey()
    await created({ operations: [later(), later({ priority: 'HIGH' })] }, key)
    for (const operations of [[later()], [later({ priority: 'HIGH' }), later()]]) {
      expectProblem(await send({ operations }, key), 422, 'IDEMPOTENCY_MISMATCH')
    }
    const headers = { 'idempotency-key': key }
    expectProblem(await ask(service, generate, { json: report, headers }), 422, 'IDEMPOTENCY_MISMATCH')
    const single = newKey()
    await ask(service, generate, { json: { ...report, startAfter }, headers: { 'idempotency-key': single } })
    expectProblem(await send({ operations: [later()] }, single), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('inserts once of 6 concurrent requests to two processes', async () => {
    const json = { operations: Array.from({ length: 50 }, () => later({}, { idempotencyKey: newKey() })) }
    const key = newKey()
    const before = await total()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => send(json, key, {}, index % 2 ? service : other)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(new Set(answers.map(({ body }) => body.batchId)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(5)
    expect(await total()).toBe(before + 50)
  })

  it('replays an operation that was deleted since as a problem', async () => {
    const json = { operations: [later(), later()] }
    const key = newKey()
    const { results } = await created(json, key)
    const self = results[0]?.operation?.links.self ?? ''
    await ask(service, self, { method: 'DELETE' })
    await ask(service, `${self}:purge`, { method: 'POST' })
    const again = (await send(json, key)).body as Created
    expect(outcomes(again)).toEqual(['OPERATION_EXPIRED', 'created'])
    expect(idOf(again.results[1])).toBe(idOf(results[1]))
  })

  it('belongs to its owner, and is a 400 if it is malformed', async () => {
    const key = newKey()
    await created({ operations: [later()] }, key)
    const foreign = await send({ operations: [later({ priority: 'LOW' })] }, key, { key: service.otherKey })
    expect(foreign.status).toBe(200)
    expectProblem(await send({ operations: [later()] }, '""'), 400, 'INVALID_REQUEST')
  })
})

describe('the keys of items', () => {
  it('have the meaning of those of single submits, also within a batch', async () => {
    const [used, repeated, changed, fresh] = [newKey(), newKey(), newKey(), newKey()]
    const headers = { 'idempotency-key': used }
    const single = await ask(service, generate, { json: { ...report, startAfter }, headers })
    const batch = await created({
      operations: [
        later({}, { idempotencyKey: used }),
        later({ priority: 'LOW' }, { idempotencyKey: used }),
        later({}, { idempotencyKey: repeated }),
        later({}, { idempotencyKey: repeated }),
        later({}, { idempotencyKey: changed }),
        later({ priority: 'LOW' }, { idempotencyKey: changed }),
        later({}, { idempotencyKey: fresh }),
      ],
    })
    expect(outcomes(batch)).toEqual([
      'replayed',
      'IDEMPOTENCY_MISMATCH',
      'created',
      'replayed',
      'created',
      'IDEMPOTENCY_MISMATCH',
      'created',
    ])
    expect(batch).toMatchObject({ accepted: 3, replayed: 2, refused: 2 })
    expect(idOf(batch.results[0])).toBe(single.body.operationId)
    expect(batch.results[0]?.operation).toEqual(single.body)
    expect(idOf(batch.results[3])).toBe(idOf(batch.results[2]))
    const again = await ask(service, generate, {
      json: { ...report, startAfter },
      headers: { 'idempotency-key': fresh },
    })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body.operationId).toBe(idOf(batch.results[6]))
  })

  it('are replayed although the item would be refused now, and refused if it is the key of its own batch', async () => {
    const upload = await ask(service, '/api/v1/uploads', {
      method: 'POST',
      body: 'Row ID\n',
      headers: { 'content-type': 'text/csv' },
    })
    const item = {
      type: 'importOrders',
      body: { uploadId: upload.body.uploadId, startAfter },
      idempotencyKey: newKey(),
    }
    const first = await created({ operations: [item] })
    await onDatabase(service, `delete from uploads`)
    const second = await created({ operations: [item, { ...item, idempotencyKey: newKey() }] })
    expect(outcomes(second)).toEqual(['replayed', 'INVALID_INPUT'])
    expect(idOf(second.results[0])).toBe(idOf(first.results[0]))
    const key = newKey()
    expect(outcomes(await created({ operations: [later({}, { idempotencyKey: key }), later()] }, key))).toEqual([
      'IDEMPOTENCY_MISMATCH',
      'created',
    ])
  })

  it('start an item after the operation that another item repeats', async () => {
    const key = newKey()
    const first = await created({ operations: [later({}, { idempotencyKey: key })] })
    const second = await created({ operations: [later({}, { idempotencyKey: key }), later({}, { dependsOn: [0] })] })
    expect(second.results[1]?.operation).toMatchObject({ dependsOn: [idOf(first.results[0])] })
    const third = await created({
      operations: [
        later({ priority: 'LOW' }, { idempotencyKey: key }),
        later({}, { dependsOn: [0] }),
        later({}, { dependsOn: [1] }),
      ],
    })
    expect(outcomes(third)).toEqual(['IDEMPOTENCY_MISMATCH', 'INVALID_INPUT', 'INVALID_INPUT'])
  })

  it('of crossing batches, sent at once in opposite orders, insert each operation once', async () => {
    const own = Array.from({ length: 30 }, () => newKey())
    const items = own.map((idempotencyKey) => later({}, { idempotencyKey }))
    const before = await total()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => {
        const operations = index % 2 ? items : items.toReversed()
        return send({ operations }, newKey(), {}, index % 3 ? service : other)
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(answers.reduce((sum, { body }) => sum + Number(body.accepted), 0)).toBe(30)
    expect(await total()).toBe(before + 30)
  })
})
