import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { exchange } from './raw.ts'
import { ask, inAnHour, submitted } from './requests.ts'

/** A key with characters that a subprotocol must not contain. */
const key = 'sl/ash=equal+.;()[]0123'
let service: TestService
beforeAll(async () => {
  service = { ...(await startTestService({ ROLES: 'api', API_KEYS: `alice:${key}` })), apiKey: key }
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

/** The status of the response to a handshake. */
async function handshake(path: string, ...headers: string[]): Promise<number> {
  const upgrade = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  const text = await exchange(service.url, [`GET ${path}/status HTTP/1.1`, ...headers, ...upgrade])
  return Number(text.split(' ')[1])
}

describe('the origin of a WebSocket page (RFC 6455 §10.2)', () => {
  const statusFor = async (host: string, origin: string) => {
    const path = await submitted(service, { startAfter: inAnHour() })
    return handshake(path, `Host: ${host}`, `Origin: ${origin}`, `Authorization: Bearer ${key}`)
  }

  it.each([
    ['example.com', 'https://example.com'],
    ['example.com:443', 'https://example.com'],
    ['example.com:80', 'http://example.com'],
    ['EXAMPLE.com', 'https://example.com'],
    ['example.com:8443', 'https://example.com:8443'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
  ])('Host %s is that of %s', async (host, origin) => {
    expect(await statusFor(host, origin)).toBe(101)
  })

  it.each([
    ['example.com:80', 'https://example.com'],
    ['example.com', 'https://example.com:8443'],
    ['example.com', 'https://example.com.evil.example'],
    ['example.com', 'https://evil.example'],
    ['example.com', 'null'],
  ])('Host %s is not that of %s', async (host, origin) => {
    expect(await statusFor(host, origin)).toBe(403)
  })
})

describe('a key in a WebSocket subprotocol (RFC 6455 §4.1, RFC 9110 §5.6.2)', () => {
  const path = '/api/v1/operations/op_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90'
  const statusFor = async (name: string) => {
    expect((await ask(service, path, { key: null, headers: { 'x-api-key': key } })).status).toBe(404)
    return handshake(path, 'Host: localhost', `Sec-WebSocket-Protocol: longrun.v1, ${name}`)
  }

  it('is accepted in base64url', async () => {
    // The credential is checked before the operation, which does not exist.
    expect(await statusFor(`bearer64.${Buffer.from(key).toString('base64url')}`)).toBe(404)
    expect(await statusFor(`bearer64.${Buffer.from('wrong').toString('base64url')}`)).toBe(401)
    expect(await statusFor('bearer64.')).toBe(401)
  })
})
