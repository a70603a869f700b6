import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { silentProxy } from '../support/silent-proxy.ts'
import { drained, violations } from './checker.ts'
import { call, type Experience, nothingYet, submitMany } from './load.ts'
import type { Process } from './processes.ts'
import { openRig } from './rig.ts'
import { silences, timeoutMs } from './size.ts'

/** Longest time of a call and of the recovery of the pool. */
const settledMs = 5000
const replacedMs = 20_000
/** Slack for a shared machine. */
const slackMs = 750

/** Calls an API twice a second until ten calls in a row succeed; returns the violations. */
async function faultsOfSilence(api: Process): Promise<string[]> {
  const seen = nothingYet()
  const startedMs = performance.now()
  const calls: Promise<void>[] = []
  // In the order of the calls: a call on a dead connection may settle after later calls.
  const good: boolean[] = []
  const whole = () => good.some((_, first) => Array.from({ length: 10 }, (_, at) => good[first + at]).every(Boolean))
  let lately = false
  while (!whole() && performance.now() - startedMs < replacedMs) {
    const index = calls.length
    good.push(false)
    calls.push(
      readMany(seen, api).then((answer) => {
        lately = answer?.status === 200
        good[index] = lately
      }),
    )
    await delay(lately ? 20 : 500)
  }
  const replaced = whole()
  await Promise.all(calls)
  const others = Object.keys(seen.answers).filter((answer) => answer !== '200' && answer !== '503')
  return [
    ...(seen.longestMs > settledMs + slackMs ? [`a call took ${Math.round(seen.longestMs)} ms`] : []),
    ...others.map((answer) => `a call was answered ${answer}`),
    ...(!replaced ? [`not whole again after ${replacedMs} ms`] : []),
  ]
}

const readMany = (seen: Experience, api: Process) => call(seen, `${api.url}/api/v1/operations?pageSize=1`)

/** Opens all connections of a pool, so that none is opened after the others are dead. */
async function fillPool(seen: Experience, api: Process): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, () => readMany(seen, api)))
}

test('connections that go silent: every call settles within 5 s, the pool is replaced, nothing is lost', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const way = await silentProxy(rig.url)
  onTestFinished(() => way.close())
  const [api, mutant] = await Promise.all([
    rig.startApi({ DATABASE_URL: way.url, ROLES: 'api,worker' }),
    rig.startApi({ DATABASE_URL: way.url }, { mutants: ['waits-for-ever'] }),
  ])
  const seen = nothingYet()

  for (let round = 0; round < silences; round += 1) {
    await submitMany(seen, { url: () => api.url, callers: 10, more: (done) => done < 20 })
    await submitMany(seen, { url: () => mutant.url, callers: 10, more: (done) => done < 20, timeoutMs: 0 })
    await Promise.all([fillPool(seen, api), fillPool(seen, mutant)])
    way.silence()
    const [sane, broken] = await Promise.all([faultsOfSilence(api), faultsOfSilence(mutant)])
    expect(sane).toEqual([])
    // Without the limit on silence the same calls use a pool of dead connections.
    expect(broken).toEqual([`not whole again after ${replacedMs} ms`])
  }
  expect(await drained(rig.sql, 60_000)).toBe(0)
  expect(await violations(rig, seen)).toEqual([])
})
