import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { call, newCallerRecords, reportOf, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { cancelRaces, timeoutMs } from './size.ts'

const concurrency = 10
const workMs = 30

/** Waits until the operation is RUNNING: the mutant needs a cancel that arrives during the work. */
async function running({ sql }: Rig, id: string) {
  while ((await sql`select 1 from operations where operation_id = ${id.slice(3)} and status = 'RUNNING'`).length === 0);
}

/** Submits operations and cancels each at about the time it ends; returns the winners and the violations. */
async function race(times: number, mutants: Mutant[] = []) {
  const rig = await openRig()
  const seen = newCallerRecords()
  const [api] = await Promise.all([rig.startApi({}, { mutants }), rig.startTestWorker({}, { mutants })])
  const answers = new Map<string, number>()
  // Adapts the delay of the cancel after each race, so that cancel and completion coincide on any machine.
  let spanMs = 3 * workMs
  const one = async () => {
    const key = randomUUID()
    await submitOnce(seen, api.url, key, reportOf(`sleep-${mutants.length > 0 ? 20 * workMs : workMs}`))
    const id = seen.acknowledged.get(key) as string
    if (mutants.length > 0) await running(rig, id)
    else await delay(spanMs * (0.5 + Math.random()))
    const answer = await call(seen, `${api.url}/api/v1/operations/${id}:cancel`, { method: 'POST' })
    answers.set(id, answer?.status ?? 0)
    spanMs *= answer?.status === 200 ? 1.1 : 0.9
  }
  for (let done = 0; done < times; done += concurrency) {
    await Promise.all(Array.from({ length: concurrency }, one))
    // The first operations wait for starting processes.
    if (done === 0) await drained(rig.sql, 30_000)
  }
  const open = await drained(rig.sql, 30_000)
  const rows = await rig.sql<
    { id: string; status: string }[]
  >`select 'op_' || operation_id as id, status from operations`
  const winners = { cancelled: 0, completed: 0 }
  const found: string[] = []
  for (const { id, status } of rows) {
    const answer = answers.get(id)
    if (answer === 200 && status === 'CANCELLED') winners.cancelled += 1
    else if (answer === 409 && status === 'COMPLETED') winners.completed += 1
    else found.push(`${id}: the cancel got ${answer}, and the operation ended ${status}`)
  }
  return { open, winners, found: [...found, ...(await violations(rig, seen))] }
}

test('a cancel races with the completion: one of the two wins, and an acknowledged cancel never ends COMPLETED', {
  timeout: timeoutMs,
}, async () => {
  const { open, winners, found } = await race(cancelRaces)
  expect({ open, found }).toEqual({ open: 0, found: [] })
  // If one side always wins, there was no race.
  expect(winners.cancelled).toBeGreaterThan(0)
  expect(winners.completed).toBeGreaterThan(0)
})

test('the check finds a completion that comes after an acknowledged cancel', { timeout: timeoutMs }, async () => {
  const { found } = await race(concurrency, ['completes-cancelled'])
  expect(found.join()).toMatch(/the cancel got 200, and the operation ended COMPLETED/)
})
