import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { exchange, rawSocket, received } from './raw.ts'
import { ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

/** What proxies, browsers and command-line clients send, and what RFC 9110 and RFC 9112 say about it. */
let service: TestService
let link: string
let etag: string
let content: string
beforeAll(async () => {
  service = await startTestService()
  const { result } = await ended(service, await submitted(service))
  link = (result as { downloadUrl: string }).downloadUrl
  const whole = await ask(service, link, { key: null })
  etag = whole.headers.get('etag') as string
  content = whole.text
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const get = (headers: Record<string, string>, method = 'GET') => ask(service, link, { key: null, headers, method })

describe('conditional requests of a file (RFC 9110 §13)', () => {
  it.each([
    ['the tag', () => etag, 206],
    ['another tag', () => '"another"', 200],
    ['the tag as a weak one', () => `W/${etag}`, 200],
    ['a date', () => new Date().toUTCString(), 200],
    ['a date of the past', () => 'Thu, 01 Jan 1970 00:00:00 GMT', 200],
    ['a list', () => `${etag}, "another"`, 200],
    ['an asterisk', () => '*', 200],
    ['the tag without quotes', () => etag.slice(1, -1), 200],
  ])('§13.1.5 If-Range with %s and Range: %i', async (_, value, status) => {
    const answer = await get({ range: 'bytes=0-9', 'if-range': value() })
    expect([answer.status, answer.text]).toEqual([status, status === 206 ? content.slice(0, 10) : content])
  })

  it('§13.1.5 If-Range with another tag ignores a range outside of the file', async () => {
    expect((await get({ range: 'bytes=99999999-', 'if-range': '"another"' })).status).toBe(200)
    expectProblem(await get({ range: 'bytes=99999999-', 'if-range': etag }), 416, 'RANGE_NOT_SATISFIABLE')
  })

  it('§13.1.5 If-Range without Range changes nothing', async () => {
    expect((await get({ 'if-range': etag })).text).toBe(content)
  })

  it.each([
    ['the tag', () => etag, 304],
    ['the tag as a weak one', () => `W/${etag}`, 304],
    ['a list with the tag', () => `"a", ${etag}`, 304],
    ['an asterisk', () => '*', 304],
    ['another tag', () => '"another"', 200],
    ['a tag that a proxy has changed', () => etag.replace(/"$/, '-gzip"'), 200],
  ])('§13.1.2 If-None-Match with %s: %i, also for HEAD', async (_, value, status) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await get({ 'if-none-match': value() }, method)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('etag')).toBe(etag)
      expect(answer.text).toBe(status === 200 && method === 'GET' ? content : '')
    }
  })

  it('§13.2.2 If-None-Match is evaluated before Range', async () => {
    expect((await get({ 'if-none-match': etag, range: 'bytes=0-9' })).status).toBe(304)
    expect((await get({ 'if-none-match': '"another"', range: 'bytes=0-9' })).status).toBe(206)
  })

  it('§13.1.3 and §13.1.4 dates are ignored, because files have no Last-Modified', async () => {
    for (const name of ['if-modified-since', 'if-unmodified-since']) {
      expect((await get({ [name]: new Date().toUTCString() })).status).toBe(200)
    }
  })

  it('§14.2 HEAD ignores Range', async () => {
    const answer = await get({ range: 'bytes=0-9' }, 'HEAD')
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(Buffer.byteLength(content))])
    expect(answer.headers.get('content-range')).toBeNull()
  })
})

const head = (path: string, ...more: string[]) => [
  `POST ${path} HTTP/1.1`,
  'Host: localhost',
  `Authorization: Bearer ${service.apiKey}`,
  ...more,
]

describe('an empty body (RFC 9112 §6.3)', () => {
  const chunked = 'Transfer-Encoding: chunked'
  const json = 'Content-Type: application/json'

  it.each([
    ['no header', [], ''],
    ['Content-Length: 0', ['Content-Length: 0'], ''],
    ['Content-Length: 0 and a type', ['Content-Length: 0', json], ''],
    ['no chunk', [chunked], '0\r\n\r\n'],
    ['no chunk and a type', [chunked, json], '0\r\n\r\n'],
    ['no chunk and another type', [chunked, 'Content-Type: text/plain'], '0\r\n\r\n'],
    ['Content-Length: 0 and another type', ['Content-Length: 0', 'Content-Type: text/plain'], ''],
    ['no chunk and a trailer', [chunked, 'Trailer: X-Sum'], '0\r\nX-Sum: 1\r\n\r\n'],
    ['an empty object in a chunk', [chunked, json], '2\r\n{}\r\n0\r\n\r\n'],
  ])('that is framed as %s cancels', async (_, headers, body) => {
    const path = await submitted(service, { startAfter: inAnHour() })
    expect(await exchange(service.url, head(`${path}:cancel`, ...headers), body)).toMatch(/^HTTP\/1\.1 200 /)
  })

  it.each([
    ['bytes without a type', [chunked], '2\r\n{}\r\n0\r\n\r\n', 415],
    ['bytes of another type', [chunked, 'Content-Type: text/plain'], '2\r\n{}\r\n0\r\n\r\n', 415],
    ['bytes that are not JSON', [chunked, json], '1\r\n{\r\n0\r\n\r\n', 400],
  ])('is decided by the bytes: %s', async (_, headers, body, status) => {
    const path = await submitted(service, { startAfter: inAnHour() })
    expect(await exchange(service.url, head(`${path}:cancel`, ...headers), body)).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} `),
    )
  })

  it('is named as missing where a body is required', async () => {
    const text = await exchange(service.url, head('/api/v1/reports:generate', chunked), '0\r\n\r\n', /\}$/)
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*The body is missing/)
  })
})

describe('a refused request with a large body (RFC 9112 §9.6)', () => {
  /** Sends as a client does that reads the response while it sends. Resolves with the status, or the error of the connection. */
  function send(path: string, headers: Record<string, string>, megabytes: number): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    const asked = httpRequest(service.url + path, { method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(`${response.statusCode} ${response.headers.connection}`))
    })
    asked.on('error', (error) => resolve(String((error as NodeJS.ErrnoException).code)))
    void (async () => {
      const bytes = Buffer.alloc(2 ** 20, 'a')
      for (let sent = 0; sent < megabytes && !asked.destroyed; sent += 1) {
        if (!asked.write(bytes)) await Promise.race([once(asked, 'drain'), once(asked, 'close')])
      }
      asked.end()
    })()
    return promise
  }

  it.each([
    {
      words: 'with a wrong key',
      path: '/api/v1/uploads',
      key: 'wrong-0123456789abcdef',
      type: 'text/csv',
      status: 401,
    },
    { words: 'of another type', path: '/api/v1/uploads', key: undefined, type: 'text/plain', status: 415 },
    {
      words: 'beyond the limit',
      path: '/api/v1/reports:generate',
      key: undefined,
      type: 'application/json',
      status: 413,
    },
    { words: 'of no path', path: '/api/v1/nothing', key: undefined, type: 'text/csv', status: 404 },
    { words: 'of another method', path: '/api/v1/operations', key: undefined, type: 'text/csv', status: 405 },
  ])('$words gets its answer each time: $status', async ({ path, key = service.apiKey, type, status }) => {
    const sizes = [1, 8, 24]
    for (const framing of ['length', 'chunks']) {
      for (const size of sizes) {
        const headers = { authorization: `Bearer ${key}`, 'content-type': type }
        const length: Record<string, string> = framing === 'length' ? { 'content-length': String(size * 2 ** 20) } : {}
        expect(await send(path, { ...headers, ...length }, size), `${framing} ${size}`).toBe(`${status} close`)
      }
    }
  })

  it('answers nothing more on its connection, and closes it', async () => {
    const socket = await rawSocket(service.url)
    const bytes = 200_000
    socket.write(
      `${head('/api/v1/reports:generate', 'Content-Type: application/json', `Content-Length: ${bytes}`).join('\r\n')}\r\n\r\n`,
    )
    const first = await received(socket, /\}$/)
    expect(first).toMatch(/^HTTP\/1\.1 413 /)
    const closed = once(socket, 'close')
    let more = ''
    socket.on('data', (text) => {
      more += text
    })
    socket.write(`${'a'.repeat(bytes)}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    socket.end()
    await closed
    expect(more).toBe('')
  })
})

describe('Expect: 100-continue (RFC 9110 §10.1.1)', () => {
  const expecting = 'Expect: 100-continue'
  const json = JSON.stringify(report)

  it.each([
    ['a JSON body', '/api/v1/reports:generate', 'application/json', json, 202],
    ['an upload', '/api/v1/uploads', 'text/csv', 'a,b\n', 201],
  ])('asks for %s and answers it', async (_, path, type, body, status) => {
    const socket = await rawSocket(service.url)
    const lines = head(path, `Content-Type: ${type}`, `Content-Length: ${body.length}`, expecting)
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    expect(await received(socket, /\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    socket.write(body)
    expect(await received(socket, /\r\n\r\n/)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    socket.destroy()
  })

  it.each([
    [
      'a wrong key',
      401,
      ['Authorization: Bearer wrong-0123456789abcdef', 'Content-Type: text/csv', 'Content-Length: 9'],
    ],
    ['another type', 415, [`Authorization: Bearer {key}`, 'Content-Type: text/plain', 'Content-Length: 9']],
    ['too many bytes', 413, [`Authorization: Bearer {key}`, 'Content-Type: text/csv', 'Content-Length: 9999999999999']],
  ])('is answered with the refusal of %s in place of 100', async (_, status, headers) => {
    const lines = [
      'POST /api/v1/uploads HTTP/1.1',
      'Host: localhost',
      ...headers.map((line) => line.replace('{key}', service.apiKey)),
      expecting,
    ]
    const text = await exchange(service.url, lines)
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(text).toMatch(/connection: close/i)
    expect(text).not.toContain('100 Continue')
  })
})

describe('values', () => {
  it('an empty page token is the first page', async () => {
    await submitted(service, { startAfter: inAnHour() })
    for (const path of [
      '/api/v1/operations',
      '/api/v1/orders',
      '/api/v1/customers',
      '/api/v1/keys',
      '/api/v1/webhookReceivers',
    ]) {
      const [first, empty] = [
        await ask(service, `${path}?pageSize=1`),
        await ask(service, `${path}?pageSize=1&pageToken=`),
      ]
      expect([path, empty.status]).toEqual([path, 200])
      const items = ({ nextPageToken: _, ...body }: Record<string, unknown>) => body
      expect(items(empty.body)).toEqual(items(first.body))
    }
  })

  const years = ['0000', '0001', '9999'] as const

  it.each(years)('the year %s in each date and date-time of a query', async (year) => {
    const status = year === '0000' ? 400 : 200
    const time = `${year}-06-01T00:00:00Z`
    const day = `${year}-06-01`
    for (const query of [
      `operations?createdAfter=${time}`,
      `operations?createdBefore=${time}`,
      `orders?fromDate=${day}`,
      `orders?toDate=${day}`,
    ]) {
      const answer = await ask(service, `/api/v1/${query}`)
      expect([query, answer.status]).toEqual([query, status])
      if (status === 400) expect(answer.body.detail).toMatch(/years 0001 to 9999/)
    }
  })

  it.each([
    ['startAfter', '0000-01-01T00:00:00Z'],
    ['startAfter', '0001-01-01T00:00:00+14:00'],
    ['startAfter', '9999-12-31T23:59:59-12:00'],
    ['dateRange', { fromDate: '0000-01-01', toDate: '2017-01-01' }],
    ['dateRange', { fromDate: '0000-01-01', toDate: '0000-12-31' }],
  ])('422 for %s %j', async (name, value) => {
    const answer = await ask(service, '/api/v1/reports:generate', { json: { ...report, [name]: value } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(JSON.stringify(answer.body.errors)).toMatch(/years 0001 to 9999/)
  })

  it.each([['dateRange', { fromDate: '0001-01-01', toDate: '9999-12-31' }]])('202 for %s %j', async (name, value) => {
    const answer = await ask(service, '/api/v1/reports:generate', {
      json: { ...report, startAfter: inAnHour(), [name]: value },
    })
    expect(answer.status).toBe(202)
    expect((await ask(service, answer.headers.get('location') ?? '')).status).toBe(200)
  })

  it('expiresAt of a key is refused in the year 0', async () => {
    const json = { name: 'zero', scopes: ['operations:read'], expiresAt: '0000-01-01T00:00:00Z' }
    expectProblem(await ask(service, '/api/v1/keys', { json }), 422, 'INVALID_INPUT')
  })
})
