import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { noLimits } from '../support/limits.ts'
import { type Environment, type Process, type Sabotage, startProcess } from './processes.ts'

export const owner = 'alice'
export const apiKey = 'alice-0123456789abcdef'

/** A database and a folder, with the processes of a service over them; disposed of at the end of the test, or before. */
export type Rig = AsyncDisposable & {
  url: string
  sql: postgres.Sql
  folder: string
  startApi(environment?: Environment, sabotage?: Sabotage): Promise<Process>
  startWorker(environment?: Environment, sabotage?: Sabotage): Promise<Process>
  /** A worker whose reports do what their label `work` says: see handlers.ts. */
  startTestWorker(environment?: Environment, sabotage?: Sabotage): Promise<Process>
}

/**
 * On a clone of the test run's database, or on a server that the test owns and has migrated. When the test is over, passed or not, what
 * still runs is ended, and everything removed.
 */
export async function openRig(given?: { url: string }): Promise<Rig> {
  const database = given ? undefined : await createDatabase()
  const url = given?.url ?? (database?.url as string)
  const sql = postgres(url, { max: 4, onnotice: () => {} })
  const folder = await mkdtemp(join(tmpdir(), 'longrun-faults-'))
  const started: Promise<Process>[] = []
  let ended: Promise<void> | undefined
  const end = () => (ended ??= endAll())
  onTestFinished(end)
  async function endAll() {
    const settled = await Promise.allSettled(started)
    await Promise.all(settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value.end()))
    await sql.end({ timeout: 1 })
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
  await seedOrders(sql)

  const start = (environment: Environment, sabotage: Sabotage | undefined, entry?: string) => {
    const common = {
      DATABASE_URL: url,
      DATA_DIR: folder,
      API_KEYS: `${owner}:${apiKey}`,
      ...noLimits,
      LEASE_SECONDS: '3',
      // Tests that run at once, each with several processes, share the connections of one server.
      DATABASE_POOL_SIZE: '5',
      WORKER_CONCURRENCY: '8',
    }
    const starting = startProcess({ ...common, ...environment }, sabotage, entry)
    started.push(starting)
    return starting
  }
  return {
    url,
    sql,
    folder,
    startApi: (environment, sabotage) => start({ ROLES: 'api', ...environment }, sabotage),
    startWorker: (environment, sabotage) => start({ ROLES: 'worker', ...environment }, sabotage),
    startTestWorker: (environment = {}, sabotage) => start(environment, sabotage, 'test/faults/worker.ts'),
    [Symbol.asyncDispose]: end,
  }
}

/** Five sample orders in the place of ten thousand: a start takes a second less, and a report a millisecond. */
async function seedOrders(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`insert into customers values ('', 'C-1', 'Zoë Adams', 'Consumer') on conflict do nothing`
    await tx`
      insert into orders select '', 'A-' || n, 'C-1', '2017-05-01', '2017-05-03', 'First Class', 'France', 'South', 'Rhône',
        'Lyon', '69001' from generate_series(1, 5) n on conflict do nothing`
    await tx`
      insert into order_lines select '', n, 'A-' || n, 'P-1', 'Paper', 'Office', 'Paper', 10.5, 2, 0, 3.1
      from generate_series(1, 5) n on conflict do nothing`
  })
}
