import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import type { Failpoint } from './failpoints.ts'
import { newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { sharing, timeoutMs, workerDeaths } from './size.ts'

const leaseSeconds = 3
/** Enough for both workers to have operations. */
const operations = 12
/**
 * The work takes longer than the lease, so that a late write occurs while another worker runs the operation. A step is written at once,
 * so its work is short: otherwise the survivor would be late because of its own operations.
 */
const workAt = (failpoint: Failpoint) => (failpoint === 'step' ? 'step-300' : 'sleep-1500')

type FaultCase = { failpoint: Failpoint; action: 'kill' | 'stop'; mutants?: Mutant[]; survivorMutants?: Mutant[] }

/** Kills or freezes one of two workers; wakes a frozen worker once the other has its operations. */
async function strike({ failpoint, action, mutants = [], survivorMutants = [] }: FaultCase) {
  await using rig = await openRig()
  const { sql } = rig
  const seen = newCallerRecords()
  const api = await rig.startApi()
  const victim = await rig.startTestWorker({}, { mutants, at: { failpoint, action } })
  while ((await sql`select 1 from workers`).length === 0) await delay(20)
  // Started before the fault, so that its start time is not part of the recovery.
  await rig.startTestWorker({}, { mutants: survivorMutants })
  const work = () => workAt(failpoint)
  await submitMany(seen, { url: () => api.url, callers: 4, more: (done) => done < operations, work })
  await victim.untilPrinted(new RegExp(`fault ${failpoint}`))
  const [struck] = await sql<{ at: string; held: number }[]>`
    select clock_timestamp()::text as at, (
      select count(*)::int from operations
      where status = 'RUNNING' and worker_id = (select worker_id from workers order by started_at limit 1)) as held`
  const again = () => sql<{ late: number; runs: number }[]>`
    select coalesce(max(extract(epoch from first - ${struck?.at ?? ''}::timestamptz)), 0)::float8 as late, count(*)::int as runs
    from (select min(timestamp) as first from events where attempt = 2 group by operation_id) second`
  for (let runs = 0; runs < (struck?.held ?? 0); await delay(20)) runs = (await again())[0]?.runs ?? 0
  const [rerun] = await again()
  if (action === 'stop') victim.signal('SIGCONT')
  const open = await drained(sql, 60_000)
  // The worker ran at least one operation and tries to write its outcome.
  if (action === 'stop' && mutants.length === 0) await victim.untilPrinted(/attempt\.refused/)
  const { keys, found } = await callsOf(rig)
  const repeated = [...keys.values()].filter((times) => times > 1).length
  found.push(...(await violations(rig, seen)))
  return { open, late: rerun?.late ?? 0, repeated, found }
}

/** The number of vendor calls per key, and the operations that used more than one key. */
async function callsOf({ sql }: Rig) {
  const calls = await sql<{ key: string; times: number }[]>`select key, count(*)::int as times from calls group by key`
  const byOperation = Map.groupBy(calls, ({ key }) => key.split(':')[0])
  const found = [...byOperation].flatMap(([id, { length }]) =>
    length > 1 ? [`${length} keys for one step: ${id}`] : [],
  )
  return { keys: new Map(calls.map(({ key, times }) => [key, times])), found }
}

const everyFault: FaultCase[] = [
  { failpoint: 'claimed', action: 'kill' },
  { failpoint: 'begun', action: 'stop' },
  { failpoint: 'step', action: 'kill' },
  { failpoint: 'step', action: 'stop' },
  { failpoint: 'finishing', action: 'stop' },
  { failpoint: 'finished', action: 'kill' },
]
/** The small size has one failpoint of each kind: before, during and after the work. */
const faultCases = everyFault.filter(({ failpoint, action }) => {
  const chosen = { claimed: 'kill', step: 'kill', finishing: 'stop' } as Partial<Record<Failpoint, string>>
  return isFull || chosen[failpoint] === action
})

for (const { failpoint, action } of faultCases) {
  const words = action === 'kill' ? 'killed' : 'frozen and woken'
  test(`a worker ${words} when it has ${failpoint}: its operations run again within 1.4 leases and end once`, {
    timeout: timeoutMs,
  }, async () => {
    for (let time = 0; time < workerDeaths; time++) {
      const { open, late, repeated, found } = await strike({ failpoint, action })
      expect({ open, found }).toEqual({ open: 0, found: [] })
      // A call without a stored result is repeated with the same key.
      if (failpoint === 'step') expect(repeated).toBeGreaterThan(0)
      expect(late).toBeLessThan(leaseSeconds * 1.4 * sharing)
    }
  })
}

test('the check finds a worker that writes after losing its operations', { timeout: timeoutMs }, async () => {
  const { found } = await strike({ failpoint: 'finishing', action: 'stop', mutants: ['no-attempt-guard'] })
  expect(found.join()).toMatch(/completed by a worker without the operation/)
})

test('the check finds a step that is repeated with another key', { timeout: timeoutMs }, async () => {
  const { found } = await strike({ failpoint: 'step', action: 'kill', mutants: ['attempt-in-key'] })
  expect(found.join()).toMatch(/2 keys for one step/)
})
