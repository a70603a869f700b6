import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fireTime, graceMs, nextDue } from '../../server/domain/due-times.ts'
import { imported, imports, openRig, type Rig } from './rig.ts'
import { minuteMs, scheduleRig } from './schedule-rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await on.clear()
  await rig.rest()
})
afterAll(() => rig.close())

const on = scheduleRig(() => rig)
const outcomes = async (scheduleId: string) => (await on.runs(scheduleId)).map(({ outcome }) => outcome)

/** Not at once, and twice before the due time counts as missed. */
function expectPostponed(dueAt: Date, fireAt: Date | null) {
  const lateMs = (fireAt?.getTime() ?? 0) - dueAt.getTime()
  expect(lateMs).toBeGreaterThan(10_000)
  expect(lateMs).toBeLessThan(graceMs / 2)
}

describe('a due schedule', () => {
  it('submits its operation once, and continues with the next due time', async () => {
    const dueAt = await on.ago(1000)
    const scheduleId = await on.add({ dueAt })
    await Promise.all([on.fire(), on.fire(), on.fire()])
    const [operation, ...others] = await on.operations(scheduleId)
    expect(others).toEqual([])
    expect(operation).toMatchObject({
      type: 'importOrders',
      status: 'PENDING',
      scheduledFor: dueAt,
      createdBy: `schedule:schedule_${scheduleId}`,
      input: { uploadId: 'upload_x' },
      concurrencyKey: null,
    })
    expect(await on.runs(scheduleId)).toMatchObject([
      { dueAt, outcome: 'STARTED', operationId: operation?.operationId, manual: false },
    ])
    const next = new Date(dueAt.getTime() + minuteMs)
    expect(await on.read(scheduleId)).toMatchObject({ dueAt: next, fireAt: next, runs: 1 })
  })

  it('does not run a due time again when its next due time is set back', async () => {
    const dueAt = await on.ago(1000)
    const scheduleId = await on.add({ dueAt })
    await on.fire()
    await on.set(scheduleId, { dueAt, fireAt: dueAt })
    await on.fire()
    expect(await on.operations(scheduleId)).toHaveLength(1)
  })

  it('runs in a worker, and shows how its operation ended', async () => {
    rig.work({ handlers: imports(async () => imported) })
    const scheduleId = await on.add({ dueAt: await on.ago(0), overlapPolicy: 'QUEUE' })
    const operation = await untilSubmitted(scheduleId)
    expect(await rig.until(operation.operationId, 'COMPLETED')).toMatchObject({ scheduleId })
  })

  it('ends with its last due time', async () => {
    const dueAt = await on.ago(1000)
    const scheduleId = await on.add({ dueAt, endAt: new Date(dueAt.getTime() + 30_000) })
    await on.fire()
    expect(await on.read(scheduleId)).toMatchObject({ dueAt: null, fireAt: null })
    expect(await outcomes(scheduleId)).toEqual(['STARTED'])
  })

  it('of a type that this process does not know waits, and delays nothing', async () => {
    const dueAt = await on.ago(1000)
    const [unknown, known] = [await on.add({ dueAt, type: 'ofTheFuture' }), await on.add({ dueAt })]
    await on.fire()
    expect(await outcomes(known)).toEqual(['STARTED'])
    expect(await on.read(unknown)).toMatchObject({ dueAt, fireAt: dueAt })
  })

  it('whose expression or zone this process cannot read is tried again later, and delays nothing', async () => {
    const dueAt = await on.ago(1000)
    const broken = [
      await on.add({ dueAt, cron: 'every full moon' }),
      await on.add({ dueAt, cron: '* * * * *', timeZone: 'Mars/Olympus_Mons' }),
    ]
    const sound = await on.add({ dueAt })
    await on.fire()
    expect(await outcomes(sound)).toEqual(['STARTED'])
    for (const scheduleId of broken) {
      const { dueAt: kept, fireAt } = await on.read(scheduleId)
      expect(kept).toEqual(dueAt)
      expectPostponed(dueAt, fireAt)
    }
    expect(on.errors).toHaveLength(2)
  })

  it('whose operation the database refuses is tried again later, and delays nothing', async () => {
    const dueAt = await on.ago(1000)
    const operation = { input: {}, priority: 'ODD' as 'LOW', maxAttempts: 3, queueTimeoutSeconds: 600 }
    const [refused, sound] = [await on.add({ dueAt, operation }), await on.add({ dueAt })]
    await on.fire()
    expect(await outcomes(sound)).toEqual(['STARTED'])
    expect(await outcomes(refused)).toEqual([])
    expectPostponed(dueAt, (await on.read(refused)).fireAt)
  })

  it('keeps about its latest hundred runs', async () => {
    const scheduleId = await on.add({ dueAt: await on.ago(400_000), intervalSeconds: 1, catchUp: 'ALL' })
    await on.fire()
    expect((await on.runs(scheduleId)).length).toBeLessThanOrEqual(200)
    const { runs } = await on.read(scheduleId)
    expect(runs).toBeGreaterThanOrEqual(400)
  })
})

describe('missed due times', () => {
  const missing = async (values: object) => {
    // Ten due times are over by more than a minute, and one by half a minute.
    const scheduleId = await on.add({ dueAt: await on.ago(10.5 * minuteMs), ...values })
    await on.fire()
    return scheduleId
  }

  it('NONE leaves them out, as one run', async () => {
    const scheduleId = await missing({ overlapPolicy: 'QUEUE' })
    expect(await outcomes(scheduleId)).toEqual(['MISSED', 'STARTED'])
  })

  it('LAST runs the latest, unless a later due time runs anyway', async () => {
    expect(await outcomes(await missing({ catchUp: 'LAST' }))).toEqual(['MISSED', 'STARTED'])
    const hourly = await missing({ catchUp: 'LAST', intervalSeconds: 3600 })
    expect(await outcomes(hourly)).toEqual(['STARTED'])
    const some = await on.add({ dueAt: await on.ago(10.5 * minuteMs), intervalSeconds: 240, catchUp: 'LAST' })
    await on.fire()
    const runs = await on.runs(some)
    expect(runs.map(({ outcome }) => outcome)).toEqual(['MISSED', 'STARTED'])
    expect((runs[1]?.dueAt.getTime() ?? 0) - (runs[0]?.dueAt.getTime() ?? 0)).toBe(480_000)
  })

  it('ALL runs each, in several rounds, oldest first', async () => {
    const scheduleId = await missing({ catchUp: 'ALL', overlapPolicy: 'QUEUE', intervalSeconds: 2 })
    const operations = await on.operations(scheduleId)
    expect(operations.length).toBeGreaterThanOrEqual(315)
    const times = operations.map(({ scheduledFor }) => scheduledFor?.getTime() ?? 0)
    expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) === 2000)).toBe(true)
  })

  it('beyond the window are left out', async () => {
    const all = await missing({ catchUp: 'ALL', catchUpWindowSeconds: 345, overlapPolicy: 'QUEUE' })
    expect(await outcomes(all)).toEqual(['MISSED', ...Array(6).fill('STARTED')])
    const last = await missing({ catchUp: 'LAST', catchUpWindowSeconds: 300, intervalSeconds: 86_400 })
    expect(await outcomes(last)).toEqual(['MISSED'])
  })

  it('of a year are left out without computing each', async () => {
    const scheduleId = await on.add({ dueAt: await on.ago(365 * 86_400_000), cron: '*/10 * * * * *' })
    await on.fire()
    const [first, ...rest] = await outcomes(scheduleId)
    expect(first).toBe('MISSED')
    expect(rest.length).toBeLessThanOrEqual(8)
  })
})

describe('the overlap policy', () => {
  const due = async (scheduleId: string) => {
    const dueAt = await on.ago(100)
    await on.set(scheduleId, { dueAt, fireAt: dueAt })
    await on.fire()
  }

  it('SKIP submits nothing while an operation has not ended', async () => {
    const scheduleId = await on.add({ dueAt: await on.ago(1000) })
    await on.fire()
    await due(scheduleId)
    expect(await outcomes(scheduleId)).toEqual(['STARTED', 'SKIPPED'])
    rig.work({ handlers: imports(async () => imported) })
    const [operation] = await on.operations(scheduleId)
    await rig.until(String(operation?.operationId), 'COMPLETED')
    await due(scheduleId)
    expect(await outcomes(scheduleId)).toEqual(['STARTED', 'SKIPPED', 'STARTED'])
  })

  it('QUEUE runs one operation after the other', async () => {
    let running = 0
    let most = 0
    const overlapPolicy = 'QUEUE'
    const scheduleId = await on.add({ dueAt: await on.ago(5000), intervalSeconds: 1, overlapPolicy })
    await on.fire()
    rig.work({
      handlers: imports(async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise(setImmediate)
        running -= 1
        return imported
      }),
    })
    const operations = await on.operations(scheduleId)
    expect(operations.length).toBeGreaterThanOrEqual(5)
    for (const { operationId } of operations.slice(0, 5)) await rig.until(operationId, 'COMPLETED')
    expect(most).toBe(1)
  })

  it('CANCEL_PREVIOUS cancels what has not ended, and starts the latest due time only', async () => {
    const overlapPolicy = 'CANCEL_PREVIOUS'
    const scheduleId = await on.add({ dueAt: await on.ago(2500), intervalSeconds: 1, overlapPolicy })
    await on.fire()
    expect(await outcomes(scheduleId)).toEqual(['SKIPPED', 'SKIPPED', 'STARTED'])
    await on.set(scheduleId, { intervalSeconds: 60 })
    await due(scheduleId)
    const [first, second] = await on.operations(scheduleId)
    expect([first?.status, second?.status]).toEqual(['CANCELLED', 'PENDING'])
    expect(first).toMatchObject({ reason: 'the schedule is due again' })
    expect(second?.turnAt).not.toBeNull()
  })
})

it('refuses what exceeds the quota of operations, and says so', async () => {
  const dueAt = await on.ago(1000)
  const ids = await Promise.all([1, 2, 3].map(() => on.add({ dueAt })))
  const other = await on.add({ dueAt, ownerId: 'owner-b' })
  await on.fire({ ownerOperations: 2 })
  const all = (await Promise.all(ids.map((id) => on.runs(id)))).flat()
  expect(all.map(({ outcome, code }) => [outcome, code].join()).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'REFUSED,TOO_MANY_OPERATIONS',
    'STARTED,',
    'STARTED,',
  ])
  expect(await outcomes(other)).toEqual(['STARTED'])
})

it('serves owners round-robin: the first round has a schedule of each', async () => {
  const dueAt = await on.ago(5000)
  for (let index = 0; index < 300; index += 1) await on.add({ dueAt, ownerId: 'busy' })
  const late = await on.add({ dueAt: new Date(dueAt.getTime() + 4000), ownerId: 'quiet' })
  await on.round()
  expect(await outcomes(late)).toEqual(['STARTED'])
})

it('fires with jitter before the next due time, at the same time in every process', () => {
  const timing = { cron: null, intervalSeconds: 60, timeZone: 'UTC', anchorMs: 0, startMs: null, endMs: null }
  const fires = Array.from({ length: 200 }, (_, index) => {
    const dueMs = index * minuteMs
    const at = fireTime({ scheduleId: 's', jitterSeconds: 3600 }, dueMs, nextDue(timing, dueMs))
    expect(at).toBe(fireTime({ scheduleId: 's', jitterSeconds: 3600 }, dueMs, dueMs + minuteMs))
    expect(at).toBeGreaterThanOrEqual(dueMs)
    expect(at).toBeLessThan(dueMs + minuteMs)
    return at - dueMs
  })
  expect(new Set(fires).size).toBeGreaterThan(150)
})

async function untilSubmitted(scheduleId: string) {
  for (;;) {
    const [operation] = await on.operations(scheduleId)
    if (operation) return operation
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
