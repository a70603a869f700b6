import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { nothingYet, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
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

/** Operations come in for as long as the blows fall: each on a worker at random, which is killed and replaced, or frozen and woken. */
async function suffer(seed: number, mutants: Mutant[] = []) {
  const random = randomFrom(seed)
  const rig = await openRig()
  const seen = nothingYet()
  const api = await rig.startApi()
  const start = () => rig.startTestWorker({ LEASE_SECONDS: String(leaseSeconds) }, { mutants })
  const workers = await Promise.all(Array.from({ length: workerCount }, start))
  const waking: Promise<void>[] = []
  const frozen = new Set<Process>()

  const strike = async () => {
    const awake = workers.filter((worker) => !frozen.has(worker))
    const struck = awake[Math.floor(random() * awake.length)] as Process
    if (random() < 0.5 || awake.length === 1) {
      struck.signal('SIGKILL')
      workers[workers.indexOf(struck)] = await start()
      return
    }
    struck.signal('SIGSTOP')
    frozen.add(struck)
    waking.push(
      delay(leaseSeconds * 1500).then(() => {
        struck.signal('SIGCONT')
        frozen.delete(struck)
      }),
    )
  }

  let striking = true
  const blowing = (async () => {
    for (let blow = 0; blow < blows; blow++) {
      await delay(blowEveryMs)
      await strike()
    }
    await Promise.all(waking)
    striking = false
  })()
  const more = (done: number) => striking || done < operationCount
  await submitMany(seen, {
    url: () => api.url,
    callers: 4,
    more,
    pauseMs: 15,
    work: () => `sleep-${Math.floor(random() * 200)}`,
  })
  await blowing
  const open = await drained(rig.sql, 60_000)
  return { open, found: await violations(rig, seen), submitted: seen.acknowledged.size }
}

test('workers are killed, or frozen and woken, at random under load: nothing is lost, completed twice or stuck', {
  timeout: timeoutMs,
}, async () => {
  const seed = Date.now() % 1_000_000
  const { submitted, open, found } = await suffer(seed)
  expect({ seed, open, found }).toEqual({ seed, open: 0, found: [] })
  expect(submitted).toBeGreaterThanOrEqual(operationCount)
})

test('the check finds a sweep that writes what it read a while ago', { timeout: timeoutMs }, async () => {
  const { found } = await suffer(1, ['stale-sweep'])
  expect(found.join()).toMatch(/two ends|moved after its end|end and record differ/)
})
