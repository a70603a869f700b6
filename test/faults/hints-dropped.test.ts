import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { type Experience, nothingYet, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { hintlessStarts, sharing, timeoutMs } from './size.ts'

/** The worker's poll interval, and the claim's own time on a machine that does other things too. */
const pollMs = 1000
const slackMs = 800 * sharing - 500

/** Submits one after the other to a service without hints; how late each started, in ms. */
async function delays(rig: Rig, seen: Experience, times: number, mutants: Mutant[] = []): Promise<number[]> {
  const api = await rig.startApi({ ROLES: 'api,worker' }, { mutants: ['hints-dropped', ...mutants] })
  // The first one waits for processes that start.
  await submitOnce(seen, api.url, randomUUID())
  await drained(rig.sql, 30_000)
  for (let time = 0; time < times; time += 1) {
    // At any moment of the interval.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * pollMs))
    await submitOnce(seen, api.url, randomUUID())
    if ((await drained(rig.sql, 5000)) > 0) return [Number.POSITIVE_INFINITY]
  }
  const rows = await rig.sql<{ ms: number }[]>`
    select (extract(epoch from started_at - created_at) * 1000)::float8 as ms from operations order by created_at offset 1`
  return rows.map(({ ms }) => ms)
}

test('every hint is dropped: an operation starts late by at most the poll interval', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const seen = nothingYet()
  const late = await delays(rig, seen, hintlessStarts)
  expect(late).toHaveLength(hintlessStarts)
  expect(Math.max(...late)).toBeLessThan(pollMs + slackMs)
  // Without a hint some must have waited: otherwise none was dropped.
  expect(Math.max(...late)).toBeGreaterThan(20)
  expect(await violations(rig, seen)).toEqual([])
})

test('the check finds a worker that waits for hints', { timeout: timeoutMs }, async () => {
  const late = await delays(await openRig(), nothingYet(), 1, ['polls-rarely'])
  expect(Math.max(...late)).toBeGreaterThan(pollMs + slackMs)
})
