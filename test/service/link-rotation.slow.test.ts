import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { onDatabase } from '../http/database.ts'
import { ask, ended, expectProblem, submitted } from '../http/requests.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'

const readMs = 200
const run = promisify(execFile)

let database: TestDatabase
/** Two services on one database, both with the files of the first. */
let one: TestService
let two: TestService
let operation: string

beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  one = await startTestService({}, database, undefined, { linkKeysReadMs: readMs })
  const files = { ROLES: 'api', FILES_URL: `file://${join(one.dataDir, 'files')}` }
  two = await startTestService(files, database, undefined, { linkKeysReadMs: readMs })
  operation = await submitted(one)
  await ended(one, operation)
})
afterEach(() => {
  one.check.assertKept()
  two.check.assertKept()
})
afterAll(async () => {
  await one.close()
  await two.close()
  await database.drop()
})
// Start with a single key that is older than the settling time.
beforeEach(async () => {
  const before = [await link(one), await link(two)]
  await rotate('--revoke')
  await age(3600)
  const bothUseNewKey = async () => {
    const [here, there] = [await link(one), await link(two)]
    return here === there && !before.includes(here)
  }
  await expect.poll(bothUseNewKey).toBe(true)
})

const server = join(import.meta.dirname, '../../dist/server')
const script = [join(server, 'rotate-link-keys.js')]
const rotate = (...words: string[]) =>
  run(process.execPath, [...script, ...words], { env: { ...process.env, DATABASE_URL: database.url } })

/** Makes the newest key older by `seconds`. */
const age = (seconds: number) =>
  onDatabase(
    one,
    `update secrets set created_at = created_at - interval '${seconds} seconds'
      where name like 'file-links%' and created_at = (select max(created_at) from secrets where name like 'file-links%')`,
  )

async function link(service: TestService): Promise<string> {
  const { result } = (await ask(service, operation)).body as { result: { downloadUrl: string } }
  return result.downloadUrl
}

const etag = async (service: TestService) => (await ask(service, operation)).headers.get('etag')

test('after a rotation every process signs new links with the new key without a restart, and old links stay valid', async () => {
  const old = await link(one)
  const tag = await etag(one)
  expect(await link(two)).toBe(old)
  const { stdout } = await rotate()
  expect(stdout).toContain('in a minute')

  // Every process knows the key before any process signs with it.
  expect([await link(one), await link(two), await etag(two)]).toEqual([old, old, tag])
  await age(60)
  await expect.poll(() => link(one)).not.toBe(old)
  await expect.poll(() => link(two)).not.toBe(old)
  const fresh = await link(one)
  expect(await link(two)).toBe(fresh)
  for (const service of [one, two]) {
    for (const at of [old, fresh]) expect((await ask(service, at, { key: null })).status).toBe(200)
  }
  const changed = await etag(one)
  expect(changed).not.toBe(tag)
  expect(await etag(two)).toBe(changed)
  expect((await ask(two, operation, { headers: { 'if-none-match': String(tag) } })).status).toBe(200)
  expect((await ask(two, operation, { headers: { 'if-none-match': String(changed) } })).status).toBe(304)
})

test('a link with a key that a process has not read yet is valid there', async () => {
  const slow = await startTestService(
    { ROLES: 'api', FILES_URL: `file://${join(one.dataDir, 'files')}` },
    database,
    undefined,
    { linkKeysReadMs: 3_600_000 },
  )
  const old = await link(one)
  await rotate()
  await age(60)
  await expect.poll(() => link(one)).not.toBe(old)
  const fresh = await link(one)
  await expect.poll(async () => (await ask(slow, fresh, { key: null })).status).toBe(200)
  await slow.close()
})

test('--revoke: older links are 403 in every process, and new links are valid at once', async () => {
  const old = await link(one)
  await rotate()
  await age(60)
  await expect.poll(() => link(one)).not.toBe(old)
  const second = await link(one)
  // Both processes keep the operation that they return, with its link, for a second.
  await Promise.all([link(one), link(two)])
  const { stdout } = await rotate('--revoke')
  expect(stdout).toContain('2 older revoked')
  for (const service of [one, two]) {
    for (const at of [old, second]) {
      await expect.poll(async () => (await ask(service, at, { key: null })).status).toBe(403)
      expectProblem(await ask(service, at, { key: null }), 403, 'LINK_INVALID')
    }
    expect((await ask(service, await link(service), { key: null })).status).toBe(200)
  }
  expect(await link(one)).toBe(await link(two))
})

test('an expired link is 410 after a rotation too, and 403 after its key was deleted', async () => {
  const short = await startTestService(
    { LINK_SECONDS: '2', ROLES: 'api', FILES_URL: `file://${join(one.dataDir, 'files')}` },
    database,
    undefined,
    { linkKeysReadMs: readMs },
  )
  const old = await link(short)
  await rotate()
  await expect.poll(async () => (await ask(short, old, { key: null })).status).toBe(410)
  expectProblem(await ask(short, old, { key: null }), 410, 'LINK_EXPIRED')
  await age(60 + 60 + 2)
  await expect.poll(async () => (await ask(short, old, { key: null })).status).toBe(403)
  await short.close()
})

test('the key of the previous version becomes the first key', async () => {
  await onDatabase(one, `delete from secrets where name like 'file-links%'`)
  await rotate()
  await onDatabase(one, `select 1 / count(*) from secrets where name = 'file-links'`)
})

test('an unknown argument and an unreachable database are reported in one sentence', async () => {
  const unknownArgument = await rotate('--revoked').catch((error: { code: number; stderr: string }) => error)
  expect(unknownArgument).toMatchObject({ code: 2, stderr: 'Usage: npm run rotate-links [-- --revoke]\n' })
  const unreachable = { ...process.env, DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/x' }
  const away = await run(process.execPath, script, { env: unreachable }).catch((error: { stderr: string }) => error)
  expect(away.stderr).toMatch(/^The database x on 127\.0\.0\.1:1 cannot be used: nothing listens there/)
  expect(away.stderr).not.toMatch(/canary|\bat /)
})
