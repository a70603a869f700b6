import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { messageViolations } from '../support/message-check.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openStream } from '../support/sse.ts'
import { onDatabase } from './database.ts'
import { type Hook, openHook, until } from './hook.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, inAnHour, report } from './requests.ts'

const later = (more: object = {}) => ({ type: 'generateReport', body: { ...report, startAfter: inAnHour(), ...more } })
type Operation = { operationId: string; links: Record<string, string> }
type Created = { batchId: string; results: { operation: Operation }[]; links: Record<'self' | 'operations', string> }
type Webhook = { secret: string }

let hook: Hook
let database: TestDatabase
let service: TestService
beforeAll(async () => {
  hook = await openHook()
  database = await createDatabase({ withSample: true })
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' }, database)
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  hook.close()
  await database.drop()
})

async function created(operations: readonly object[], more: object = {}, headers = {}) {
  const answer = await ask(service, '/api/v1/operations:batchCreate', { json: { operations, ...more }, headers })
  expect(answer.status, answer.text).toBe(200)
  const body = answer.body as Created & { webhook: Webhook }
  return { ...body, ids: body.results.map(({ operation }) => operation?.operationId) }
}
const cancel = (operation: Operation) => ask(service, operation.links.self ?? '', { method: 'DELETE' })
const none = {
  PENDING: 0,
  RUNNING: 0,
  WAITING: 0,
  CANCELLING: 0,
  COMPLETED: 0,
  COMPLETED_WITH_ERRORS: 0,
  FAILED: 0,
  CANCELLED: 0,
}
const listed = async (path: string) =>
  ((await ask(service, path)).body.operations as Operation[]).map(({ operationId }) => operationId)

const examples: Example[] = [
  {
    operationId: 'batchCreateOperations',
    path: () => '/api/v1/operations:batchCreate',
    asking: { json: { operations: [later()] } },
  },
  { operationId: 'getBatch', path: () => '/api/v1/batches/batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12' },
]
describeRefusals(() => service, examples)

describe('GET /batches/{batchId}', () => {
  it('counts the operations by status until all have ended, and has an ETag', async () => {
    const batch = await created([later(), later(), { type: 'x' }])
    const { self } = batch.links
    const first = await ask(service, self)
    expect(first.body).toMatchObject({ total: 3, accepted: 2, refused: 1, done: false, progress: { percentage: 0 } })
    expect(first.body.counts).toEqual({ ...none, PENDING: 2 })
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0)
    const etag = first.headers.get('etag') ?? ''
    expect((await ask(service, self, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const [one, two] = batch.results.map(({ operation }) => operation)
    await cancel(one as Operation)
    const half = await ask(service, self, { headers: { 'if-none-match': etag } })
    expect(half.body).toMatchObject({
      counts: { ...none, PENDING: 1, CANCELLED: 1 },
      progress: { percentage: 50 },
      done: false,
    })
    await cancel(two as Operation)
    const last = await ask(service, self)
    expect(last.body).toMatchObject({ done: true, counts: { ...none, CANCELLED: 2 }, progress: { percentage: 100 } })
    expect(last.body).toMatchObject({ completedAt: expect.any(String), expiresAt: expect.any(String) })
    expect(last.headers.get('retry-after')).toBeNull()
  })

  it('counts operations that are purged before and after the end of the batch', async () => {
    const { links, results } = await created([later(), later()])
    for (const { operation } of results) {
      await cancel(operation)
      const self = operation.links.self ?? ''
      expect((await ask(service, `${self}:purge`, { method: 'POST' })).status).toBe(204)
      await ask(service, links.self)
    }
    expect((await ask(service, links.self)).body).toMatchObject({ done: true, counts: { ...none, CANCELLED: 2 } })
  })

  it('is a 404 for an unknown, malformed, foreign or deleted batch, and many readers share a count', async () => {
    const batch = await created([later()])
    const path = batch.links.self
    expectProblem(await ask(service, path, { key: service.otherKey }), 404, 'NOT_FOUND')
    for (const id of ['batch_x', 'batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12', batch.ids[0]]) {
      expectProblem(await ask(service, `/api/v1/batches/${id}`), 404, 'NOT_FOUND')
    }
    const reads = await Promise.all(Array.from({ length: 100 }, () => ask(service, path)))
    expect(new Set(reads.map(({ text }) => text)).size).toBe(1)
    await cancel(batch.results[0]?.operation as Operation)
    await onDatabase(service, `update batches set expires_at = now() - interval '1 second'`)
    expectProblem(await ask(service, path), 404, 'NOT_FOUND')
  })
})

describe('batchId', () => {
  it('filters lists, bulk cancels and retries, and the stream of events; a foreign one matches nothing', async () => {
    const batch = await created([later({ priority: 'LOW' }), later(), later()])
    const other = await created([later()])
    expect(await listed(batch.links.operations)).toEqual(batch.ids.toReversed())
    expect(await listed(`${batch.links.operations}&pageSize=1`)).toEqual([batch.ids[2]])
    expect(await listed(`${batch.links.operations}&status=CANCELLED`)).toEqual([])
    const { body } = await ask(service, `${batch.links.operations}&includeTotal=true`)
    expect(body.totalSize).toBe(3)
    const foreign = await ask(service, batch.links.operations, { key: service.otherKey })
    expect(foreign.body.operations).toEqual([])
    expectProblem(await ask(service, '/api/v1/operations?batchId=batch_1'), 400, 'INVALID_REQUEST')

    const stream = await openStream(`${service.url}/api/v1/operations/stream?batchId=${batch.batchId}`, {
      key: service.apiKey,
    })
    const bulk = { filter: { batchId: batch.batchId } }
    for (const key of [service.otherKey, service.apiKey]) {
      const { headers } = await ask(service, '/api/v1/operations:cancel', { json: bulk, key })
      const { result } = await ended({ ...service, apiKey: key }, headers.get('location') ?? '')
      expect(result).toMatchObject({ matched: key === service.apiKey ? 3 : 0 })
    }
    const seen = new Set<string>()
    for await (const { data } of stream.blocks) {
      if (data !== undefined) seen.add((JSON.parse(data) as { operationId: string }).operationId)
      if (seen.size === 3) break
    }
    stream.cut()
    expect(seen).toEqual(new Set(batch.ids))
    expect((await ask(service, other.links.self)).body).toMatchObject({ counts: { ...none, PENDING: 1 } })
    expectProblem(
      await ask(service, '/api/v1/operations:cancel', { json: { filter: { batchId: 'x' } } }),
      422,
      'INVALID_INPUT',
    )

    const retrying = await ask(service, '/api/v1/operations:retry', { json: bulk })
    expect((await ended(service, retrying.headers.get('location') ?? '')).result).toMatchObject({ done: 3 })
    // The new operations do not belong to the batch, which has ended.
    expect(await listed(batch.links.operations)).toEqual(batch.ids.toReversed())
  })
})

describe('the end of a batch', () => {
  it('is sent once to its webhook and to receivers of BATCH_COMPLETED', async () => {
    const receiver = { url: `${hook.url}/receiver`, events: ['BATCH_COMPLETED'] }
    const made = await ask(service, '/api/v1/webhookReceivers', { json: receiver })
    const batch = await created([later(), later()], {
      webhook: { url: `${hook.url}/batch`, format: 'CLOUDEVENTS' },
    })
    expect(batch.webhook).toEqual({ registered: true, format: 'CLOUDEVENTS', secret: expect.stringMatching(/^whsec_/) })
    await Promise.all(batch.results.map(({ operation }) => cancel(operation)))
    const sent = () => hook.messages.filter(({ headers }) => headers['x-batch-id'] === batch.batchId)
    await expect.poll(() => sent().length, { timeout: 20_000 }).toBe(2)
    for (const message of sent()) {
      expect(messageViolations(message)).toEqual([])
      const body = JSON.parse(message.body)
      expect(body.specversion === undefined ? body : body.data).toMatchObject({
        event: 'BATCH_COMPLETED',
        batchId: batch.batchId,
        data: { batch: { done: true, counts: { ...none, CANCELLED: 2 }, webhook: { registered: true } } },
      })
    }
    const events = sent().map(({ body }) => JSON.parse(body))
    const [event] = events.filter(({ specversion }) => specversion !== undefined)
    expect(event).toMatchObject({ type: 'batch.completed', subject: batch.batchId })
    expect(event.source).toMatch(/\/api\/v1\/batches$/)
    const ids = sent().map(({ headers }) => headers['webhook-id'])
    const verified = ids.flatMap((id) =>
      [batch.webhook.secret, made.body.secret].filter((secret) => isSigned(id, secret)),
    )
    expect(new Set(verified).size).toBe(2)
    // A delivery of a batch is not a ping.
    const { receiverId } = made.body
    for (const id of ids) {
      expectProblem(await ask(service, `/api/v1/webhookReceivers/${receiverId}/pings/${id}`), 404, 'NOT_FOUND')
    }
  })

  const isSigned = (id: unknown, secret: unknown) => {
    try {
      return hook.verified(id, secret) !== undefined
    } catch {
      return false
    }
  }

  it('comes at once for a batch without new operations, and a 410 ends the deliveries to its webhook', async () => {
    hook.status = 410
    const batch = await created([{ type: 'x' }], { webhook: { url: `${hook.url}/gone` } })
    const read = await ask(service, batch.links.self)
    expect(read.body).toMatchObject({
      done: true,
      accepted: 0,
      refused: 1,
      counts: none,
      progress: { percentage: 100 },
    })
    await until(service, batch.links.self, ({ webhook }) => (webhook as { registered: boolean }).registered === false)
    hook.status = 204
  })
})

describeFaults(() => service, examples)
