import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OperatorError } from '../../domain/operator-error.ts'
import { postgresEnded, postgresNotStarted, postgresRestarted } from '../../telemetry/events.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Cluster } from './processes.ts'
import { endOf, isServing, type Postmaster, type ServerOptions, startServer, stopServer } from './server.ts'

export type Supervised = {
  /** Resolves with a one-sentence reason when the server cannot be restarted. */
  failed: Promise<OperatorError>
  /** Stops the server, or the attempt to restart it. Takes at most about 15 s. */
  stop(): Promise<void>
}

/** How long consecutive restarts may fail before supervision ends. Time in which the disk is full does not count. */
export const giveUpAfterMs = 120_000
const lookEveryMs = 200
const firstPauseMs = 100
const longestPauseMs = 5000
/** A server that has run for this long is restarted without a pause. */
const steadyMs = 30_000
/** PostgreSQL starts with less than one WAL segment (16 MB) of free space, but soon cannot write. */
const fullDiskBytes = 16 * 2 ** 20

/**
 * Restarts the server on the same port whenever it ends without `stop`, and logs one line. The first restart is immediate, later ones follow
 * after increasing pauses of at most 5 s. The server is watched by its pid, because an adopted one is not a child of this process.
 */
export function supervise(
  first: Postmaster,
  {
    cluster,
    log,
    giveUpMs = giveUpAfterMs,
    ...options
  }: Omit<ServerOptions, 'cluster' | 'signal' | 'port'> & {
    cluster: Cluster
    log: Log
    giveUpMs?: number
  },
): Supervised {
  const { promise: failed, resolve: fail } = Promise.withResolvers<OperatorError>()
  const stopping = new AbortController()
  const { signal } = stopping
  let server = first
  const pauses = pausing(signal)

  const watching = watch().catch((error: unknown) => {
    if (!signal.aborted) fail(sentenceOf(error))
  })

  async function watch() {
    for (let sinceMs = Date.now(); await ended(); sinceMs = Date.now()) {
      postgresEnded(log, { pid: server.pid, ...(await endOf(server, options.logFile)) })
      if (Date.now() - sinceMs > steadyMs) pauses.reset()
      await startAgain()
    }
  }

  /** Resolves with true when the server has ended, and with false when `stop` was called. */
  async function ended(): Promise<boolean> {
    while (!signal.aborted) {
      const serving = await isServing(server, cluster)
      // Another process has started a shutdown, which is completed here so that the server can be restarted.
      if (serving === 'stopping' && !signal.aborted) await stopServer(server.pid, cluster)
      if (serving !== 'yes') return !signal.aborted
      await rest(lookEveryMs, signal)
    }
    return false
  }

  async function startAgain() {
    const downMs = Date.now()
    let failingMs = downMs
    const logged = new Set<string>()
    for (let tries = 1; ; tries++) {
      await pauses.next()
      signal.throwIfAborted()
      try {
        server = await startServer({ ...options, cluster: cluster.folder, port: server.port, signal })
        return postgresRestarted(log, { pid: server.pid, tries, downMs: Date.now() - downMs })
      } catch (error) {
        signal.throwIfAborted()
        if (!existsSync(join(cluster.folder, 'PG_VERSION')))
          throw new OperatorError(gone(cluster.folder), { cause: error })
        const full = await isFull(error, cluster)
        if (full) failingMs = Date.now()
        else if (Date.now() - failingMs > giveUpMs) throw error
        const reason = full ? 'the disk is full' : reasonOf(error)
        if (!logged.has(reason)) postgresNotStarted(log, { reason })
        logged.add(reason)
      }
    }
  }

  let stopped: Promise<void> | undefined
  async function stop() {
    stopping.abort()
    await watching
    await stopServer(server.pid, cluster)
  }
  return { failed, stop: () => (stopped ??= stop()) }
}

/** No pause before the first attempt, then increasing ones. */
function pausing(signal: AbortSignal) {
  let ms = 0
  return {
    async next() {
      await rest(ms, signal)
      ms = ms === 0 ? firstPauseMs : Math.min(ms * 2, longestPauseMs)
    },
    reset() {
      ms = 0
    },
  }
}

/** Resolves early when `signal` is aborted. */
async function rest(ms: number, signal: AbortSignal) {
  await delay(ms, undefined, { signal, ref: false }).catch(() => {})
}

const gone = (folder: string) =>
  `the embedded PostgreSQL cannot be started again, its data folder ${folder} is gone: put it back from a backup, and start Longrun again`

async function isFull(error: unknown, { folder }: Cluster): Promise<boolean> {
  if (/No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/.test(reasonOf(error))) return true
  // With a full disk, the server cannot log the reason.
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < fullDiskBytes
}

function sentenceOf(error: unknown): OperatorError {
  if (error instanceof OperatorError && !error.message.includes('\n')) return error
  return new OperatorError(`the embedded PostgreSQL cannot be started again: ${reasonOf(error)}`, { cause: error })
}

/** The reason that the server logged, without timestamps, so that repeated reasons are equal. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const lines = error.message.split('\n').filter((line) => /\b(FATAL|PANIC|LOG): /.test(line))
  const worst = lines.findLast((line) => /PANIC|FATAL/.test(line)) ?? lines.at(-1)
  const said = worst?.replace(/^.*\b(?=(FATAL|PANIC|LOG): )/, '')
  return said ?? (error.cause instanceof Error ? error.cause.message : error.message)
}
