import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticate, checkScopes } from '../../server/auth/credential.ts'
import { developmentKey } from '../../server/auth/development-key.ts'
import { createKeyring } from '../../server/auth/keys.ts'
import { scopes } from '../../server/auth/scopes.ts'
import { Problem } from '../../server/contract/problem.ts'

const key = 'alice-0123456789abcdef'
const keyring = createKeyring([
  { owner: 'alice', key, scopes },
  { owner: 'bob', key: 'bob-0123456789abcdef', scopes: ['operations:read'] },
])

/** The owner, or the code of the refusal. */
async function asked(headers: Record<string, string>, needed: string[] = [], by = {}): Promise<string> {
  try {
    const caller = await authenticate(keyring, new Headers(headers), by)
    checkScopes(caller, needed)
    return caller.ownerId
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

describe('a credential', () => {
  it('is a bearer token or X-API-Key', async () => {
    expect(await asked({ authorization: `Bearer ${key}` })).toBe('alice')
    expect(await asked({ authorization: `bearer  ${key}` })).toBe('alice')
    expect(await asked({ 'x-api-key': key })).toBe('alice')
    expect(await asked({ 'x-api-key': key, authorization: `Bearer ${key}` })).toBe('alice')
  })

  it('is refused when it is missing, unknown, malformed or doubtful', async () => {
    const doubtful = { 'x-api-key': key, authorization: 'Bearer bob-0123456789abcdef' }
    const basic = { authorization: `Basic ${btoa(`alice:${key}`)}` }
    const refused: Record<string, string>[] = [
      {},
      { 'x-api-key': '' },
      { 'x-api-key': `${key}x` },
      { authorization: key },
      basic,
      doubtful,
    ]
    for (const headers of refused) expect(await asked(headers)).toBe('UNAUTHENTICATED')
  })

  it('is a subprotocol, where that is allowed', async () => {
    const by = { bySubprotocol: true }
    expect(await asked({ 'sec-websocket-protocol': `longrun.v1, bearer.${key}` }, [], by)).toBe('alice')
    expect(await asked({ 'sec-websocket-protocol': `bearer.${key},longrun.v1`, 'x-api-key': key }, [], by)).toBe(
      'alice',
    )
    expect(await asked({ 'sec-websocket-protocol': `longrun.v1, bearer.${key}` })).toBe('UNAUTHENTICATED')
    const doubtful = `bearer.${key}, bearer.bob-0123456789abcdef`
    for (const offered of ['longrun.v1', 'bearer.', `${key}`, doubtful]) {
      expect(await asked({ 'sec-websocket-protocol': offered }, [], by)).toBe('UNAUTHENTICATED')
    }
  })

  it('does what its scopes allow', async () => {
    expect(await asked({ 'x-api-key': 'bob-0123456789abcdef' }, ['operations:read'])).toBe('bob')
    expect(await asked({ 'x-api-key': 'bob-0123456789abcdef' }, ['operations:write'])).toBe('INSUFFICIENT_SCOPE')
  })
})

describe('the development key', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longrun-key-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is made once, and readable by its user alone', async () => {
    const first = await developmentKey(join(folder, 'data'))
    const second = await developmentKey(join(folder, 'data'))
    expect([first.made, second.made]).toEqual([true, false])
    expect(second.key).toEqual(first.key)
    const path = join(folder, 'data', 'development-key')
    expect((await readFile(path, 'utf8')).trim()).toBe(first.key.key)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is never an empty one', async () => {
    await writeFile(join(folder, 'development-key'), '\n')
    await expect(developmentKey(folder)).rejects.toThrow(/remove the file/)
  })
})
