import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig } from './rig.ts'
import { timeoutMs } from './size.ts'

const operations = 4
const workMs = 1000

/**
 * A worker is killed. The sweep that has read its operations is frozen, and woken after another worker has requeued and completed the
 * operations.
 */
async function freezeSweeper(mutants: Mutant[] = []) {
  const rig = await openRig()
  const { sql } = rig
  const seen = newCallerRecords()
  const api = await rig.startApi()
  const holder = await rig.startTestWorker()
  const work = () => `sleep-${workMs}`
  await submitMany(seen, { url: () => api.url, callers: operations, more: (done) => done < operations, work })
  const running = () => sql`select 1 from operations where status = 'RUNNING'`
  while ((await running()).length === 0) await delay(5)
  holder.signal('SIGKILL')
  const sweeper = await rig.startTestWorker({}, { mutants, at: { failpoint: 'swept', action: 'stop' } })
  await sweeper.untilPrinted(/fault swept/)
  await rig.startTestWorker()
  const before = await drained(sql, 60_000)
  sweeper.signal('SIGCONT')
  if (mutants.length > 0) while ((await running()).length === 0) await delay(5)
  else await sweeper.untilPrinted(/attempt\.refused.*release/)
  return { open: before + (await drained(sql, 60_000)), found: await violations(rig, seen) }
}

test('a late write of a sweep is refused and changes nothing', { timeout: timeoutMs }, async () => {
  expect(await freezeSweeper()).toEqual({ open: 0, found: [] })
})

test('the check finds a sweep that overwrites later changes', { timeout: timeoutMs }, async () => {
  const { found } = await freezeSweeper(['stale-sweep'])
  expect(found.join()).toMatch(/two terminal events|event after the terminal event/)
})
