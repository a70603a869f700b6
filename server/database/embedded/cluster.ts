import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import type { Programs } from './binaries.ts'

const run = promisify(execFile)

export type Postmaster = { pid: number; port: number }

type Cluster = { cluster: string; programs: Programs; account: Account }

/** Makes a new cluster. The password reaches initdb in a file that only its account can read, never in arguments. */
export async function initialize(options: Cluster & { user: string; passwordFile: string }): Promise<void> {
  const { cluster, account, passwordFile } = options
  await mkdir(cluster, { recursive: true, mode: 0o700 })
  if (account.ids) {
    await chown(cluster, account.ids.uid, account.ids.gid)
    await chown(passwordFile, account.ids.uid, account.ids.gid)
  }
  const settings = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--data-checksums', '--no-instructions']
  const args = [`--pgdata=${cluster}`, `--username=${options.user}`, `--pwfile=${passwordFile}`, ...settings]
  try {
    const [file, ...rest] = [...account.prefix, options.programs.initdb, ...args] as [string, ...string[]]
    await run(file, rest, { ...account.ids, cwd: cluster })
    await writeFile(join(cluster, 'initialized'), '')
  } finally {
    if (account.ids) await chown(passwordFile, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  }
}

// For a small machine that runs the service too. WAL room lets an import of a million rows pass without a checkpoint storm.
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  timezone: 'UTC',
}

const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Starts the server and resolves once it accepts connections. It outlives us; see `runningOn`. */
export async function startServer(options: Cluster & { durable: boolean; logFile: string }): Promise<Postmaster> {
  const { cluster, account, programs, logFile } = options
  const log = await open(logFile, 'a', 0o600)
  try {
    const port = await freePort()
    const all = { ...settings, ...(options.durable ? {} : fast), port: String(port) }
    const args = ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const [file, ...rest] = [...account.prefix, programs.postgres, ...args] as [string, ...string[]]
    // Detached: a Ctrl-C in the terminal must reach the service first, which stops its database last.
    const child = spawn(file, rest, {
      ...account.ids,
      cwd: cluster,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await accepting(cluster, child, logFile)
    child.unref()
    return { pid: child.pid as number, port }
  } finally {
    await log.close()
  }
}

async function accepting(cluster: string, child: ChildProcess, logFile: string) {
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  for (const started = Date.now(); Date.now() - started < 60_000; await delay(10)) {
    if (child.exitCode !== null) failure = `it ended with ${child.exitCode}`
    if (failure) throw new Error(`the embedded PostgreSQL did not start: ${failure}; see ${logFile}`)
    const state = await readPidFile(cluster)
    if (state?.pid === child.pid && state?.status === 'ready') return
  }
  throw new Error(`the embedded PostgreSQL was not ready within 60 s; see ${logFile}`)
}

/** The server that runs on `cluster` now, whoever started it: its pid file, believed only if that process is a postgres there. */
export async function runningOn(cluster: string): Promise<Postmaster | undefined> {
  const state = await readPidFile(cluster)
  if (!state || !(await commandOf(state.pid)).includes(cluster)) return undefined
  // Seen while it is starting or recovering: ready soon, or gone.
  for (const started = Date.now(); Date.now() - started < 60_000; await delay(10)) {
    const now = await readPidFile(cluster)
    if (!now || !isAlive(state.pid)) return undefined
    if (now.status === 'ready') return { pid: now.pid, port: now.port }
  }
  throw new Error(`the PostgreSQL on ${cluster} (process ${state.pid}) does not get ready: stop it by hand`)
}

/** Ends it: sessions are cut, nothing is lost. After 10 s the hard way, from which the next start recovers. */
export async function stopServer(pid: number): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 4000],
    ['SIGKILL', 1000],
  ] as const) {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    for (const sent = Date.now(); Date.now() - sent < ms; await delay(10)) if (!isAlive(pid)) return
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status. */
async function readPidFile(cluster: string): Promise<(Postmaster & { status: string }) | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  if (lines.length < 8) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() }
}

async function commandOf(pid: number): Promise<string> {
  const line = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  if (line) return line.stdout
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
