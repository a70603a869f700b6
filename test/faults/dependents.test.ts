import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import type { Failpoint } from './failpoints.ts'
import { call, newCallerRecords, reportOf, submitOnce } from './load.ts'
import { openRig, type Rig } from './rig.ts'
import { timeoutMs } from './size.ts'

type Fault = { failpoint: Failpoint; action: 'kill' | 'stop'; turn?: number }

/**
 * A victim, and another worker, which is started before and continues when the victim has reached the fault: running, it might do all of the
 * work alone.
 */
async function startBoth(rig: Rig, at: Fault) {
  const victim = await rig.startTestWorker({}, { at })
  const other = await rig.startTestWorker()
  other.signal('SIGSTOP')
  return {
    async untilFault() {
      await victim.untilPrinted(new RegExp(`fault ${at.failpoint}`))
      other.signal('SIGCONT')
      if (at.action === 'stop') await delay(5000).then(() => victim.signal('SIGCONT'))
    },
  }
}

const seconds = 60_000
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

/** An API whose operations are submitted one by one. `submit` returns the id. */
async function submitter(rig: Rig) {
  const seen = newCallerRecords()
  const api = await rig.startApi()
  const submit = async (more: object) => {
    const key = randomUUID()
    expect(await submitOnce(seen, api.url, key, { ...reportOf('sleep-100'), ...more })).toBe(true)
    return seen.acknowledged.get(key) ?? ''
  }
  return { seen, api, submit }
}

/** Operations that were claimed before a dependency had completed. */
const startedEarly = (rig: Rig) => rig.sql`
  select claim.operation_id from dependencies
  join events claim on claim.operation_id = dependencies.operation_id and claim.status = 'RUNNING'
  join events ending on ending.operation_id = depends_on and ending.event = 'completed'
  where claim.timestamp < ending.timestamp`

/** A worker finishes several operations, and may claim all of them at once. */
const turns = { claimed: 1, finishing: 2, finished: 2 }
/** The small size has one fault of each kind. */
const actions = isFull ? (['kill', 'stop'] as const) : (['kill'] as const)

for (const failpoint of ['claimed', 'finishing', 'finished'] as const) {
  for (const action of actions) {
    test(`${failpoint}, ${action}: three layers complete, each operation after its dependencies`, {
      timeout: timeoutMs,
    }, async () => {
      await using rig = await openRig()
      const { seen, submit } = await submitter(rig)
      const victim = await startBoth(rig, { failpoint, action, turn: turns[failpoint] })
      const layer = (dependsOn?: string[]) =>
        Promise.all(Array.from({ length: 6 }, () => submit(dependsOn ? { dependsOn } : {})))
      const roots = await layer()
      const middle = await layer(roots)
      await layer(middle)
      await victim.untilFault()
      expect(await drained(rig.sql, seconds)).toBe(0)
      expect(await violations(rig, seen)).toEqual([])
      expect(await startedEarly(rig)).toEqual([])
      expect(await rig.sql`select status, count(*)::int as total from operations group by status`).toEqual([
        { status: 'COMPLETED', total: 18 },
      ])
    })
  }
}

for (const action of actions) {
  test(`a worker meets ${action} while it ends a chain whose root was cancelled: each ends once`, {
    timeout: timeoutMs,
  }, async () => {
    await using rig = await openRig()
    const { seen, api, submit } = await submitter(rig)
    const victim = await startBoth(rig, { failpoint: 'dependents-failing', action })
    const root = await submit({ startAfter: inAnHour() })
    let last = root
    for (let index = 0; index < 30; index += 1) last = await submit({ dependsOn: [last] })
    await call(seen, `${api.url}/api/v1/operations/${root}`, { method: 'DELETE' })
    await victim.untilFault()
    expect(await drained(rig.sql, seconds)).toBe(0)
    expect(await violations(rig, seen)).toEqual([])
    expect(
      await rig.sql`select status, count(*)::int as total from operations group by status order by status`,
    ).toEqual([
      { status: 'CANCELLED', total: 1 },
      { status: 'FAILED', total: 30 },
    ])
  })
}
