import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { accountFor } from '../../server/database/embedded/account.ts'
import { binaries } from '../../server/database/embedded/binaries.ts'
import { initialize } from '../../server/database/embedded/cluster.ts'
import { migrate } from '../../server/database/migrate.ts'

/** A PostgreSQL that one test owns, durable, on one port for its whole life. */
export type OwnPostgres = {
  url: string
  /** Ends the server without a farewell, as a crash would: what was not made durable is gone. */
  crash(): Promise<void>
  /** Resolves once it takes connections; tries again while it cannot start. */
  start(): Promise<void>
  /** Whether its process is there. */
  runs(): boolean
  close(): Promise<void>
}

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '32MB',
  // What is not flushed by a commit stays in memory for long: a crash then shows who did not wait for it.
  wal_writer_delay: '10s',
}

/** Initialised, started and migrated. `folder` is made for it and removed with it, unless it is given. */
export async function startOwnPostgres(
  given: { folder?: string; settings?: Record<string, string> } = {},
): Promise<OwnPostgres> {
  const folder = given.folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'longrun-postgres-'))))
  const programs = await binaries()
  const account = await accountFor(folder, programs)
  const cluster = join(folder, 'data')
  if (account.owner) await chown(folder, account.owner.uid, account.owner.gid)
  const password = 'postgres-of-a-test'
  await initialize({ cluster, programs, account, user: 'longrun', password })
  const port = await freePort()
  const url = `postgres://longrun:${password}@127.0.0.1:${port}/postgres`
  const lines = Object.entries({ ...settings, ...given.settings, port: String(port) }).map(
    ([name, value]) => `${name} = '${value}'\n`,
  )
  await writeFile(join(cluster, 'postgresql.auto.conf'), lines.join(''))

  let server: ChildProcess | undefined
  const runs = () => server !== undefined && server.exitCode === null && server.signalCode === null

  async function start() {
    for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; await delay(200)) {
      if (!runs()) {
        const [file, ...args] = [...account.prefix, programs.postgres, '-D', cluster]
        const { PATH } = process.env
        server = spawn(file as string, args, {
          ...account.ids,
          cwd: cluster,
          env: { PATH, LC_ALL: 'C' },
          stdio: ['ignore', 'ignore', 'pipe'],
        })
        server.stderr?.resume()
      }
      if (await answers(url)) return
    }
    throw new Error('the PostgreSQL of the test does not start')
  }

  async function crash() {
    if (!server || !runs()) return
    const gone = once(server, 'exit')
    server.kill('SIGQUIT')
    await gone
  }

  const own = {
    url,
    start,
    crash,
    runs,
    async close() {
      await crash()
      if (given.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await start()
    await migrate(url)
  } catch (error) {
    await own.close()
    throw error
  }
  return own
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
