import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OperatorError } from '../../domain/operator-error.ts'
import { makeDataFolder } from '../../lib/data-folder.ts'
import { createLog, type Log } from '../../telemetry/log.ts'
import { postgresAccount } from './account.ts'
import { binaries, type Programs, removeCopy, runnablePrograms } from './binaries.ts'
import { admitService, admitsService, initialize, serviceRole } from './cluster.ts'
import { holderOf, lockFolder } from './lock.ts'
import { clusterOf } from './processes.ts'
import { type Postmaster, runningOn, type ServerOptions, sizeOf, startServer, stopServer } from './server.ts'
import { supervise } from './supervise.ts'

export type EmbeddedPostgres = {
  /**
   * The URL for a role that owns the database and is not a superuser. Stays the same when the server is restarted. Contains the password:
   * never log it.
   */
  url: string
  /** Resolves with a one-sentence reason when a server that has ended cannot be restarted. */
  failed: Promise<OperatorError>
  /** Stops the server, also an adopted one, and resolves when its process has ended: at most about 15 s. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  dataDir: string
  /** Logs ends and restarts of the server. */
  log?: Log
  /** For tests: settings that override the server's defaults. */
  settings?: Record<string, string>
  /** For tests: further attributes of the role, such as `createdb`. */
  roleAttributes?: string
  /** For tests: how long restarts may fail. */
  giveUpMs?: number
  /** For tests: other programs than the installed ones. */
  programs?: Programs
}

/**
 * Starts a PostgreSQL server on `dataDir`/postgres, which the first start creates, and restarts it whenever it ends. It listens on 127.0.0.1 and
 * requires a password. Adopts a server that is still running because its service was killed. Throws an `OperatorError` if another process has
 * locked the folder, if there are no binaries for this platform, or if the server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await makeDataFolder(options.dataDir)
  const folder = await realpath(options.dataDir)
  const unlock = await lockFolder(folder)
  try {
    const { server, ...rest } = await serve(folder, options)
    const password = await readPassword(folder)
    const { log = createLog('silent'), giveUpMs } = options
    const cluster = await clusterOf(rest.cluster)
    const supervised = supervise(server, { ...rest, cluster, log, ...(giveUpMs === undefined ? {} : { giveUpMs }) })
    let stopping: Promise<void> | undefined
    const stop = async () => {
      await supervised.stop()
      await removeCopy(folder)
      await unlock()
    }
    return {
      url: urlOf(server, password),
      failed: supervised.failed,
      stop: () => (stopping ??= stop()),
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

/**
 * The server on `dataDir`, for scripts: the server of a running service, which keeps running, or else one that `startEmbeddedPostgres` starts.
 */
export async function visitEmbeddedPostgres({
  dataDir,
}: {
  dataDir: string
}): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  const folder = await realpath(dataDir).catch(() => undefined)
  const path = folder && join(folder, 'postgres')
  const held = path && existsSync(path) && (await holderOf(folder))
  const running = held ? await runningOn(await clusterOf(path)) : undefined
  if (!folder || !running) return startEmbeddedPostgres({ dataDir })
  return { url: urlOf(running, await readPassword(folder)), stop: async () => {} }
}

/** The running server, and the options to restart it. */
async function serve(folder: string, { settings = {}, roleAttributes = '', programs: given }: EmbeddedOptions) {
  const cluster = join(folder, 'postgres')
  const running = await adopted(cluster)
  const account = await postgresAccount()
  const programs = await runnablePrograms(given ?? (await binaries()), {
    folder,
    account,
    inUse: running !== undefined,
  })
  const logFile = join(folder, 'postgres.log')
  const options = { cluster, programs, account, settings, logFile }
  if (running) return { server: { ...running, logFrom: await sizeOf(logFile) }, ...options }
  if (!existsSync(cluster)) {
    await writePassword(folder)
    await initialize(options)
  }
  if (!(await admitsService(cluster))) {
    await admitService({ ...options, password: await readPassword(folder), attributes: roleAttributes })
  }
  return { server: await startFirst(options), ...options }
}

/** The server that is still running on `cluster`. Stops a server of an earlier version, whose role is the superuser, and returns undefined. */
async function adopted(cluster: string) {
  if (!existsSync(cluster)) return undefined
  const known = await clusterOf(cluster)
  const running = await runningOn(known)
  if (!running || (await admitsService(cluster))) return running
  await stopServer(running.pid, known)
  return undefined
}

/** Tries several times: another process may take the port first, and children of a killed server may not have ended yet. */
async function startFirst(options: ServerOptions): Promise<Postmaster> {
  for (let tries = 1; ; tries++) {
    try {
      return await startServer(options)
    } catch (error) {
      const passing = /could not bind|pre-existing shared memory|lock file .* already exists/
      if (tries === 20 || !(error instanceof OperatorError && passing.test(error.message))) throw error
      await delay(250)
    }
  }
}

const urlOf = (server: Pick<Postmaster, 'port'>, password: string) =>
  `postgres://${serviceRole}:${password}@127.0.0.1:${server.port}/postgres`

const passwordFile = (folder: string) => join(folder, 'postgres-password')

async function writePassword(folder: string) {
  await rm(passwordFile(folder), { force: true })
  await writeFile(passwordFile(folder), randomBytes(24).toString('base64url'), { mode: 0o600 })
}

async function readPassword(folder: string): Promise<string> {
  try {
    return await readFile(passwordFile(folder), 'utf8')
  } catch (cause) {
    throw new OperatorError(
      `${passwordFile(folder)} cannot be read: put it back from a backup, or move ${join(folder, 'postgres')} aside to start with an empty database`,
      { cause },
    )
  }
}
