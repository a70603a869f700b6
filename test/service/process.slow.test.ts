import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const main = join(import.meta.dirname, '../../dist/server/main.js')

let database: TestDatabase
let dataDir: string
beforeAll(async () => {
  database = await createDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'longrun-process-'))
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})

/** The service as an operator starts it. `listening` resolves with the URL that it prints. */
function start(environment: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
  }
  const child = spawn(process.execPath, [main], {
    env: { ...env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  const printed = { text: '' }
  const listening = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed.text += chunk.toString()
      const url = /listens on (\S+)/.exec(printed.text)?.[1]
      if (url) resolve(url)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void exit.then(() => reject(new Error(`it ended: ${printed.text}`)))
  })
  listening.catch(() => {})
  return { child, exit, printed, listening }
}

/** NODE_OPTIONS that run `code` before the service. */
const preload = (code: string) => `--import=data:text/javascript,${encodeURIComponent(code)}`

describe('the service as a process', () => {
  it('creates a development key at its first start, and prints the path of the key and not the key', async () => {
    const first = start()
    const url = await first.listening
    const path = join(dataDir, 'development-key')
    const key = (await readFile(path, 'utf8')).trim()
    await expect.poll(() => first.printed.text).toContain(`Development key: in ${path}\n`)
    expect(first.printed.text).toContain(`${url}/docs`)
    const response = await fetch(`${url}/api/v1/operations`, { headers: { 'x-api-key': key } })
    expect(await response.json()).toEqual({ operations: [] })
    expect((await fetch(`${url}/api/v1/operations`)).status).toBe(401)
    first.child.kill('SIGTERM')
    expect(await first.exit).toBe(0)

    const again = start()
    expect((await fetch(`${await again.listening}/readyz`)).status).toBe(200)
    await expect.poll(() => again.printed.text).toContain(`Development key: in ${path}\n`)
    again.child.kill('SIGINT')
    expect(await again.exit).toBe(0)
    expect(first.printed.text + again.printed.text).not.toContain(key)
  })

  it('prints the development key on a terminal, at the first start only', async () => {
    const own = await mkdtemp(join(tmpdir(), 'longrun-terminal-'))
    onTestFinished(() => rm(own, { recursive: true, force: true }))
    const onTerminal = { DATA_DIR: own, NODE_OPTIONS: preload('process.stdout.isTTY = true') }
    const path = join(own, 'development-key')
    const printed = async () => {
      const { child, exit, printed, listening } = start(onTerminal)
      await listening
      await expect.poll(() => printed.text).toContain('Development key:')
      child.kill('SIGTERM')
      await exit
      return printed.text
    }
    const first = await printed()
    const key = (await readFile(path, 'utf8')).trim()
    expect(first).toContain(`Development key: ${key}, kept in ${path}\n`)
    expect(await printed()).not.toContain(key)
  })

  it.each([
    ['an unhandled rejection', 'void Promise.reject(failure)'],
    ['an uncaught exception', 'throw failure'],
  ])('shuts down in order with exit code 1 after %s, and prints no query parameter', async (_, code) => {
    const failure = "const failure = Object.assign(new Error('broken'), { query: 'select $1', params: ['canary'] })"
    const { child, exit, printed, listening } = start({
      NODE_OPTIONS: preload(`${failure}; process.on('SIGUSR2', () => { ${code} })`),
    })
    await listening
    child.kill('SIGUSR2')
    expect(await exit).toBe(1)
    expect(printed.text).toMatch(/Longrun stops because of an unexpected error\.\nFailed query: select \$1/)
    expect(printed.text).toContain('Longrun is stopping.')
    expect(printed.text).not.toContain('canary')
    const sql = postgres(database.url, { max: 1 })
    expect(await sql`select * from workers`).toEqual([])
    await sql.end()
  })

  it('continues when its output is closed, and stops normally', async () => {
    const { child, exit, listening } = start()
    const url = await listening
    child.stdout.destroy()
    child.stderr.destroy()
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
  })

  it('prints what is wrong with its environment, and exits', async () => {
    const { exit, printed } = start({ LOG_LEVEL: 'loud' })
    expect(await exit).toBe(1)
    expect(printed.text).toContain('LOG_LEVEL must be trace, debug, info')
    expect(printed.text).not.toMatch(/\n +at /)
  })

  it('prints that its port is in use, and exits', async () => {
    const { child, listening, exit } = start()
    const { port } = new URL(await listening)
    const second = start({ PORT: port })
    expect(await second.exit).toBe(1)
    expect(second.printed.text).toMatch(/EADDRINUSE|address already in use/)
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
  })
})
