import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseJson } from '../../server/http/request/body.ts'
import { idempotencyOf } from '../../server/http/response/accepted.ts'
import { ask, ended, expectProblem, inAnHour, report, submitted } from '../http/requests.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { knock } from './knock.ts'

let database: TestDatabase
/** Two services on one database. */
let services: [TestService, TestService]
let sql: postgres.Sql
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  services = await Promise.all([startTestService({}, database), startTestService({}, database)])
  sql = postgres(database.url, { max: 1, onnotice: () => {} })
})
afterEach(() => {
  for (const { check } of services) check.assertKept()
})
afterAll(async () => {
  await sql.end()
  await Promise.all(services.map((service) => service.close()))
  await database.drop()
})

const reports = '/api/v1/reports:generate'
const exports = '/api/v1/customers:export'
const delayed = { ...report, startAfter: inAnHour() }

const send = (key: string, json: object = delayed, { path = reports, of = 0, as = services[0].apiKey } = {}) =>
  ask(services[of] ?? services[0], path, { json, key: as, headers: { 'idempotency-key': key } })

/** Sends the same request with `body` as its exact text. */
const sendText = (key: string, body: string) =>
  knock(services[0].url, {
    path: reports,
    method: 'POST',
    key: services[0].apiKey,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body,
  })

async function rowsLike(text: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int from operations where labels->>'of' = ${text}`
  return row?.count ?? 0
}

describe('one idempotency key in 20 concurrent requests over two services', () => {
  it.each(['a', 'b', 'c'])('creates one row, with one new 202 and 19 replays: %s', async (name) => {
    const labelled = { ...delayed, labels: { of: name } }
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => send(`once-${name}`, labelled, { of: nth % 2 })),
    )
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(202))
    expect(new Set(responses.map(({ text }) => text)).size).toBe(1)
    expect(responses.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1)
    expect(await rowsLike(name)).toBe(1)
  })

  it('with 20 different bodies creates one row and gets 422 19 times', async () => {
    const bodies = Array.from({ length: 20 }, (_, nth) => ({ ...delayed, labels: { of: 'rivals', nth: String(nth) } }))
    const responses = await Promise.all(bodies.map((body, nth) => send('rivals', body, { of: nth % 2 })))
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, ...Array(19).fill(422)])
    for (const response of responses) if (response.status === 422) expectProblem(response, 422, 'IDEMPOTENCY_MISMATCH')
    expect(await rowsLike('rivals')).toBe(1)
  })

  it('of two owners creates one row for each owner', async () => {
    const keys = [services[0].apiKey, services[0].otherKey]
    const labelled = { ...delayed, labels: { of: 'both' } }
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => send('both', labelled, { of: (nth >> 1) % 2, as: keys[nth % 2] ?? '' })),
    )
    const ids = (one: number) =>
      new Set(responses.filter((_, nth) => nth % 2 === one).map(({ body }) => body.operationId))
    expect(ids(0).size).toBe(1)
    expect(ids(1).size).toBe(1)
    expect(ids(0)).not.toEqual(ids(1))
    expect(await rowsLike('both')).toBe(2)
  })

  it('on retries of one operation creates one operation', async () => {
    const path = await submitted(services[0], { startAfter: inAnHour() })
    await ask(services[0], path, { method: 'DELETE' })
    const headers = { 'idempotency-key': 'retried' }
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, nth) =>
        ask(services[nth % 2] ?? services[0], `${path}:retry`, { method: 'POST', headers }),
      ),
    )
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(202))
    expect(new Set(responses.map(({ body }) => body.operationId)).size).toBe(1)
  })

  it('is not stored when the body is refused, and can be used with a valid body', async () => {
    const wrong = { ...delayed, format: 'DOC' }
    const responses = await Promise.all(Array.from({ length: 20 }, (_, nth) => send('refused', wrong, { of: nth % 2 })))
    for (const response of responses) expectProblem(response, 422, 'INVALID_INPUT')
    const { status, headers } = await send('refused')
    expect([status, headers.get('idempotency-replayed')]).toEqual([202, null])
  })

  it('is not stored when the request only validates', async () => {
    const { status } = await send('looked', { ...report, validateOnly: true })
    expect(status).toBe(200)
    expect((await send('looked')).headers.get('idempotency-replayed')).toBeNull()
  })
})

describe('an idempotency key', () => {
  it.each([
    ['empty', ''],
    ['spaces', '   '],
    ['quoted and empty', '""'],
    ['over 255', 'x'.repeat(256)],
    ['quoted and over 255', `"${'x'.repeat(256)}"`],
    ['far over 255 characters', 'x'.repeat(5000)],
    ['not ASCII', 'schl\u00fcssel'],
    ['quoted and not ASCII', '"\u00e4"'],
    ['with a tab', 'a\tb'],
  ])('400 when it is %s', async (_, key) => {
    const response = await sendText(key, JSON.stringify(delayed))
    expect(response.status).toBe(400)
    const problem = JSON.parse(response.text)
    expect(problem.code).toBe('INVALID_REQUEST')
    expect(problem.errors[0].parameter).toMatch(/^idempotency-key$/i)
  })

  it('400 when it is sent twice', async () => {
    const response = await knock(services[0].url, {
      path: reports,
      method: 'POST',
      key: services[0].apiKey,
      headers: { 'content-type': 'application/json', 'idempotency-key': ['a'.repeat(200), 'b'.repeat(200)] },
      body: JSON.stringify(delayed),
    })
    expect(response.status).toBe(400)
  })

  it.each([
    ['of the maximum length', 'y'.repeat(255), 'y'.repeat(255)],
    ['quoted', 'plain', '"plain"'],
    ['with spaces around it', 'around', '  around '],
    ['with spaces, quotes and commas in it', 'a "b", c', '"a \\"b\\", c"'],
    ['like a formula', "=1' or '1'='1", `"=1' or '1'='1"`],
  ])('is the same key %s', async (_, key, again) => {
    const first = await send(key)
    const second = await sendText(again, JSON.stringify(delayed))
    expect([second.status, second.text]).toEqual([202, first.text])
  })

  it('is case-sensitive', async () => {
    const [lower, upper] = [await send('case'), await send('CASE')]
    expect(lower.body.operationId).not.toBe(upper.body.operationId)
  })
})

describe('a request fingerprint', () => {
  const text = JSON.stringify({ ...delayed, labels: { team: 'crm', n: 'ä/b' } })

  it.each<[string, string, string]>([
    [
      'with its properties in another order',
      text,
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
    ],
    ['with other whitespace', text, JSON.stringify(JSON.parse(text), null, '\t').replaceAll('\n', '\r\n')],
    ['with a byte order mark', text, `\ufeff${text}`],
    ['with escapes in its values', text, text.replace('ä', '\\u00e4').replace('/', '\\/')],
    ['with escapes in its names', text, text.replace('"team"', '"te\\u0061m"')],
  ])('is the same %s', async (name, one, other) => {
    const first = await sendText(name, one)
    const second = await sendText(name, other)
    expect(first.status, first.text).toBe(202)
    expect([second.status, second.text, second.headers['idempotency-replayed']]).toEqual([202, first.text, 'true'])
  })

  it('is the same for every notation of a number', () => {
    const requestWith = (text: string) => ({ method: 'POST', path: '/x', body: parseJson(text) })
    const fingerprint = (text: string) => idempotencyOf('key', requestWith(text), 1)?.fingerprint.toString('hex')
    const one = fingerprint('{"n":[1,0,-3]}')
    for (const other of ['{"n":[1.0,0,-3]}', '{"n":[1e0,-0,-3.00]}', '{"n":[10E-1,0.0,-0.3e1]}']) {
      expect(fingerprint(other)).toBe(one)
    }
    for (const other of ['{"n":["1",0,-3]}', '{"n":[0,1,-3]}', '{"n":[1.5,0,-3]}'])
      expect(fingerprint(other)).not.toBe(one)
  })

  it.each([
    ['another value', { ...delayed, priority: 'LOW' }],
    ['one more field that states a default', { ...delayed, priority: 'NORMAL' }],
    ['one field less', report],
    ['a string in another Unicode normal form', { ...delayed, filters: { country: 'e\u0301' } }],
  ])('is different with %s', async (what, other) => {
    const first = what.includes('normal form') ? { ...delayed, filters: { country: '\u00e9' } } : delayed
    await send(`other ${what}`, first)
    expectProblem(await send(`other ${what}`, other), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('is different at another endpoint, of the collection or of one resource', async () => {
    const body = { format: 'CSV', startAfter: delayed.startAfter }
    expect((await send('elsewhere', body, { path: exports })).status).toBe(202)
    expectProblem(await send('elsewhere', delayed), 422, 'IDEMPOTENCY_MISMATCH')
    const path = '/api/v1/orders/CA-2016-152156:deliver'
    const { startAfter } = delayed
    expectProblem(await send('elsewhere', { startAfter }, { path }), 422, 'IDEMPOTENCY_MISMATCH')
  })
})

describe('a replay', () => {
  it('returns the first response after the operation has ended, from either service', async () => {
    const first = await send('ended', report)
    await ended(services[0], first.headers.get('location') ?? '')
    for (const of of [0, 1]) {
      const again = await send('ended', report, { of })
      expect([again.status, again.text]).toEqual([202, first.text])
    }
  })

  it('is 410 after the operation was purged or has expired, from either service, concurrently', async () => {
    const first = await send('gone', report)
    const at = first.headers.get('location') ?? ''
    await ended(services[0], at)
    expect((await ask(services[1], `${at}:purge`, { method: 'POST' })).status).toBe(204)
    const responses = await Promise.all(Array.from({ length: 10 }, (_, nth) => send('gone', report, { of: nth % 2 })))
    for (const response of responses) expectProblem(response, 410, 'OPERATION_EXPIRED')

    const second = await send('old', report)
    await ended(services[0], second.headers.get('location') ?? '')
    await sql`update operations set expires_at = now() where operation_id = ${String(second.body.operationId).slice(-36)}`
    for (const of of [0, 1]) expectProblem(await send('old', report, { of }), 410, 'OPERATION_EXPIRED')
  })
})
