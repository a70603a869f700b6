import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Mutant } from './mutants.ts'
import { startOwnPostgres } from './postgres.ts'
import { openRig, owner, type Rig } from './rig.ts'
import { firedSchedules, firedSeconds, timeoutMs, workerFaultEveryMs } from './size.ts'

const environment = { LEASE_SECONDS: '3', WORKER_CONCURRENCY: '4' }
const skewed = (hours: number) => ({
  NODE_OPTIONS: `--import=${join(import.meta.dirname, 'skewed-clock.ts')}`,
  CLOCK_SKEW_MS: String(hours * 3_600_000),
})

/** Inserts schedules that are due each second, at most `seconds` times, from two seconds after now. */
async function addSchedules({ sql }: Rig, count: number, seconds: number): Promise<void> {
  const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const input = { reportType: 'ORDERS_SUMMARY', dateRange: year, format: 'CSV' }
  const operation = { input, priority: 'LOW', maxAttempts: 3, queueTimeoutSeconds: 86_400 }
  await sql`
    insert into schedules (schedule_id, owner_id, interval_seconds, time_zone, anchor_at, end_at, jitter_seconds, overlap_policy, catch_up,
      catch_up_window_seconds, type, operation, path_names, due_at, fire_at)
    select gen_random_uuid(), ${owner}, 1, 'UTC', first, first + ${seconds} * interval '1 second', 0, 'QUEUE', 'ALL', 3600, 'generateReport',
      ${sql.json(operation)}, '[]', first, first
    from generate_series(1, ${count}) n, (select date_trunc('milliseconds', now()) + interval '2 seconds' as first) as clock`
}

/** Resolves when no schedule will fire again. */
async function untilEnded({ sql }: Rig): Promise<void> {
  while ((await sql`select 1 from schedules where fire_at is not null limit 1`).length > 0) await delay(200)
}

/** What is wrong with the runs: due times that are missing, or that have not exactly one operation. */
async function faultsOf({ sql }: Rig, count: number, seconds: number): Promise<unknown[]> {
  const missing = await sql`
    select schedule_id, count(*)::int as runs from schedules left join schedule_runs using (schedule_id)
    group by schedule_id having count(*) filter (where outcome = 'STARTED') <> ${seconds}`
  const wrong = await sql`
    select r.schedule_id, r.due_at, count(o.operation_id)::int as operations
    from schedule_runs r left join operations o on o.schedule_id = r.schedule_id and o.scheduled_for = r.due_at
    group by 1, 2 having count(o.operation_id) <> 1`
  const [total] = await sql`select count(*)::int as operations from operations where schedule_id is not null`
  const unexpected = total?.operations === count * seconds ? [] : [{ ...total, expected: count * seconds }]
  return [...missing, ...wrong, ...unexpected]
}

test('three workers, two with wrong clocks, are killed at random while schedules fire: no due time is missing, and none runs twice', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const start = async (clock: object) => ({ clock, process: await rig.startTestWorker({ ...environment, ...clock }) })
  const workers = await Promise.all([{}, skewed(1), skewed(-1)].map(start))
  await addSchedules(rig, firedSchedules, firedSeconds)
  const replacing: Promise<unknown>[] = []
  let over = false
  let killed = 0
  const killing = (async () => {
    for (;;) {
      await delay(workerFaultEveryMs * (0.5 + Math.random()))
      if (over) return
      // A start takes longer than the interval between kills.
      if (workers.length === 1) continue
      const [struck] = workers.splice(Math.floor(Math.random() * workers.length), 1)
      if (!struck) continue
      struck.process.signal('SIGKILL')
      killed += 1
      replacing.push(start(struck.clock).then((fresh) => workers.push(fresh)))
    }
  })()
  await untilEnded(rig)
  over = true
  await Promise.all([killing, ...replacing])
  expect(killed).toBeGreaterThan(0)
  expect(await faultsOf(rig, firedSchedules, firedSeconds)).toEqual([])
})

test('PostgreSQL crashes while schedules fire: no due time is missing, and none runs twice', {
  timeout: timeoutMs,
}, async () => {
  const server = await startOwnPostgres()
  try {
    const rig = await openRig(server)
    await addSchedules(rig, firedSchedules, firedSeconds)
    await Promise.all([rig.startTestWorker(environment), rig.startTestWorker(environment)])
    for (const share of [0.2, 0.6]) {
      const least = Math.floor(share * firedSchedules * firedSeconds)
      while ((await rig.sql`select 1 from schedule_runs offset ${least} limit 1`).length === 0) await delay(100)
      await server.crash()
    }
    await untilEnded(rig)
    expect(await faultsOf(rig, firedSchedules, firedSeconds)).toEqual([])
  } finally {
    await server.close()
  }
})

/** A worker is killed while it fires, and another one continues. Returns the faults. */
async function killedWhileFiring(mutants: Mutant[] = []) {
  const rig = await openRig()
  const victim = await rig.startTestWorker(environment, {
    mutants,
    at: { failpoint: 'schedules-firing', action: 'kill' },
  })
  await addSchedules(rig, 5, 2)
  expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' })
  await rig.startTestWorker(environment, { mutants })
  await untilEnded(rig)
  return faultsOf(rig, 5, 2)
}

test('a worker is killed before it inserts the operations of a round: another worker fires the same due times', {
  timeout: timeoutMs,
}, async () => {
  expect(await killedWhileFiring()).toEqual([])
})

test('the check finds due times that are moved on before their operations are inserted', {
  timeout: timeoutMs,
}, async () => {
  expect(await killedWhileFiring(['fires-unlocked', 'advances-first'])).not.toEqual([])
})

test('the check finds due times that run twice without the locks of the schedules and the key of the runs', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const mutants: Mutant[] = ['fires-unlocked', 'ignores-runs']
  await Promise.all([1, 2, 3].map(() => rig.startTestWorker(environment, { mutants })))
  await addSchedules(rig, 50, 5)
  await untilEnded(rig)
  expect(await faultsOf(rig, 50, 5)).not.toEqual([])
})
