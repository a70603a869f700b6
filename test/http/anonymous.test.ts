import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { callbackToken } from '../../server/contract/callback-token.ts'
import { loadConsole } from '../../server/http/resources/console-files.ts'
import { loadDocumentation } from '../../server/http/resources/documentation.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openWaitRig, type WaitRig } from '../support/suspended.ts'
import { rawSocket, untilClosed } from './raw.ts'
import { type Answer, type Asking, ask, ended, expectProblem, submitted } from './requests.ts'

const limit = 5
const reads = 40
const origin = 'https://app.example.com'

const forged = callbackToken(Buffer.alloc(32), {
  operationId: '01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21',
  name: 'decision',
})
const consoleFile = `/console/${[...(await loadConsole()).files.keys()][0]}`
const script = `/docs/files/${(await loadDocumentation()).api.script}`

let database: TestDatabase
let service: TestService
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  service = await startTestService(
    { LIMIT_ANONYMOUS: String(limit), LIMIT_READS: String(reads), TRUSTED_PROXIES: 'loopback', CORS_ORIGINS: origin },
    database,
  )
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  await database.drop()
})

let addresses = 0
/** An address that no other test uses. */
const newAddress = () => `198.51.100.${++addresses}`

function from(address: string, path: string, asking: Asking = {}): Promise<Answer> {
  return ask(service, path, { key: null, ...asking, headers: { 'x-forwarded-for': address, ...asking.headers } })
}

async function times(count: number, send: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let sent = 0; sent < count; sent += 1) answers.push(await send())
  return answers
}

function expectLimited(answer: Answer) {
  expectProblem(answer, 429, 'RATE_LIMITED')
  const seconds = Number(answer.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(60)
  expect(answer.body.retryAfter).toBe(seconds)
}

describe('requests without an accepted credential are limited by address', () => {
  it.each<[string, number, string, Asking?]>([
    ['/openapi.json', 200, '/openapi.json'],
    ['/docs', 200, '/docs'],
    ['the script of /docs', 200, script],
    ['the document of a dialect', 200, '/openapi/azure'],
    ['the list of guides', 200, '/docs/guides'],
    ['a guide', 200, '/docs/guides/polling'],
    ['/console', 200, '/console'],
    ['its files', 200, consoleFile],
    ['a page of a problem', 200, '/problems/NOT_FOUND'],
    ['an unchanged page', 304, '/docs', { headers: { 'if-none-match': '*' } }],
    ['an unknown problem', 404, '/problems/NONSENSE'],
    ['an unknown path', 404, '/nowhere'],
    ['/', 200, '/'],
    ['an unknown path with a valid credential', 404, '/nowhere', { key: 'alice-0123456789abcdef' }],
    ['another method', 405, '/docs', { method: 'DELETE' }],
    ['another method of an endpoint', 405, '/api/v1/operations', { method: 'PUT' }],
    [
      'a preflight of another origin',
      405,
      '/docs',
      { method: 'OPTIONS', headers: { origin: 'https://other.example' } },
    ],
    ['a malformed request for a page', 400, '/openapi.json?bogus=1'],
    ['an excluded coding', 406, '/docs', { headers: { 'accept-encoding': 'identity;q=0' } }],
    ['no credential', 401, '/api/v1/operations'],
    ['a wrong key', 401, '/api/v1/operations', { key: 'not-a-key-of-anybody' }],
    ['a wrong key in the format of a key', 401, '/api/v1/operations', { key: `lr_abcdefgh_${'a'.repeat(43)}` }],
    ['a wrong key in X-API-Key', 401, '/api/v1/operations', { headers: { 'x-api-key': 'not-a-key-of-anybody' } }],
    ['no bearer token', 401, '/api/v1/operations', { headers: { authorization: 'Basic YTpi' } }],
    ['a submit with a wrong key', 401, '/api/v1/reports:generate', { key: 'not-a-key-of-anybody', json: {} }],
    ['an upload with a wrong key', 401, '/api/v1/uploads', { key: 'not-a-key', method: 'POST', body: 'x' }],
    ['a socket with a wrong key', 401, '/api/v1/operations/op_1/status', { key: 'not-a-key-of-anybody' }],
  ])('%s', async (_, status, path, asking) => {
    const address = newAddress()
    const answers = await times(limit, () => from(address, path, asking))
    expect(answers.map((answer) => answer.status)).toEqual(Array(limit).fill(status))
    expectLimited(await from(address, path, asking))
    if (!asking?.method && !asking?.json)
      expect((await from(address, path, { ...asking, method: 'HEAD' })).status).toBe(429)
    // All of these requests share one limit; another address has its own.
    expectLimited(await from(address, '/openapi.json'))
    expect((await from(newAddress(), path, asking)).status).toBe(status)
  })

  it('different wrong keys share the limit', async () => {
    const address = newAddress()
    let sent = 0
    const wrong = () => from(address, '/api/v1/operations', { key: `not-a-key-${++sent}` })
    await times(limit, wrong)
    expectLimited(await wrong())
  })

  it('a valid credential from an address at its limit is served, and does not count for it', async () => {
    const address = newAddress()
    await times(limit, () => from(address, '/api/v1/operations', { key: 'not-a-key-of-anybody' }))
    expectLimited(await from(address, '/docs'))
    expect((await from(address, '/api/v1/operations', { key: service.otherKey })).status).toBe(200)
    const fresh = newAddress()
    await times(limit * 2, () => from(fresh, '/api/v1/operations', { key: service.otherKey }))
    expect((await from(fresh, '/docs')).status).toBe(200)
  })

  it('probes always get a response', async () => {
    const address = newAddress()
    await times(limit + 1, () => from(address, '/docs'))
    for (const path of ['/healthz', '/readyz']) {
      const answers = await times(limit * 3, () => from(address, path))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    }
  })

  it('the addresses of one IPv6 /64 are one client', async () => {
    for (let host = 1; host <= limit; host += 1) await from(`2001:db8:0:1::${host}`, '/docs')
    expectLimited(await from('2001:db8:0:1:ffff::1', '/docs'))
    expect((await from('2001:db8:0:2::1', '/docs')).status).toBe(200)
    expect((await from('::ffff:198.51.100.250', '/docs')).status).toBe(200)
  })

  it('entries that a client adds to X-Forwarded-For are ignored', async () => {
    const address = newAddress()
    let sent = 0
    const forged = () => from(`203.0.113.${++sent}, ${address}`, '/docs')
    await times(limit, forged)
    expectLimited(await forged())
  })

  it('preflights of an allowed origin have their own limit, which equals the limit of reads', async () => {
    const address = newAddress()
    const headers = { origin, 'access-control-request-method': 'GET', 'x-forwarded-for': address }
    const preflight = () =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${service.url}/api/v1/operations`, { method: 'OPTIONS', headers }, (response) =>
          resolve(response.resume().statusCode),
        )
          .on('error', reject)
          .end()
      })
    for (let sent = 0; sent < reads; sent += 1) expect(await preflight()).toBe(204)
    expect(await preflight()).toBe(429)
    expect((await from(address, '/docs')).status).toBe(200)
  })
})

describe('signed links', () => {
  let link: string
  beforeAll(async () => {
    const operation = await ended(service, await submitted(service))
    link = (operation.result as { downloadUrl: string }).downloadUrl
    expect((await from(newAddress(), link)).status).toBe(200)
  })
  const expired = () => link.replace(/expires=\d+/, 'expires=1')

  it.each<[string, number, () => string]>([
    ['with another signature', 403, () => `${link}x`],
    ['with another expiry', 403, expired],
    ['of an unknown file', 404, () => link.replace(/file_[^?]+/, `file_${crypto.randomUUID()}`)],
    ['without a signature', 400, () => link.replace(/\?.*/, '')],
  ])('%s are limited by address, and do not affect a valid link that was used before', async (_, status, invalid) => {
    const address = newAddress()
    const answers = await times(limit, () => from(address, invalid()))
    expect(answers.map((answer) => answer.status)).toEqual(Array(limit).fill(status))
    expectLimited(await from(address, invalid()))
    expect((await from(address, link)).status).toBe(200)
    // Pages and keys have separate counts.
    expect((await from(address, '/docs')).status).toBe(200)
  })

  it('that are valid count for their owner only, regardless of their address', async () => {
    const address = newAddress()
    await times(limit + 1, () => from(address, '/docs'))
    let answer = await from(address, link)
    let served = 0
    for (; answer.status === 200 && served <= reads; served += 1) answer = await from(address, link)
    expectLimited(answer)
    expect(served).toBeLessThanOrEqual(reads)
    expect(served).toBeGreaterThan(limit * 3)
    expectLimited(await from(newAddress(), link))
    // The owner's keys have their own limits.
    expect((await from(address, '/api/v1/operations', { key: service.readerKey })).status).toBe(200)
  })
})

describe('callback URLs', () => {
  let rig: WaitRig
  beforeAll(async () => {
    rig = await openWaitRig(service)
  })
  afterAll(() => rig.close())
  const json = { verdict: 'CLEAR', reference: 'CR-1' }

  async function callbackOf() {
    const path = await submitted(service, { startAfter: new Date(Date.now() + 3_600_000).toISOString() })
    await rig.suspend(path)
    return rig.callback(path)
  }

  it.each([
    ['without a token of this service', 404, '/api/v1/callbacks/x'],
    ['with a forged token', 403, `/api/v1/callbacks/${forged}`],
  ])('%s are limited by address before their body is read, and do not affect a valid one', async (_, status, path) => {
    const valid = await callbackOf()
    const address = newAddress()
    const answers = await times(limit, () => from(address, path, { json }))
    expect(answers.map((answer) => answer.status)).toEqual(Array(limit).fill(status))
    expectLimited(await from(address, path, { json }))
    expectLimited(await from(address, path, { method: 'POST', body: '{', headers: { 'content-type': 'text/csv' } }))
    expect((await from(address, valid, { json })).status).toBe(200)
    expect((await from(address, '/docs')).status).toBe(200)
  })

  it('with a valid token count for the owner only, regardless of their address', async () => {
    const valid = await callbackOf()
    const address = newAddress()
    await times(limit + 1, () => from(address, '/docs'))
    let answer = await from(address, valid, { json })
    let served = 0
    for (; answer.status === 200 && served <= reads; served += 1) answer = await from(address, valid, { json })
    expectLimited(answer)
    expect(served).toBeGreaterThan(limit * 3)
    expectLimited(await from(newAddress(), valid, { json }))
    // The owner's keys have their own limits.
    expect((await from(address, '/api/v1/operations', { key: service.readerKey })).status).toBe(200)
  })
})

describe('a request that is not HTTP', () => {
  it('gets a response up to the limit; beyond it the connection is closed without a response', async () => {
    const other = await startTestService({ ROLES: 'api', LIMIT_ANONYMOUS: String(limit) }, database)
    try {
      const answered = async (text: string) => {
        const socket = await rawSocket(other.url)
        socket.write(text)
        return (await untilClosed(socket)).text.slice(0, 12)
      }
      const garbage = '\u0016\u0003\u0001\u0002\r\n\r\n'
      for (let sent = 0; sent < limit; sent += 1) expect(await answered(garbage)).toBe('HTTP/1.1 400')
      expect(await answered(garbage)).toBe('')
      const headers = Array.from({ length: 200 }, (_, nth) => `X-${nth}: y\r\n`).join('')
      expect(await answered(`GET /healthz HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)).toBe('')
      expect(await answered('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toBe('HTTP/1.1 200')
    } finally {
      await other.close()
    }
  })
})
