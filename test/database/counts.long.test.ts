import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deleteCounts, mergeEnds, periods } from '../../server/database/operations/counts.ts'
import { countActiveBy, countEnded } from '../../server/database/operations/statistics.ts'
import { purge } from '../../server/database/operations/sweep.ts'
import { transition, transitionMany } from '../../server/database/operations/transition.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { type BucketCounts, percentile } from '../../server/domain/duration-buckets.ts'
import type { Status } from '../../server/domain/state-machine.ts'
import { clearTables } from '../support/database.ts'
import { openKeyRig } from './key-rig.ts'

type Rig = Awaited<ReturnType<typeof openKeyRig>>
let rig: Rig
beforeAll(async () => {
  rig = await openKeyRig()
})
afterEach(() => clearTables(rig.connection.sql, ['operations', 'events', 'operation_ends', 'operation_counts']))
afterAll(async () => {
  await rig.connection.close()
  await rig.database.drop()
})

const types = ['generateReport', 'importOrders', 'deliverOrder']
const owners = ['a', 'b', "it's; --", 'ü 语']
const expiresAt = new Date(Date.now() + 60_000)
const anyOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T

type Change = Partial<typeof operations.$inferInsert>

/** Inserts active operations that were created and started some time ago. */
async function put(count: number, change: () => Change = () => ({})) {
  const rows = Array.from({ length: count }, () => {
    const status: Status = anyOf(['PENDING', 'RUNNING', 'CANCELLING'])
    const createdMs = Date.now() - 10 ** (1 + 6 * Math.random())
    const startedAt = status === 'PENDING' ? null : new Date(createdMs + (Date.now() - createdMs) * Math.random())
    return {
      operationId: uuidv7(),
      ownerId: anyOf(owners),
      type: anyOf(types),
      status,
      attempt: 1,
      maxAttempts: 3,
      input: {},
      createdAt: new Date(createdMs),
      turnAt: status === 'PENDING' ? new Date() : null,
      workerId: status === 'PENDING' ? null : rig.workerId,
      startedAt,
      ...change(),
    }
  })
  await rig.db.insert(operations).values(rows)
  return rows
}

type Put = Awaited<ReturnType<typeof put>>[number]

/** Every transition to a terminal status, by the status that it starts from. */
const ends = {
  PENDING: ['expireInQueue', 'failDependent', 'cancelPending'],
  RUNNING: ['finish', 'finishWithErrors', 'fail', 'timeOut'],
  CANCELLING: ['cancel', 'failToCancel'],
} as const

type End = (typeof ends)[keyof typeof ends][number]

const codes = ['TIMEOUT', 'NO_DATA_IN_RANGE', 'order-4711', "'; drop table operations; --", 'X'.repeat(70), 'ü']

function itemOf({ operationId, attempt }: Put) {
  const failing = { error: { code: anyOf(codes) }, retentionSeconds: 60 }
  return { operationId, attempt, actor: 'worker:test', result: {}, expiresAt, ...failing }
}

const counted = (table: 'operation_ends' | 'operation_counts', length?: number) => rig.connection.sql`
  select owner_id, type, status, code, sum(ended)::int as ended from ${rig.connection.sql(table)}
  ${length === undefined ? rig.connection.sql`` : rig.connection.sql`where period = ${length}`}
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`

/** What the counts must be, by the rows of the operations. */
const exact = () => rig.connection.sql`
  select owner_id, type, status, coalesce(case when error ->> 'code' ~ '^[A-Z][A-Z_]{0,63}$' then error ->> 'code'
    when error is not null then 'OTHER' end, '') as code, count(*)::int as ended
  from operations where finished_at is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4`

async function mergeAll(limit = 7) {
  while ((await mergeEnds(rig.db, limit)) === limit);
}

describe('counts of ended operations', () => {
  test('are exact after all kinds of ends, alone, in batches, rolled back, refused and at the same time', async () => {
    const rows = await put(300)
    const endSome = async (some: Put[]) => {
      for (const [status, names] of Object.entries(ends)) {
        const items = some.filter((row) => row.status === status).map(itemOf)
        const name = anyOf<End>(names)
        await transitionMany(rig.db, name, items as never)
        // Refused, because they have ended.
        await transitionMany(rig.db, name, items as never)
      }
    }
    /** One after the other, each in a transaction of its own. */
    const endEach = async (some: Put[], { rollsBack = false } = {}) => {
      for (const row of some) {
        const item = itemOf(row)
        const ending = rig.db.transaction(async (tx) => {
          const name = anyOf<End>(ends[row.status as keyof typeof ends])
          await transition(tx, name, item, item as never, { actor: 'worker:test' })
          if (rollsBack) throw new Error('rolled back')
        })
        if (rollsBack) await expect(ending).rejects.toThrow('rolled back')
        else await ending
      }
    }
    await Promise.all([
      ...Array.from({ length: 6 }, (_, at) => endSome(rows.slice(at * 40, (at + 1) * 40))),
      // Some of the same operations: one of two transitions is refused.
      endEach(rows.slice(200, 270)),
      endEach(rows.slice(230, 270)),
      endEach(rows.slice(270, 300), { rollsBack: true }),
      ...Array.from({ length: 10 }, () => mergeEnds(rig.db, 5)),
    ])
    const wanted = await exact()
    expect(wanted.reduce((sum, row) => sum + Number(row.ended), 0)).toBe(270)
    await Promise.all([mergeAll(), mergeAll(), mergeAll()])
    expect(await counted('operation_ends')).toEqual([])
    for (const { length } of periods) expect(await counted('operation_counts', length)).toEqual(wanted)
    // Deleting operations leaves the counts.
    for (const { operationId, ownerId } of rows.slice(0, 30))
      await purge(rig.db, { ownerId, operationId, tombstoneSeconds: 60 })
    for (const { length } of periods) expect(await counted('operation_counts', length)).toEqual(wanted)
  })

  test('are the same before, while and after they are merged, for each owner alone', async () => {
    const rows = await put(100, () => ({ status: 'RUNNING', startedAt: new Date(Date.now() - 5000), turnAt: null }))
    for (const row of rows) await transitionMany(rig.db, 'finish', [itemOf(row)])
    const read = async (ownerId: string) => {
      const { totals, series, durations } = await countEnded(rig.db, { ownerId, window: 60, interval: 1 })
      const sum = (all: readonly { ended: number }[]) => all.reduce((total, { ended }) => total + ended, 0)
      const samples = durations.map(({ counts }) => counts.reduce((total, [, count]) => total + count, 0))
      return [sum(totals), sum(series), samples.reduce((total, count) => total + count, 0) / 2]
    }
    const wanted = owners.map((owner) => Array(3).fill(rows.filter(({ ownerId }) => ownerId === owner).length))
    const readAll = () => Promise.all(owners.map(read))
    expect(await readAll()).toEqual(wanted)
    const merging = mergeAll(3)
    for (let round = 0; round < 10; round++) expect(await readAll()).toEqual(wanted)
    await merging
    expect(await readAll()).toEqual(wanted)
    expect(await read('nobody')).toEqual([0, 0, 0])
  })

  test('have percentiles within 9.1 % of the exact ones', async () => {
    const rows = await put(400, () => ({ ownerId: 'a', type: 'importOrders', status: 'RUNNING', turnAt: null }))
    const started = rows.map((row) => ({ ...row, startedAt: row.startedAt ?? new Date() }))
    await rig.connection.sql`
      update operations set started_at = created_at + random() ^ 4 * (now() - created_at)`
    await transitionMany(rig.db, 'finish', started.map(itemOf))
    const [exactly] = await rig.connection.sql`
      select to_json(percentile_disc(array[0.5, 0.95, 0.99]) within group (order by date_part('epoch', finished_at - started_at))) as run,
        to_json(percentile_disc(array[0.5, 0.95, 0.99]) within group (order by date_part('epoch', started_at - created_at))) as queue
      from operations`
    for (const merged of [false, true]) {
      if (merged) await mergeAll()
      const at = { ownerId: 'a', window: 60, interval: 1 }
      const { durations, seriesDurations } = await countEnded(rig.db, { ...at, hasSeriesDurations: true })
      const countsOf = (kind: string): BucketCounts => durations.find((one) => one.kind === kind)?.counts ?? []
      for (const kind of ['run', 'queue']) {
        // All ended in the same minute, or in two.
        const sums = new Map<number, number>()
        for (const { counts } of seriesDurations.filter((one) => one.kind === kind)) {
          for (const [bucket, count] of counts) sums.set(bucket, (sums.get(bucket) ?? 0) + count)
        }
        expect([...sums].toSorted(([one], [other]) => one - other)).toEqual(countsOf(kind))
        for (const [at, share] of [0.5, 0.95, 0.99].entries()) {
          const estimate = percentile(countsOf(kind), share) ?? 0
          const value = Number(exactly?.[kind][at])
          expect(Math.abs(estimate - value)).toBeLessThan(0.0906 * value + 0.001)
        }
      }
    }
  })

  test('have no durations by interval unless they are asked for', async () => {
    await endsAt(Math.floor(Date.now() / 60_000))
    for (const merged of [false, true]) {
      if (merged) await mergeAll()
      const read = await countEnded(rig.db, { ownerId: 'a', window: 60, interval: 1 })
      expect(read.seriesDurations).toEqual([])
      expect(read.durations).toEqual([{ type: 't', kind: 'run', counts: [[3, 1]] }])
    }
  })

  test('of periods past their retention are deleted, and longer periods keep the sums', async () => {
    const now = Math.floor(Date.now() / 60_000)
    const ages = [0, 1, 24 * 60 - 2, 24 * 60 + 2, 5 * 24 * 60, 10 * 24 * 60, 32 * 24 * 60, 34 * 24 * 60]
    for (const age of ages) await endsAt(now - age)
    await mergeAll()
    while ((await deleteCounts(rig.db, 2)) > 0);
    const kept = await rig.connection.sql`
      select period, sum(ended)::int as ended from operation_counts group by 1 order by 1`
    expect(kept.map(({ period, ended }) => [period, ended])).toEqual([
      [1, 3],
      [15, 4],
      [60, 5],
      [360, 7],
      [1440, 7],
    ])
  })

  test('begin and end at the boundaries of their intervals, in UTC', async () => {
    const now = Math.floor(Date.now() / 60_000)
    for (const [window, interval] of [
      [60, 1],
      [100, 5],
      [600, 15],
      [1440, 60],
      [10_080, 360],
      [44_640, 1440],
    ] as const) {
      const first = now - window - ((now - window) % interval)
      for (const minute of [first - 1, first, first + interval - 1, first + interval, now]) await endsAt(minute)
      for (const merged of [false, true]) {
        if (merged) await mergeAll()
        const read = await countEnded(rig.db, { ownerId: 'a', window, interval, hasSeriesDurations: true })
        // Unless the minute has ended since.
        if (Math.floor(read.nowMs / 60_000) !== now) return
        expect(read.fromMs).toBe(first * 60_000)
        const byStart = new Map(read.series.map(({ minute, ended }) => [minute, ended]))
        const shared = now < first + 2 * interval ? 1 : 0
        expect([window, byStart.get(first)]).toEqual([window, 2])
        expect([window, byStart.get(first + interval)]).toEqual([window, 1 + shared])
        expect(read.totals).toEqual([{ type: 't', status: 'COMPLETED', code: '', ended: 4 }])
        expect(byStart.size).toBe(shared ? 2 : 3)
        const durations = read.seriesDurations.map(({ minute, kind, counts }) => [minute, kind, counts])
        expect(durations.toSorted(([one], [other]) => Number(one) - Number(other))).toEqual(
          read.series.map(({ minute, ended }) => [minute, 'run', [[3, ended]]]),
        )
      }
      await clearTables(rig.connection.sql, ['operation_ends', 'operation_counts'])
    }
  })
})

/** One end in that minute. */
async function endsAt(minute: number) {
  await rig.connection.sql`
    insert into operation_ends (owner_id, minute, type, status, code, ended, run_buckets)
    values ('a', ${minute}, 't', 'COMPLETED', '', 1, '{3}')`
}

test('active operations are counted by type and status, up to a bound, with the time since which the oldest could start', async () => {
  await put(50, () => ({ ownerId: 'a' }))
  const hourAgo = Date.now() - 3_600_000
  await put(1, () => ({
    ownerId: 'a',
    type: 'late',
    status: 'PENDING',
    startedAt: null,
    workerId: null,
    turnAt: new Date(hourAgo + 60_000),
  }))
  await put(2, () => ({
    ownerId: 'a',
    type: 'later',
    status: 'PENDING',
    startedAt: null,
    workerId: null,
    turnAt: null,
    dueAt: expiresAt,
  }))
  await put(10, () => ({ ownerId: 'b' }))
  const found = await countActiveBy(rig.db, { ownerId: 'a', most: 1000 })
  const rows = await rig.db
    .select({ type: operations.type, status: operations.status, total: sql<number>`count(*)::int` })
    .from(operations)
    .where(sql`owner_id = 'a'`)
    .groupBy(operations.type, operations.status)
  expect(found.map(({ oldestMs, ...rest }) => rest)).toEqual(expect.arrayContaining(rows))
  expect(found).toHaveLength(rows.length)
  expect(found.find(({ type }) => type === 'late')?.oldestMs).toBeCloseTo(hourAgo, -1)
  expect(found.find(({ type }) => type === 'later')).toMatchObject({ total: 2, oldestMs: null })
  const few = await countActiveBy(rig.db, { ownerId: 'a', most: 5 })
  expect(few.reduce((sum, { total }) => sum + total, 0)).toBe(10)
})
