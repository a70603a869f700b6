import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../server/telemetry/log.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { connect, framed, rpc } from './mcp-rig.ts'
import { type Asking, ask, inAnHour, report, submitted } from './requests.ts'

/** The transport of `/mcp`: credentials, limits, methods and errors. */

const lines: string[] = []
const origin = 'https://longrun.example.com'
const page = 'https://app.example.com'

let service: TestService
beforeAll(async () => {
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const environment = {
    ROLES: 'api',
    PUBLIC_URL: origin,
    CORS_ORIGINS: page,
    JWT_ISSUER: 'https://login.example.com',
    JWT_JWKS_URL: 'https://login.example.com/keys',
    JWT_AUDIENCE: `${origin}/mcp`,
    JWT_ALGORITHMS: 'RS256',
  }
  service = await startTestService(environment, undefined, log)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const list = { method: 'tools/list' }
const generate = {
  method: 'tools/call',
  params: { name: 'generateReport', arguments: { ...report, startAfter: inAnHour() } },
}
const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`

/** Sends `tools/list` with changes; returns the status, and the code of the error. */
async function send(more: Asking = {}) {
  const { headers, json } = framed(list)
  const answer = await ask(service, '/mcp', { method: 'POST', json, ...more, headers: { ...headers, ...more.headers } })
  return {
    ...answer,
    error: answer.body.error as { code: number; message: string; data?: { code: string } } | undefined,
  }
}

describe('a request to /mcp', () => {
  it('401 without a credential that is accepted, with the address of the metadata, before the body is read', async () => {
    for (const key of [null, 'nobody-0123456789', 'eyJ.eyJ.x']) {
      const { status, headers, error } = await send({ key, json: undefined, body: 'not JSON' })
      expect({ status, code: error?.data?.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
      expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="longrun"/)
      expect(headers.get('www-authenticate')).toContain(`resource_metadata="${metadata}"`)
    }
  })

  it('403 without the scope of the operation that it calls', async () => {
    const as = (method: string, params: object, key = service.readerKey) =>
      rpc(service, { method, params: params as Record<string, unknown> }, { key })
    const taskId = 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
    const refused = [
      await as('tools/call', { name: 'generateReport', arguments: {} }),
      await as('tools/call', { name: 'cancelOperations', arguments: {} }),
      await as('tasks/update', { taskId, inputResponses: {} }),
      await as('tasks/cancel', { taskId }),
      await as('tasks/get', { taskId }, service.powerlessKey),
      await as('resources/read', { uri: 'longrun://files/file_1' }, service.powerlessKey),
    ]
    for (const { status, headers, error } of refused) {
      expect({ status, code: error?.data?.code }).toEqual({ status: 403, code: 'INSUFFICIENT_SCOPE' })
      expect(headers.get('www-authenticate')).toMatch(/error="insufficient_scope", scope="operations:\w+"/)
      expect(headers.get('www-authenticate')).toContain(metadata)
    }
    expect((await as('tasks/get', { taskId })).status).toBe(200)
  })

  it('403 from a page of another origin, and CORS for the configured ones', async () => {
    for (const foreign of [
      'https://evil.example.com',
      'null',
      'http://longrun.example.com',
      `${origin}.evil.example`,
    ]) {
      const { status, error } = await send({ headers: { origin: foreign } })
      expect({ status, code: error?.data?.code }).toEqual({ status: 403, code: 'ORIGIN_NOT_ALLOWED' })
    }
    expect((await send({ headers: { origin } })).status).toBe(200)
    const allowed = await send({ headers: { origin: page } })
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, page])
    const headers = { origin: page, 'access-control-request-method': 'POST' }
    const preflight = await ask(service, '/mcp', { method: 'OPTIONS', key: null, headers })
    expect(preflight.status).toBe(204)
    for (const name of ['Authorization', 'MCP-Protocol-Version', 'Mcp-Method', 'Mcp-Name']) {
      expect(preflight.headers.get('access-control-allow-headers')).toContain(name)
    }
  })

  it('405 for GET and DELETE: there is neither a stream of notifications nor a session', async () => {
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const { status, headers } = await ask(service, '/mcp', { method, headers: { accept: 'text/event-stream' } })
      expect([status, headers.get('allow')]).toEqual([405, 'POST'])
    }
  })

  it('400, 413, 415 and 422 as errors of JSON-RPC', async () => {
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`
    const code = async (more: Asking) => {
      const { status, error, headers } = await send({
        json: undefined,
        ...more,
        headers: { 'content-type': 'application/json', ...more.headers },
      })
      expect(headers.get('content-type')).toBe('application/json')
      return [status, error?.code]
    }
    expect(await code({ body: '{' })).toEqual([400, -32_700])
    expect(await code({ body: '' })).toEqual([400, -32_700])
    expect(await code({ body: deep })).toEqual([400, -32_700])
    expect(await code({ body: JSON.stringify([framed(list).json]) })).toEqual([400, -32_600])
    expect(await code({ body: 'null' })).toEqual([400, -32_600])
    expect(await code({ body: JSON.stringify({ a: 'x'.repeat(2_000_000) }) })).toEqual([413, -32_000])
    expect(await code({ body: '{}', headers: { 'content-type': 'text/plain' } })).toEqual([415, -32_000])
    expect(await code({ body: '{"id": 1e400}' })).toEqual([422, -32_600])
    expect((await send({ headers: { 'mcp-method': 'tools/call' } })).error?.code).toBe(-32_020)
    expect((await send({ headers: { 'mcp-protocol-version': '2099-01-01' } })).status).toBe(400)
    expect((await rpc(service, { method: 'nothing' })).error?.code).toBe(-32_601)
    for (const method of ['constructor', '__proto__', 'tasks/list', 'tasks/result']) {
      expect((await rpc(service, { method, params: {} })).error?.code, method).toBe(-32_601)
    }
    for (const name of ['nothing', 'constructor', 'createKey', '']) {
      expect((await rpc(service, { method: 'tools/call', params: { name, arguments: {} } })).error).toBeDefined()
    }
    const listen = { method: 'subscriptions/listen', params: { notifications: { taskIds: [] } } }
    expect((await rpc(service, listen)).error).toBeDefined()
  })

  it('is in the audit log as the operation that it calls', async () => {
    const headers = { 'x-request-id': 'mcp-1' }
    const { result } = await rpc(service, generate, { headers })
    const entries = lines
      .map((line) => JSON.parse(line))
      .filter(({ requestId, event }) => requestId === 'mcp-1' && event.startsWith('audit.'))
    expect(entries).toMatchObject([
      {
        event: 'audit.generateReport',
        outcome: 'accepted',
        status: 202,
        actor: service.actor,
        operationId: String(result.taskId).slice(3),
      },
    ])
    await rpc(
      service,
      { method: 'tasks/cancel', params: { taskId: result.taskId } },
      { headers: { 'x-request-id': 'mcp-2' } },
    )
    expect(lines.find((line) => line.includes('mcp-2') && line.includes('audit.cancelOperation'))).toBeDefined()
    expect(lines.join('')).not.toContain(service.apiKey)
  })

  it('stops to wait when the client leaves; the operation continues', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const [operationId, leaving] = [path.split('/').at(-1), new AbortController()]
    const params = { name: 'getOperation', arguments: { operationId }, _meta: { progressToken: 1 } }
    const { headers = {}, json } = framed({ method: 'tools/call', params }, {})
    const init = {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(json),
      signal: leaving.signal,
    }
    // Each has reported the progress, and waits.
    const waiting = await Promise.all(Array.from({ length: 100 }, () => fetch(`${service.url}/mcp`, init)))
    const types = new Set(waiting.map((response) => response.headers.get('content-type')))
    expect([...types]).toEqual(['text/event-stream'])
    const isHeld = async () =>
      (await ask(service, path, { headers: { prefer: 'wait=1' } })).headers.has('preference-applied')
    await expect.poll(isHeld, { timeout: 20_000 }).toBe(false)
    leaving.abort()
    await expect.poll(isHeld, { timeout: 20_000 }).toBe(true)
    expect((await ask(service, path)).body.status).toBe('PENDING')
  })
})

describe('the metadata of the protected resource (RFC 9728)', () => {
  it('name the issuer', async () => {
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
      const { status, body } = await ask(service, path, { key: null })
      expect(status).toBe(200)
      expect(body).toMatchObject({ resource: `${origin}/mcp`, authorization_servers: ['https://login.example.com'] })
      expect((await ask(service, path, { key: null, method: 'POST' })).status).toBe(405)
    }
  })

  it('404 without an issuer, and no challenge names them', async () => {
    const other = await startTestService({ ROLES: 'api' })
    try {
      expect((await ask(other, '/.well-known/oauth-protected-resource/mcp', { key: null })).status).toBe(404)
      const { status, headers } = await ask(other, '/mcp', { key: null, json: {} })
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="longrun"'])
    } finally {
      await other.close()
    }
  })
})

describe('the limits', () => {
  it('count a call of a tool as a submit, and each request as a read', async () => {
    const limited = await startTestService({ ROLES: 'api', LIMIT_SUBMITS: '2', LIMIT_READS: '8' })
    try {
      const results = []
      for (let count = 0; count < 3; count += 1) results.push((await rpc(limited, generate)).result)
      expect(results.map(({ resultType, isError }) => [resultType, isError])).toEqual([
        ['task', undefined],
        ['task', undefined],
        ['complete', true],
      ])
      expect(JSON.stringify(results[2])).toMatch(/RATE_LIMITED: .*Try again in \d+ seconds/)
      const statuses = []
      for (let count = 0; count < 6; count += 1) statuses.push(await rpc(limited, list))
      expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
      expect(statuses.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(statuses.at(-1)?.error).toMatchObject({ code: -32_000, data: { code: 'RATE_LIMITED' } })
    } finally {
      await limited.close()
    }
  })
})

describe('a client of an earlier revision', () => {
  it('begins with initialize, and has no session', async () => {
    const client = await connect(service, { mode: 'legacy' })
    expect(client.getServerVersion()).toMatchObject({ name: 'longrun', version: expect.any(String) })
    expect(client.getInstructions()).toContain('getOperation')
    expect((await client.listTools()).tools.length).toBeGreaterThan(8)
    await client.close()
  })

  const accept = { accept: 'application/json, text/event-stream' }
  const initialize = (more: object = {}, params: unknown = {}) => {
    const named = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
    const given = typeof params === 'object' ? { ...named, ...params } : params
    return ask(service, '/mcp', {
      headers: accept,
      json: { jsonrpc: '2.0', id: 1, method: 'initialize', params: given, ...more },
    })
  }

  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('%s is answered with this revision', async (of) => {
    const { status, text } = await initialize({}, { protocolVersion: of })
    expect(status).toBe(200)
    expect(text).toContain(`"protocolVersion":"${of}"`)
  })

  it.each<[string, object, unknown?]>([
    ['an id that is an object', { id: {} }],
    ['an id that is a list', { id: [1] }],
    ['another version of JSON-RPC', { jsonrpc: '1.0' }],
    ['no version of JSON-RPC', { jsonrpc: undefined }],
    ['parameters that are text', {}, 'x'],
    ['a method that is a number', { method: 1 }],
  ])('400 for %s', async (_, more, params) => {
    const { status, body } = await initialize(more, params)
    expect([status, (body.error as { code: number }).code]).toEqual([400, -32_600])
  })
})
