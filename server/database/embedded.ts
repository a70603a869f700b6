import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../lifecycle/operator-error.ts'
import { accountFor } from './embedded/account.ts'
import { binaries } from './embedded/binaries.ts'
import { initialize, type Postmaster, runningOn, startServer, stopServer } from './embedded/cluster.ts'
import { holderOf, lockFolder } from './embedded/lock.ts'

export type EmbeddedPostgres = {
  /** With the password: never log it. */
  url: string
  /** Ends the server, whoever started it, and resolves once its process is gone: at most about 15 s. */
  stop(): Promise<void>
}

const user = 'longrun'

/**
 * Starts a real PostgreSQL on `dataDir`/postgres, made at the first start, reachable on 127.0.0.1 with a password only. One that
 * still runs there, because its parent was killed, is adopted. Throws a message for the operator when another process holds the
 * folder, when this platform has no binaries, or when the server does not start.
 *
 * `durable: false` trades safety for speed: for tests alone.
 */
export async function startEmbeddedPostgres({
  dataDir,
  durable = true,
}: {
  dataDir: string
  durable?: boolean
}): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true })
  const folder = await realpath(dataDir)
  const unlock = await lockFolder(folder)
  try {
    const server = await serve(folder, durable)
    const password = await readPassword(folder)
    let stopping: Promise<void> | undefined
    return {
      url: urlOf(server, password),
      stop: () => {
        stopping ??= stopServer(server.pid).then(unlock)
        return stopping
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

/**
 * The server on `dataDir` for a short visit: that of the service which runs there, and is left running; without one, a server of our
 * own, as `startEmbeddedPostgres` starts it.
 */
export async function visitEmbeddedPostgres({ dataDir }: { dataDir: string }): Promise<EmbeddedPostgres> {
  const folder = await realpath(dataDir).catch(() => undefined)
  const running = folder && (await holderOf(folder)) ? await runningOn(join(folder, 'postgres')) : undefined
  if (!folder || !running) return startEmbeddedPostgres({ dataDir })
  return { url: urlOf(running, await readPassword(folder)), stop: async () => {} }
}

async function serve(folder: string, durable: boolean): Promise<Postmaster> {
  const cluster = join(folder, 'postgres')
  const running = await runningOn(cluster)
  if (running) return running

  const programs = await binaries()
  const account = await accountFor(folder, programs)
  if (!existsSync(cluster)) {
    const password = randomBytes(24).toString('base64url')
    await rm(passwordFile(folder), { force: true })
    await writeFile(passwordFile(folder), password, { mode: 0o600 })
    await initialize({ cluster, programs, account, user, password })
  }
  return startServer({ cluster, programs, account, durable, logFile: join(folder, 'postgres.log') })
}

const urlOf = (server: Postmaster, password: string) =>
  `postgres://${user}:${password}@127.0.0.1:${server.port}/postgres`

const passwordFile = (folder: string) => join(folder, 'postgres-password')

async function readPassword(folder: string): Promise<string> {
  try {
    return await readFile(passwordFile(folder), 'utf8')
  } catch (cause) {
    throw new OperatorError(
      `${passwordFile(folder)} cannot be read: put it back from a backup, or move ${join(folder, 'postgres')} aside to begin anew`,
      { cause },
    )
  }
}
