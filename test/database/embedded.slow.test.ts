import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import postgres from 'postgres'
import { afterEach, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { fastSettings } from '../support/fast-postgres.ts'
import { isAlive, kill, pidFile, postmasterPid, processesIn, query, startServerProcess } from '../support/postmaster.ts'

const program = resolve(import.meta.dirname, '../support/embedded-process.ts')
const asRoot = process.getuid?.() === 0
const nobody = 65_534

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** As root: a folder that no other account can enter. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-embedded-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, settings: fastSettings })
  cleanups.push(() => server.stop())
  return server
}

async function startChild(dataDir: string, uid?: number) {
  const child = await startServerProcess(dataDir, uid === undefined ? {} : { uid })
  cleanups.push(child.end)
  return child
}

describe('the embedded Postgres', () => {
  it('starts on a folder that does not exist, and again with its data', async () => {
    const dataDir = join(newFolder(), 'deep/data')
    const first = await start(dataDir)
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()

    const began = performance.now()
    const again = await start(dataDir)
    expect(performance.now() - began).toBeLessThan(8000)
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('uses UTF-8 and UTC, and listens on the loopback address only', async () => {
    const dataDir = newFolder()
    const { url } = await start(dataDir)
    const names = ['server_encoding', 'TimeZone', 'listen_addresses', 'password_encryption']
    const [row] = await query(url, `select ${names.map((name) => `current_setting('${name}') as "${name}"`)}`)
    expect(row).toEqual({
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
    })
    // Line 5 is the folder of the socket; there is none.
    expect(readFileSync(pidFile(dataDir), 'utf8').split('\n')[4]).toBe('')
  })

  it('is durable by default', async () => {
    const server = await startEmbeddedPostgres({ dataDir: newFolder() })
    cleanups.push(() => server.stop())
    const settings = `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')`
    expect((await query(server.url, settings)).map((row) => row.setting)).toEqual(['on', 'on', 'on'])
  })

  it('requires the password, which only the owner of the folder can read', async () => {
    const dataDir = newFolder()
    const { url } = await start(dataDir)
    const { password } = new URL(url)
    expect(password.length).toBeGreaterThan(20)

    await expect(query(url.replace(password, ''), 'select 1')).rejects.toThrow(/password/)
    await expect(query(url.replace(password, 'guess'), 'select 1')).rejects.toMatchObject({ code: '28P01' })
    for (const name of await readdir(dataDir, { recursive: true })) {
      const file = join(dataDir, name)
      const { mode, size, uid } = statSync(file)
      if (size > 1_000_000 || !statSync(file).isFile() || !readFileSync(file).includes(password)) continue
      expect(name).toBe('postgres-password')
      expect([mode & 0o777, uid]).toEqual([0o600, process.getuid?.()])
    }
  })

  it('leaves no process after a stop, even while a client runs a query', async () => {
    const dataDir = newFolder()
    const server = await start(dataDir)
    const pid = postmasterPid(dataDir)
    const client = postgres(server.url, { max: 1 })
    await client`select 1`
    const cut = client`select pg_sleep(600)`.catch((error: unknown) => error)
    await server.stop()

    expect(isAlive(pid)).toBe(false)
    expect(await processesIn(dataDir)).toEqual([])
    expect(await cut).toBeInstanceOf(Error)
    await client.end({ timeout: 1 })
  })

  it('may be stopped twice', async () => {
    const server = await start(newFolder())
    await Promise.all([server.stop(), server.stop()])
    await server.stop()
  })
})

describe('after a crash', () => {
  it('adopts the Postgres of a killed process and stops it at its own end', async () => {
    const dataDir = newFolder()
    const lost = await startChild(dataDir)
    await query(lost.url, 'create table kept as select 42 as answer')
    const pid = postmasterPid(dataDir)
    await lost.kill()
    expect(isAlive(pid)).toBe(true)

    const server = await start(dataDir)
    expect(postmasterPid(dataDir)).toBe(pid)
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await server.stop()
    expect(isAlive(pid)).toBe(false)
    expect(await processesIn(dataDir)).toEqual([])
  })

  it('recovers committed rows when Postgres was killed too', async () => {
    const dataDir = newFolder()
    const lost = await startChild(dataDir)
    await query(lost.url, 'create table kept as select 42 as answer')
    const pid = postmasterPid(dataDir)
    await lost.kill()
    await kill(pid)

    const server = await start(dataDir)
    expect(postmasterPid(dataDir)).not.toBe(pid)
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('does not mistake a process with a reused pid for its Postgres', async () => {
    const dataDir = newFolder()
    await (await start(dataDir)).stop()
    // This process: it runs, belongs to the same account, and is not Postgres.
    const lines = [process.pid, join(dataDir, 'postgres'), 1, 5432, '', '127.0.0.1', ' 1 1', 'ready   ', '']
    writeFileSync(pidFile(dataDir), lines.join('\n'))

    const server = await start(dataDir)
    expect(postmasterPid(dataDir)).not.toBe(process.pid)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('starts again after an interrupted first start', async () => {
    const dataDir = newFolder()
    const first = spawn(process.execPath, [program, dataDir], { stdio: 'ignore', detached: true })
    const exited = once(first, 'exit')
    while ((await readdir(dataDir)).length < 3) await new Promise(setImmediate)
    process.kill(-(first.pid as number), 'SIGKILL')
    await exited

    expect(await query((await start(dataDir)).url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('two services on one folder', () => {
  it('refuses the second and names the first', async () => {
    const dataDir = newFolder()
    const first = await startChild(dataDir)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`process ${first.pid}`)
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('admits exactly one of many concurrent starts', async () => {
    const dataDir = newFolder()
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => start(dataDir)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('admits the next one when the first has stopped', async () => {
    const dataDir = newFolder()
    const first = await startChild(dataDir)
    await first.end()
    await start(dataDir)
  })

  it('takes over the lock of a process that has ended, even when its pid is in use again', async () => {
    const dataDir = newFolder()
    const gone = spawn('true')
    await once(gone, 'exit')
    for (const holder of [`${gone.pid} 4711`, `${process.pid} 4711`, '']) {
      writeFileSync(join(dataDir, 'service.lock'), holder)
      await (await start(dataDir)).stop()
    }
  })
})

describe.runIf(asRoot)('as root', () => {
  it('runs Postgres as an unprivileged account that can reach the folder', async () => {
    const dataDir = newFolder()
    chmodSync(dataDir, 0o755)
    await start(dataDir)
    expect(statSync(`/proc/${postmasterPid(dataDir)}`).uid).not.toBe(0)
  })

  it('works in a folder that no other account can enter', async () => {
    const dataDir = newFolder()
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    const { url } = await start(dataDir)
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('continues with a folder that has become unreachable, or reachable', async () => {
    const dataDir = newFolder()
    for (const mode of [0o755, 0o700, 0o755]) {
      chmodSync(dataDir, mode)
      const server = await start(dataDir)
      expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
      await server.stop()
    }
  })

  it.runIf(isOpenToAll(program))('works the same for a user other than root', async () => {
    const dataDir = newFolder()
    chownSync(dataDir, nobody, nobody)
    const server = await startChild(dataDir, nobody)
    const pid = postmasterPid(dataDir)
    expect(statSync(`/proc/${pid}`).uid).toBe(nobody)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.end()
    expect(isAlive(pid)).toBe(false)
  })
})

/** Whether every account can read the file: a checkout below /root cannot be run by another user. */
function isOpenToAll(file: string): boolean {
  const parent = dirname(file)
  return (statSync(file).mode & 0o005) !== 0 && (parent === file || isOpenToAll(parent))
}
