import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { noLimits } from '../support/limits.ts'
import type { Entry } from './bundle.ts'
import { type Environment, type Process, type Sabotage, startProcess } from './processes.ts'

export const owner = 'alice'
export const apiKey = 'alice-0123456789abcdef'

/** A database and a folder with the processes of a service, disposed of at the end of the test or before. */
export type Rig = AsyncDisposable & {
  url: string
  sql: postgres.Sql
  folder: string
  startApi(environment?: Environment, sabotage?: Sabotage): Promise<Process>
  startWorker(environment?: Environment, sabotage?: Sabotage): Promise<Process>
  /** A worker whose reports do the work of their label `work` (handlers.ts). */
  startTestWorker(environment?: Environment, sabotage?: Sabotage): Promise<Process>
}

/**
 * Uses a clone of the database of the test run, or a migrated database of the test (`unseeded`: with any content). Ends all processes and removes all data after the
 * test.
 */
export async function openRig(given?: { url: string; unseeded?: boolean }): Promise<Rig> {
  const database = given ? undefined : await createDatabase()
  const url = given?.url ?? (database?.url as string)
  const sql = postgres(url, { max: 4, onnotice: () => {}, connection: { application_name: 'faults-rig' } })
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
  if (!given?.unseeded) await seedOrders(sql)

  const start = (environment: Environment, sabotage: Sabotage | undefined, entry?: Entry) => {
    const common = {
      DATABASE_URL: url,
      DATA_DIR: folder,
      API_KEYS: `${owner}:${apiKey}`,
      ...noLimits,
      LEASE_SECONDS: '3',
      // Concurrent tests with several processes each share the connections of one server.
      DATABASE_POOL_SIZE: '40',
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
    startTestWorker: (environment = {}, sabotage) => start(environment, sabotage, 'faults-worker'),
    [Symbol.asyncDispose]: end,
  }
}

/** Five sample orders instead of ten thousand: a start takes a second less, and a report takes a millisecond. */
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
