import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { connect } from '../../server/database/connection.ts'
import { freshDatabase } from './fresh.ts'
import { attach, type Step } from './partitions/attach.ts'
import { anyOperations, costs, type Known, startTraffic } from './partitions/costs.ts'
import { line } from './rig.ts'
import { fillFinished } from './seed.ts'

/** Daily partitions that exist ahead of time. */
const later = 7
const mostStallMs = 500

/**
 * Rehearses the step of docs/capacity.md on a copy of the schema: `operations` and `events` with `rows` finished operations become tables
 * with range partitions by operation id, while four callers read and submit. Prints what each lock stops and what the queries cost before and
 * after. The last step drops the partition of the old rows.
 */
export async function benchPartitions(server: string, { rows }: { rows: number }) {
  const fresh = await freshDatabase(server)
  // Statements over all rows take longer than the service's connections allow.
  const connection = { statement_timeout: 0, application_name: 'longrun-bench owner' }
  const sql = postgres(fresh.url, { max: 4, onnotice: () => {}, connection })
  const database = { ...fresh, sql }
  try {
    const startMs = performance.now()
    await fillFinished(sql, rows)
    line(`${rows} finished operations with 2 events each, filled in`, `${seconds(performance.now() - startMs)} s`)
    await printSizes(database, rows)
    const known = await anyOperations(database)
    const before = await costs(database, known, 3000)

    await underTraffic(database, known, (traffic) => attachBoth(database, rows, traffic))
    await sql`vacuum (analyze) operations`
    const [row] = await sql<{ there: number }[]>`select count(*)::int as there from operations_p1`
    line('operations in the next partition', String(row?.there), { text: '> 0', met: (row?.there ?? 0) > 0 })

    const after = await costs(database, known, 3000)
    // PostgreSQL prefers to plan each execution again, because it does not foresee that a generic plan skips partitions.
    const generic = connect(withGenericPlans(database.url), { poolSize: 10, applicationName: 'longrun-bench' })
    const planned = await costs({ ...database, db: generic.db }, known, 3000)
    await generic.close()
    for (const [name, figure] of Object.entries(before) as [keyof typeof before, number][]) {
      const ratio = (now: number) => `${now.toFixed(1)} (× ${(now / figure).toFixed(2)})`
      line(`${name}: before, after`, `${figure.toFixed(1)}, ${ratio(after[name])}`)
      line('the same with force_generic_plan', ratio(planned[name]))
    }
    await dropOldest(database)
  } finally {
    await sql.end({ timeout: 1 })
    await fresh.drop()
  }
}

function withGenericPlans(url: string): string {
  const changed = new URL(url)
  changed.searchParams.set('options', '-c plan_cache_mode=force_generic_plan')
  return changed.href
}

type Fresh = Awaited<ReturnType<typeof freshDatabase>>
type Traffic = ReturnType<typeof startTraffic>

/** Runs `work` while callers read `known` and submit, and ends them whether or not it fails. */
async function underTraffic(database: Fresh, known: Known, work: (traffic: Traffic) => Promise<void>) {
  const traffic = startTraffic(database, known)
  try {
    await delay(3000)
    printStall('traffic before', traffic.longest())
    await work(traffic)
  } finally {
    await traffic.stop()
  }
}

async function attachBoth({ sql }: Fresh, rows: number, traffic: Traffic) {
  // Later than the validation, which reads 100,000 rows a second or more. Otherwise rows of the traffic would violate the constraint.
  const boundaryMs = Date.now() + 15_000 + rows / 100
  for (const table of ['events', 'operations']) {
    for (const step of await attach(sql, table, { boundaryMs, later })) printStep(step)
    printStall(`traffic while ${table} changed`, traffic.longest(), true)
  }
  const pauseMs = boundaryMs - Date.now()
  if (pauseMs < 0) throw new Error('the boundary has passed before the last ATTACH')
  await delay(pauseMs + 2000)
  printStall('traffic over the boundary', traffic.longest(), true)
}

async function dropOldest(database: Fresh) {
  const { sql } = database
  const [row] = await sql<
    { rows: number }[]
  >`select reltuples::float8 as rows from pg_class where relname = 'operations_p0'`
  const known =
    await sql<Known>`select owner_id as "ownerId", operation_id as "operationId" from operations_p1 limit 1000`
  await underTraffic(database, known, async (traffic) => {
    const startMs = performance.now()
    for (const table of ['operations', 'events']) {
      await sql.unsafe(`alter table ${table} detach partition ${table}_p0 concurrently`)
      await sql.unsafe(`drop table ${table}_p0`)
    }
    const ms = performance.now() - startMs
    printStall('traffic while the old partitions were dropped', traffic.longest(), true)
    line(`detach and drop of about ${row?.rows.toFixed(0)} operations`, `${ms.toFixed(0)} ms`)
  })
}

async function printSizes({ sql }: Fresh, rows: number) {
  for (const table of ['operations', 'events']) {
    const [row] = await sql<{ heap: number; indexes: number }[]>`
      select pg_table_size(${table}::regclass)::float8 as heap, pg_indexes_size(${table}::regclass)::float8 as indexes`
    const { heap = 0, indexes = 0 } = row ?? {}
    line(
      `${table}: bytes for each operation, heap and indexes`,
      `${(heap / rows).toFixed(0)}, ${(indexes / rows).toFixed(0)}`,
    )
  }
}

const seconds = (ms: number) => (ms / 1000).toFixed(0)

function printStep({ name, ms, heldMs, tries }: Step) {
  const held = heldMs === undefined ? '' : `, table locked ${heldMs.toFixed(0)} ms`
  line(name, `${ms.toFixed(0)} ms${held}${tries > 1 ? `, tries ${tries}` : ''}`)
}

function printStall(name: string, { longestMs, count }: { longestMs: number; count: number }, judge = false) {
  const text = `${longestMs.toFixed(0)} ms of ${count} calls`
  if (judge) line(`${name}: longest`, text, { text: `≤ ${mostStallMs} ms`, met: longestMs <= mostStallMs })
  else line(`${name}: longest`, text)
}
