import { request } from 'node:http'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadConsole } from '../../server/http/resources/console-files.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, expectProblem } from './requests.ts'

const { files } = await loadConsole()
const names = [...files.keys()]

let service: TestService
let proxied: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
  proxied = await startTestService({ ROLES: 'api', PUBLIC_URL: 'https://api.example.com/longrun' })
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  await proxied.close()
})

const anonymous = { key: null }
const page = (at = service, headers: Record<string, string> = {}) => ask(at, '/console', { ...anonymous, headers })
/** The addresses in the page that are loaded. */
const addressesIn = (text: string) =>
  [...text.matchAll(/(?:src|href)="([^"]+)"/g)].flatMap(([, address = '']) =>
    address.startsWith('data:') ? [] : address,
  )

describe('the page of the console', () => {
  it('is the same for every caller, and has no data, key or name of an owner', async () => {
    const first = await page()
    for (const key of [service.apiKey, service.otherKey, 'unknown']) {
      const { text, headers } = await page(service, { authorization: `Bearer ${key}`, cookie: 'key=1' })
      expect(text).toBe(first.text)
      expect(headers.get('etag')).toBe(first.headers.get('etag'))
      expect(headers.has('set-cookie')).toBe(false)
    }
    expect(first.text).not.toMatch(/alice|bob|127\.0\.0\.1/)
    expect(first.headers.get('vary')).not.toMatch(/authorization/i)
  })

  it('allows only its own scripts and styles, no frames, and nothing inline', async () => {
    const { headers, text } = await page()
    const directives = (headers.get('content-security-policy') ?? '').split('; ')
    expect(directives.toSorted()).toEqual(
      [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].toSorted(),
    )
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|<base/i)
  })

  it('may be kept for five minutes, and is a 304 afterwards, without a policy of its own', async () => {
    const { headers } = await page()
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    const again = await page(service, { 'if-none-match': headers.get('etag') ?? '' })
    expect([again.status, again.text]).toEqual([304, ''])
    expect(again.headers.has('content-security-policy')).toBe(false)
  })

  it('loads its files below the path of the public URL', async () => {
    const { text } = await page(proxied)
    const addresses = addressesIn(text)
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) {
      expect(address).toMatch(/^\/longrun\/console\/[\w.-]+$/)
      expect((await ask(proxied, address.replace('/longrun', ''), anonymous)).status).toBe(200)
    }
    for (const address of addressesIn((await page()).text)) expect(address).toMatch(/^\/console\/[\w.-]+$/)
  })

  it('406 when every coding is excluded, 405 for another method, 404 with a slash', async () => {
    expectProblem(await page(service, { 'accept-encoding': 'identity;q=0' }), 406, 'NOT_ACCEPTABLE')
    expectProblem(await ask(service, '/console', { ...anonymous, method: 'POST' }), 405, 'METHOD_NOT_ALLOWED')
    expectProblem(await ask(service, '/console/', anonymous), 404, 'NOT_FOUND')
    expectProblem(await ask(service, '/console?key=alice', anonymous), 400, 'INVALID_REQUEST')
  })
})

describe('the files of the console', () => {
  it.each(names)('%s is kept for ever, compressed, and a 304', async (name) => {
    const { headers, text } = await ask(service, `/console/${name}`, anonymous)
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toBe(`${name.endsWith('.css') ? 'text/css' : 'text/javascript'}; charset=utf-8`)
    expect(text).toBe(files.get(name))
    const br = await raw(`/console/${name}`, { 'accept-encoding': 'br' })
    expect(brotliDecompressSync(br.bytes).toString()).toBe(text)
    const etag = headers.get('etag') ?? ''
    expect((await ask(service, `/console/${name}`, { ...anonymous, headers: { 'if-none-match': etag } })).status).toBe(
      304,
    )
  })

  it('have no absolute address of the build, no source map, and import one another by relative paths', () => {
    for (const text of files.values()) {
      expect(text).not.toMatch(/\/work\/|file:\/\/|sourceMappingURL/)
      expect(text).not.toMatch(/(?:import|from)\(?["'`]\/console\//)
    }
  })

  it.each([
    'index.html',
    'LICENSES.md',
    'index-00000000.js',
    '__proto__',
    'constructor',
    '..%2Fserver%2Fmain.js',
    '.',
  ])('404 for %s', async (name) => {
    const answer = await raw(`/console/${name}`)
    expect([answer.status, JSON.parse(answer.bytes.toString()).code]).toEqual([404, 'NOT_FOUND'])
  })
})

/** Sends the path as it is, and does not decode. */
function raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url)
    request({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })
}
