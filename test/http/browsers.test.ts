import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { rawSocket, untilClosed } from './raw.ts'
import { type Asking, ask, ended, expectProblem, submitted } from './requests.ts'

const page = 'https://app.example'
const elsewhere = 'https://evil.example'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ CORS_ORIGINS: `${page},http://localhost:5173`, TRUSTED_PROXIES: 'loopback' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const from = (origin: string, path: string, asking: Asking = {}) =>
  ask(service, path, { ...asking, headers: { origin, ...asking.headers } })
const preflight = (origin: string, path: string, method = 'POST') =>
  from(origin, path, { method: 'OPTIONS', key: null, headers: { 'access-control-request-method': method } })
const allowed = (headers: Headers) => headers.get('access-control-allow-origin')
const names = (text: string | null) => (text ?? '').toLowerCase().split(', ')

describe('a page of a configured origin', () => {
  it('gets the allowed methods and headers from a preflight', async () => {
    const { status, headers, text } = await preflight(page, '/api/v1/operations/op_1', 'DELETE')
    expect([status, text, allowed(headers), headers.get('vary')]).toEqual([204, '', page, 'Origin'])
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, DELETE')
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0)
    expect(headers.has('access-control-allow-credentials')).toBe(false)
    const sent = ['authorization', 'x-api-key', 'idempotency-key', 'prefer', 'if-none-match', 'last-event-id']
    const ofDialects = ['x-goog-api-client', 'x-goog-request-params', 'x-ms-client-request-id', 'x-ms-useragent']
    for (const name of [...sent, ...ofDialects, 'content-type', 'x-request-id', 'traceparent', 'tracestate']) {
      expect(names(headers.get('access-control-allow-headers'))).toContain(name)
    }
    expect(allowed((await preflight('http://localhost:5173', '/api/v1/uploads')).headers)).toBe('http://localhost:5173')
  })

  it('may read responses and problems, with their headers', async () => {
    const read = ['location', 'retry-after', 'etag', 'link', 'ratelimit', 'ratelimit-policy', 'x-request-id']
    const more = [
      'operation-location',
      'x-ms-error-code',
      'idempotency-replayed',
      'preference-applied',
      'content-location',
      'content-disposition',
    ]
    for (const [path, key] of [
      ['/api/v1/operations', service.apiKey],
      ['/api/v1/operations', null],
      ['/nowhere', null],
      ['/compat/azure/operations/op_1', service.apiKey],
      ['/compat/google/v1/operations', service.apiKey],
    ] as const) {
      const { headers } = await from(page, path, { key })
      expect(allowed(headers)).toBe(page)
      expect(headers.get('vary')).toContain('Origin')
      for (const name of [...read, ...more]) {
        expect(names(headers.get('access-control-expose-headers'))).toContain(name)
      }
    }
  })

  it('may stream an operation, and download a file by its signed link', async () => {
    const path = await submitted(service)
    const { result } = await ended(service, path)
    const response = await fetch(`${service.url}${path}/stream`, {
      headers: { origin: page, authorization: `Bearer ${service.apiKey}` },
    })
    expect([response.status, allowed(response.headers)]).toEqual([200, page])
    expect(await response.text()).toContain('event: completed')
    const { downloadUrl } = result as { downloadUrl: string }
    const file = await from(page, downloadUrl, { key: null, headers: { range: 'bytes=0-9' } })
    expect([file.status, allowed(file.headers), file.headers.get('vary')]).toEqual([206, page, 'Origin'])
  })
})

describe('a page of any other origin', () => {
  it('gets the response of an unknown method to a preflight', async () => {
    for (const origin of [elsewhere, 'null', `${page}.evil.example`, 'http://app.example', page.toUpperCase()]) {
      const answer = await preflight(origin, '/api/v1/operations/op_1', 'DELETE')
      expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer.headers.get('allow')).toBe('GET, HEAD, DELETE')
      expect(allowed(answer.headers)).toBeNull()
    }
  })

  it('cannot read any response', async () => {
    const { headers } = await from(elsewhere, '/api/v1/operations')
    expect(allowed(headers)).toBeNull()
    expect(headers.has('access-control-expose-headers')).toBe(false)
    expect(headers.get('vary')).toBe('Authorization, X-API-Key, Origin')
    expect(allowed((await ask(service, '/api/v1/operations')).headers)).toBeNull()
  })
})

it('OPTIONS is not a method of the contract, except in preflights', async () => {
  expectProblem(await from(page, '/api/v1/operations', { method: 'OPTIONS' }), 405, 'METHOD_NOT_ALLOWED')
  expectProblem(await preflight(page, '/nowhere'), 404, 'NOT_FOUND')
})

it('without configured origins no response has CORS headers', async () => {
  const closed = await startTestService({ ROLES: 'api', PUBLIC_URL: 'https://longrun.example' })
  const headers = { origin: page, 'access-control-request-method': 'POST' }
  const { status, headers: received } = await ask(closed, '/healthz', { method: 'OPTIONS', key: null, headers })
  expect(status).toBe(405)
  expect([...received.keys()].filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual([])
  // PUBLIC_URL is https, so every request counts as TLS.
  expect(received.get('strict-transport-security')).toBe('max-age=31536000')
  await closed.close()
})

describe('a response', () => {
  it('has Strict-Transport-Security when a trusted proxy received the request over TLS', async () => {
    const sts = async (headers: Record<string, string>) =>
      (await ask(service, '/healthz', { headers })).headers.get('strict-transport-security')
    expect(await sts({ 'x-forwarded-proto': 'https' })).toBe('max-age=31536000')
    expect(await sts({ 'x-forwarded-proto': 'http' })).toBeNull()
    expect(await sts({})).toBeNull()
    const untrusting = await startTestService({ ROLES: 'api' })
    const response = await ask(untrusting, '/healthz', { headers: { 'x-forwarded-proto': 'https' } })
    expect(response.headers.has('strict-transport-security')).toBe(false)
    await untrusting.close()
  })

  it('ignores X-Forwarded-Host', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const { text, headers: received } = await ask(service, '/api/v1/uploads', {
      method: 'POST',
      body: 'a\n',
      headers: { ...headers, 'content-type': 'text/csv' },
    })
    expect(text + JSON.stringify([...received])).not.toContain('evil')
  })

  it('has a media type and a content security policy; pages have their own policy', async () => {
    const api = (await ask(service, '/api/v1/operations')).headers
    expect(Object.fromEntries(api)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    const docs = (await ask(service, '/docs', { key: null })).headers
    expect(docs.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    expect(docs.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(docs.get('cross-origin-opener-policy')).toBe('same-origin')
  })

  it.each(['/docs', '/console', '/'])('that says that %s is unchanged leaves its policy as it is', async (path) => {
    const { headers } = await ask(service, path, { key: null })
    const unchanged = await ask(service, path, { key: null, headers: { 'if-none-match': headers.get('etag') ?? '' } })
    expect(unchanged.status).toBe(304)
    expect(unchanged.headers.has('content-security-policy')).toBe(false)
    expect(unchanged.headers.get('x-frame-options')).toBe('DENY')
  })

  it('to a malformed request has the same headers as all others', async () => {
    const socket = await rawSocket(service.url)
    socket.write('NONSENSE\r\n\r\n')
    const { text } = await untilClosed(socket)
    const tooMany = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, '1']))
    const refused = await ask(service, '/healthz', { key: null, headers: tooMany })
    expect(refused.status).toBe(431)
    const heads = [text.toLowerCase(), [...refused.headers].map(([name, value]) => `${name}: ${value}`).join('\r\n')]
    for (const head of heads) {
      for (const line of ['cache-control: no-store', 'x-content-type-options: nosniff', 'x-frame-options: deny']) {
        expect(head.toLowerCase()).toContain(line)
      }
    }
  })

  it('may be cached by its owner, by everyone if it is documentation, and otherwise not at all', async () => {
    const path = await submitted(service)
    const { result } = await ended(service, path)
    const { downloadUrl } = result as { downloadUrl: string }
    const kept = async (at: string, asking: Asking = {}) =>
      (await ask(service, at, asking)).headers.get('cache-control')
    const receiver = { json: { url: 'https://93.184.216.34/hook' } }
    const trial = { json: { filter: {}, validateOnly: true } }
    expect(await Promise.all([kept(path), kept('/api/v1/operations'), kept(`${path}/events`)])).toEqual(
      Array(3).fill('private, no-cache'),
    )
    expect(await kept(downloadUrl, { key: null })).toMatch(/^private, max-age=\d+$/)
    for (const at of ['/docs', '/openapi.json', '/problems/NOT_FOUND'])
      expect(await kept(at)).toBe('public, max-age=300')
    const script = /<script[^>]* src="([^"]+)"/.exec((await ask(service, '/docs', { key: null })).text)?.[1] ?? ''
    expect(await kept(script)).toBe('public, max-age=31536000, immutable')
    const unkept = [
      kept('/healthz'),
      kept('/nowhere'),
      kept(path, { key: null }),
      kept('/api/v1/webhookReceivers', receiver),
      kept('/api/v1/operations:cancel', trial),
      kept(path, { method: 'PUT' }),
    ]
    expect(await Promise.all(unkept)).toEqual(Array(unkept.length).fill('no-store'))
    const deleted = await submitted(service, { startAfter: new Date(Date.now() + 60_000).toISOString() })
    expect(await kept(deleted, { method: 'DELETE' })).toBe('no-store')
  })
})
