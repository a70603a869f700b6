import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'longrun-demo-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

/** `npm run demo` with an environment that sets only the folders. */
function start(environment: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, DATA_DIR: dataDir, ...environment }
  const child = spawn(process.execPath, ['client/examples/demo.ts'], {
    cwd: top,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { child, ended: ended.then(([[code], out, err]) => ({ code, out, err })) }
}

/** Files that a running service and a running Postgres keep in their folders. */
function serverIsRunning(): boolean {
  return existsSync(join(dataDir, 'postgres/postmaster.pid'))
}

describe('npm run demo', { timeout: 120_000 }, () => {
  it('imports orders, writes reports, delivers an order, compensates a failed delivery, decides a screening, runs a batch and a schedule, and leaves no process', async () => {
    const { code, out, err } = await start().ended
    expect({ code, err }, out).toEqual({ code: 0, err: '' })
    expect(out).toContain('9,994 lines: 9,994 loaded, 0 unchanged, 0 rejected')
    expect(out).toContain('5,009 orders, $2,297,200.86')
    expect(out).toMatch(/Deliver an order +100% +on its way as LR[0-9A-F]{12}\n/)
    expect(out).toContain(
      'stock reservation completed · payment completed · carrier booking completed · confirmation completed',
    )
    expect(out).toMatch(/Deliver, without a carrier +\d\d% +NO_CARRIER: The carrier vendor declined: .+\n/)
    expect(out).toContain(
      'stock reservation compensated · payment compensated · carrier booking failed · confirmation skipped',
    )
    expect(out).toMatch(/Screen a candidate +\d+% +waits for decision\n/)
    expect(out).toMatch(/Screen a candidate +100% +clear after \d checks and a decision\n/)
    expect(out).toMatch(/Report, then deliver +100% +2 of 2 operations completed, one after the other\n/)
    expect(out).toMatch(/Schedule a report +100% +next due 20\d\d-\d\d-01T0[45]:00:00.000Z; ran at once: [\d,]+ rows\n/)
    const report = (name: string) => readFile(join(dataDir, 'reports', name), 'latin1')
    expect((await report('orders-summary.csv')).trimEnd().split('\n')).toHaveLength(1 + 5009)
    expect((await report('sales-by-product.csv')).trimEnd().split('\n')).toHaveLength(1 + 1862)
    for (const name of ['orders-summary.pdf', 'sales-by-product.pdf'])
      expect(await report(name)).toMatch(/^%PDF-.*%%EOF\s*$/s)
    expect(serverIsRunning()).toBe(false)
  })

  it('loads nothing twice when run again', async () => {
    const { code, out } = await start().ended
    expect(code).toBe(0)
    expect(out).toContain('0 loaded, 9,994 unchanged')
    expect(out).toContain('5,009 orders, $2,297,200.86')
  })

  it('stops the service when interrupted', async () => {
    const { child, ended } = start()
    await new Promise<void>((ready) => {
      child.stdout.on('data', (chunk: Buffer) => chunk.includes('Ready') && ready())
    })
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect(serverIsRunning()).toBe(false)
  })

  it('prints the cause when the service cannot start', async () => {
    const { code, err } = await start({ DATABASE_URL: 'no-address' }).ended
    expect(code).toBe(1)
    expect(err).toContain('DATABASE_URL must be')
    expect(err).not.toContain('    at ')
  })
})
