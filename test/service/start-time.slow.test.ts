import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const main = join(import.meta.dirname, '../../dist/server/main.js')

let database: TestDatabase
let dataDir: string
beforeAll(async () => {
  database = await createDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'longrun-start-'))
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Milliseconds from the start of the process to the first response of /readyz. */
async function startMs(): Promise<number> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += chunk
    const url = /listens on (\S+)/.exec(printed)?.[1]
    if (url === undefined) continue
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    break
  }
  const tookMs = performance.now() - startedMs
  child.kill('SIGTERM')
  await exited
  return tookMs
}

it('starts warm within 2 seconds: the best of five starts, because other processes may slow down one', async () => {
  let bestMs = await startMs()
  for (let start = 1; start < 5 && bestMs >= 2000; start += 1) bestMs = Math.min(bestMs, await startMs())
  expect(bestMs).toBeLessThan(2000)
})
