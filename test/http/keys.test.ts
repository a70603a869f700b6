import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, expectProblem, inAnHour, submitted } from './requests.ts'

const keys = '/api/v1/keys'
const operations = '/api/v1/operations'
const reader = { name: 'dashboard', scopes: ['operations:read'] }
const unknownId = 'key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58'

let service: TestService
let path: string
beforeAll(async () => {
  service = await startTestService()
  path = (await created()).path
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

async function created(more: object = {}, by?: string): Promise<{ key: string; path: string; answer: Answer }> {
  const answer = await ask(service, keys, { json: { ...reader, ...more }, ...(by === undefined ? {} : { key: by }) })
  expect(answer.status).toBe(201)
  return { key: String(answer.body.key), path: answer.headers.get('location') ?? '', answer }
}

const revoke = (at: string, more: object = {}) => ask(service, at, { method: 'DELETE', ...more })

const examples: Example[] = [
  { operationId: 'createKey', path: () => keys, asking: { json: reader }, needs: 'admin' },
  { operationId: 'listKeys', path: () => keys, needs: 'admin' },
  { operationId: 'getKey', path: () => path, needs: 'admin' },
  { operationId: 'revokeKey', path: () => path, asking: { method: 'DELETE' }, needs: 'admin' },
]
describeRefusals(() => service, examples)

describe('createKey', () => {
  it('201 with a key that no other response contains, and that is valid at once', async () => {
    const { key, path: at, answer } = await created({ expiresAt: inAnHour() })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(at).toBe(`${keys}/${answer.body.keyId}`)
    const { key: shown, ...rest } = answer.body
    expect(shown).toMatch(/^lr_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/)
    expect(key.startsWith(`${rest.prefix}_`)).toBe(true)
    expect(rest).toMatchObject({ ...reader, state: 'ACTIVE', createdBy: expect.stringMatching(/^key:[0-9a-f]{8}$/) })
    const read = await ask(service, at)
    expect(read.body).toEqual(rest)
    expect(read.headers.get('cache-control')).toBe('private, no-cache')
    for (const text of [read.text, (await ask(service, keys)).text]) expect(text).not.toContain(key.slice(12))
    expect((await ask(service, operations, { key })).status).toBe(200)
  })

  it('creates a key for its own owner, with scopes that the caller need not have', async () => {
    const { key } = await created({ scopes: ['admin', 'operations:write', 'operations:read'] }, service.powerlessKey)
    const operation = await submitted(service, { startAfter: inAnHour() })
    expect((await ask(service, operation, { key })).status).toBe(200)
    const foreign = await created({ scopes: ['operations:read'] }, service.otherKey)
    expectProblem(await ask(service, operation, { key: foreign.key }), 404, 'OPERATION_NOT_FOUND')
    const { answer } = await created({}, key)
    expect(answer.body.createdBy).toBe(`key:${key.slice(0, 11)}`)
  })

  it('gives the key the named scopes and no others', async () => {
    const { key } = await created()
    for (const [at, asking] of [
      [keys, {}],
      ['/api/v1/operations:cancel', { json: { filter: {} } }],
    ] as const) {
      expectProblem(await ask(service, at, { ...asking, key }), 403, 'INSUFFICIENT_SCOPE')
    }
  })

  it.each([
    { name: '' },
    { name: 'a\u0000b' },
    { name: 'n'.repeat(101) },
    { scopes: [] },
    { scopes: ['everything'] },
    { scopes: ['admin', 'admin'] },
    { expiresAt: '2020-01-01T00:00:00Z' },
    { expiresAt: 'tomorrow' },
  ])('422 for %o', async (fault) => {
    expectProblem(await ask(service, keys, { json: { ...reader, ...fault } }), 422, 'INVALID_INPUT')
  })

  it('409 beyond 100 active keys of one owner, for any number of concurrent requests', async () => {
    const rows = (count: number, column: string, value: string) => `
      insert into api_keys (key_id, owner_id, name, prefix, hash, scopes, created_by, ${column})
      select gen_random_uuid(), 'bob', 'n', 'lr_00000000', gen_random_uuid()::text, '["admin"]', 'script', ${value}
      from generate_series(1, ${count})`
    await onDatabase(service, `delete from api_keys where owner_id = 'bob'`)
    await onDatabase(service, rows(95, 'expires_at', `now() + interval '1 hour'`))
    await onDatabase(service, rows(50, 'expires_at', `now() - interval '1 hour'`))
    await onDatabase(service, rows(50, 'revoked_at', 'now()'))
    const asked = Array.from({ length: 20 }, () => ask(service, keys, { json: reader, key: service.otherKey }))
    const answers = await Promise.all(asked)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const answer of refused) expectProblem(answer, 409, 'TOO_MANY_KEYS')
    expect(refused).toHaveLength(15)
    await onDatabase(service, `delete from api_keys where owner_id = 'bob'`)
  })
})

it('keeps the newest thousand revoked or expired keys, for any number of created and revoked keys', async () => {
  await onDatabase(
    service,
    `insert into api_keys (key_id, owner_id, name, prefix, hash, scopes, created_by, revoked_at)
      select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'bob', 'n' || n, 'lr_00000000', gen_random_uuid()::text,
        '["admin"]', 'script', now() from generate_series(1, 1200) n`,
  )
  expect((await ask(service, keys, { json: reader, key: service.otherKey })).status).toBe(201)
  const { body } = await ask(service, `${keys}?pageSize=1000`, { key: service.otherKey })
  const rest = await ask(service, `${keys}?pageSize=1000&pageToken=${body.nextPageToken}`, { key: service.otherKey })
  const all = [body, rest.body].flatMap((page) => page.keys as { name: string; state: string }[])
  expect(all.filter(({ state }) => state === 'REVOKED')).toHaveLength(1000)
  expect(all.at(-1)?.name).toBe('n201')
  await onDatabase(service, `delete from api_keys where owner_id = 'bob'`)
})

describe('listKeys', () => {
  it('200 newest first, in pages, with the owner’s keys only, including revoked and expired ones', async () => {
    const [expired, revoked, active] = [await created(), await created(), await created()]
    await revoke(revoked.path)
    const id = expired.path.slice(-36)
    await onDatabase(service, `update api_keys set expires_at = now() where key_id = '${id}'`)
    const first = await ask(service, `${keys}?pageSize=2`)
    const second = await ask(service, `${keys}?pageSize=2&pageToken=${first.body.nextPageToken}`)
    const listed = [first, second].flatMap(({ body }) => body.keys as { keyId: string; state: string }[])
    expect(listed.slice(0, 3).map(({ keyId, state }) => [`${keys}/${keyId}`, state])).toEqual([
      [active.path, 'ACTIVE'],
      [revoked.path, 'REVOKED'],
      [expired.path, 'EXPIRED'],
    ])
    const [, shown] = listed
    expect(shown).toHaveProperty('revokedAt')
    expect((await ask(service, keys, { key: service.otherKey })).body).toEqual({ keys: [] })
    const foreign = `${keys}?pageSize=2&pageToken=${first.body.nextPageToken}`
    expectProblem(await ask(service, foreign, { key: service.otherKey }), 400, 'INVALID_PAGE_TOKEN')
  })
})

describe('an unknown key or another owner’s', () => {
  it.each([{}, { method: 'DELETE' }])('404 at %o, the same for both', async (asking) => {
    const answers = [
      await ask(service, path, { ...asking, key: service.otherKey }),
      await ask(service, `${keys}/${unknownId}`, asking),
      await ask(service, `${keys}/key_1`, asking),
    ]
    for (const answer of answers) expectProblem(answer, 404, 'NOT_FOUND')
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1)
    expect((await ask(service, path)).body.state).toBe('ACTIVE')
  })
})

describe('revokeKey', () => {
  it('204, refuses the key from then on, and is 204 when repeated', async () => {
    const { key, path: at } = await created()
    expect((await ask(service, operations, { key })).status).toBe(200)
    expect((await revoke(at)).status).toBe(204)
    const refused = await ask(service, operations, { key })
    expectProblem(refused, 401, 'UNAUTHENTICATED')
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
    const { body } = await ask(service, at)
    expect((await revoke(at)).status).toBe(204)
    expect((await ask(service, at)).body).toEqual(body)
  })

  it('allows a key to revoke itself', async () => {
    const { key, path: at } = await created({ scopes: ['admin'] })
    expect((await revoke(at, { key })).status).toBe(204)
    expectProblem(await revoke(at, { key }), 401, 'UNAUTHENTICATED')
  })
})

it('an expired key is a 401 from its expiry', async () => {
  const { key } = await created({ expiresAt: new Date(Date.now() + 1500).toISOString() })
  expect((await ask(service, operations, { key })).status).toBe(200)
  const until = Date.now() + 5000
  let answer = await ask(service, operations, { key })
  while (answer.status === 200 && Date.now() < until) answer = await ask(service, operations, { key })
  expectProblem(answer, 401, 'UNAUTHENTICATED')
})

describeFaults(() => service, examples)
