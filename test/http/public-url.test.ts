import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, report } from './requests.ts'

const publicUrl = 'https://api.example.com'

let service: TestService
let proxied: TestService
beforeAll(async () => {
  service = await startTestService({ PUBLIC_URL: publicUrl })
  proxied = await startTestService({ PUBLIC_URL: `${publicUrl}/longrun` })
})
afterAll(async () => {
  await service.close()
  await proxied.close()
})

/** `Location` and `Operation-Location` of a submit and `Location` of its result, as requested from `host`. */
async function locations(at: TestService, host: string): Promise<(string | undefined)[]> {
  const headers = { host, authorization: `Bearer ${at.apiKey}`, 'content-type': 'application/json' }
  async function send(path: string, method: string, body?: string): Promise<IncomingMessage> {
    const sending = request(at.url + path, { method, headers })
    sending.end(body)
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return response
  }
  const submit = await send('/api/v1/reports:generate', 'POST', JSON.stringify(report))
  const path = (submit.headers.location ?? '').replace(/^.*(?=\/api)/, '')
  let result = await send(`${path}/result`, 'GET')
  while (result.statusCode !== 303) result = await send(`${path}/result`, 'GET')
  const monitor = submit.headers['operation-location'] as string
  // Below another path, and otherwise the same.
  const polled = monitor.replace('/compat/azure/', '/api/v1/')
  return [submit.headers.location, polled, result.headers.location]
}

describe('the documents', () => {
  const text = async (at: TestService, path: string) => (await ask(at, path, { key: null })).text

  it.each([
    ['without a path', () => service, publicUrl],
    ['with a path', () => proxied, `${publicUrl}/longrun`],
  ])('have servers at the public URL, %s', async (_, at, url) => {
    const { servers, paths } = JSON.parse(await text(at(), '/openapi.json'))
    expect(servers).toMatchObject([{ url: `${url}/api/v1` }])
    for (const path of ['/', '/openapi.json', '/docs', '/problems/{code}', '/healthz', '/readyz']) {
      expect(paths[path].servers).toMatchObject([{ url }])
    }
  })

  it('link to each other below the path of the public URL', async () => {
    expect(await text(proxied, '/docs')).toContain('src="/longrun/docs/files/api.')
    expect(await text(proxied, '/')).toContain('href="/longrun/docs"')
    expect(await text(proxied, '/problems/NOT_FOUND')).toContain('href="/longrun/docs"')
    expect(await text(service, '/docs')).toContain('src="/docs/files/api.')
  })
})

describe('Location (RFC 9110 §10.2.2)', () => {
  it.each([
    'api.example.com',
    'API.example.com',
    'api.example.com:443',
  ])('is absolute for the public host, as %s', async (host) => {
    for (const location of await locations(service, host))
      expect(location).toMatch(/^https:\/\/api\.example\.com\/api\/v1\//)
  })

  it.each([
    '127.0.0.1:8080',
    'internal',
    'api.example.com:8443',
  ])('stays on the host that was asked, %s, so that the credential is kept', async (host) => {
    for (const location of await locations(service, host)) expect(location).toMatch(/^\/api\/v1\//)
  })

  it('is absolute where the public URL has a path', async () => {
    for (const location of await locations(proxied, 'internal'))
      expect(location).toMatch(/^https:\/\/api\.example\.com\/longrun\/api\/v1\//)
  })
})
