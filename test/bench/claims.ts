import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import { v7 as uuidv7 } from 'uuid'
import { claim } from '../../server/database/operations/claim.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { figures } from '../../server/engine/rules.ts'
import { registerWorker } from '../support/register-worker.ts'
import { testRules } from '../support/spec/rules.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { line } from './rig.ts'
import { fillKeyed, fillPending, withoutIndexes } from './seed.ts'

const limit = 50
const smallOwners = 1000
const eachOfThem = 10
/** The default of the service. */
const ownerCap = 100
/** Slow claims are measured in fewer rounds. */
const longestMs = 30_000

/**
 * Measures claims of 50 operations from a long backlog in which one owner comes first: the owner has 99 of 100 operations, with the
 * earliest turns, and 1,000 other owners have ten each. The time of a claim is that of its single round trip on one connection; claimed
 * operations are put back outside of the measured time, so the backlog stays the same. The same claims are measured behind 300,000
 * operations of a type that no worker knows, with earlier turns than all others. Then a worker process starts: how long until each of the
 * 1,000 owners has been served once.
 */
export async function benchClaims(server: string, { quick }: { quick: boolean }) {
  const [backlog, unknown, rounds] = quick ? [50_000, 15_000, 50] : [1_000_000, 300_000, 400]
  const database = await freshDatabase(server)
  try {
    const { sql } = database
    await withoutIndexes(sql, ['operations'], async () => {
      await fillPending(sql, { count: backlog - smallOwners * eachOfThem, owner: `'big'`, type: 'noop' })
      await fillPending(sql, { count: smallOwners * eachOfThem, owner: small, type: 'noop' })
    })
    await claims(database, `claim of 50 over ${backlog}`, rounds)
    await fillPending(sql, { count: unknown, owner: `'big'`, type: 'unknown', from: `now() - interval '1 hour'` })
    await sql`vacuum (analyze) operations`
    await claims(database, `claim of 50 beside ${unknown} of an unknown type`, rounds)
    await fairness(database)
  } finally {
    await database.drop()
  }
  await besideKeys(server, quick)
}

const keyCount = 100_000

/** Claims of operations with keys, each key with another one that waits for it, alternately with claims of as many operations without a key. */
async function besideKeys(server: string, quick: boolean) {
  const owner = `'owner-' || n % 100`
  const [keyed, plain] = [await freshDatabase(server), await freshDatabase(server)]
  try {
    await fillKeyed(keyed.sql, { keys: keyCount, owner, type: 'noop' })
    await withoutIndexes(plain.sql, ['operations'], () =>
      fillPending(plain.sql, { count: keyCount, owner, type: 'noop' }),
    )
    const claimers = [await claimer(keyed), await claimer(plain)] as const
    const times: [number[], number[]] = [[], []]
    for (let round = 0; round < (quick ? 50 : 400); round += 1) {
      for (const at of [0, 1] as const) times[at].push(await claimers[at]())
    }
    const p99 = quantile(times[0], 0.99)
    line(`claim of 50 with ${keyCount} keys: p99`, `${p99.toFixed(1)} ms`, { text: '≤ 10 ms', met: p99 <= 10 })
    const ratio = quantile(times[0], 0.5) / quantile(times[1], 0.5)
    line('claim with keys ÷ without: p50', ratio.toFixed(2), { text: '≤ 1.2', met: ratio <= 1.2 })
    await release(keyed)
  } finally {
    await keyed.drop()
    await plain.drop()
  }
}

/** Cancels of operations whose key another operation waits for, one at a time. */
async function release({ db, sql }: Fresh) {
  const rows = await sql<{ operationId: string; ownerId: string }[]>`
    select operation_id as "operationId", owner_id as "ownerId" from operations where turn_at is not null limit 500`
  const times: number[] = []
  for (const row of rows) {
    const began = performance.now()
    await cancel(db, { ...row, actor: 'bench', retentionSeconds: () => 3600 })
    times.push(performance.now() - began)
  }
  line(`cancel that frees one of ${keyCount} keys: p50`, `${quantile(times, 0.5).toFixed(1)} ms`)
}

const small = `'small-' || n % ${smallOwners}`

async function claims(database: Fresh, name: string, rounds: number) {
  const claimOnce = await claimer(database)
  const latencies: number[] = []
  const untilMs = performance.now() + longestMs
  for (let round = 0; round < rounds && performance.now() < untilMs; round++) latencies.push(await claimOnce())
  const at = (share: number) => quantile(latencies, share)
  line(`${name}: p50`, `${at(0.5).toFixed(1)} ms`)
  line(`${name}: p99`, `${at(0.99).toFixed(1)} ms`, { text: '≤ 10 ms', met: at(0.99) <= 10 })
}

/** Returns a function that claims 50 operations, puts them back, and returns the milliseconds of the claim. */
export async function claimer({ db, sql }: Fresh): Promise<() => Promise<number>> {
  const workerId = uuidv7()
  await registerWorker(db, workerId)
  const runSeconds = figures(testRules, (rule) => rule.timeoutSeconds)
  const request = { workerId, limit, runSeconds, compensationSeconds: 3600, ownerCap }
  const claimOnce = async () => {
    const began = performance.now()
    const rows = await claim(db, request)
    const ms = performance.now() - began
    if (rows.length === 0) throw new Error('a claim took nothing')
    await putBack(sql, rows)
    return ms
  }
  for (let warmUp = 0; warmUp < 20; warmUp++) await claimOnce()
  return claimOnce
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
}

/** Puts claimed operations back, behind the other turns of their owner. */
async function putBack(sql: postgres.Sql, rows: { operationId: string }[]) {
  await sql`
    update operations set status = 'PENDING', attempt = 0, worker_id = null, started_at = null, turn_at = clock_timestamp()
    where operation_id in ${sql(rows.map(({ operationId }) => operationId))}`
}

async function fairness({ url, sql }: Fresh) {
  const [theirs] = await sql<{ first: string; last: string }[]>`
    select min(operation_id::text) as first, max(operation_id::text) as last from operations where owner_id like 'small-%'`
  await sql`delete from workers`
  const worker = await startChild('longrun', { url, concurrency: 100 })
  const began = performance.now()
  try {
    for (;;) {
      const [seen] = await sql<{ owners: number; seconds: number }[]>`
        select count(*)::int as owners,
          extract(epoch from max(first) - (select min(started_at) from workers))::float8 as seconds
        from (
          select min(started_at) as first from operations where operation_id between ${theirs?.first ?? ''} and ${theirs?.last ?? ''} and started_at is not null
          group by owner_id
        ) served`
      if (seen?.owners === smallOwners) {
        const text = `${seen.seconds.toFixed(1)} s`
        return line(`each of ${smallOwners} small owners served once`, text, {
          text: '≤ 10 s',
          met: seen.seconds <= 10,
        })
      }
      if (performance.now() - began > 20_000) {
        const text = `${seen?.owners} in 20 s`
        return line(`each of ${smallOwners} small owners served once`, text, { text: '≤ 10 s', met: false })
      }
      await delay(200)
    }
  } finally {
    await worker.stop()
  }
}
