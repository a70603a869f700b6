import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openRig, type Rig } from './rig.ts'
import { minuteMs, scheduleRig } from './schedule-rig.ts'

let rig: Rig
let sql: postgres.Sql
const schedule = scheduleRig(() => rig)
beforeAll(async () => {
  rig = await openRig()
  sql = postgres(rig.url, { max: 20, onnotice: () => {} })
})
afterEach(async () => {
  await schedule.clear()
  await rig.rest()
})
afterAll(async () => {
  await sql.end()
  await rig.close()
})

/** The due times of the schedule: enough for as many deadlocks. */
const dueCount = 14
let scheduleId: string
let dues: Date[]
beforeEach(async () => {
  const dueAt = await schedule.ago((dueCount - 1) * minuteMs + 1000)
  scheduleId = await schedule.add({ dueAt, catchUp: 'ALL' })
  dues = Array.from({ length: dueCount }, (_, index) => new Date(dueAt.getTime() + index * minuteMs))
})

/** Resolves when the insert of the runs of a round waits for another transaction. */
async function untilBlocked() {
  for (;;) {
    const rows = await sql`
      select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like 'with "inserted"%schedule_runs%'`
    if (rows.length > 0) return
  }
}

const rollBack = new Error('roll back')

/**
 * Begins a transaction that has inserted a later run of the schedule, and returns what ends it. `cross`: once the round waits for that run, inserts the first one, which the round has
 * inserted before. Returns whether PostgreSQL has cancelled the round. That is the usual case, because the round waits first; on a busy machine it may
 * cancel this transaction.
 */
async function holdRun(dueAt: Date) {
  const held = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<'cross' | 'release'>()
  const insert = (tx: postgres.TransactionSql, at: Date | undefined) =>
    tx`insert into schedule_runs (schedule_id, due_at, manual, outcome) values (${scheduleId}, ${at ?? null}, false, 'MISSED')`
  const ended = sql
    .begin(async (tx) => {
      await insert(tx, dueAt)
      held.resolve()
      if ((await begun.promise) === 'cross') {
        await untilBlocked()
        await insert(tx, dues[0])
      }
      throw rollBack
    })
    .catch((error) => {
      if (error === rollBack) return true
      if (error.code === '40P01') return false
      throw error
    })
  await held.promise
  const end = (how: 'cross' | 'release') => {
    begun.resolve(how)
    return ended
  }
  return end
}

/** Runs a round, and cancels it by that many deadlocks. Returns what the round returns. */
async function crossedRound(times: number): Promise<number | undefined> {
  const holders = await Promise.all(dues.slice(1).map(holdRun))
  const round = schedule.round()
  let left = times
  for (const end of holders) {
    if (left > 0) left -= (await end('cross')) ? 1 : 0
    else await end('release')
  }
  expect(left).toBe(0)
  return round
}

async function expectFiredOnce() {
  const runs = await schedule.runs(scheduleId)
  expect(runs.map(({ dueAt, outcome }) => ({ dueAt, outcome }))).toEqual(
    dues.map((dueAt, index) => ({ dueAt, outcome: index === 0 ? 'STARTED' : 'SKIPPED' })),
  )
  const submitted = await schedule.operations(scheduleId)
  expect(submitted.map(({ scheduledFor }) => scheduledFor)).toEqual(dues.slice(0, 1))
  expect(schedule.errors).toEqual([])
}

it('a round that is repeated after a deadlock submits each operation once', async () => {
  await crossedRound(1)
  await schedule.fire()
  await expectFiredOnce()
})

it('a schedule whose rounds all end in deadlocks is neither postponed nor reported, and fires later', async () => {
  const { dueAt, fireAt } = await schedule.read(scheduleId)
  // Three tries of the round of all schedules, and three of that of this schedule alone.
  expect(await crossedRound(6)).toBe(0)
  expect(schedule.errors).toEqual([])
  expect(await schedule.read(scheduleId)).toMatchObject({ dueAt, fireAt })
  expect(await schedule.runs(scheduleId)).toEqual([])
  await schedule.fire()
  await expectFiredOnce()
})
