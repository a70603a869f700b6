import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask } from '../http/requests.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService } from '../support/service.ts'

const csv = { method: 'POST', headers: { 'content-type': 'text/csv' } }
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

/** The API as a process that can be killed. */
async function startApi() {
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ROLES: 'api',
    PORT: '0',
    LOG_LEVEL: 'silent',
    API_KEYS: `alice:${apiKey}`,
    OWNER_STORED_BYTES: '1500000',
  }
  const main = join(import.meta.dirname, '../../dist/server/main.js')
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const url = /listens on (\S+)/.exec(printed)?.[1]
    if (url) return { child, url: new URL(url) }
  }
  throw new Error(`the service ended: ${printed}`)
}

it('bytes of an upload whose process is killed are deleted by the next sweep', async () => {
  const { child, url } = await startApi()
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  const stored = () => readdir(join(folder, 'files', 'uploads')).catch(() => [])
  const plannedFiles = () => sql<{ storage_key: string }[]>`select storage_key from discards`
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
    const [row] = await plannedFiles()
    expect((await stored())[0]).toContain(row?.storage_key.split('/').at(-1))
    expect(await sql`select from uploads`).toHaveLength(0)

    // The reservation stays for two minutes, while the bytes may be on disk.
    const [{ seconds } = { seconds: 0 }] = await sql<{ seconds: number }[]>`
      select extract(epoch from due_at - now())::float8 as seconds from discards where reserved_bytes = 1000000`
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(120)
    const next = await startTestService(
      { FILES_URL: `file://${folder}/files`, OWNER_STORED_BYTES: '1500000', SWEEP_SECONDS: '1' },
      database,
    )
    const send = async () => (await ask(next, '/api/v1/uploads', { ...csv, body: 'x'.repeat(600_000) })).status
    expect(await send()).toBe(409)

    await sql`update discards set due_at = now()`
    await expect.poll(plannedFiles, { timeout: 10_000 }).toHaveLength(0)
    expect(await stored()).toEqual([])
    expect(await send()).toBe(201)
    await next.close()
  } finally {
    child.kill('SIGKILL')
    await sql.end()
  }
})
