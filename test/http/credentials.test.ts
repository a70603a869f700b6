import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashOf } from '../../server/auth/api-key.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { audience, openIssuer, type TestIssuer } from '../auth/issuer-rig.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { opened, openSocket } from '../support/socket.ts'
import { cutDatabase, onDatabase } from './database.ts'
import { ask, expectProblem, inAnHour, report, submitted } from './requests.ts'

const operations = '/api/v1/operations'
const everything = 'operations:read operations:write operations:cancel admin'

let issuer: TestIssuer
let service: TestService
let logged: string[]
beforeAll(async () => {
  issuer = await openIssuer()
  logged = []
  const environment = {
    ROLES: 'api',
    JWT_ISSUER: issuer.url,
    JWT_AUDIENCE: audience,
    JWT_ALGORITHMS: 'RS256',
    JWT_OWNER_CLAIM: 'tenant',
  }
  service = await startTestService(environment, undefined, createLog('trace', { write: (line) => logged.push(line) }))
})
beforeEach(() => {
  issuer.down = false
})
afterAll(async () => {
  await service.close()
  await issuer.close()
})

const token = (claims: object = {}) => issuer.token({ tenant: 'alice', scope: everything, ...claims })

async function madeKey(scopes = ['operations:read']): Promise<{ key: string; path: string }> {
  const { body, headers } = await ask(service, '/api/v1/keys', { json: { name: 'n', scopes } })
  return { key: String(body.key), path: headers.get('location') ?? '' }
}

describe('a token', () => {
  it('is accepted wherever a key is, for its owner’s resources only', async () => {
    const operation = await submitted(service, { startAfter: inAnHour() })
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${await token()}` },
      { 'x-api-key': await token() },
    ]
    for (const headers of ways) {
      expect((await ask(service, operation, { key: null, headers })).status).toBe(200)
    }
    const foreign = await token({ tenant: 'bob' })
    expectProblem(await ask(service, operation, { key: foreign }), 404, 'OPERATION_NOT_FOUND')
    const submit = { json: { ...report, startAfter: inAnHour() }, key: await token() }
    const { status, headers } = await ask(service, '/api/v1/reports:generate', submit)
    expect(status).toBe(202)
    expect((await ask(service, headers.get('location') ?? '')).status).toBe(200)
  })

  it('is allowed what its scopes allow, and nothing without a scope', async () => {
    const reads = await token({ scope: 'openid operations:read' })
    expect((await ask(service, operations, { key: reads })).status).toBe(200)
    expectProblem(await ask(service, '/api/v1/keys', { key: reads }), 403, 'INSUFFICIENT_SCOPE')
    expectProblem(await ask(service, operations, { key: await token({ scope: '' }) }), 403, 'INSUFFICIENT_SCOPE')
  })

  it('is named by its subject as the creator of a key', async () => {
    const json = { name: 'n', scopes: ['operations:read'] }
    const { body } = await ask(service, '/api/v1/keys', { json, key: await token() })
    expect(body.createdBy).toBe('jwt:carol')
  })

  it('401 with the reason; 503 without the issuer’s keys', async () => {
    const expired = await ask(service, operations, { key: await token({ exp: 1 }) })
    expectProblem(expired, 401, 'UNAUTHENTICATED')
    expect(expired.body.detail).toBe('The token is not accepted: it has expired.')
    expect(expired.headers.get('www-authenticate')).toBe('Bearer realm="longrun", error="invalid_token"')
    const away = await startTestService({
      ROLES: 'api',
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: audience,
      JWT_ALGORITHMS: 'RS256',
    })
    issuer.down = true
    const answer = await ask(away, operations, { key: await token() })
    expectProblem(answer, 503, 'UNAVAILABLE')
    expect(answer.headers.get('retry-after')).toBe('2')
    await away.close()
  })
})

describe('a WebSocket of a browser', () => {
  it('accepts database keys and tokens as a subprotocol, and repeats neither in the response', async () => {
    const operation = await submitted(service, { startAfter: inAnHour() })
    for (const key of [(await madeKey()).key, await token()]) {
      const { headers, socket } = await opened(`${service.url}${operation}/status`, {
        protocols: ['longrun.v1', `bearer.${key}`],
      })
      expect(headers['sec-websocket-protocol']).toBe('longrun.v1')
      socket.close()
    }
    const wrong = { protocols: ['longrun.v1', `bearer.${await token({ exp: 1 })}`] }
    expect(await openSocket(`${service.url}${operation}/status`, wrong)).toMatchObject({ status: 401 })
  })
})

it('a key that cannot be looked up gets a 503, never a 401; a recently used key is still accepted', async () => {
  const [fresh, used] = [await madeKey(), await madeKey()]
  expect((await ask(service, operations, { key: used.key })).status).toBe(200)
  await cutDatabase(service, false)
  try {
    expectProblem(await ask(service, operations, { key: fresh.key }), 503, 'UNAVAILABLE')
    expectProblem(await ask(service, '/api/v1/keys', { key: used.key }), 403, 'INSUFFICIENT_SCOPE')
  } finally {
    await cutDatabase(service, true)
  }
  await expect.poll(async () => (await ask(service, operations, { key: fresh.key })).status).toBe(200)
})

it('no key, token or hash of one is logged, for any failure', async () => {
  const { key, path } = await madeKey(['admin'])
  const sent = [key, await token(), await token({ exp: 1 }), await issuer.token({}, { header: { kid: 'other' } })]
  const from = logged.length
  for (const credential of sent) {
    await ask(service, operations, { key: credential })
    await ask(service, `${operations}?key=${credential}`, { key: credential })
  }
  await ask(service, path, { method: 'DELETE', key })
  await ask(service, operations, { key })
  await onDatabase(service, 'alter table api_keys rename to gone')
  const unknown = `${key.slice(0, -3)}abc`
  expectProblem(await ask(service, operations, { key: unknown }), 500, 'INTERNAL_ERROR')
  await onDatabase(service, 'alter table gone rename to api_keys')
  const text = logged.slice(from).join('')
  expect(logged.length - from).toBeGreaterThanOrEqual(2 * sent.length + 3)
  for (const credential of [...sent, unknown]) {
    expect(text).not.toContain(credential.slice(12, 40))
    expect(text).not.toContain(credential.slice(-20))
    expect(text).not.toContain(hashOf(credential))
  }
})

it('a service with an issuer creates no development key', async () => {
  const environment = { API_KEYS: '', JWT_ISSUER: issuer.url, JWT_AUDIENCE: audience, JWT_ALGORITHMS: 'RS256' }
  const own = await startTestService({ ROLES: 'api', ...environment })
  try {
    expect(await readdir(own.dataDir)).not.toContain('development-key')
    expect((await ask(own, operations, { key: await token() })).status).toBe(200)
  } finally {
    await own.close()
  }
})
