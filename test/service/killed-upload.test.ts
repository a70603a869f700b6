import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService } from '../support/service.ts'

const apiKey = 'alice-0123456789abcdef'

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  folder = await mkdtemp(join(tmpdir(), 'longrun-killed-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** The API alone, as a process that can be killed. */
async function startApi() {
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ROLES: 'api',
    PORT: '0',
    LOG_LEVEL: 'silent',
    API_KEYS: `alice:${apiKey}`,
  }
  const main = join(import.meta.dirname, '../../server/main.ts')
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const url = /listens on (\S+)/.exec(printed)?.[1]
    if (url) return { child, url: new URL(url) }
  }
  throw new Error(`the service ended: ${printed}`)
}

it('an upload whose process is killed in its midst leaves bytes that the next sweep removes', async () => {
  const { child, url } = await startApi()
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  const stored = () => readdir(join(folder, 'files', 'uploads')).catch(() => [])
  const announced = () => sql<{ storage_key: string }[]>`select storage_key from discards`
  try {
    const socket = connect(Number(url.port), url.hostname)
    socket.on('error', () => {})
    const head = ['POST /api/v1/uploads HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${apiKey}`]
    head.push('Content-Type: text/csv', 'Content-Length: 1000000')
    socket.write(`${head.join('\r\n')}\r\n\r\n${'x'.repeat(100_000)}`)
    await expect.poll(stored).toHaveLength(1)
    child.kill('SIGKILL')
    await once(child, 'exit')

    expect(await stored()).toHaveLength(1)
    const [row] = await announced()
    expect((await stored())[0]).toContain(row?.storage_key.split('/').at(-1))
    expect(await sql`select from uploads`).toHaveLength(0)

    // Nobody has heard of it for an hour.
    await sql`update discards set due_at = now()`
    const next = await startTestService({ FILES_URL: `file://${folder}/files`, ROLES: 'worker' }, database)
    await expect.poll(announced).toHaveLength(0)
    await next.close()
    expect(await stored()).toEqual([])
  } finally {
    child.kill('SIGKILL')
    await sql.end()
  }
})
