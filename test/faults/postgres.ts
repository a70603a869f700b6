import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { migrate } from '../../server/database/migrate.ts'
import { startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'

/** A PostgreSQL of one test, durable and supervised like the embedded one, always on the same port. */
export type OwnPostgres = {
  url: string
  /** Crashes the server: changes that were not durable are lost. Resolves once the supervisor has restarted it. */
  crash(): Promise<void>
  close(): Promise<void>
}

const settings = {
  max_connections: '60',
  shared_buffers: '32MB',
  // Data that no commit flushes stays in memory, so a crash reveals commits that were not durable.
  wal_writer_delay: '10s',
}

/** Initialises, starts and migrates a server. Creates and removes a folder unless `folder` is given. */
export async function startOwnPostgres(
  given: { folder?: string; settings?: Record<string, string> } = {},
): Promise<OwnPostgres> {
  const folder = given.folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'longrun-postgres-'))))
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: { ...settings, ...given.settings } })
  const close = async () => {
    await server.stop()
    if (given.folder === undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    await migrate(server.url)
  } catch (error) {
    await close()
    throw error
  }
  const state = () =>
    readFile(join(folder, 'postgres/postmaster.pid'), 'utf8').then(
      (text) => text.split('\n'),
      () => [],
    )
  async function crash() {
    const [pid] = await state()
    process.kill(Number(pid), 'SIGQUIT')
    for (let now = await state(); now[0] === pid || now[7]?.trim() !== 'ready'; now = await state()) await delay(20)
  }
  return { url: server.url, crash, close }
}
