import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, expectProblem, inAnHour, report } from './requests.ts'

let database: TestDatabase
let service: TestService
let other: TestService
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  service = await startTestService({ ROLES: 'api' }, database)
  other = await startTestService({ ROLES: 'api' }, database)
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await other.close()
  await service.close()
  await database.drop()
})

type Created = { results: { operation: { operationId: string } }[]; links: { self: string } }

async function created(count: number) {
  const operations = Array.from({ length: count }, () => {
    return { type: 'generateReport', body: { ...report, startAfter: inAnHour() } }
  })
  const { body } = await ask(service, '/api/v1/operations:batchCreate', { json: { operations } })
  const { results, links } = body as Created
  return { path: links.self, ids: results.map(({ operation }) => operation.operationId) }
}

const cancel = (id: string | undefined, at = service) => ask(at, `/api/v1/operations/${id}`, { method: 'DELETE' })
const held = (path: string, more: Record<string, string> = {}, wait = 'wait=30') =>
  ask(service, path, { headers: { prefer: wait, ...more } })

test('a read without an ETag is held until the batch is done, and not by the end of one operation', async () => {
  const { path, ids } = await created(2)
  const reading = held(path)
  await cancel(ids[0])
  await cancel(ids[1], other)
  const { status, body, headers } = await reading
  expect([status, body.done, headers.get('preference-applied')]).toEqual([200, true, 'wait=30'])
  expect(body.counts).toMatchObject({ CANCELLED: 2 })
  expect(headers.get('retry-after')).toBeNull()
})

test('a read with an ETag is held until the counts change, in this or another process', async () => {
  const { path, ids } = await created(3)
  let etag = (await ask(service, path)).headers.get('etag') ?? ''
  for (const [index, at] of [service, other].entries()) {
    const reading = held(path, { 'if-none-match': etag })
    await cancel(ids[index], at)
    const { status, body, headers } = await reading
    expect(status).toBe(200)
    expect(body).toMatchObject({ done: false, counts: { CANCELLED: index + 1, PENDING: 2 - index } })
    etag = headers.get('etag') ?? ''
  }
})

test('a read that times out gets the normal response: 200, or 304 with an ETag', async () => {
  const { path } = await created(1)
  const etag = (await ask(service, path)).headers.get('etag') ?? ''
  const [plain, unchanged] = await Promise.all([
    held(path, {}, 'wait=1'),
    held(path, { 'if-none-match': etag }, 'wait=1'),
  ])
  expect([plain.status, unchanged.status]).toEqual([200, 304])
  expect(unchanged.headers.get('preference-applied')).toBe('wait=1')
  expect(Number(unchanged.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a read is not held with an outdated ETag, after the end, of an unknown batch or by a malformed preference', async () => {
  const { path, ids } = await created(1)
  expect((await held(path, { 'if-none-match': 'W/"old"' }, 'wait=60')).status).toBe(200)
  for (const wait of ['wait=0', 'wait', 'respond-async']) {
    expect((await held(path, {}, wait)).headers.get('preference-applied')).toBeNull()
  }
  await cancel(ids[0])
  const done = await held(path, {}, 'wait=60')
  expect(done.body.done).toBe(true)
  expect((await held(path, { 'if-none-match': done.headers.get('etag') ?? '' }, 'wait=60')).status).toBe(304)
  const unknown = '/api/v1/batches/batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12'
  for (const at of [unknown, '/api/v1/batches/x']) expectProblem(await held(at, {}, 'wait=60'), 404, 'NOT_FOUND')
  const foreign = await ask(service, path, { key: service.otherKey, headers: { prefer: 'wait=60' } })
  expectProblem(foreign, 404, 'NOT_FOUND')
})

test('a process holds 100 requests of an owner, and the others are not held; all held ones get the end', async () => {
  const { path, ids } = await created(1)
  const reading = Array.from({ length: 110 }, () => held(path))
  const first = await Promise.all(Array.from({ length: 10 }, () => Promise.race(reading)))
  expect(first[0]?.headers.get('preference-applied')).toBeNull()
  await cancel(ids[0])
  const all = await Promise.all(reading)
  const applied = all.filter(({ headers }) => headers.has('preference-applied'))
  expect(applied).toHaveLength(100)
  expect(applied.every(({ body }) => body.done)).toBe(true)
})

test('a process that stops ends the requests that it holds', async () => {
  const { path } = await created(1)
  const stopping = await startTestService({ ROLES: 'api' }, database)
  const etag = (await ask(stopping, path)).headers.get('etag') ?? ''
  const reading = ask(stopping, path, { headers: { prefer: 'wait=60', 'if-none-match': etag } })
  // Held before the stop: a second request on the same server is answered after the first one was read.
  await ask(stopping, path)
  await stopping.close()
  expect((await reading).status).toBe(304)
})
