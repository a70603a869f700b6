import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { type CallerRecords, newCallerRecords, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { sharing, timeoutMs, unnotifiedStarts } from './size.ts'

/** The poll interval of the worker, and the time of the claim on a shared machine. */
const pollMs = 1000
const slackMs = 800 * sharing - 500

/** Submits one operation after the other to a service without notifications; returns the start delay of each in ms. */
async function delays(rig: Rig, seen: CallerRecords, times: number, mutants: Mutant[] = []): Promise<number[]> {
  const api = await rig.startApi({ ROLES: 'api,worker' }, { mutants: ['notifications-dropped', ...mutants] })
  // The first operation waits for starting processes.
  await submitOnce(seen, api.url, randomUUID())
  await drained(rig.sql, 30_000)
  for (let time = 0; time < times; time += 1) {
    // Submits at a random moment of the interval.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * pollMs))
    await submitOnce(seen, api.url, randomUUID())
    if ((await drained(rig.sql, 5000)) > 0) return [Number.POSITIVE_INFINITY]
  }
  const rows = await rig.sql<{ ms: number }[]>`
    select (extract(epoch from started_at - created_at) * 1000)::float8 as ms from operations order by created_at offset 1`
  return rows.map(({ ms }) => ms)
}

test('with all notifications dropped, an operation starts within the poll interval', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const seen = newCallerRecords()
  const late = await delays(rig, seen, unnotifiedStarts)
  expect(late).toHaveLength(unnotifiedStarts)
  expect(Math.max(...late)).toBeLessThan(pollMs + slackMs)
  // Without notifications some operations must wait; otherwise no notification was dropped.
  expect(Math.max(...late)).toBeGreaterThan(20)
  expect(await violations(rig, seen)).toEqual([])
})

test('the check finds a worker that waits for notifications', { timeout: timeoutMs }, async () => {
  const late = await delays(await openRig(), newCallerRecords(), 1, ['polls-rarely'])
  expect(Math.max(...late)).toBeGreaterThan(pollMs + slackMs)
})
