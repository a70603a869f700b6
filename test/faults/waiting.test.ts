import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import type { Failpoint } from './failpoints.ts'
import { call, newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { timeoutMs, workerDeaths } from './size.ts'

const operations = isFull ? 200 : 12

type FaultCase = { work: string; at?: { failpoint: Failpoint; action: 'kill' | 'stop' }; mutants?: Mutant[] }

/** Operations wait while a worker is killed, or frozen and woken, and another one starts. Each gets its answer as soon as its wait is recorded. */
async function waitUnderFaults({ work, at, mutants = [] }: FaultCase) {
  await using rig = await openRig()
  const seen = newCallerRecords()
  const api = await rig.startApi()
  const victim = await rig.startTestWorker({}, { mutants, ...(at ? { at } : {}) })
  await submitMany(seen, { url: () => api.url, callers: 4, more: (done) => done < operations, work: () => work })
  const stopping = new AbortController()
  const answering = answerAll(rig, api.url, stopping.signal)
  if (at) await victim.untilPrinted(new RegExp(`fault ${at.failpoint}`))
  // Another worker could have done before what the fault interrupts.
  await rig.startTestWorker({}, { mutants })
  if (at?.action === 'stop') await delay(5000).then(() => victim.signal('SIGCONT'))
  const open = await drained(rig.sql, mutants.length > 0 ? 5000 : 60_000)
  stopping.abort()
  await answering
  const found = await violations(rig, seen)
  const [doubled] = await rig.sql<{ total: number }[]>`
    select count(*)::int as total from (select 1 from calls group by split_part(key, ':', 1) having count(distinct key) > 1) keys`
  return { open, found, keys: doubled?.total }
}

/** Completes each wait that expects an answer, over and over: a repeated answer is a 200. */
async function answerAll({ sql }: Rig, url: string, signal: AbortSignal) {
  const counts = newCallerRecords()
  while (!signal.aborted) {
    const waits = await sql<
      { id: string }[]
    >`select operation_id as id from waits where kind = 'INPUT' and completed_at is null`
    await Promise.all(
      waits.map(({ id }) =>
        call(counts, `${url}/api/v1/operations/op_${id}/waits/answer:complete`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ answer: 42 }),
        }),
      ),
    )
    await delay(20)
  }
}

const everyFault: FaultCase[] = (['wait-begun', 'waiting', 'claimed'] as const).flatMap((failpoint) => [
  { work: 'answer-20', at: { failpoint, action: 'kill' } },
  { work: 'answer-20', at: { failpoint, action: 'stop' } },
])
const timers: FaultCase[] = (['waiting', 'resuming'] as const).flatMap((failpoint) => [
  { work: 'wait-300', at: { failpoint, action: 'kill' } },
  { work: 'wait-300', at: { failpoint, action: 'stop' } },
])
/** The small size has one fault of each kind of wait. */
const faultCases = [...everyFault, ...timers].filter(
  ({ work, at }) =>
    isFull || `${work} ${at?.failpoint} ${at?.action}` in { 'answer-20 waiting kill': 1, 'wait-300 resuming stop': 1 },
)

for (const { work, at } of faultCases) {
  const words = at?.action === 'kill' ? 'killed' : 'frozen and woken'
  test(`a worker ${words} at ${at?.failpoint} (${work}): every operation that waits continues and ends once`, {
    timeout: timeoutMs,
  }, async () => {
    for (let time = 0; time < workerDeaths; time++) {
      expect(await waitUnderFaults({ work, ...(at ? { at } : {}) })).toEqual({ open: 0, found: [], keys: 0 })
    }
  })
}

test('an answer that arrives before the attempt has ended is not lost; the check finds an operation that waits all the same', {
  timeout: timeoutMs,
}, async () => {
  expect(await waitUnderFaults({ work: 'answer-500' })).toEqual({ open: 0, found: [], keys: 0 })
  const { open, found } = await waitUnderFaults({ work: 'answer-500', mutants: ['waits-blindly'] })
  expect(open).toBeGreaterThan(0)
  expect(found.join()).toMatch(/never ended: [^,]*, WAITING/)
})
