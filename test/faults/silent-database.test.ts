import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { silentProxy } from '../support/silent-proxy.ts'
import { drained, violations } from './checker.ts'
import { type CallerRecords, call, newCallerRecords, submitMany } from './load.ts'
import type { Process } from './processes.ts'
import { openRig } from './rig.ts'
import { silences, timeoutMs } from './size.ts'

/** Longest time of a call and of the recovery of the pool. */
const settledMs = 5000
const replacedMs = 20_000
/** Slack for a shared machine. */
const slackMs = 750

/** Calls an API twice a second until ten consecutive calls succeed; returns the violations. */
async function violationsDuringSilence(api: Process): Promise<string[]> {
  const seen = newCallerRecords()
  const startedMs = performance.now()
  const calls: Promise<void>[] = []
  // In the order of the calls: a call on a dead connection may settle after later calls.
  const good: boolean[] = []
  const hasRecovered = () =>
    good.some((_, first) => Array.from({ length: 10 }, (_, at) => good[first + at]).every(Boolean))
  let lastSucceeded = false
  while (!hasRecovered() && performance.now() - startedMs < replacedMs) {
    const index = calls.length
    good.push(false)
    calls.push(
      readMany(seen, api).then((answer) => {
        lastSucceeded = answer?.status === 200
        good[index] = lastSucceeded
      }),
    )
    await delay(lastSucceeded ? 20 : 500)
  }
  const replaced = hasRecovered()
  await Promise.all(calls)
  const others = Object.keys(seen.statuses).filter((answer) => answer !== '200' && answer !== '503')
  return [
    ...(seen.longestMs > settledMs + slackMs ? [`a call took ${Math.round(seen.longestMs)} ms`] : []),
    ...others.map((answer) => `a call got ${answer}`),
    ...(!replaced ? [`not recovered after ${replacedMs} ms`] : []),
  ]
}

const readMany = (seen: CallerRecords, api: Process) => call(seen, `${api.url}/api/v1/operations?pageSize=1`)

/** Opens all connections of a pool, so that none is opened after the others are dead. */
async function fillPool(seen: CallerRecords, api: Process): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, () => readMany(seen, api)))
}

test('connections that go silent: every call settles within 5 s, the pool is replaced, nothing is lost', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const proxy = await silentProxy(rig.url)
  onTestFinished(() => proxy.close())
  const [api, mutant] = await Promise.all([
    rig.startApi({ DATABASE_URL: proxy.url, ROLES: 'api,worker' }),
    rig.startApi({ DATABASE_URL: proxy.url }, { mutants: ['waits-for-ever'] }),
  ])
  const seen = newCallerRecords()

  for (let round = 0; round < silences; round += 1) {
    await submitMany(seen, { url: () => api.url, callers: 10, more: (done) => done < 20 })
    await submitMany(seen, { url: () => mutant.url, callers: 10, more: (done) => done < 20, timeoutMs: 0 })
    // A handler that waits for a silent connection ends at its run timeout only, which is not what this test is about.
    expect(await drained(rig.sql, 60_000)).toBe(0)
    await Promise.all([fillPool(seen, api), fillPool(seen, mutant)])
    proxy.silence()
    const [unmodified, broken] = await Promise.all([violationsDuringSilence(api), violationsDuringSilence(mutant)])
    expect(unmodified).toEqual([])
    // Without the limit on silence the same calls use a pool of dead connections.
    expect(broken).toEqual([`not recovered after ${replacedMs} ms`])
  }
  expect(await drained(rig.sql, 60_000)).toBe(0)
  expect(await violations(rig, seen)).toEqual([])
})
