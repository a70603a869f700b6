import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { postgresAccount } from '../../server/dev/embedded-postgres/account.ts'
import { clusterOf } from '../../server/dev/embedded-postgres/processes.ts'
import { startServer, stopServer } from '../../server/dev/embedded-postgres/server.ts'
import { closeShared } from './database.ts'
import { fastSettings } from './fast-postgres.ts'

const run = promisify(execFile)

const initdb = globSync(['/usr/lib/postgresql/15/bin/initdb', '/opt/homebrew/opt/postgresql@15/bin/initdb'])[0]
/**
 * The folder of the programs of PostgreSQL 15, if this machine has the server: where only the client is installed, there is a folder without
 * initdb. The whole suite runs on it by TEST_DATABASE_URL.
 */
export const postgres15 = initdb && dirname(initdb)

/** Starts an empty server from other programs than the packaged ones. `stop` also removes its data. */
export async function startOther(bin: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'longrun-other-'))
  const cluster = join(folder, 'postgres')
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  const account = await postgresAccount()
  if (account.owner) await chown(folder, account.owner.uid, account.owner.gid)
  const [file, ...args] = [...account.prefix, programs.initdb, '-D', cluster, '-U', 'postgres', '-A', 'trust', '-N']
  await run(file as string, args, { cwd: '/', ...account.ids })
  const options = { cluster, programs, account, settings: fastSettings, logFile: join(folder, 'postgres.log') }
  const { pid, port } = await startServer(options)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  return {
    url,
    async stop() {
      await closeShared(url)
      await stopServer(pid, await clusterOf(cluster))
      await rm(folder, { recursive: true })
    },
  }
}
