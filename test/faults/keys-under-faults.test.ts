import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import { expect, test } from 'vitest'
import { drained } from './checker.ts'
import { newCallerRecords, reportOf, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { isAtWork } from './refusals.ts'
import { openRig } from './rig.ts'
import { operationCount, timeoutMs, workerFaults } from './size.ts'

const keys = ['alpha', 'beta', 'gamma']
const leaseSeconds = 2

/** Operations with three keys run on three workers, of which one at a time is killed and replaced, or sees some of its operations cancelled. */
async function runUnderFaults({ count, faults, mutants = [] }: { count: number; faults: number; mutants?: Mutant[] }) {
  const rig = await openRig()
  const seen = newCallerRecords()
  const api = await rig.startApi({}, { mutants })
  const start = () => rig.startTestWorker({ LEASE_SECONDS: String(leaseSeconds) }, { mutants })
  const workers = await Promise.all([start(), start(), start()])
  const submitting = (async () => {
    for (let index = 0; index < count; index += 1) {
      const work = index % 5 === 0 ? 'step-200' : `sleep-${150 + (index % 30)}`
      const body = { ...reportOf(work), concurrencyKey: keys[index % keys.length] }
      await submitOnce(seen, api.url, randomUUID(), body)
    }
  })()
  for (let fault = 0; fault < faults; fault += 1) {
    const struck = await oneAtWork(rig.sql, workers)
    if (!struck) break
    struck.signal('SIGKILL')
    workers.splice(workers.indexOf(struck), 1, await start())
    await rig.sql`update operations set deadline_at = now() where status = 'PENDING' and key_turn_at is not null
      and operation_id = (select operation_id from operations where key_turn_at is not null and status = 'PENDING' limit 1)`
  }
  await submitting
  const open = await drained(rig.sql, 90_000)
  const [row] = await rig.sql<{ lost: number }[]>`select count(*)::int as lost from operations where attempt > 1`
  return { open, submitted: seen.acknowledged.size, overlaps: await overlaps(rig.sql), lost: row?.lost ?? 0 }
}

/** A worker that runs an operation; undefined after five seconds without one. */
async function oneAtWork(sql: postgres.Sql, workers: readonly Process[]): Promise<Process | undefined> {
  for (let tries = 0; tries < 100; tries += 1) {
    await delay(50)
    const atWork = await Promise.all(workers.map((worker) => isAtWork(sql, worker)))
    const found = workers.filter((_, index) => atWork[index])
    if (found.length > 0) return found[Math.floor(Math.random() * found.length)]
  }
  return undefined
}

/** Pairs of operations with one key of which one was RUNNING while the other one was, by their events. */
async function overlaps(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    with runs as (
      select operation_id, concurrency_key as key, events.status as status, events.timestamp as began,
        lead(events.timestamp) over (partition by operation_id order by sequence) as ended
      from events join operations using (operation_id)
    ), running as (select * from runs where status in ('RUNNING', 'CANCELLING'))
    select count(*)::int as total from running as a join running as b
      on a.key = b.key and a.operation_id < b.operation_id and a.began < b.ended and b.began < a.ended`
  return row?.total ?? 0
}

test('workers are killed while operations with keys run: two of a key never run at the same time by the record, and none is stuck', {
  timeout: timeoutMs,
}, async () => {
  const count = Math.min(operationCount, 1000)
  const { submitted, lost, ...found } = await runUnderFaults({ count, faults: workerFaults })
  expect(found).toEqual({ open: 0, overlaps: 0 })
  expect(submitted).toBe(count)
  expect(lost).toBeGreaterThan(0)
})

test('the check finds operations that do not wait for their key', { timeout: timeoutMs }, async () => {
  const { overlaps } = await runUnderFaults({ count: 30, faults: 0, mutants: ['ignores-keys'] })
  expect(overlaps).toBeGreaterThan(0)
})
