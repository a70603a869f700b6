import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { prefersMinimal, waitSeconds } from '../../server/http/request/prefer.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, ended, inAnHour, report, submitted } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const submit = '/api/v1/reports:generate'
const waiting = () => submitted(service, { startAfter: inAnHour() })
const prefer = (wait: string, more: Record<string, string> = {}) => ({ headers: { prefer: wait, ...more } })

async function timed<T>(asking: Promise<T>) {
  const startedMs = performance.now()
  return { ...(await asking), tookMs: performance.now() - startedMs }
}

test.each([
  ['wait=10', 10],
  ['WAIT = 10', 10],
  ['respond-async, wait="7"; x=y, handling=lenient', 7],
  ['wait=3, wait=9', 3],
  ['wait=999999999', 60],
  ['wait=0', undefined],
  ['wait=-5', undefined],
  ['wait=1.5', undefined],
  ['wait', undefined],
  ['await=5', undefined],
  ['x="a, wait=5"', undefined],
  ['x="a\\", wait=5", wait=6', 6],
  ['handling=lenient; y="p, wait=5", wait=6;z', 6],
  ['wait=6;x="', undefined],
  [', ,wait=6', 6],
  [',', undefined],
  ['wait=99999999999999999999', undefined],
  [undefined, undefined],
])('the preference %j holds for %s seconds', (header, seconds) => {
  expect(waitSeconds(header)).toBe(seconds)
})

test.each([
  ['return=minimal', true],
  ['Return = "Minimal"', true],
  ['wait=10,return=minimal;x', true],
  ['return=representation, return=minimal', false],
  ['x="return=minimal"', false],
  ['return', false],
  ['minimal', false],
  [undefined, false],
])('the preference %j asks for the least: %s', (header, minimal) => {
  expect(prefersMinimal(header)).toBe(minimal)
})

test('a read without an ETag is held until the operation has ended', async () => {
  const path = await waiting()
  const held = timed(ask(service, path, prefer('wait=20')))
  await ask(service, `${path}:cancel`, { method: 'POST' })
  const { status, body, headers, tookMs } = await held
  expect([status, body.status, headers.get('preference-applied')]).toEqual([200, 'CANCELLED', 'wait=20'])
  expect(tookMs).toBeLessThan(5000)
})

test('a read with an ETag is held until the ETag changes', async () => {
  const path = await waiting()
  const etag = (await ask(service, path)).headers.get('etag') ?? ''
  const held = timed(ask(service, path, prefer('wait=20', { 'if-none-match': etag })))
  await ask(service, `${path}:cancel`, { method: 'POST' })
  const { status, body, headers, tookMs } = await held
  expect([status, body.status]).toEqual([200, 'CANCELLED'])
  expect(headers.get('etag')).not.toBe(etag)
  expect(tookMs).toBeLessThan(5000)
})

test('a read with an outdated ETag gets its response at once', async () => {
  const { status, tookMs } = await timed(
    ask(service, await waiting(), prefer('wait=20', { 'if-none-match': 'W/"old"' })),
  )
  expect(status).toBe(200)
  expect(tookMs).toBeLessThan(5000)
})

test('a read that times out gets the normal response: 200, or 304 with an ETag', async () => {
  const path = await waiting()
  const etag = (await ask(service, path)).headers.get('etag') ?? ''
  const [plain, unchanged] = await Promise.all([
    timed(ask(service, path, prefer('wait=1'))),
    timed(ask(service, path, prefer('wait=1', { 'if-none-match': etag }))),
  ])
  expect([plain.status, unchanged.status]).toEqual([200, 304])
  expect(unchanged.headers.get('preference-applied')).toBe('wait=1')
  expect(Number(unchanged.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Math.min(plain.tookMs, unchanged.tookMs)).toBeGreaterThan(990)
})

test('a read of an ended operation is not held: 200, or 304 with its ETag', async () => {
  const path = await submitted(service)
  await ended(service, path)
  const first = await timed(ask(service, path, prefer('wait=20')))
  const etag = first.headers.get('etag') ?? ''
  const again = await timed(ask(service, path, prefer('wait=20', { 'if-none-match': etag })))
  expect([first.status, again.status]).toEqual([200, 304])
  expect(first.tookMs + again.tookMs).toBeLessThan(5000)
})

test('a submit with Prefer: wait returns the operation if it ends in time, and so does its replay', async () => {
  const asking = { ...prefer('wait=30', { 'idempotency-key': 'held' }), json: report }
  const { status, body, headers } = await ask(service, submit, asking)
  expect([status, body.status, headers.get('preference-applied')]).toEqual([200, 'COMPLETED', 'wait=30'])
  expect(headers.get('content-location')).toBe(body.statusUrl)
  expect([headers.get('location'), headers.get('retry-after')]).toEqual([null, null])
  const replay = await ask(service, submit, asking)
  expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([200, 'true'])
  expect(replay.body.operationId).toBe(body.operationId)
})

test('a submit with Prefer: wait is a 202 if the operation does not end in time', async () => {
  const { status, headers, tookMs } = await timed(
    ask(service, submit, { ...prefer('wait=1'), json: { ...report, startAfter: inAnHour() } }),
  )
  expect([status, headers.get('preference-applied')]).toEqual([202, 'wait=1'])
  expect(headers.get('location')).toMatch(/op_/)
  expect(tookMs).toBeGreaterThan(990)
})

test('100 requests of one owner are held; one more gets its response at once, and another owner’s is held', async () => {
  const path = await waiting()
  const theirs = await submitted({ ...service, apiKey: service.otherKey }, { startAfter: inAnHour() })
  const held = Array.from({ length: 100 }, () => ask(service, path, prefer('wait=30')))
  // All of them have started when one more is refused.
  await expect
    .poll(async () => (await ask(service, path, prefer('wait=1'))).headers.get('preference-applied'), { interval: 50 })
    .toBeNull()
  const more = await timed(ask(service, path, prefer('wait=30')))
  expect([more.status, more.headers.get('preference-applied')]).toEqual([200, null])
  expect(more.tookMs).toBeLessThan(5000)
  const other = await ask(service, theirs, { key: service.otherKey, ...prefer('wait=1') })
  expect(other.headers.get('preference-applied')).toBe('wait=1')
  await ask(service, `${path}:cancel`, { method: 'POST' })
  for (const { status, body, headers } of await Promise.all(held)) {
    expect([status, body.status, headers.get('preference-applied')]).toEqual([200, 'CANCELLED', 'wait=30'])
  }
  const next = await waiting()
  expect((await ask(service, next, prefer('wait=1'))).headers.get('preference-applied')).toBe('wait=1')
})
