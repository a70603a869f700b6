import { setTimeout as delay } from 'node:timers/promises'
import { makeWorkerUtils } from 'graphile-worker'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { serverCpu } from './cpu.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { line, median } from './rig.ts'
import { fillFinished, fillPending } from './seed.ts'

/** Operations before the clock starts, so that every queue's code is compiled and its connections are open. */
const warmUp = 2000
const concurrency = 100
const owner = `'owner-' || n % 10`

/**
 * The cost of the engine itself: one worker runs operations that do nothing until none is left. The peers do the same on the same server,
 * with the same durable commits and 10 connections, each in its own process, one after the other in rounds. The clock starts after 2,000
 * operations and stops when the last completion is written. Longrun keeps every row, writes two events for each operation and serves ten
 * owners round-robin; pg-boss keeps its rows; graphile-worker deletes them.
 */
export async function benchDrain(server: string, { quick }: { quick: boolean }) {
  const count = warmUp + (quick ? 3000 : 20_000)
  const database = await freshDatabase(server)
  try {
    await benchPeers(server, database, count, quick ? 1 : 3)
    await benchSnapshot(database, quick ? 6000 : 100_000)
    await benchFinished(server, database, { count, finished: quick ? 50_000 : 1_000_000, rounds: quick ? 1 : 3 })
  } finally {
    await database.drop()
  }
}

async function benchPeers(server: string, database: Fresh, count: number, rounds: number) {
  const figures: { own: Drained; boss: number; graphile: number; tuned: number; dbos: number }[] = []
  for (let round = 0; round < rounds; round++) {
    await empty(database)
    figures.push({
      own: await drain(database, count),
      boss: await drainPgBoss(database.url, count),
      graphile: await drainGraphile(database.url, count, false),
      tuned: await drainGraphile(database.url, count, true),
      dbos: await drainDbos(server, Math.ceil(count / 10)),
    })
  }
  const own = median(figures.map(({ own }) => own.rate))
  const toBoss = median(figures.map(({ own, boss }) => own.rate / boss))
  const toGraphile = median(figures.map(({ own, graphile }) => own.rate / graphile))
  line('drain: no-ops/s by one worker', own.toFixed(0))
  line('drain ÷ pg-boss, batch 100', toBoss.toFixed(2), { text: '≥ 0.75', met: toBoss >= 0.75 })
  line('drain ÷ graphile-worker as it comes', toGraphile.toFixed(1), { text: '≥ 8', met: toGraphile >= 8 })
  line('drain ÷ graphile-worker tuned', median(figures.map(({ own, tuned }) => own.rate / tuned)).toFixed(2))
  line('drain ÷ DBOS', median(figures.map(({ own, dbos }) => own.rate / dbos)).toFixed(0))
  const wal = median(figures.map(({ own }) => own.walBytes))
  line('drain: WAL per operation', `${(wal / 1024).toFixed(2)} KiB`, { text: '≤ 2.5 KiB', met: wal <= 2560 })
  const cpu = figures.flatMap(({ own }) => own.cpuMicros ?? [])
  if (cpu.length === 0) return line('drain: Postgres CPU per operation', 'not known here')
  const micros = median(cpu)
  line('drain: Postgres CPU per operation', `${micros.toFixed(0)} µs`, { text: '≤ 60 µs', met: micros <= 60 })
}

/**
 * The last fifth of `count` while an open transaction keeps old row versions visible: every claim leaves dead rows that cannot be vacuumed,
 * and later claims must not scan them. The measurement ends after a minute; then the figure is that of the last operations that ended, and
 * its name says how many were claimed.
 */
async function benchSnapshot(database: Fresh, count: number) {
  const from = count * 0.8
  await empty(database)
  const normal = await drain(database, count, { from })
  await empty(database)
  const snapshot = new pg.Client(database.url)
  await snapshot.connect()
  try {
    await snapshot.query('begin isolation level repeatable read')
    await snapshot.query('select count(*) from operations')
    const withSnapshot = await drain(database, count, { from, longestMs: 60_000 })
    const ratio = withSnapshot.rate / normal.rate
    const name = `drain under a held old snapshot ÷ normal, after ${withSnapshot.from}`
    line(name, ratio.toFixed(2), { text: `≥ 0.35 after ${from}`, met: ratio >= 0.35 && withSnapshot.from >= from })
  } finally {
    await snapshot.end()
  }
}

/** The same in tables with `finished` operations and their events, and in empty tables. */
async function benchFinished(
  server: string,
  database: Fresh,
  { count, finished, rounds }: { count: number; finished: number; rounds: number },
) {
  const full = await freshDatabase(server)
  try {
    await fillFinished(full.sql, finished)
    const ratios: number[] = []
    for (let round = 0; round < rounds; round++) {
      await empty(database)
      const withoutFinished = await drain(database, count)
      ratios.push((await drain(full, count)).rate / withoutFinished.rate)
    }
    const ratio = median(ratios)
    line(`drain beside ${finished} finished ÷ empty tables`, ratio.toFixed(2), { text: '≥ 0.8', met: ratio >= 0.8 })
  } finally {
    await full.drop()
  }
}

/** `walBytes`: of one operation, from its claim to its end. */
type Drained = { rate: number; from: number; cpuMicros: number | undefined; walBytes: number }

/**
 * Fills the queue, then starts a worker. The rate is measured from completion number `from` to the last, by the database's clock. After
 * `longestMs` it is the rate of the last 2,000 completions so far.
 */
async function drain(
  { url, sql }: Fresh,
  count: number,
  { from = warmUp, longestMs = Infinity } = {},
): Promise<Drained> {
  const [before] = await sql<{ at: string }[]>`select date_trunc('milliseconds', clock_timestamp())::text as at`
  await fillPending(sql, { count, owner, type: 'noop' })
  await sql`analyze operations`
  // The checkpoint after filling is not part of the measurement, where the role may request it: the role of the embedded server may not.
  const [may] = await sql<{ yes: boolean }[]>`select rolsuper as yes from pg_roles where rolname = current_user`
  if (may?.yes) await sql`checkpoint`
  const cpu = await serverCpu(sql)
  const cpuBefore = cpu?.() ?? 0
  const walBefore = await walPosition(sql)
  const worker = await startChild('longrun', { url, concurrency })
  try {
    await untilNoneWaiting(sql, longestMs)
    const cpuSeconds = (cpu?.() ?? 0) - cpuBefore
    const walBytes = (await walPosition(sql)) - walBefore
    const ends = await sql<{ at: number }[]>`
      select extract(epoch from finished_at)::float8 as at from operations
      where created_at >= ${before?.at ?? ''}::text::timestamptz and status = 'COMPLETED' order by finished_at`
    if (ends.length < count && longestMs === Infinity) throw new Error(`${ends.length} of ${count} have completed`)
    const first = ends.length < count ? Math.max(0, ends.length - 2000) : from
    const seconds = (ends.at(-1)?.at ?? 0) - (ends[first]?.at ?? 0)
    return {
      rate: (ends.length - 1 - first) / seconds,
      from: first,
      cpuMicros: cpu && (cpuSeconds * 1e6) / ends.length,
      walBytes: walBytes / ends.length,
    }
  } finally {
    await worker.stop()
  }
}

/** Bytes of WAL that the server has written. */
export async function walPosition(sql: Fresh['sql']): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes`
  return row?.bytes ?? Number.NaN
}

export async function untilNoneWaiting(sql: Fresh['sql'], longestMs: number) {
  const [last] = await sql<
    { id: string }[]
  >`select operation_id as id from operations order by operation_id desc limit 1`
  const untilMs = performance.now() + longestMs
  for (const finished of [
    () => sql`select from operations where operation_id = ${last?.id ?? ''} and finished_at is not null`,
    () => sql`select where not exists (select from operations where status in ('PENDING', 'RUNNING'))`,
  ]) {
    while (performance.now() < untilMs && (await finished()).length === 0) await delay(50)
  }
}

async function empty({ sql }: Fresh) {
  await sql`truncate operations, events, workers`
}

async function drainPgBoss(url: string, count: number): Promise<number> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  await boss.start()
  const queue = 'noop'
  await boss.createQueue(queue)
  for (let filled = 0; filled < count; filled += 2000) {
    await boss.insert(
      queue,
      Array.from({ length: Math.min(2000, count - filled) }, () => ({ data: {} })),
    )
  }
  try {
    return await rateOf('pg-boss', { url, queue, warmUp })
  } finally {
    await boss.deleteAllJobs(queue)
    await boss.stop()
  }
}

async function drainGraphile(url: string, count: number, tuned: boolean): Promise<number> {
  const utils = await makeWorkerUtils({ connectionString: url })
  await utils.migrate()
  for (let filled = 0; filled < count; filled += 2000) {
    await utils.addJobs(
      Array.from({ length: Math.min(2000, count - filled) }, () => ({ identifier: 'noop', payload: {} })),
    )
  }
  await utils.release()
  return rateOf('graphile-worker', { url, tuned, count, warmUp })
}

/** In a database of its own, because DBOS has tables of its own. It takes hundreds of workflows a second, so fewer are enough. */
async function drainDbos(server: string, count: number): Promise<number> {
  const database = await freshDatabase(server)
  try {
    return await rateOf('dbos', { url: database.url, count, warmUp: count / 10, concurrency })
  } finally {
    await database.drop()
  }
}

async function rateOf(name: string, options: object): Promise<number> {
  const child = await startChild(name, options)
  try {
    return ((await child.message()) as { rate: number }).rate
  } finally {
    await child.stop()
  }
}
