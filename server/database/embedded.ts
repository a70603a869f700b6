import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { accountFor } from './embedded/account.ts'
import { binaries } from './embedded/binaries.ts'
import { initialize, type Postmaster, runningOn, startServer, stopServer } from './embedded/cluster.ts'
import { lockFolder } from './embedded/lock.ts'

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
  const folder = resolve(dataDir)
  await mkdir(folder, { recursive: true })
  const unlock = await lockFolder(folder)
  try {
    const server = await serve(folder, durable)
    const password = await readFile(passwordFile(folder), 'utf8')
    return {
      url: `postgres://${user}:${password}@127.0.0.1:${server.port}/postgres`,
      stop: async () => {
        await stopServer(server.pid)
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

async function serve(folder: string, durable: boolean): Promise<Postmaster> {
  const cluster = join(folder, 'postgres')
  const running = await runningOn(cluster)
  if (running) return running

  const programs = await binaries()
  const account = await accountFor(folder, programs)
  if (!(await isInitialized(cluster))) {
    // A first start that was cut off leaves half a cluster, which holds nothing yet.
    await rm(cluster, { recursive: true, force: true })
    await writeFile(passwordFile(folder), randomBytes(24).toString('base64url'), { mode: 0o600 })
    await initialize({ cluster, programs, account, user, passwordFile: passwordFile(folder) })
  }
  return startServer({ cluster, programs, account, durable, logFile: join(folder, 'postgres.log') })
}

const passwordFile = (folder: string) => join(folder, 'postgres-password')

/** Our own mark, made after initdb: every file of the cluster's own appears before initdb has ended. */
async function isInitialized(cluster: string): Promise<boolean> {
  return readFile(join(cluster, 'initialized')).then(
    () => true,
    () => false,
  )
}
