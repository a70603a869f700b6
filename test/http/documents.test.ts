import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { codingOf, matches } from '../../server/http/response/representation.ts'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api', CORS_ORIGINS: 'https://app.example.com' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

type Raw = { status: number; headers: NodeJS.Dict<string | string[]>; bytes: Buffer }

/** Sends only the given headers: `fetch` sends its own `Accept-Encoding` and decodes. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    request(service.url + path, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }),
      )
    })
      .on('error', reject)
      .end()
  })
}

const scriptOf = async () => /<script[^>]* src="([^"]+)"/.exec((await get('/docs')).bytes.toString())?.[1] ?? ''

const documents: [string, () => Promise<string>][] = [
  ['/openapi.json', async () => '/openapi.json'],
  ['/openapi/azure', async () => '/openapi/azure'],
  ['/docs', async () => '/docs'],
  ['/problems/NOT_FOUND', async () => '/problems/NOT_FOUND'],
  ['the script of /docs', scriptOf],
  ['/docs/guides', async () => '/docs/guides'],
  ['/docs/guides/polling', async () => '/docs/guides/polling'],
]

describe('the coding that Accept-Encoding prefers', () => {
  it.each<[string | undefined, string | undefined]>([
    [undefined, 'identity'],
    ['', 'identity'],
    ['*', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, br;q=0.5', 'gzip'],
    ['br;q=0.5 , gzip ; q=0.5', 'br'],
    ['gzip;q=0.2, identity;q=0.1', 'gzip'],
    ['gzip;q=0.1, identity', 'identity'],
    ['gzip;q=0.001', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0, *;q=0.1', 'gzip'],
    ['br;q=0, gzip;q=0', 'identity'],
    ['identity;q=0, *', 'br'],
    ['identity;q=0, gzip', 'gzip'],
    ['*;q=0, gzip', 'gzip'],
    ['*;q=0, identity', 'identity'],
    ['deflate, compress, zstd', 'identity'],
    ['identity;q=0', undefined],
    ['*;q=0', undefined],
    ['deflate, identity;q=0', undefined],
    ['gzip;q=0, br;q=0, identity;q=0', undefined],
    // Malformed entries are ignored.
    ['gzip;q=2, br;q=-1', 'identity'],
    ['gzip;q=0.1234', 'identity'],
    ['gzip;level=9, br;q', 'identity'],
    [';q=1,,, gzip', 'gzip'],
    ['br gzip', 'identity'],
  ])('%j: %s', (header, coding) => {
    expect(codingOf(header)).toBe(coding)
  })
})

describe('If-None-Match', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['*', true],
    [' * ', true],
    ['"a"', true],
    ['W/"a"', true],
    ['"x", W/"y" ,"a"', true],
    ['"x","y"', false],
    ['a', false],
    ['', false],
    ['"a', false],
    ['"x,*,y"', false],
    ['"x, W/", "y"', false],
  ])('%j matches "a": %s', (header, matching) => {
    expect(matches(header, '"a"')).toBe(matching)
    expect(matches(header, 'W/"a"')).toBe(matching)
  })
})

describe.each(documents)('%s', (_, pathOf) => {
  it('has the same text in each coding, with a different ETag', async () => {
    const path = await pathOf()
    const plain = await get(path)
    const gzip = await get(path, { 'accept-encoding': 'gzip' })
    const br = await get(path, { 'accept-encoding': 'br' })
    expect([plain, gzip, br].map(({ status, headers }) => [status, headers['content-encoding']])).toEqual([
      [200, undefined],
      [200, 'gzip'],
      [200, 'br'],
    ])
    expect(gunzipSync(gzip.bytes)).toEqual(plain.bytes)
    expect(brotliDecompressSync(br.bytes)).toEqual(plain.bytes)
    expect(Number(gzip.headers['content-length'])).toBe(gzip.bytes.length)
    for (const { headers } of [plain, gzip, br]) {
      expect(headers.vary).toBe('Accept-Encoding, Origin')
      expect(headers.etag).toMatch(/^"[\w-]{43}"$/)
    }
    expect(new Set([plain, gzip, br].map(({ headers }) => headers.etag)).size).toBe(3)
    if (plain.bytes.length > 10_000) expect(br.bytes.length).toBeLessThan(plain.bytes.length / 3)
  })

  it('is a 304 for the ETag of its coding, in a list, weak, or for *', async () => {
    const path = await pathOf()
    const coding = { 'accept-encoding': 'gzip' }
    const { etag } = (await get(path, coding)).headers
    for (const named of [`${etag}`, `"x", W/${etag}`, '*']) {
      const { status, bytes, headers } = await get(path, { ...coding, 'if-none-match': named })
      expect([status, bytes.length, headers.etag, headers.vary]).toEqual([304, 0, etag, 'Accept-Encoding, Origin'])
      expect(headers['cache-control']).toMatch(/^public/)
    }
    expect((await get(path, { 'if-none-match': `${etag}` })).status).toBe(200)
    expect((await get(path, { ...coding, 'if-none-match': '"x"' })).status).toBe(200)
  })

  it('HEAD has the response of GET without the body', async () => {
    const path = await pathOf()
    const [got, head] = [
      await get(path, { 'accept-encoding': 'br' }),
      await get(path, { 'accept-encoding': 'br' }, 'HEAD'),
    ]
    expect([head.status, head.bytes.length]).toEqual([200, 0])
    for (const name of ['etag', 'vary', 'content-type', 'content-encoding', 'cache-control']) {
      expect(head.headers[name]).toBe(got.headers[name])
    }
  })

  it('406 when every coding is excluded', async () => {
    const { status, headers, bytes } = await get(await pathOf(), { 'accept-encoding': 'identity;q=0' })
    expect([status, headers.vary, JSON.parse(bytes.toString()).code]).toEqual([
      406,
      'Accept-Encoding, Origin',
      'NOT_ACCEPTABLE',
    ])
  })

  it('405 for another method', async () => {
    const { status, headers } = await get(await pathOf(), {}, 'DELETE')
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

describe('the script of /docs', () => {
  it('has a path with a hash of its content, and may be cached for ever', async () => {
    const path = await scriptOf()
    expect(path).toMatch(/^\/docs\/files\/api\.[0-9a-f]{16}\.js$/)
    const { headers } = await get(path)
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect((await get('/docs')).headers['cache-control']).toBe('public, max-age=300')
  })
})
