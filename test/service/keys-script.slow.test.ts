import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { ask, expectProblem } from '../http/requests.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { fastSettings } from '../support/fast-postgres.ts'
import { startTestService, type TestService } from '../support/service.ts'

const server = join(import.meta.dirname, '../../dist/server')
const script = [join(server, 'keys.js')]

let database: TestDatabase
let service: TestService
beforeAll(async () => {
  database = await createDatabase()
  service = await startTestService({ ROLES: 'api' }, database)
})
afterAll(async () => {
  await service.close()
  await database.drop()
})

/** Runs the script as an operator does, on the service's database unless `environment` names another. */
async function run(args: string[], environment: Record<string, string> = { DATABASE_URL: database.url }) {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment }
  const child = spawn(process.execPath, [...script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, out, err }
}

describe('the keys script', () => {
  it('creates a key that is valid at once; standard output contains only the key, and nothing else contains it', async () => {
    const args = ['create', '--owner', 'acme', '--name', 'nightly', '--scopes', 'operations:read', '--expires', '90d']
    const { code, out, err } = await run(args)
    expect(code).toBe(0)
    const key = out.trim()
    expect(out).toMatch(/^lr_\w{8}_\w{43}\n$/)
    expect(err).not.toContain(key.slice(12))
    expect((await ask(service, '/api/v1/operations', { key })).status).toBe(200)
    expectProblem(await ask(service, '/api/v1/keys', { key }), 403, 'INSUFFICIENT_SCOPE')
    const listed = await run(['list', '--owner', 'acme'])
    expect(listed.out).toMatch(new RegExp(`${key.slice(0, 11)} +acme +ACTIVE +operations:read +.+nightly`))
    expect(listed.out).not.toContain(key.slice(12))
  })

  it('creates a key with all scopes and without an expiry, which its owner’s list contains', async () => {
    const key = (await run(['create', '--owner', 'globex'])).out.trim()
    const { body } = await ask(service, '/api/v1/keys', { key })
    expect(body.keys).toEqual([expect.objectContaining({ prefix: key.slice(0, 11), createdBy: 'script' })])
    expect((body.keys as { scopes: string[] }[])[0]?.scopes).toContain('admin')
    expect((body.keys as object[])[0]).not.toHaveProperty('expiresAt')
  })

  it('revokes by id, by prefix and by the key itself, repeatedly', async () => {
    const key = (await run(['create', '--owner', 'initech'])).out.trim()
    const id = /key_\S+/.exec((await run(['list', '--owner', 'initech'])).out)?.[0] ?? ''
    for (const name of [id, key.slice(0, 11), key]) {
      const { code, err } = await run(['revoke', name])
      expect([code, err]).toEqual([0, expect.stringContaining(`${id} (${key.slice(0, 11)}, of initech) is revoked`)])
    }
    expect((await run(['list'])).out).toMatch(/initech +REVOKED/)
    // This service has never received the key, so it has not cached it.
    expectProblem(await ask(service, '/api/v1/operations', { key }), 401, 'UNAUTHENTICATED')
  })

  it.each([
    [[], /Give a command/],
    [['create', '--owner', 'a b'], /--owner must be/],
    [['create', '--owner', 'a', '--scopes', 'everything'], /--scopes must be/],
    [['create', '--owner', 'a', '--expires', 'soon'], /--expires must be/],
    [['create', '--owner', 'a', '--forever'], /--forever/],
    [['revoke'], /Name one key/],
  ])('reports the error in %o, and prints the usage', async (args, words) => {
    const { code, out, err } = await run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
    expect(err).toContain('npm run keys -- create --owner NAME')
  })

  it('reports an unknown key and an unreachable database', async () => {
    expect(await run(['revoke', 'lr_00000000'])).toMatchObject({ code: 1, err: expect.stringContaining('no such key') })
    const elsewhere = await run(['list'], { DATABASE_URL: 'postgres://nobody:canary@127.0.0.1:1/x' })
    expect(elsewhere).toMatchObject({ code: 1, err: expect.stringContaining('nothing listens there') })
    expect(elsewhere.err).not.toContain('canary')
  })

  it('works on the embedded database while a service runs and while none runs', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'longrun-keys-'))
    try {
      const running = await startEmbeddedPostgres({ dataDir, settings: fastSettings })
      const created = await run(['create', '--owner', 'acme'], { DATA_DIR: dataDir })
      expect(created.code).toBe(0)
      expect((await run(['list'], { DATA_DIR: dataDir })).out).toContain(created.out.slice(0, 11))
      await running.stop()
      const alone = await run(['list'], { DATA_DIR: dataDir })
      expect(alone.out).toContain(created.out.slice(0, 11))
      // The script has left no process that uses the folder.
      const again = await startEmbeddedPostgres({ dataDir, settings: fastSettings })
      await again.stop()
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
