import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { OperatorError } from '../../lifecycle/operator-error.ts'
import { type Account, handOver } from './account.ts'
import type { Programs } from './binaries.ts'
import { anyIn, isAlive, servesOn } from './processes.ts'

const run = promisify(execFile)

export type Postmaster = { pid: number; port: number }

type Cluster = { cluster: string; programs: Programs; account: Account }

/** What Postgres's programs see of our environment: nothing of it, because theirs may be read by another user. */
const env = { PATH: process.env.PATH, LC_ALL: 'C' }

/**
 * Makes a new cluster; it appears under its name when it is complete, so that a start that was cut off leaves no half of one. The
 * password reaches initdb in a file that only its account can read, never in arguments.
 */
export async function initialize(options: Cluster & { user: string; password: string }): Promise<void> {
  const { cluster, account, user, password } = options
  const staging = `${cluster}.new`
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging, { mode: 0o700 })
  const [data, passwordFile] = [join(staging, 'data'), join(staging, 'password')]
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account.owner) {
    for (const path of [passwordFile, staging]) await chown(path, account.owner.uid, account.owner.gid)
  }
  // Texts sort by their bytes, and upper and lower case are Unicode's: the same on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const rest = [`--username=${user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-instructions']
  const args = [options.programs.initdb, `--pgdata=${data}`, ...locale, ...rest]
  const [file, ...all] = [...account.prefix, ...args] as [string, ...string[]]
  await run(file, all, { ...account.ids, cwd: account.ids ? staging : '/', env })
  await rename(data, cluster)
  await rm(staging, { recursive: true })
}

// For a small machine that runs the service too. WAL room lets an import of a million rows pass without a checkpoint storm.
// The log names what failed without the values (terse).
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_error_verbosity: 'terse',
}

// Many tests share one server, each with a service or two.
const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' }

/** Recovery after a crash may have to read all of max_wal_size. */
const readyMs = 300_000
const maxLogBytes = 10_000_000

/** Starts the server and resolves once it accepts connections. It outlives us; see `runningOn`. */
export async function startServer(options: Cluster & { durable: boolean; logFile: string }): Promise<Postmaster> {
  await handOver(options.cluster, options.account)
  for (let tries = 1; ; tries++) {
    await removeStalePidFile(options.cluster)
    const from = await turnedLog(options.logFile)
    try {
      return await startOnce(options)
    } catch (cause) {
      const said = (await readFile(options.logFile)).subarray(from).toString()
      // Another process was quicker to take the port, or the last ones of a killed server have not seen yet that it is gone.
      if (tries < 20 && /could not bind|pre-existing shared memory|lock file .* already exists/.test(said)) {
        await delay(250)
        continue
      }
      const why = said.trim().split('\n').slice(-5).join('\n')
      throw new OperatorError(`the embedded PostgreSQL did not start, see ${options.logFile}\n${why}`, { cause })
    }
  }
}

async function startOnce(options: Cluster & { durable: boolean; logFile: string }): Promise<Postmaster> {
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
      cwd: account.ids ? cluster : '/',
      env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    await accepting(cluster, child)
    return { pid: child.pid as number, port }
  } finally {
    await log.close()
  }
}

async function accepting(cluster: string, child: ChildProcess) {
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  for (const started = Date.now(); Date.now() - started < readyMs; await delay(5)) {
    if (failure) throw failure
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`postgres ended with ${child.exitCode ?? child.signalCode}`)
    }
    const state = await readPidFile(cluster)
    if (state?.pid === child.pid && state?.status === 'ready') return
  }
  throw new Error('postgres was not ready in time')
}

/** The server that runs on `cluster` now, whoever started it: its pid file, believed only if that process is a postgres there. */
export async function runningOn(cluster: string): Promise<Postmaster | undefined> {
  const state = await readPidFile(cluster)
  if (!state || !(await servesOn(state.pid, cluster))) return undefined
  // Seen while it is starting or recovering: ready soon; while it is stopping: gone soon.
  for (const started = Date.now(); Date.now() - started < readyMs; await delay(10)) {
    if (!(await isAlive(state.pid))) return undefined
    const now = await readPidFile(cluster)
    if (now?.status === 'ready') return { pid: now.pid, port: now.port }
  }
  throw new OperatorError(`the PostgreSQL on ${cluster} (process ${state.pid}) does not get ready: stop it by hand`)
}

/** Ends it: sessions are cut, nothing is lost. After 10 s the hard way, from which the next start recovers. */
export async function stopServer(pid: number): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 4000],
    ['SIGKILL', 1000],
  ] as const) {
    if (!(await isAlive(pid))) return
    process.kill(pid, signal)
    for (const sent = Date.now(); Date.now() - sent < ms; await delay(5)) if (!(await isAlive(pid))) return
  }
}

/**
 * Removes a pid file whose server is gone. Postgres does so itself, unless that pid is in use again, or its dead process was not
 * collected yet. Not while any process works on the cluster, and not without /proc to tell: then Postgres's own check decides.
 */
async function removeStalePidFile(cluster: string) {
  if (process.platform !== 'linux' || (await anyIn(cluster))) return
  await rm(join(cluster, 'postmaster.pid'), { force: true })
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status. */
async function readPidFile(cluster: string): Promise<(Postmaster & { status: string }) | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  if (lines.length < 8) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() }
}

/** The log's size, after it was put aside if it had grown long. */
async function turnedLog(logFile: string): Promise<number> {
  const size = await stat(logFile).then(
    (file) => file.size,
    () => 0,
  )
  if (size < maxLogBytes) return size
  await rename(logFile, `${logFile}.1`)
  return 0
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
