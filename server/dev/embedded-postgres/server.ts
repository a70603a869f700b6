import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OperatorError } from '../../domain/operator-error.ts'
import { dataPath, handOver } from './account.ts'
import type { Programmed } from './cluster.ts'
import { anyIn, type Cluster, clusterOf, environment, isAlive, processesOf, servesOn } from './processes.ts'

/** `child`: undefined for an adopted server. `logFrom`: the position of its first line in the log. */
export type Postmaster = { pid: number; port: number; child?: ChildProcess; logFrom: number }

export type ServerOptions = Programmed & {
  /** Settings that override the defaults below; for tests. */
  settings?: Record<string, string>
  logFile: string
  /** Absent: any free port. */
  port?: number
  /** When aborted, the start is cancelled and its process ended. */
  signal?: AbortSignal
}

// For a small machine that also runs the service. The WAL size permits an import of a million rows without frequent checkpoints. Terse
// messages keep values out of the log.
const defaults = {
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

/** Crash recovery may read up to max_wal_size. */
const readyMs = 300_000
const maxLogBytes = 10_000_000
/** How long the children of a killed server have to exit by themselves before they are killed. */
const orphanMs = 1000
/** How long the report of an exit may take on a busy machine. */
const exitMs = 5000

/**
 * Starts the server and resolves when it accepts connections; leaves no process if it fails. The server outlives this process; see `runningOn`.
 * The error contains the last lines of the server's log.
 */
export async function startServer(options: ServerOptions): Promise<Postmaster> {
  await handOver(options.cluster, options.account)
  const cluster = await clusterOf(options.cluster)
  await endOrphans(cluster, orphanMs)
  await removeStalePidFile(cluster)
  const from = await turnedLog(options.logFile)
  try {
    return { ...(await spawnServer(options, cluster)), logFrom: from }
  } catch (cause) {
    const said = (await linesSince(options.logFile, from)).slice(-5).join('\n')
    throw new OperatorError(`the embedded PostgreSQL did not start, see ${options.logFile}\n${said}`, { cause })
  }
}

async function spawnServer(options: ServerOptions, cluster: Cluster) {
  const { account, programs, signal } = options
  const log = await open(options.logFile, 'a', 0o600)
  try {
    const port = options.port ?? (await freePort())
    const all = { ...defaults, ...options.settings, cluster_name: cluster.mark, port: String(port) }
    const settings = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const args = ['-D', dataPath(cluster.folder, account), ...settings]
    const [file, ...rest] = [...account.prefix, programs.postgres, ...args] as [string, ...string[]]
    // Detached, so that Ctrl-C in the terminal reaches only the service, which stops the server last.
    const child = spawn(file, rest, {
      ...account.ids,
      cwd: cluster.folder,
      env: environment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    try {
      await accepting(cluster.folder, child, signal)
    } catch (error) {
      if (child.pid) await stopServer(child.pid, cluster)
      throw error
    }
    return { pid: child.pid as number, port, child }
  } finally {
    await log.close()
  }
}

async function accepting(folder: string, child: ChildProcess, signal: AbortSignal | undefined) {
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  for (const started = Date.now(); Date.now() - started < readyMs; await delay(5)) {
    signal?.throwIfAborted()
    if (failure) throw failure
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`postgres ended: ${exitOf(child)}`)
    const state = await readPidFile(folder)
    if (state?.pid === child.pid && state?.status === 'ready') return
  }
  throw new Error('postgres was not ready in time')
}

function exitOf({ signalCode, exitCode }: ChildProcess): string | undefined {
  if (signalCode) return signalCode
  return exitCode === null ? undefined : `exit code ${exitCode}`
}

/** Why a server has ended, if known: its exit, and the first line of its log about it. */
export async function endOf({ child, logFrom }: Postmaster, logFile: string): Promise<{ how?: string; said?: string }> {
  const words = /PANIC: .*|received \w+ shutdown request|performing immediate shutdown.*/
  const line = (await linesSince(logFile, logFrom)).find((line) => words.test(line))
  // The process may be gone before its exit has been reported to this one.
  if (child && exitOf(child) === undefined)
    await once(child, 'exit', { signal: AbortSignal.timeout(exitMs) }).catch(() => {})
  const how = child && exitOf(child)
  return { ...(how ? { how } : {}), ...(line ? { said: words.exec(line)?.[0] as string } : {}) }
}

/** The server that is running on `cluster`, whichever process started it. Uses its pid file if that process is a server of the cluster. */
export async function runningOn(cluster: Cluster): Promise<Pick<Postmaster, 'pid' | 'port'> | undefined> {
  const state = await readPidFile(cluster.folder)
  if (!state || !(await servesOn(state.pid, cluster))) return undefined
  // It may still be starting or recovering.
  for (const started = Date.now(); Date.now() - started < readyMs; await delay(10)) {
    if (!(await isAlive(state.pid))) return undefined
    const now = await readPidFile(cluster.folder)
    if (now?.status === 'ready') return { pid: now.pid, port: now.port }
    if (now?.status === 'stopping') {
      await stopServer(state.pid, cluster)
      return undefined
    }
  }
  throw new OperatorError(
    `the PostgreSQL on ${cluster.folder} (process ${state.pid}) does not become ready: stop it manually`,
  )
}

/** Whether `server` is running and not shutting down. After a SIGTERM it waits until all clients disconnect, and accepts no new ones. */
export async function isServing(server: Postmaster, cluster: Cluster): Promise<'yes' | 'stopping' | 'no'> {
  if (!(await servesOn(server.pid, cluster))) return 'no'
  const state = await readPidFile(cluster.folder)
  return state?.pid === server.pid && state.status === 'stopping' ? 'stopping' : 'yes'
}

/** Stops the server with a fast shutdown, which ends sessions without data loss. After 9 s kills it; the next start then recovers. */
export async function stopServer(pid: number, cluster: Cluster): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', 9000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 1000],
  ] as const) {
    // Another process may have its pid by now.
    if (!(await servesOn(pid, cluster))) break
    send(pid, signal)
    for (const sent = Date.now(); Date.now() - sent < ms && (await isAlive(pid)); ) await delay(5)
  }
  await endOrphans(cluster, 0)
}

/**
 * Ends the children of a killed server: no server can start while one of them uses the shared memory, and a child in a long computation does
 * not notice that its server is gone. No committed data is lost.
 */
async function endOrphans(cluster: Cluster, graceMs: number) {
  for (const [signal, ms] of [
    [undefined, graceMs],
    ['SIGQUIT', 1000],
    ['SIGKILL', 1000],
  ] as const) {
    const orphans = await processesOf(cluster)
    if (orphans.length === 0) return
    if (signal) for (const pid of orphans) send(pid, signal)
    for (const sent = Date.now(); Date.now() - sent < ms; await delay(50))
      if ((await processesOf(cluster)).length === 0) return
  }
}

function send(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It has already ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/**
 * Removes the pid file of a server that has ended. PostgreSQL does so itself, unless the pid is in use again or the process is a zombie. Keeps
 * the file while any process works in the cluster, and without /proc: then PostgreSQL's own check decides.
 */
async function removeStalePidFile(cluster: Cluster) {
  if (process.platform !== 'linux' || (await anyIn(cluster))) return
  await rm(join(cluster.folder, 'postmaster.pid'), { force: true })
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status. */
async function readPidFile(folder: string): Promise<{ pid: number; port: number; status: string } | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  if (lines.length < 8) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() }
}

/** The size of the log, which is rotated first if it is long. */
async function turnedLog(logFile: string): Promise<number> {
  const size = await sizeOf(logFile)
  if (size < maxLogBytes) return size
  await rename(logFile, `${logFile}.1`)
  return 0
}

export async function sizeOf(logFile: string): Promise<number> {
  return stat(logFile).then(
    (file) => file.size,
    () => 0,
  )
}

async function linesSince(logFile: string, from: number): Promise<string[]> {
  const said = await readFile(logFile).catch(() => Buffer.alloc(0))
  return said.subarray(from).toString().trim().split('\n')
}

/**
 * A port below the ephemeral ports (from 32768 or 49152). While the server is down, the service keeps connecting to its port; from an ephemeral
 * port, such a connection could connect to itself and block the port.
 */
async function freePort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch (error) {
      if (tries < 100) continue
      throw error
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
