import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import { newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { isAtWork, refusalsOf } from './refusals.ts'
import { openRig } from './rig.ts'
import { operationCount, timeoutMs, workerFaultEveryMs, workerFaults } from './size.ts'

const leaseSeconds = 2
const workerCount = 3

/** Numbers in [0, 1) that follow from the seed (mulberry32), so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `killShare`: the share of faults that kill a worker. `maxWorkMs`: limit of the work of one operation. */
type FaultPlan = {
  seed: number
  faults: number
  killShare: number
  minSubmits: number
  pauseMs: number
  maxWorkMs: number
  mutants?: Mutant[]
}

/** Submits operations for as long as faults are injected, each in a random worker: it is killed and replaced, or frozen and woken. */
async function runUnderFaults({ seed, faults, killShare, minSubmits, pauseMs, maxWorkMs, mutants = [] }: FaultPlan) {
  // A separate sequence for the faults, because callers draw in the order of their responses.
  const [random, randomWork] = [randomFrom(seed), randomFrom(seed + 1)]
  const rig = await openRig()
  const seen = newCallerRecords()
  const api = await rig.startApi()
  // Enough slots for the operations of frozen workers.
  const environment = { LEASE_SECONDS: String(leaseSeconds), WORKER_CONCURRENCY: '24' }
  const start = () => rig.startTestWorker(environment, { mutants })
  const workers = await Promise.all(Array.from({ length: workerCount }, start))
  const waking: Promise<void>[] = []
  const replacing: Promise<void>[] = []
  const frozen = new Set<Process>()
  const woken = new Set<Process>()

  /** Whether a worker was hit: an idle worker is not hit, and at least one worker stays untouched. */
  const strike = async () => {
    const awake = workers.filter((worker) => !frozen.has(worker))
    const struck = awake[Math.floor(random() * awake.length)]
    if (!struck || awake.length === 1 || !(await isAtWork(rig.sql, struck))) return false
    if (random() < killShare) {
      struck.signal('SIGKILL')
      woken.delete(struck)
      workers.splice(workers.indexOf(struck), 1)
      replacing.push(start().then((fresh) => void workers.push(fresh)))
      return true
    }
    struck.signal('SIGSTOP')
    frozen.add(struck)
    waking.push(
      delay(leaseSeconds * 1750).then(async () => {
        // Woken before, it would still have its operations.
        while (await isAtWork(rig.sql, struck)) await delay(20)
        struck.signal('SIGCONT')
        frozen.delete(struck)
        woken.add(struck)
      }),
    )
    return true
  }

  let striking = true
  let submitted = 0
  let injected = 0
  // For as long as there is load.
  const injecting = (async () => {
    while (injected < faults || submitted < minSubmits) {
      await delay(workerFaultEveryMs)
      if (await strike()) injected += 1
    }
    await Promise.all([...waking, ...replacing])
    striking = false
  })()
  await submitMany(seen, {
    url: () => api.url,
    callers: 4,
    more: (done) => {
      submitted = done
      return striking || done < minSubmits
    },
    pauseMs,
    work: () => `sleep-${Math.floor(maxWorkMs * (0.5 + randomWork() / 2))}`,
  })
  await injecting
  const open = await drained(rig.sql, 60_000)
  const refusals = await Promise.all([...woken].map((worker) => refusalsOf(rig.sql, worker)))
  const refused = refusals.reduce((total, { counted }) => total + counted, 0)
  const found = [...refusals.flatMap(({ found }) => found), ...(await violations(rig, seen))]
  return { open, found, refused, injected, submitted: seen.acknowledged.size }
}

test('workers are killed, or frozen and woken, at random under load: no operation is lost, completed twice or stuck, and late writes are refused', {
  timeout: timeoutMs,
}, async () => {
  const seed = Date.now() % 1_000_000
  const figures = {
    seed,
    faults: workerFaults,
    killShare: 0.5,
    minSubmits: operationCount,
    pauseMs: 15,
    maxWorkMs: 200,
  }
  const { submitted, refused, open, found } = await runUnderFaults(figures)
  expect({ seed, open, found }).toEqual({ seed, open: 0, found: [] })
  // With few faults it may be that none of them freezes.
  if (isFull) expect(refused).toBeGreaterThan(0)
  expect(submitted).toBeGreaterThanOrEqual(operationCount)
})

/** One fault that freezes. The work outlasts the lease, so another worker runs the operation when the worker wakes. */
const freezing = { seed: 1, faults: 1, killShare: 0, minSubmits: 0, pauseMs: 250, maxWorkMs: 4000 }

test('the check finds workers that write although they have lost their operations, and late writes that are not logged', {
  timeout: timeoutMs,
}, async () => {
  const [unguarded, silent] = await Promise.all([
    runUnderFaults({ ...freezing, mutants: ['no-attempt-guard'] }),
    runUnderFaults({ ...freezing, mutants: ['refuses-silently'] }),
  ])
  expect(unguarded.found.join()).toMatch(/completed by a worker without the operation/)
  expect(silent.found.join()).toMatch(/a late write was not logged/)
})
