import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { startEmbeddedPostgres, visitEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { mountSmallDisk } from '../faults/small-disk.ts'
import { dataFolder, startSupervised } from '../support/embedded-folders.ts'
import {
  isAlive,
  kill,
  pidFile,
  postmasterPid,
  processesIn,
  query,
  queryWhenUp,
  startServerProcess,
} from '../support/postmaster.ts'

const keep = 'create table kept as select 42 as answer'
const kept = 'select answer from kept'

/** A separate client, whose statements are not awaited. */
function client(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  onTestFinished(() => sql.end({ timeout: 0 }))
  return sql
}

/** A start takes three seconds or more on a busy machine. */
const busy = { timeout: 45_000 }

/** The pid of a backend that computes for longer than any test without checking for a shutdown. */
async function busyBackend(url: string): Promise<number> {
  const sql = client(url)
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  sql`select count(*) from generate_series(1, 1000000000000)`.catch(() => {})
  const state = `select 1 from pg_stat_activity where pid = ${row?.pid} and state = 'active'`
  while ((await query(url, state)).length === 0);
  return row?.pid as number
}

/** Listens on the port of a server that has just ended, before it is restarted. */
async function occupy(port: number) {
  const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  // Children of the server keep its port until they notice its end, a few milliseconds later.
  for (let isListening = false; !isListening; ) {
    other.listen(port, '127.0.0.1')
    isListening = await once(other, 'listening').then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error
        return false
      },
    )
  }
  const free = async () => {
    other.close()
    await once(other, 'close')
  }
  onTestFinished(() => void other.close())
  return free
}

describe('an embedded Postgres that ends is restarted', { timeout: 240_000 }, () => {
  it.each([
    ['SIGKILL', { how: 'SIGKILL' }],
    ['SIGTERM', { how: 'exit code 0', said: 'received smart shutdown request' }],
    ['SIGINT', { how: 'exit code 0', said: 'received fast shutdown request' }],
    ['SIGQUIT', { how: 'exit code 0', said: 'received immediate shutdown request' }],
  ] as const)('after %s, while a client stays connected, at the same address, and logs the restart once', async (signal, why) => {
    const dataDir = await dataFolder()
    const { url, named } = await startSupervised(dataDir)
    await query(url, keep)
    await client(url)`select 1`
    const pid = postmasterPid(dataDir)
    // After SIGTERM alone Postgres waits for the client to disconnect.
    process.kill(pid, signal)
    await expect.poll(() => named('postgres.restarted'), busy).toHaveLength(1)
    expect(await query(url, kept)).toEqual([{ answer: 42 }])
    expect(isAlive(pid)).toBe(false)
    expect(named('postgres.ended')).toEqual([expect.objectContaining({ level: 'warn', pid, ...why })])
    expect(named('postgres.not-started')).toEqual([])
  })

  it('each time it ends', async () => {
    const dataDir = await dataFolder()
    const { url, named } = await startSupervised(dataDir)
    for (let time = 1; time <= 4; time += 1) {
      await kill(postmasterPid(dataDir))
      await expect.poll(() => named('postgres.restarted'), busy).toHaveLength(time)
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
    }
    expect(named('postgres.ended')).toHaveLength(4)
  })

  it('when it was adopted', async () => {
    const dataDir = await dataFolder()
    const lost = await startServerProcess(dataDir)
    await query(lost.url, keep)
    await lost.kill()
    const pid = postmasterPid(dataDir)
    const { url, named } = await startSupervised(dataDir)
    expect([url, postmasterPid(dataDir)]).toEqual([lost.url, pid])
    await kill(pid)
    expect(await queryWhenUp(url, kept)).toEqual([{ answer: 42 }])
    expect(named('postgres.ended')).toEqual([expect.objectContaining({ pid })])
  })

  it('not when one of its backends is killed, from which Postgres recovers by itself', async () => {
    const dataDir = await dataFolder()
    const { url, named } = await startSupervised(dataDir)
    await query(url, keep)
    const pid = postmasterPid(dataDir)
    await kill(await busyBackend(url))
    expect(await queryWhenUp(url, kept)).toEqual([{ answer: 42 }])
    expect(postmasterPid(dataDir)).toBe(pid)
    expect(named('postgres.ended')).toEqual([])
  })

  it.each([
    ['computes', undefined],
    ['is frozen', 'SIGSTOP'],
  ] as const)('although one of its backends %s, which is ended, and nothing of another folder', async (_, freeze) => {
    const [dataDir, otherDir] = [await dataFolder(), await dataFolder()]
    const { url } = await startSupervised(dataDir)
    const other = await startSupervised(otherDir)
    const [backend, neighbour] = [await busyBackend(url), await busyBackend(other.url)]
    if (freeze) process.kill(backend, freeze)
    await kill(postmasterPid(dataDir))
    expect(await queryWhenUp(url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(isAlive(backend)).toBe(false)
    expect(isAlive(neighbour)).toBe(true)
    expect(other.named('postgres.ended')).toEqual([])
  })

  it.each([
    ['another program', () => process.pid],
    ['another Postgres', (otherDir: string) => postmasterPid(otherDir)],
  ])('although its pid file names %s by then', async (_, pidOf) => {
    const [dataDir, otherDir] = [await dataFolder(), await dataFolder()]
    const { url, port } = await startSupervised(dataDir)
    await startSupervised(otherDir)
    await kill(postmasterPid(dataDir))
    const lines = [pidOf(otherDir), join(dataDir, 'postgres'), 1, port, '', '127.0.0.1', ' 1 1', 'ready   ', '']
    writeFileSync(pidFile(dataDir), lines.join('\n'))
    expect(await queryWhenUp(url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(isAlive(pidOf(otherDir))).toBe(true)
  })

  it('once its port is free, after another program used it', async () => {
    const dataDir = await dataFolder()
    const { url, port, named } = await startSupervised(dataDir)
    await query(url, keep)
    await kill(postmasterPid(dataDir))
    const free = await occupy(port)
    await expect.poll(() => named('postgres.not-started'), busy).toHaveLength(1)
    expect(named('postgres.not-started')[0]?.reason).toContain('could not')
    await free()
    expect(await queryWhenUp(url, kept)).toEqual([{ answer: 42 }])
  })

  it('while a second service and other connections to its folder are refused', async () => {
    const dataDir = await dataFolder()
    const { url, port } = await startSupervised(dataDir)
    await kill(postmasterPid(dataDir))
    const free = await occupy(port)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`in use by process ${process.pid}`)
    await expect(visitEmbeddedPostgres({ dataDir })).rejects.toThrow(`in use by process ${process.pid}`)
    await free()
    expect(await queryWhenUp(url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

const disk = await mountSmallDisk(200)
afterAll(() => disk?.unmount())

it.skipIf(!disk)('an embedded Postgres on a full disk is restarted for longer than after other faults', async () => {
  const dataDir = await dataFolder(disk?.folder)
  const settings = { min_wal_size: '32MB', max_wal_size: '32MB', wal_recycle: 'off' }
  const { url, named, failed } = await startSupervised(dataDir, { settings, giveUpMs: 500 })
  let hasGivenUp = false
  void failed.then(() => {
    hasGivenUp = true
  })
  await query(url, keep)
  const ballast = join(dataDir, 'ballast')
  const fill = () => {
    for (;;) appendFileSync(ballast, Buffer.alloc(65_536))
  }
  expect(fill).toThrow('ENOSPC')
  // Needs more WAL than the disk has space for: PANIC, and no start until there is space.
  const write = `select pg_logical_emit_message(true, 'test', repeat('x', 1000000)) from generate_series(1, 20)`
  for (; named('postgres.not-started').length === 0; await delay(100)) await query(url, write).catch(() => {})
  expect(named('postgres.ended')[0]?.said).toContain('No space left on device')
  expect(named('postgres.not-started')).toEqual([expect.objectContaining({ reason: 'the disk is full' })])
  const sinceMs = performance.now()
  while (performance.now() - sinceMs < 3000) await delay(100)
  expect(hasGivenUp).toBe(false)
  rmSync(ballast)
  expect(await queryWhenUp(url, kept)).toEqual([{ answer: 42 }])
})

describe('the service exits with one message when the embedded Postgres cannot be restarted', () => {
  it('when its data folder is missing, without creating a new one', async () => {
    const dataDir = await dataFolder()
    const { failed } = await startSupervised(dataDir)
    const pid = postmasterPid(dataDir)
    renameSync(join(dataDir, 'postgres'), join(dataDir, 'elsewhere'))
    await kill(pid)
    const { message } = await failed
    expect(message).toContain(`its data folder ${join(dataDir, 'postgres')} is gone`)
    expect(message).not.toContain('\n')
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  })

  it('when starts have failed for too long', async () => {
    const dataDir = await dataFolder()
    const { failed, port, named } = await startSupervised(dataDir, { giveUpMs: 5000 })
    await kill(postmasterPid(dataDir))
    await occupy(port)
    const { message } = await failed
    expect(message).toMatch(/^the embedded PostgreSQL cannot be started again: FATAL: .*could not create any TCP\/IP/)
    expect(message).not.toContain('\n')
    // Logged once for all failed starts.
    expect(named('postgres.not-started')).toHaveLength(1)
  })

  it('when a required file is damaged', async () => {
    const dataDir = await dataFolder()
    const { failed } = await startSupervised(dataDir, { giveUpMs: 1000 })
    await kill(postmasterPid(dataDir))
    writeFileSync(join(dataDir, 'postgres/global/pg_control'), 'damaged')
    expect((await failed).message).toMatch(/^the embedded PostgreSQL cannot be started again: .*pg_control/)
  })
})

describe('a stopped embedded Postgres is not restarted and leaves no process', () => {
  it.each([
    ['just killed', async () => {}],
    [
      'about to be restarted',
      (named: (event: string) => unknown[]) => expect.poll(() => named('postgres.ended'), busy).toHaveLength(1),
    ],
  ])('%s', async (_, until) => {
    const dataDir = await dataFolder()
    const { url, stop, named } = await startSupervised(dataDir)
    await busyBackend(url)
    await kill(postmasterPid(dataDir))
    await until(named)
    const startedMs = performance.now()
    await stop()
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    expect(await processesIn(dataDir)).toEqual([])
    expect(named('postgres.restarted')).toEqual([])
  })

  it('while waiting for its port', async () => {
    const dataDir = await dataFolder()
    const { stop, port, named } = await startSupervised(dataDir)
    await kill(postmasterPid(dataDir))
    await occupy(port)
    await expect.poll(() => named('postgres.not-started'), busy).toHaveLength(1)
    await stop()
    expect(await processesIn(dataDir)).toEqual([])
    rmSync(join(dataDir, 'postgres'), { recursive: true })
  })
})

/** Runs a program as the first process of a container, without an init: no process reaps the children of a killed server. */
const container = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
const namespaces = spawnSync('env', [...container, 'true']).status === 0

it.skipIf(!namespaces)(
  'the first process of a container restarts it, and exits without remaining processes',
  async () => {
    const dataDir = await dataFolder()
    const { url, end } = await startServerProcess(dataDir, { prefix: container })
    await query(url, keep)
    const [row] = await query(url, 'select pg_backend_pid() as pid')
    expect(row?.pid).toBeLessThan(1000)
    const pids = await processesIn(dataDir)
    await kill(Math.min(...pids))
    expect(await queryWhenUp(url, kept)).toEqual([{ answer: 42 }])
    await end()
    expect(await processesIn(dataDir)).toEqual([])
  },
)
