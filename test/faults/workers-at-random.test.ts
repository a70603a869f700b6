import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import { nothingYet, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { isAtWork, refusalsOf } from './refusals.ts'
import { openRig } from './rig.ts'
import { blowEveryMs, blows, operationCount, timeoutMs } from './size.ts'

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

/** `killed`: the share of blows that kill. `mostMs`: of the work of one operation. */
type Storm = {
  seed: number
  falls: number
  killed: number
  least: number
  pauseMs: number
  mostMs: number
  mutants?: Mutant[]
}

/** Operations come in for as long as the blows fall: each on a worker at random, which is killed and replaced, or frozen and woken. */
async function suffer({ seed, falls, killed, least, pauseMs, mostMs, mutants = [] }: Storm) {
  // One for the blows alone: callers draw in the order in which they are answered.
  const [random, randomWork] = [randomFrom(seed), randomFrom(seed + 1)]
  const rig = await openRig()
  const seen = nothingYet()
  const api = await rig.startApi()
  // Room for what is taken from others while they sleep.
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
    if (random() < killed) {
      struck.signal('SIGKILL')
      woken.delete(struck)
      workers.splice(workers.indexOf(struck), 1)
      replacing.push(start().then((fresh) => void workers.push(fresh)))
      return true
    }
    struck.signal('SIGSTOP')
    frozen.add(struck)
    waking.push(
      delay(leaseSeconds * 1750).then(() => {
        struck.signal('SIGCONT')
        frozen.delete(struck)
        woken.add(struck)
      }),
    )
    return true
  }

  let striking = true
  let given = 0
  let fallen = 0
  // For as long as there is load.
  const blowing = (async () => {
    while (fallen < falls || given < least) {
      await delay(blowEveryMs)
      if (await strike()) fallen += 1
    }
    await Promise.all([...waking, ...replacing])
    striking = false
  })()
  await submitMany(seen, {
    url: () => api.url,
    callers: 4,
    more: (done) => {
      given = done
      return striking || done < least
    },
    pauseMs,
    work: () => `sleep-${Math.floor(mostMs * (0.5 + randomWork() / 2))}`,
  })
  await blowing
  const open = await drained(rig.sql, 60_000)
  const refusals = await Promise.all([...woken].map((worker) => refusalsOf(rig.sql, worker)))
  const refused = refusals.reduce((total, { counted }) => total + counted, 0)
  const found = [...refusals.flatMap(({ found }) => found), ...(await violations(rig, seen))]
  return { open, found, refused, fallen, submitted: seen.acknowledged.size }
}

test('workers are killed, or frozen and woken, at random under load: nothing is lost, completed twice or stuck, late writes are refused', {
  timeout: timeoutMs,
}, async () => {
  const seed = Date.now() % 1_000_000
  const figures = { seed, falls: blows, killed: 0.5, least: operationCount, pauseMs: 15, mostMs: 200 }
  const { submitted, refused, open, found } = await suffer(figures)
  expect({ seed, open, found }).toEqual({ seed, open: 0, found: [] })
  // Of a few blows none may freeze.
  if (isFull) expect(refused).toBeGreaterThan(0)
  expect(submitted).toBeGreaterThanOrEqual(operationCount)
})

/** One blow, which freezes; the work outlasts the lease, so another worker runs the operation when the worker wakes. */
const freezing = { seed: 1, falls: 1, killed: 0, least: 0, pauseMs: 250, mostMs: 4000 }

test('the check finds workers that write although they have lost their operations, and late writes that nobody counts', {
  timeout: timeoutMs,
}, async () => {
  const [unguarded, silent] = await Promise.all([
    suffer({ ...freezing, mutants: ['no-attempt-guard'] }),
    suffer({ ...freezing, mutants: ['refuses-silently'] }),
  ])
  expect(unguarded.found.join()).toMatch(/completed by who did not hold it/)
  expect(silent.found.join()).toMatch(/a late write was not counted/)
})
