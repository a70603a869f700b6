import { setTimeout as delay } from 'node:timers/promises'
import { claimer, quantile } from './claims.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { steady } from './load.ts'
import { line, startService, startWorkerService } from './rig.ts'
import { fillPending, fillWaiting, withoutIndexes } from './seed.ts'

const everyMs = 25
const backlog = 100_000

/**
 * How long an operation whose wait was completed over HTTP waits for an idle worker, at 40 completions a second: from the completion to
 * `startedAt`, both by the database's clock. The operations are screenings that a person decides. Then what waiting operations cost: claims
 * of 50 from 100,000 pending operations, alternated between a database with and one without a million waiting operations of the same owners.
 * And how late two idle workers start exports whose wait is over, beside as many operations that wait for a day: 40 due times a second.
 */
export async function benchWaits(server: string, { quick }: { quick: boolean }) {
  const [waiting, rounds] = quick ? [20_000, 50] : [1_000_000, 400]
  // First, because the million rows leave writes behind.
  await resumed(server, quick ? 80 : 600)
  await besideWaiting(server, waiting, rounds)
  await onTime(server, waiting, quick ? 80 : 600)
}

async function onTime(server: string, waiting: number, count: number) {
  const database = await freshDatabase(server)
  const { sql } = database
  const env = { DATABASE_URL: database.url }
  try {
    await withoutIndexes(sql, ['operations'], () =>
      fillWaiting(sql, { count: waiting, owner: `'owner-' || n % 100`, type: 'exportCustomers' }),
    )
    await sql`vacuum (analyze) operations`
    const workers = [await startWorkerService(env), await startWorkerService(env)]
    try {
      const insert = (total: number) => sql<{ id: string; ms: number }[]>`
        insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, due_at, waits)
        select gen_random_uuid(), 'due', 'exportCustomers', 'WAITING', 1, 3, '{"format": "NDJSON", "filters": {"source": "IMPORTED"}}',
          clock_timestamp() + interval '2 seconds' + n * ${everyMs} * interval '1 millisecond', '[]'
        from generate_series(1, ${total}::int) n returning operation_id as id, extract(epoch from due_at)::float8 * 1000 as ms`
      const ended = async (total: number) => {
        const completed = () =>
          sql`select from operations where owner_id = 'due' and status = 'COMPLETED' offset ${total - 1}`
        while ((await completed()).length === 0) await delay(50)
      }
      // Operations that wait for executors to start must not be measured.
      const warmUp = 40
      await insert(warmUp)
      await ended(warmUp)
      const due = await insert(count)
      await ended(warmUp + count)
      const rows = await sql<{ id: string; ms: number }[]>`
        select operation_id as id, extract(epoch from started_at)::float8 * 1000 as ms from operations where owner_id = 'due'`
      const startedAt = new Map(rows.map(({ id, ms }) => [id, ms]))
      const late = due.map(({ id, ms }) => (startedAt.get(id) ?? Number.NaN) - ms)
      line(`a wait is over beside ${waiting} waiting, started after: p50`, `${quantile(late, 0.5).toFixed(1)} ms`)
      const p99 = quantile(late, 0.99)
      line('the same: p99', `${p99.toFixed(1)} ms`, { text: '≤ 50 ms', met: p99 <= 50 })
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  } finally {
    await database.drop()
  }
}

async function besideWaiting(server: string, waiting: number, rounds: number) {
  const databases = [await freshDatabase(server), await freshDatabase(server)] as const
  try {
    const [without, beside] = databases
    const owner = `'owner-' || n % 100`
    const claims = [await ready(without, 0, owner), await ready(beside, waiting, owner)]
    const latencies: number[][] = [[], []]
    for (let round = 0; round < rounds; round++) {
      for (const [index, claimOnce] of claims.entries()) latencies[index]?.push(await claimOnce())
    }
    const [alone = Number.NaN, crowded = Number.NaN] = latencies.map((each) => quantile(each, 0.99))
    line(`claim of 50 over ${backlog}: p99`, `${alone.toFixed(1)} ms`)
    const ratio = crowded / alone
    const text = `${crowded.toFixed(1)} ms, × ${ratio.toFixed(2)}`
    line(`the same beside ${waiting} waiting: p99`, text, { text: '≤ × 1.10', met: ratio <= 1.1 })
  } finally {
    await Promise.all(databases.map((database) => database.drop()))
  }
}

async function ready(database: Fresh, waiting: number, owner: string) {
  const { sql } = database
  await withoutIndexes(sql, ['operations'], async () => {
    await fillWaiting(sql, { count: waiting, owner, type: 'noop' })
    await fillPending(sql, { count: backlog, owner, type: 'noop' })
  })
  await sql`vacuum (analyze) operations`
  return claimer(database)
}

async function resumed(server: string, count: number) {
  const database = await freshDatabase(server)
  const { sql } = database
  const env = { DATABASE_URL: database.url }
  try {
    const api = await startService({ ...env, ROLES: 'api' })
    const worker = await startWorkerService({ ...env, PUBLIC_URL: api.url })
    const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }
    const post = (path: string, body: object) =>
      fetch(`${api.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const until = async (status: string, total: number) => {
      const found = () => sql`select from operations where status = ${status} offset ${total - 1}`
      while ((await found()).length === 0) await delay(50)
    }
    try {
      const screening = {
        candidate: { name: 'Claire Gute', birthDate: '1990-05-17' },
        checks: ['CRIMINAL_RECORDS'],
        criminalRecordsPackage: 'test_review',
      }
      const warmUp = 40
      const all = warmUp + count
      await steady(() => post('/candidates:screen', screening), { count: all, everyMs, expectStatus: 202 })
      await until('WAITING', all)
      const ids = (await sql<{ id: string }[]>`select operation_id as id from operations`).map(({ id }) => id)
      const decide = () => post(`/operations/op_${ids.pop()}/waits/decision:complete`, { decision: 'CLEAR' })
      await steady(decide, { count: warmUp, everyMs, expectStatus: 200 })
      await until('COMPLETED', warmUp)
      const [warm] = await sql<{ at: string }[]>`select clock_timestamp()::text as at`
      await steady(decide, { count, everyMs, expectStatus: 200 })
      await until('COMPLETED', all)
      const [found] = await sql<{ p50: number; p99: number }[]>`
        select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99
        from (
          select extract(epoch from started_at - waits.completed_at)::float8 * 1000 as ms
          from operations join waits using (operation_id) where name = 'decision' and waits.completed_at > ${warm?.at ?? ''}::timestamptz
        ) resumed`
      const { p50 = Number.NaN, p99 = Number.NaN } = found ?? {}
      line('a completed wait runs again: p50', `${p50.toFixed(1)} ms`)
      line('a completed wait runs again: p99', `${p99.toFixed(1)} ms`, { text: '≤ 25 ms', met: p99 <= 25 })
    } finally {
      await Promise.all([api.stop(), worker.stop()])
    }
  } finally {
    await database.drop()
  }
}
