import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

/** Writes the bytes; returns everything that is received until the service closes the connection. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.on('error', () => {})
  socket.write(Buffer.from(text, 'latin1'))
  await once(socket, 'close')
  return Buffer.concat(parts).toString('latin1')
}

const statusesOf = (received: string) =>
  [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status))

const end = 'Host: x\r\nConnection: close\r\n\r\n'
const json = (body: string, more: string) =>
  `POST /api/v1/reports:generate HTTP/1.1\r\nAuthorization: Bearer alice-0123456789abcdef\r\nContent-Type: application/json\r\n${more}${end}${body}`

describe('invalid HTTP', () => {
  it.each<[string, string]>([
    ['an unknown method', `BREW /api/v1/operations HTTP/1.1\r\n${end}`],
    ['a method in lower case', `get /healthz HTTP/1.1\r\n${end}`],
    ['a space in the path', `GET /healthz and more HTTP/1.1\r\n${end}`],
    ['a NUL in the path', `GET /\u0000 HTTP/1.1\r\n${end}`],
    ['a NUL in a header', `GET /healthz HTTP/1.1\r\nX: a\u0000b\r\n${end}`],
    ['a bare CR in a header', `GET /healthz HTTP/1.1\r\nX: a\rY: b\r\n${end}`],
    ['a space before a colon', `GET /healthz HTTP/1.1\r\nX : a\r\n${end}`],
    ['a header without a name', `GET /healthz HTTP/1.1\r\n: a\r\n${end}`],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['another protocol', 'GET /healthz SMTP/1.1\r\n\r\n'],
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/9.9', `GET /healthz HTTP/9.9\r\n${end}`],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n'],
    ['two lengths', json('{}', 'Content-Length: 2\r\nContent-Length: 3\r\n')],
    [
      'Content-Length and Transfer-Encoding together',
      json('0\r\n\r\n', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'),
    ],
    ['a negative Content-Length', json('{}', 'Content-Length: -2\r\n')],
    ['a Content-Length that is not a number', json('{}', 'Content-Length: two\r\n')],
    ['a Content-Length beyond 64 bits', json('{}', 'Content-Length: 99999999999999999999\r\n')],
    ['a chunk with a malformed size', json('zz\r\n{}\r\n0\r\n\r\n', 'Transfer-Encoding: chunked\r\n')],
    ['a chunk size beyond 64 bits', json('fffffffffffffffff\r\n', 'Transfer-Encoding: chunked\r\n')],
    ['chunks with another transfer coding', json('0\r\n\r\n', 'Transfer-Encoding: chunked, gzip\r\n')],
  ])('gets a 4xx and the connection is closed: %s', async (_, text) => {
    const [status = 0, ...more] = statusesOf(await raw(text))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(more).toEqual([])
  })

  it('gets a response without a body when it begins like HEAD', async () => {
    const [head = '', body] = (await raw(`HEAD /healthz?\u00ff HTTP/1.1\r\nX : a\r\n${end}`)).split('\r\n\r\n')
    expect([statusesOf(head), body]).toEqual([[400], ''])
  })

  it('431 for headers over the limit, one or many', async () => {
    const many = Array.from({ length: 1500 }, (_, nth) => `X-${nth}: ${'y'.repeat(20)}\r\n`).join('')
    for (const headers of [`X: ${'y'.repeat(100_000)}\r\n`, many]) {
      expect(statusesOf(await raw(`GET /healthz HTTP/1.1\r\n${headers}${end}`))).toEqual([431])
    }
  })

  it('CONNECT opens no tunnel', async () => {
    expect(statusesOf(await raw(`CONNECT 127.0.0.1:22 HTTP/1.1\r\n${end}`)).filter((status) => status < 400)).toEqual(
      [],
    )
  })
})

describe('unusual but valid HTTP', () => {
  it.each<[string, string, number[]]>([
    ['an absolute-form target', `GET http://elsewhere/healthz HTTP/1.1\r\n${end}`, [200, 400, 404]],
    ['a target without a slash', `GET healthz HTTP/1.1\r\n${end}`, [400, 404]],
    ['the asterisk', `OPTIONS * HTTP/1.1\r\n${end}`, [400, 404, 405]],
    ['two slashes', `GET //healthz HTTP/1.1\r\n${end}`, [400, 404]],
    ['another host behind two slashes', `GET //evil.example/healthz HTTP/1.1\r\n${end}`, [400, 404]],
    ['dots', `GET /api/v1/../../healthz HTTP/1.1\r\n${end}`, [200, 404]],
    ['encoded dots', `GET /api/v1/%2e%2e/%2e%2e/healthz HTTP/1.1\r\n${end}`, [200, 404]],
    ['a fragment', `GET /healthz#x HTTP/1.1\r\n${end}`, [200, 400, 404]],
    ['a malformed Host', 'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', [400]],
    ['an empty Host', 'GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', [200, 400]],
    ['two Hosts', `GET /healthz HTTP/1.1\r\nHost: y\r\n${end}`, [200, 400]],
    ['Latin-1 in the path', `GET /\u00ff HTTP/1.1\r\n${end}`, [400, 404]],
    ['HTTP/1.0 with a Host', 'GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n', [200]],
    ['HTTP/1.0 without a Host', 'GET /healthz HTTP/1.0\r\n\r\n', [200, 400]],
    ['an unknown expectation', `GET /healthz HTTP/1.1\r\nExpect: miracles\r\n${end}`, [417]],
    ['a folded header', `GET /healthz HTTP/1.1\r\nX: a\r\n b\r\n${end}`, [200, 400]],
  ])('%s', async (_, text, statuses) => {
    const received = await raw(text)
    expect(statusesOf(received)).toHaveLength(1)
    expect(statuses).toContain(statusesOf(received)[0])
    expect(received).not.toMatch(/node:|node_modules|\.ts:\d/)
  })

  it('a second request in the body of the first is not parsed as a request', async () => {
    const second = `GET /healthz HTTP/1.1\r\n${end}`
    expect(statusesOf(await raw(json(second, `Content-Length: ${second.length}\r\n`)))).toEqual([400])
  })
})
