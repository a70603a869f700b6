import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { newCallerRecords, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { lostResponses, timeoutMs } from './size.ts'

/** Kills an API between COMMIT and response `times` times; each caller repeats its key at the next API. */
async function loseResponses(rig: Rig, times: number, mutants: Mutant[] = []) {
  const seen = newCallerRecords()
  const keys = Array.from({ length: times }, () => randomUUID())
  for (const key of keys) {
    const dying = await rig.startApi({}, { mutants, at: { failpoint: 'submit-committed', action: 'kill' } })
    expect(await submitOnce(seen, dying.url, key)).toBe(false)
    expect(await dying.exited).toMatchObject({ signal: 'SIGKILL' })
  }
  const api = await rig.startApi({}, { mutants })
  for (const key of keys) {
    const sent = await Promise.all(Array.from({ length: 20 }, () => submitOnce(seen, api.url, key)))
    expect(sent).not.toContain(false)
  }
  if (mutants.length === 0) {
    await rig.startWorker()
    expect(await drained(rig.sql, 30_000)).toBe(0)
  }
  return violations(rig, seen)
}

test('an API dies between COMMIT and response: the repeated key returns the same operation', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  expect(await loseResponses(rig, lostResponses)).toEqual([])
  expect(await rig.sql`select count(*)::int as rows from operations`).toEqual([{ rows: lostResponses }])
})

test('the check finds a submit that reads its key before it inserts the key', { timeout: timeoutMs }, async () => {
  const found = await loseResponses(await openRig(), 1, ['select-then-insert'])
  expect(found.filter((words) => words.startsWith('without a key'))).not.toEqual([])
})
