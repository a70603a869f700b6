import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scopes } from '../../server/auth/api-key.ts'
import { authenticate, checkScopes, createKeyring } from '../../server/auth/credential.ts'
import { developmentKey } from '../../server/auth/development-key.ts'
import { Problem } from '../../server/contract/problem.ts'
import { OperatorError } from '../../server/domain/operator-error.ts'

const key = 'alice-0123456789abcdef'
const keyring = createKeyring([
  { owner: 'alice', key, scopes },
  { owner: 'bob', key: 'bob-0123456789abcdef', scopes: ['operations:read'] },
])

/** The owner of the credential, or the code of the refusal. */
async function resultFor(headers: Record<string, string>, needed: string[] = [], by = {}): Promise<string> {
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
    expect(await resultFor({ authorization: `Bearer ${key}` })).toBe('alice')
    expect(await resultFor({ authorization: `bearer  ${key}` })).toBe('alice')
    expect(await resultFor({ 'x-api-key': key })).toBe('alice')
    expect(await resultFor({ 'x-api-key': key, authorization: `Bearer ${key}` })).toBe('alice')
  })

  it('is refused when it is missing, unknown, malformed or ambiguous', async () => {
    const ambiguous = { 'x-api-key': key, authorization: 'Bearer bob-0123456789abcdef' }
    const basic = { authorization: `Basic ${btoa(`alice:${key}`)}` }
    const refused: Record<string, string>[] = [
      {},
      { 'x-api-key': '' },
      { 'x-api-key': `${key}x` },
      { authorization: key },
      basic,
      ambiguous,
    ]
    for (const headers of refused) expect(await resultFor(headers)).toBe('UNAUTHENTICATED')
  })

  it('is a subprotocol where that is allowed', async () => {
    const by = { bySubprotocol: true }
    expect(await resultFor({ 'sec-websocket-protocol': `longrun.v1, bearer.${key}` }, [], by)).toBe('alice')
    expect(await resultFor({ 'sec-websocket-protocol': `bearer.${key},longrun.v1`, 'x-api-key': key }, [], by)).toBe(
      'alice',
    )
    expect(await resultFor({ 'sec-websocket-protocol': `longrun.v1, bearer.${key}` })).toBe('UNAUTHENTICATED')
    const ambiguous = `bearer.${key}, bearer.bob-0123456789abcdef`
    for (const offered of ['longrun.v1', 'bearer.', `${key}`, ambiguous]) {
      expect(await resultFor({ 'sec-websocket-protocol': offered }, [], by)).toBe('UNAUTHENTICATED')
    }
  })

  it('is allowed what its scopes allow', async () => {
    expect(await resultFor({ 'x-api-key': 'bob-0123456789abcdef' }, ['operations:read'])).toBe('bob')
    expect(await resultFor({ 'x-api-key': 'bob-0123456789abcdef' }, ['operations:write'])).toBe('INSUFFICIENT_SCOPE')
  })
})

describe('the development key', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longrun-key-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is created once, readable by its user only', async () => {
    const first = await developmentKey(join(folder, 'data'))
    const second = await developmentKey(join(folder, 'data'))
    expect([first.made, second.made]).toEqual([true, false])
    expect(second.key).toEqual(first.key)
    const path = join(folder, 'data', 'development-key')
    expect((await readFile(path, 'utf8')).trim()).toBe(first.key.key)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is in a folder that other users cannot list', async () => {
    await developmentKey(join(folder, 'made', 'here'))
    for (const made of ['made', 'made/here']) expect((await stat(join(folder, made))).mode & 0o066).toBe(0)
  })

  it('is one key when several services start at once', async () => {
    const started = await Promise.all(Array.from({ length: 10 }, () => developmentKey(folder)))
    expect(new Set(started.map(({ key }) => key.key)).size).toBe(1)
    expect(started.filter(({ made }) => made)).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['development-key'])
  })

  it.each<[string, (path: string) => unknown]>([
    ['empty', (path) => writeFile(path, '\n', { mode: 0o600 })],
    ['short', (path) => writeFile(path, 'fifteen-letters', { mode: 0o600 })],
    ['has several lines', (path) => writeFile(path, 'dev_0123456789abcdef\ndev_0123456789abcdef\n', { mode: 0o600 })],
    ['binary', (path) => writeFile(path, Buffer.alloc(64), { mode: 0o600 })],
    ['a huge file', (path) => writeFile(path, 'x'.repeat(10_000_000), { mode: 0o600 })],
    ['readable by others', (path) => writeFile(path, 'dev_0123456789abcdef\n', { mode: 0o644 })],
    ['a folder', (path) => mkdir(path)],
    ['a pipe', (path) => promisify(execFile)('mkfifo', ['-m', '600', path])],
    ['a link to a key', (path) => linkedKey(path)],
    ['a link to nothing', (path) => symlink(`${path}-not-there`, path)],
  ])('is refused where it is %s, with the remedy', async (_, make) => {
    const path = join(folder, 'development-key')
    await make(path)
    const refused = await developmentKey(folder).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(OperatorError)
    expect(String(refused)).toContain(`${path} `)
    expect(String(refused)).toMatch(/remove the file; the next start creates a new key$/)
    expect(String(refused)).not.toContain('0123456789')
  })
})

async function linkedKey(path: string) {
  await writeFile(`${path}-elsewhere`, 'dev_0123456789abcdef\n', { mode: 0o600 })
  await symlink(`${path}-elsewhere`, path)
}
