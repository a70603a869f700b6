import { request } from 'node:http'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { contractDocument } from '../../server/contract/document.ts'
import { asOpenapi31 } from '../../server/contract/openapi31.ts'
import { problems } from '../../server/contract/problems.ts'
import { dialects } from '../../server/dialects/index.ts'
import { loadConsole } from '../../server/http/resources/console-files.ts'
import { loadDocumentation } from '../../server/http/resources/documentation.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, expectProblem } from './requests.ts'
import { describeViolations } from './violations.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api', DATABASE_POOL_SIZE: '10' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const {
  api: { script },
  files: documentationFiles,
} = await loadDocumentation()
const consoleFiles = [...(await loadConsole()).files.keys()]
const consoleScript = consoleFiles.find((name) => name.endsWith('.js'))
const anonymous = { key: null }
const examples: Example[] = [
  { operationId: 'getOpenapi', path: () => '/openapi.json', asking: anonymous },
  { operationId: 'getDialectOpenapi', path: () => '/openapi/azure', asking: anonymous },
  { operationId: 'getHome', path: () => '/', asking: anonymous },
  { operationId: 'getDocs', path: () => '/docs', asking: anonymous },
  { operationId: 'getDocsScript', path: () => `/docs/files/${script}`, asking: anonymous },
  { operationId: 'getGuides', path: () => '/docs/guides', asking: anonymous },
  { operationId: 'getGuide', path: () => '/docs/guides/polling', asking: anonymous },
  { operationId: 'getConsole', path: () => '/console', asking: anonymous },
  { operationId: 'getConsoleFile', path: () => `/console/${consoleScript}`, asking: anonymous },
  { operationId: 'getProblem', path: () => '/problems/NOT_FOUND', asking: anonymous },
  { operationId: 'getHealth', path: () => '/healthz', asking: anonymous },
  { operationId: 'getReadiness', path: () => '/readyz', asking: anonymous },
]
describeRefusals(() => service, examples)

describe('getOpenapi', () => {
  it('200 with the contract itself', async () => {
    const { status, body } = await ask(service, '/openapi.json', anonymous)
    expect([status, body.openapi]).toEqual([200, '3.2.0'])
    // Without PUBLIC_URL relative to the document.
    expect(body).toEqual(contractDocument)
    expect(body.servers).toMatchObject([{ url: '/api/v1' }])
    expect((await ask(service, '/openapi.json?version=3.2', anonymous)).body).toEqual(contractDocument)
  })

  it('200 with the contract as OpenAPI 3.1, with a tag of its own', async () => {
    const [latest, older] = await Promise.all(
      ['', '?version=3.1'].map((query) => ask(service, `/openapi.json${query}`, anonymous)),
    )
    expect(older?.body).toEqual(asOpenapi31(contractDocument))
    expect(older?.headers.get('etag')).not.toBe(latest?.headers.get('etag'))
  })

  it.each(['3.0', '3.1.1', '', '3.1&version=3.2'])('400 for the version "%s"', async (version) => {
    const { status, body } = await ask(service, `/openapi.json?version=${version}`, anonymous)
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST'])
  })
})

describe('getDialectOpenapi', () => {
  it.each(dialects)('200 with the document of $name', async ({ name, document: { document } }) => {
    const { status, body } = await ask(service, `/openapi/${name}`, anonymous)
    expect([status, body]).toEqual([200, document])
  })

  it.each([
    'nothing',
    'azure.json',
    'AZURE',
    '__proto__',
  ])('404 for %s, with the names of the dialects', async (name) => {
    const answer = await ask(service, `/openapi/${name}`, anonymous)
    expectProblem(answer, 404, 'NOT_FOUND')
    expect(answer.body.detail).toContain('azure')
  })
})

describe('getHome', () => {
  it('200 with links that can be opened', async () => {
    const { status, headers, text } = await ask(service, '/', anonymous)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link)
    expect(links).toEqual(['/console', '/docs/guides', '/docs', '/openapi.json', '/healthz', '/readyz'])
    for (const link of links) expect((await ask(service, link, anonymous)).status).toBe(200)
  })
})

describe('getDocs', () => {
  it('200 with a page that loads nothing from other origins', async () => {
    const { status, text, headers } = await ask(service, '/docs', anonymous)
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    const addresses = [...text.matchAll(/src="([^"]+)"/g)].map(([, address = '']) => address)
    // Its script and two diagrams.
    expect(addresses).toHaveLength(3)
    for (const address of addresses) {
      const { pathname } = new URL(address, `${service.url}/docs`)
      expect((await ask(service, pathname, anonymous)).status).toBe(200)
    }
  })
})

describe('getProblem', () => {
  it.each(Object.keys(problems))('200 for %s, with cause and remedy', async (code) => {
    const { status, text } = await ask(service, `/problems/${code}`, anonymous)
    expect(status).toBe(200)
    expect(text).toContain('<h2>Cause</h2>')
    expect(text).toContain('<h2>Remedy</h2>')
  })

  it('404 for any other', async () => {
    for (const code of ['NONSENSE', 'toString', '__proto__', '%3Cscript%3E']) {
      expectProblem(await ask(service, `/problems/${code}`, anonymous), 404, 'NOT_FOUND')
    }
  })
})

describe('getDocsScript', () => {
  it('404 for any name other than that of the page', async () => {
    expectProblem(await ask(service, '/docs/files/api.0123456789abcdef.js', anonymous), 404, 'NOT_FOUND')
  })
})

describe('getGuide', () => {
  it('404 for a page that there is not', async () => {
    for (const page of ['nonsense', 'toString', '__proto__', 'architecture'])
      expectProblem(await ask(service, `/docs/guides/${page}`, anonymous), 404, 'NOT_FOUND')
  })
})

describe('getConsole', () => {
  it('200 with a page whose files are served, under a policy without inline scripts', async () => {
    const { status, text, headers } = await ask(service, '/console', anonymous)
    expect(status).toBe(200)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    const addresses = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address)
    const [icon, ...loaded] = addresses.toSorted((one, other) => one.length - other.length)
    expect(icon).toBe('data:,')
    expect(loaded.length).toBe(2)
    for (const address of loaded) {
      const file = await ask(service, address, anonymous)
      expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    }
  })

  it('404 for a file that there is not', async () => {
    for (const name of ['index.html', 'index-00000000.js', '__proto__', '..%2Fserver%2Fmain.js'])
      expectProblem(await ask(service, `/console/${name}`, anonymous), 404, 'NOT_FOUND')
  })
})

const documents = [
  '/',
  '/openapi.json',
  '/docs',
  ...[...documentationFiles.keys()].map((name) => `/docs/files/${name}`),
  '/openapi/azure',
  '/docs/guides',
  '/docs/guides/polling',
  '/console',
  ...consoleFiles.map((name) => `/console/${name}`),
  '/problems/NOT_FOUND',
]

it.each(documents)('406 for %s when every coding is excluded', async (path) => {
  const headers = { 'accept-encoding': 'identity;q=0' }
  expectProblem(await ask(service, path, { ...anonymous, headers }), 406, 'NOT_ACCEPTABLE')
})

it.each(documents)('304 for %s while it is unchanged', async (path) => {
  const first = await ask(service, path, anonymous)
  const etag = first.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[\w-]{43}"$/)
  const again = await ask(service, path, { ...anonymous, headers: { 'if-none-match': etag } })
  expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
  // A browser would use it in place of the policy that it has kept with the page.
  expect(again.headers.get('content-security-policy')).toBeNull()
  const other = await ask(service, path, { ...anonymous, headers: { 'if-none-match': '"other"' } })
  expect([other.status, other.text]).toEqual([200, first.text])
})

describe.each(['/healthz', '/readyz'])('%s', (path) => {
  it('200', async () => {
    expect((await ask(service, path, anonymous)).body).toEqual({ status: 'ok' })
  })
})

it('200 for /readyz while requests use and wait for all connections that they may use', async () => {
  const sql = postgres(service.databaseUrl, { max: 2 })
  const locked = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  const holding = sql.begin(async (tx) => {
    await tx`lock table operations in access exclusive mode`
    locked.resolve()
    await over.promise
  })
  await locked.promise
  // Of the 5 connections for queries, requests have at most 2 connections, and one owner has 1.
  const keys = [service.apiKey, service.otherKey]
  const reads = Array.from({ length: 20 }, (_, index) => ask(service, '/api/v1/operations', { key: keys[index % 2] }))
  const waiting = async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return row?.count
  }
  try {
    await expect.poll(waiting).toBe(2)
    expect((await ask(service, '/readyz', anonymous)).status).toBe(200)
  } finally {
    over.resolve()
    await holding
  }
  for (const { status } of await Promise.all(reads)) expect([200, 503]).toContain(status)
  await sql.end()
})

describe('any path', () => {
  it('404 when the contract has no such path, including paths with a trailing slash', async () => {
    for (const path of [
      '/api',
      '/api/v1',
      '/api/v1/',
      '/api/v1/operations/',
      '/metrics/',
      '/api/v1/reports:burn',
      '/api/v1/orders:cancel',
      '/api/v1/uploads%3Adeliver',
    ]) {
      expectProblem(await ask(service, path), 404, 'NOT_FOUND')
    }
  })

  it.each([
    ['PUT', '/api/v1/operations', 'GET, HEAD'],
    ['PATCH', '/api/v1/operations/op_1', 'GET, HEAD, DELETE'],
    ['GET', '/api/v1/operations/op_1:cancel', 'POST'],
    ['GET', '/api/v1/reports:generate', 'POST'],
    ['OPTIONS', '/healthz', 'GET, HEAD'],
    ['POST', '/docs', 'GET, HEAD'],
  ])('405 for %s %s, with Allow', async (method, path, allow) => {
    const answer = await ask(service, path, { method })
    expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
    expect(answer.headers.get('allow')).toBe(allow)
  })

  it('405 for TRACE, which fetch cannot send', async () => {
    const status = await new Promise((resolve) => {
      request(`${service.url}/api/v1/operations`, { method: 'TRACE' }, (response) => {
        resolve(response.resume().statusCode)
      }).end()
    })
    expect(status).toBe(405)
  })

  it('ignores a method override', async () => {
    const headers = { 'x-http-method-override': 'DELETE' }
    expect((await ask(service, '/api/v1/operations', { headers })).status).toBe(200)
  })

  it('keeps a caller’s request id, and replaces an invalid one', async () => {
    const id = async (given?: string) => {
      const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given }
      return (await ask(service, '/healthz', { ...anonymous, headers })).headers.get('x-request-id')
    }
    expect(await id('trace-1')).toBe('trace-1')
    expect(await id()).toMatch(/^[0-9a-f-]{36}$/)
    for (const unsound of ['a b', 'x'.repeat(129), '<script>']) expect(await id(unsound)).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('names the request in its problems, by id and path', async () => {
    const answer = await ask(service, '/api/v1/operations/op_1', { headers: { 'x-request-id': 'trace-2' } })
    expect(answer.body).toMatchObject({ requestId: 'trace-2', instance: '/api/v1/operations/op_1' })
    expect(answer.headers.get('x-request-id')).toBe('trace-2')
  })
})

describeViolations(() => service)
describeFaults(() => service, examples)
