import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { specOperations } from '../../server/contract/document.ts'
import { scopesOf } from '../../server/contract/routes.ts'
import { onDatabase } from '../http/database.ts'
import { type Hook, openHook } from '../http/hook.ts'
import { ended, report } from '../http/requests.ts'
import { otherOwner, startTestService, type TestService, testOwner } from '../support/service.ts'
import { type Call, caseOf } from './calls.ts'
import { api, type Holdings, makeHoldings } from './holdings.ts'
import { knock, type RawResponse } from './knock.ts'

const operations = specOperations()
const everyScope = [...new Set(operations.flatMap(({ operation }) => scopesOf(operation) ?? []))]
const keyWithout = (scope: string) => `alice-without-${scope.replace(':', '-')}`
const ownerKey = 'alice-0123456789abcdef'
const otherKey = 'bob-0123456789abcdef'
const grants = [
  `${testOwner}:${ownerKey}`,
  `${otherOwner}:${otherKey}`,
  ...everyScope.map((scope) => {
    const others = everyScope.filter((one) => one !== scope)
    return `${testOwner}:${keyWithout(scope)}:${others.join('+')}`
  }),
]

let service: TestService
let hook: Hook
let owner: Holdings
let other: Holdings
beforeAll(async () => {
  hook = await openHook()
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true', API_KEYS: grants.join(',') })
  ;[owner, other] = await Promise.all([
    makeHoldings(service, { key: ownerKey, name: testOwner, hookUrl: hook.url }),
    makeHoldings(service, { key: otherKey, name: otherOwner, hookUrl: hook.url }),
  ])
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  hook.close()
})

/** A key that was valid until it was revoked just now. */
async function revokedKey(): Promise<string> {
  const { body, headers } = await owner.ask(`${api}/keys`, { json: { name: 'short-lived', scopes: everyScope } })
  const key = String(body.key)
  expect((await knock(service.url, { path: `${api}/operations`, key })).status).toBe(200)
  expect((await owner.ask(headers.get('location') ?? '', { method: 'DELETE' })).status).toBe(204)
  return key
}

const invalidKeys: [string, () => Promise<string>][] = [
  ['unknown', async () => 'nobody-0123456789abcdef'],
  ['revoked', revokedKey],
]

function send({ path, asking: { json, ...asking } = {} }: Call, key: string | null): Promise<RawResponse> {
  const { method = 'POST', headers } = asking
  if (json === undefined) return knock(service.url, { ...asking, path, key })
  const typed = { ...headers, 'content-type': 'application/json' }
  return knock(service.url, { method, path, key, headers: typed, body: JSON.stringify(json) })
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/g
const someUuid = '01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10'
const unknownOrder = `ORDER-of-${'x'.repeat(testOwner.length)}`

/** The same call with ids that never existed. */
function ofUnknown({ path, asking }: Call): Call {
  const unknown = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll(uuid, someUuid).replaceAll(`ORDER-of-${testOwner}`, unknownOrder))
  return { path: unknown(path), ...(asking ? { asking: unknown(asking) } : {}) }
}

/** The complete response without the parts that differ for each request: ids, timestamps and the remaining rate limit. */
function comparable({ status, headers, text }: RawResponse) {
  const own = ['date', 'x-request-id']
  const masked = text
    .replaceAll(/"(requestId|timestamp)":"[^"]*"/g, '')
    .replaceAll(uuid, 'ID')
    .replaceAll(/ORDER-of-\w+/g, 'ID')
  const withoutCounts = (name: string, value: unknown) =>
    name.startsWith('ratelimit') ? String(value).replaceAll(/\d+/g, 'N') : value
  return {
    status,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      own.includes(name) ? [] : [[name, withoutCounts(name, value)]],
    ),
    text: masked,
  }
}

/** The same call in other forms: none of them may reveal whether another owner's id exists. */
function variants({ path, asking = {} }: Call): [string, Call][] {
  const { method = asking.json ? 'POST' : 'GET', headers = {}, json } = asking
  const withHeaders = (more: Record<string, string>) => ({
    path,
    asking: { ...asking, headers: { ...headers, ...more } },
  })
  return [
    ['as it is', { path, asking }],
    ['If-None-Match', withHeaders({ 'if-none-match': '*' })],
    ['If-Match', withHeaders({ 'if-match': '"x"' })],
    ['Prefer', withHeaders({ prefer: 'wait=1' })],
    ['Range', withHeaders({ range: 'bytes=0-1' })],
    ['Last-Event-ID', withHeaders({ 'last-event-id': '1' })],
    ['an unknown query parameter', { path: `${path}${path.includes('?') ? '&' : '?'}nothing=1`, asking }],
    ['PUT', { path, asking: { method: 'PUT' } }],
    ['OPTIONS', { path, asking: { method: 'OPTIONS' } }],
    ...(method === 'GET' ? ([['HEAD', { path, asking: { method: 'HEAD' } }]] as [string, Call][]) : []),
    ...(method === 'POST'
      ? ([['Idempotency-Key', withHeaders({ 'idempotency-key': 'of-the-other' })]] as [string, Call][])
      : []),
    ...(json
      ? ([['an unknown field', { path, asking: { ...asking, json: { ...json, nothing: 1 } } }]] as [string, Call][])
      : []),
    ...('upgrade' in headers
      ? ([
          ['no handshake', { path }],
          ['another version', withHeaders({ 'sec-websocket-version': '12' })],
        ] as [string, Call][])
      : []),
  ]
}

const rows = operations.map(({ operation }) => ({ operationId: operation.operationId, needed: scopesOf(operation) }))

describe.each(rows)('$operationId', ({ operationId, needed }) => {
  const { status, foreign, call } = caseOf(operationId)

  it(`gives its owner ${status}`, async () => {
    const mine = await call(owner)
    const response = await send(mine, needed ? owner.key : null)
    expect(response.status, response.text).toBe(status)
    if (mine.shows) expect(response.text).toContain(mine.shows)
  })

  if (needed) {
    it(`gives another owner: ${foreign}`, async () => {
      const theirs = await call(owner)
      const response = await send(theirs, other.key)
      if (foreign === 'unknown') {
        for (const [how, variant] of variants(theirs)) {
          const [foreignAnswer, unknown] = [await send(variant, other.key), await send(ofUnknown(variant), other.key)]
          expect(comparable(foreignAnswer), how).toEqual(comparable(unknown))
        }
        if (operationId === 'batchGetOperations') expect(JSON.parse(response.text)).toMatchObject({ operations: [] })
        else expect([404, 422]).toContain(response.status)
      } else {
        expect(response.status).toBe(status)
        expect(response.text).not.toContain(theirs.shows ?? owner.orderId)
      }
      expect((await send(theirs, owner.key)).status, 'it is as it was').toBe(status)
    })

    it('gives 401 without a credential and with one in the query', async () => {
      const mine = await call(owner)
      const inQuery = `${mine.path}${mine.path.includes('?') ? '&' : '?'}access_token=${owner.key}`
      for (const one of [mine, { ...mine, path: inQuery }]) {
        const response = await send(one, null)
        expect(response.status).toBe(401)
        expect(response.headers['www-authenticate']).toMatch(/^Bearer realm="longrun"/)
      }
    })

    it.each(needed)('gives 403 to a key that lacks only the scope %s', async (scope) => {
      const response = await send(await call(owner), keyWithout(scope))
      expect(response.status).toBe(403)
      expect(JSON.parse(response.text)).toMatchObject({ code: 'INSUFFICIENT_SCOPE' })
    })

    it.each(invalidKeys)('gives 401 to a key that is %s', async (_, keyOf) => {
      const response = await send(await call(owner), await keyOf())
      expect(response.status).toBe(401)
      expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
    })
  } else {
    it('gives the same response with a valid credential, without one and with a wrong one', async () => {
      const mine = await call(owner)
      const texts = new Set<string>()
      for (const key of [null, owner.key, other.key, 'nobody-0123456789abcdef']) {
        const response = await send(mine, key)
        expect(response.status).toBe(status)
        texts.add(response.text)
      }
      expect(texts.size).toBe(1)
    })
  }
})

describe('a resource of another owner, requested below a resource of one’s own,', () => {
  it.each(['', ':redeliver'])('is unknown: a delivery%s', async (verb) => {
    const theirs = await owner.delivery()
    const mine = await other.cancelled()
    const call = {
      path: `${mine}/deliveries/${theirs.split('/').at(-1)}${verb}`,
      asking: { method: verb ? 'POST' : 'GET' },
    }
    const unknown = { ...call, path: `${mine}/deliveries/dlv_${someUuid}${verb}` }
    const response = await send(call, other.key)
    expect(response.status).toBe(404)
    expect(comparable(response)).toEqual(comparable(await send(unknown, other.key)))
  })

  it('is unknown: a ping', async () => {
    const theirs = await owner.ping()
    const mine = await other.receiver()
    const response = await send({ path: `${mine}/pings/${theirs.split('/').at(-1)}` }, other.key)
    expect(response.status).toBe(404)
    expect(comparable(response)).toEqual(comparable(await send({ path: `${mine}/pings/dlv_${someUuid}` }, other.key)))
  })
})

describe('a page token', () => {
  it.each([
    ['/operations', 'waiting'],
    ['/webhookReceivers', 'receiver'],
    ['/keys', 'credential'],
    ['/orders?customerId=CG-12520', undefined],
    ['/customers', undefined],
  ] as const)('of another owner’s %s: 400, as one that was made up', async (path, make) => {
    if (make) for (const { [make]: more } of [owner, owner, other, other]) await more()
    const at = `${api}${path}${path.includes('?') ? '&' : '?'}pageSize=1`
    const { nextPageToken } = (await owner.ask(at)).body
    expect(nextPageToken).toEqual(expect.any(String))
    const response = await send({ path: `${at}&pageToken=${nextPageToken}` }, other.key)
    expect(response.status).toBe(400)
    expect(JSON.parse(response.text)).toMatchObject({ code: 'INVALID_PAGE_TOKEN' })
    const invented = await send({ path: `${at}&pageToken=eyJ9.${'x'.repeat(43)}` }, other.key)
    expect(comparable(response)).toEqual(comparable(invented))
  })

  it('of another owner’s stream is a 400', async () => {
    const path = await owner.waiting()
    const { body } = await owner.ask(`${api}/operations?pageSize=1`)
    const response = await send({ path: `${api}/operations/stream?after=${body.nextPageToken}` }, other.key)
    expect(response.status).toBe(400)
    expect((await send({ path: `${path}/stream` }, other.key)).status).toBe(404)
  })
})

describe('a signed link', () => {
  const at = (file: string, query: string) => `${file.split('?')[0]}?${query}`
  const signed = (file: string, link: string) => at(file, link.split('?')[1] ?? '')

  it('opens no other file, of any owner: 403', async () => {
    for (const key of [null, owner.key, other.key]) {
      const response = await send({ path: signed(other.link, owner.link) }, key)
      expect(response.status).toBe(403)
      expect(JSON.parse(response.text)).toMatchObject({ code: 'LINK_INVALID' })
    }
  })

  it('is not a credential for other endpoints: 401', async () => {
    expect((await send({ path: signed(`${owner.link.split('?')[0]}/metadata`, owner.link) }, null)).status).toBe(401)
  })

  it('with an invalid signature gets the same response for every file, existing or not, without a query', async () => {
    const purged = await fileOfPurged()
    const files = [owner.link, other.link, purged, `${api}/files/file_${someUuid}`]
    const validQuery = owner.link.split('?')[1] ?? ''
    const queries = [
      `expires=${Math.floor(Date.now() / 1000) + 3600}&signature=${'x'.repeat(64)}`,
      `expires=1&signature=${'x'.repeat(64)}`,
      `${validQuery}x`,
      validQuery.replace(/expires=\d+/, 'expires=9007199254740991'),
    ]
    await onDatabase(service, 'alter table files rename to files_away')
    try {
      for (const query of queries) {
        for (const method of ['GET', 'HEAD']) {
          for (const key of [null, owner.key, other.key]) {
            const responses = []
            for (const file of files) responses.push(await send({ path: at(file, query), asking: { method } }, key))
            expect(new Set(responses.map((response) => JSON.stringify(comparable(response)))).size).toBe(1)
            expect(responses[0]?.status).toBe(403)
          }
        }
      }
    } finally {
      await onDatabase(service, 'alter table files_away rename to files')
    }
  })
})

/** The path of a file whose operation was purged. */
async function fileOfPurged(): Promise<string> {
  const operation = String((await owner.ask(`${api}/reports:generate`, { json: report })).headers.get('location'))
  const { result } = await ended({ ...service, apiKey: ownerKey }, operation)
  expect((await owner.ask(`${operation}:purge`, { method: 'POST' })).status).toBe(204)
  return String((result as { downloadUrl: string }).downloadUrl)
}
