import { and, eq, inArray, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { eventsOf } from '../../server/database/operations/events.ts'
import { list } from '../../server/database/operations/list.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { deleteExpired, purge } from '../../server/database/operations/sweep.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { beginWait, completeWait, findWait, waitsOf } from '../../server/database/operations/waits.ts'
import { countActive } from '../../server/database/quotas.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { waits } from '../../server/database/schema/waits.ts'
import { watchTargetQuota } from '../../server/quotas/webhook-targets.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { actor, startAttempt, suspend, usualWaits } from '../support/suspended.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 25, applicationName: 'waits-test' })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

type Row = Partial<typeof operations.$inferInsert>

async function submitted(more: Row = {}) {
  const operationId = uuidv7()
  const row = { operationId, ownerId: 'a', type: 'importOrders', maxAttempts: 3, input: {}, turnAt: new Date() }
  await connection.db.insert(operations).values({ ...row, ...more })
  return operationId
}

const running = async (more: Row = {}) => startAttempt(connection.db, await submitted(more))

/** An operation that is WAITING. */
async function waiting(more: Row = {}, awaited = usualWaits) {
  const attempt = await running(more)
  expect(await suspend(connection.db, attempt, awaited)).toMatchObject({ status: 'WAITING' })
  return attempt
}

async function read(operationId: string) {
  const [row] = await connection.db.select().from(operations).where(eq(operations.operationId, operationId))
  return row
}

const body = { decision: 'CLEAR', note: { by: 'anna', at: 1 } }

const complete = (operationId: string, more: Partial<Parameters<typeof completeWait>[1]> = {}) =>
  completeWait(connection.db, {
    operationId,
    name: 'decision',
    body,
    completedBy: 'key:5e884898',
    address: '203.0.113.7',
    early: false,
    queueSeconds: () => 600,
    ...more,
  })

const stored = async (operationId: string, name = 'decision') =>
  (await findWait(connection.db, { operationId, name }))?.body

const begin = (attempt: { operationId: string; attempt: number }, name = 'decision') => {
  const wait = usualWaits.find((one) => one.name === name)
  if (!wait) throw new Error(name)
  return beginWait(connection.db, { ...attempt, ...wait })
}

describe('an operation that waits', () => {
  test('shows what it awaits, is due at the end of the first wait, and has neither worker nor deadline', async () => {
    const { operationId } = await waiting()
    const row = await read(operationId)
    expect(row).toMatchObject({ status: 'WAITING', workerId: null, startedAt: null, deadlineAt: null, turnAt: null })
    // Those that began in the same millisecond are in the order of their names.
    expect(row?.waits?.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'criminalRecords', kind: 'CALLBACK', expiresAt: expect.any(String) },
      { name: 'decision', kind: 'INPUT', who: 'compliance', expiresAt: expect.any(String) },
      { name: 'nextDay', kind: 'TIMER', expiresAt: expect.any(String) },
    ])
    const timer = row?.waits?.find(({ kind }) => kind === 'TIMER')
    expect(row?.dueAt).toEqual(new Date(timer?.expiresAt ?? ''))
  })

  test('counts for the quotas of its owner', async () => {
    const ownerId = uuidv7()
    const webhook = { url: 'https://example.com/hook', events: [], secret: 'sealed' } as never
    await waiting({ ownerId, webhook })
    expect(await countActive(connection.db, { ownerId, most: 10 })).toBe(1)
    const quota = watchTargetQuota(connection.db, 1)
    expect(await quota.admits(ownerId, 'https://example.org/')).toBe(false)
    expect(await quota.admits(ownerId, 'https://example.com/other')).toBe(true)
  })

  test.each([
    [['WAITING'], ['w']],
    [
      ['WAITING', 'RUNNING'],
      ['w', 'r'],
    ],
    [
      ['WAITING', 'PENDING', 'CANCELLING'],
      ['w', 'p'],
    ],
    [['WAITING', 'COMPLETED'], ['w']],
    [['RUNNING'], ['r']],
  ] as const)('is listed by status: %j', async (statuses, expected) => {
    const ownerId = uuidv7()
    const ids = {
      p: await submitted({ ownerId }),
      r: (await running({ ownerId })).operationId,
      w: (await waiting({ ownerId })).operationId,
    }
    const { rows } = await list(connection.db, { ownerId, statuses, limit: 10 })
    const names = rows.map((row) => Object.entries(ids).find(([, id]) => id === row.operationId)?.[0])
    expect(new Set(names)).toEqual(new Set(expected))
    expect(names).toHaveLength(expected.length)
  })

  test('is cancelled at once, or CANCELLING if steps must be compensated, and accepts nothing afterwards', async () => {
    const retentionSeconds = () => 60
    const plain = await waiting()
    const cancelled = await cancel(connection.db, { ...plain, ownerId: 'a', actor, retentionSeconds })
    expect(cancelled).toMatchObject({ kind: 'cancelled', operation: { status: 'CANCELLED', waits: null } })
    const owing = await waiting({ owesCompensation: true })
    const cancelling = await cancel(connection.db, { ...owing, ownerId: 'a', actor, retentionSeconds })
    expect(cancelling).toMatchObject({ operation: { status: 'CANCELLING', waits: null, dueAt: null } })
    for (const { operationId } of [plain, owing]) {
      expect(await complete(operationId)).toEqual({ kind: 'closed' })
      expect(await complete(operationId, { early: true, name: 'later' })).toEqual({ kind: 'closed' })
      expect(await stored(operationId)).toBeNull()
    }
  })

  test('shows of each wait whether it was over before the operation ended', async () => {
    const retentionSeconds = () => 60
    const attempt = await running()
    const { operationId } = attempt
    const awaited = [
      { name: 'expired', kind: 'CALLBACK', seconds: -1 },
      { name: 'elapsed', kind: 'TIMER', seconds: -1 },
      { name: 'callback', kind: 'CALLBACK', seconds: 600 },
      { name: 'decision', kind: 'INPUT', seconds: 600 },
      { name: 'timer', kind: 'TIMER', seconds: 600 },
    ] as const
    for (const wait of awaited) await beginWait(connection.db, { ...attempt, ...wait })
    await complete(operationId)
    const states = async () => {
      const rows = await waitsOf(connection.db, { operationId, limit: 10 })
      return Object.fromEntries(rows.map(({ name, state }) => [name, state]))
    }
    const over = { expired: 'EXPIRED', elapsed: 'COMPLETED', decision: 'COMPLETED' }
    expect(await states()).toEqual({ ...over, callback: 'PENDING', timer: 'PENDING' })
    await cancel(connection.db, { ownerId: 'a', operationId, actor, retentionSeconds })
    await transition(connection.db, 'cancel', attempt, { retentionSeconds: 60 }, { actor })
    expect((await read(operationId))?.status).toBe('CANCELLED')
    expect(await states()).toEqual({ ...over, callback: 'CANCELLED', timer: 'CANCELLED' })
    // Long after the end they are neither expired nor over.
    await connection.db
      .update(operations)
      .set({ finishedAt: sql`now() - interval '2 days'` })
      .where(eq(operations.operationId, operationId))
    await connection.db
      .update(waits)
      .set({ expiresAt: sql`now() - interval '1 day'` })
      .where(and(eq(waits.operationId, operationId), inArray(waits.name, ['callback', 'timer'])))
    expect(await states()).toEqual({
      expired: 'CANCELLED',
      elapsed: 'CANCELLED',
      decision: 'COMPLETED',
      callback: 'CANCELLED',
      timer: 'CANCELLED',
    })
  })

  test('takes its waits with it when it is purged or expires', async () => {
    const retentionSeconds = () => -60
    const ids = [(await waiting()).operationId, (await waiting()).operationId] as const
    for (const operationId of ids) {
      await complete(operationId, { name: 'criminalRecords' })
      await cancel(connection.db, { ownerId: 'a', operationId, actor, retentionSeconds })
    }
    await purge(connection.db, { ownerId: 'a', operationId: ids[0], tombstoneSeconds: 60 })
    while ((await deleteExpired(connection.db, { limit: 100, tombstoneSeconds: 60 })) > 0);
    for (const operationId of ids) {
      expect(await connection.db.$count(waits, eq(waits.operationId, operationId))).toBe(0)
      expect(await complete(operationId, { early: true })).toBeUndefined()
    }
  })
})

describe('a completion', () => {
  test('while WAITING returns the operation to the queue, with an event that has no body', async () => {
    const attempt = await waiting()
    const { operationId } = attempt
    expect(await complete(operationId)).toMatchObject({
      kind: 'completed',
      resumed: true,
      wait: { name: 'decision', state: 'COMPLETED', completedBy: 'key:5e884898', body },
    })
    const row = await read(operationId)
    expect(row).toMatchObject({ status: 'PENDING', attempt: 1, waits: null, dueAt: null, completedWaits: 1 })
    expect(row?.turnAt).not.toBeNull()
    expect(row?.deadlineAt?.getTime()).toBeGreaterThan(Date.now() + 500_000)
    const event = (await eventsOf(connection.db, { operationId })).at(-1)
    expect(event).toMatchObject({
      status: 'PENDING',
      actor: 'key:5e884898',
      address: '203.0.113.7',
      reason: 'decision was completed',
      data: null,
      progress: null,
    })
    expect(JSON.stringify(event)).not.toContain('anna')
  })

  test('while RUNNING is kept, and the attempt does not begin to wait', async () => {
    const attempt = await running()
    const begun = await begin(attempt)
    expect(begun).toMatchObject({ state: 'PENDING', completedWaits: 0, body: null })
    expect(await complete(attempt.operationId)).toMatchObject({ kind: 'completed', resumed: false })
    const values = { completedWaits: 0, names: ['decision'] }
    expect(await transition(connection.db, 'wait', attempt, values, { actor })).toBeUndefined()
    expect(await read(attempt.operationId)).toMatchObject({ status: 'RUNNING', completedWaits: 1 })
    expect(await begin(attempt)).toMatchObject({ kind: 'INPUT', state: 'COMPLETED', body, completedWaits: 1 })
  })

  test.each([
    ['PENDING', submitted],
    ['RUNNING', async () => (await running()).operationId],
    ['WAITING', async () => (await waiting()).operationId],
  ])('before the wait is reached, while %s, is kept if it is early, and refused otherwise', async (_, make) => {
    const operationId = await make()
    const name = 'references'
    expect(await complete(operationId, { name })).toEqual({ kind: 'unknown' })
    const early = { name, early: true, completedBy: 'callback' }
    expect(await complete(operationId, early)).toMatchObject({ kind: 'completed' })
    expect(await complete(operationId, early)).toMatchObject({ kind: 'same', resumed: false })
    expect(await complete(operationId, { ...early, body: {} })).toEqual({ kind: 'different' })
    expect(await findWait(connection.db, { operationId, name })).toMatchObject({ kind: 'CALLBACK', body })
  })

  test('that came early is the result of the wait when the handler reaches it', async () => {
    const attempt = await running()
    const early = { name: 'criminalRecords', early: true }
    await complete(attempt.operationId, early)
    expect(await begin(attempt, 'criminalRecords')).toMatchObject({ kind: 'CALLBACK', state: 'COMPLETED', body })
  })

  test('with the same body is the same, whatever the order of the fields; the first body stays', async () => {
    const { operationId } = await waiting()
    await complete(operationId)
    const reordered = { note: { at: 1, by: 'anna' }, decision: 'CLEAR' }
    expect(await complete(operationId, { body: reordered })).toMatchObject({ kind: 'same', wait: { name: 'decision' } })
    for (const other of [{}, { ...body, decision: 'ADVERSE' }, { ...body, more: null }]) {
      expect(await complete(operationId, { body: other })).toEqual({ kind: 'different' })
    }
    expect(await stored(operationId)).toEqual(body)
    expect(await read(operationId)).toMatchObject({ completedWaits: 1, status: 'PENDING' })
  })

  test('of 20 at the same time with different bodies one wins, and the operation resumes once', async () => {
    const { operationId } = await waiting()
    const bodies = Array.from({ length: 20 }, (_, index) => ({ index }))
    const outcomes = await Promise.all(bodies.map((each) => complete(operationId, { body: each })))
    const won = outcomes.findIndex((outcome) => outcome?.kind === 'completed')
    expect(outcomes.filter((outcome) => outcome?.kind === 'different')).toHaveLength(19)
    expect(await stored(operationId)).toEqual({ index: won })
    expect(await read(operationId)).toMatchObject({ status: 'PENDING', completedWaits: 1 })
    const events = await eventsOf(connection.db, { operationId })
    expect(events.map(({ status }) => status)).toEqual(['WAITING', 'PENDING'])
  })

  test('at the same time as the attempt begins to wait is never overlooked', async () => {
    const seen = new Set<string>()
    for (let round = 0; round < 40; round += 1) {
      const attempt = await running()
      await begin(attempt)
      const values = { completedWaits: 0, names: ['decision'] }
      const [waits, completion] = await Promise.all([
        transition(connection.db, 'wait', attempt, values, { actor }),
        complete(attempt.operationId),
      ])
      const resumed = completion?.kind === 'completed' && completion.resumed
      expect(resumed).toBe(waits !== undefined)
      const status = (await read(attempt.operationId))?.status ?? ''
      expect(status).toBe(resumed ? 'PENDING' : 'RUNNING')
      seen.add(status)
    }
    expect(seen.size).toBeGreaterThan(0)
  })

  test('at the same time as a cancel: either the body is stored and then the cancel follows, or it is refused', async () => {
    for (let round = 0; round < 30; round += 1) {
      const { operationId } = await waiting()
      const request = { ownerId: 'a', operationId, actor, retentionSeconds: () => 60 }
      const [outcome] = await Promise.all([complete(operationId), cancel(connection.db, request)])
      expect(['completed', 'closed']).toContain(outcome?.kind)
      expect(await stored(operationId)).toEqual(outcome?.kind === 'completed' ? body : null)
      expect(await read(operationId)).toMatchObject({ status: 'CANCELLED' })
    }
  })

  test('of a wait that has expired is refused, and the handler sees the expiry', async () => {
    const attempt = await running()
    const wait = { name: 'decision', kind: 'INPUT', seconds: -1 } as const
    expect(await suspend(connection.db, attempt, [wait])).toMatchObject({ status: 'WAITING' })
    const { operationId } = attempt
    const outcome = await complete(operationId)
    expect(outcome).toEqual({ kind: 'expired', expiredAt: expect.any(Date) })
    expect(await complete(operationId, { early: true })).toEqual(outcome)
    expect(await stored(operationId)).toBeNull()
    await transition(connection.db, 'resume', attempt, { queueSeconds: 60 }, { actor })
    expect(await begin(await startAttempt(connection.db, operationId))).toMatchObject({ state: 'EXPIRED', body: null })
  })

  test('of a timer is refused, before and after its end', async () => {
    const { operationId } = await waiting({}, [
      { name: 'soon', kind: 'TIMER', seconds: 60 },
      { name: 'over', kind: 'TIMER', seconds: -1 },
    ])
    for (const name of ['soon', 'over']) {
      expect(await complete(operationId, { name, early: true })).toEqual({ kind: 'timer' })
    }
  })

  test('with the same body is the same after the operation has ended, with another body different', async () => {
    const { operationId } = await waiting()
    await complete(operationId)
    await cancel(connection.db, { ownerId: 'a', operationId, actor, retentionSeconds: () => 60 })
    expect(await complete(operationId)).toMatchObject({ kind: 'same', resumed: false })
    expect(await complete(operationId, { body: {} })).toEqual({ kind: 'different' })
    expect(await complete(operationId, { name: 'criminalRecords' })).toEqual({ kind: 'closed' })
  })

  test('of an unknown operation is undefined, and stores nothing', async () => {
    const operationId = uuidv7()
    expect(await complete(operationId, { early: true })).toBeUndefined()
    expect(await stored(operationId)).toBeUndefined()
  })
})

describe('a wait', () => {
  test('that is begun again keeps its kind, its time and its text', async () => {
    const attempt = await running()
    await begin(attempt)
    const first = await findWait(connection.db, { operationId: attempt.operationId, name: 'decision' })
    const again = { ...attempt, name: 'decision', kind: 'CALLBACK' as const, seconds: 1, who: 'others' }
    expect(await beginWait(connection.db, again)).toMatchObject({ kind: 'INPUT', state: 'PENDING' })
    expect(await findWait(connection.db, { operationId: attempt.operationId, name: 'decision' })).toEqual(first)
  })

  test('is not begun by an attempt that no longer runs the operation', async () => {
    const attempt = await running()
    expect(await begin({ ...attempt, attempt: 0 })).toBeUndefined()
    const { operationId } = await waiting()
    expect(await begin({ operationId, attempt: 1 }, 'nextDay')).toBeUndefined()
  })

  test('is listed in the order in which it began, by pages, without its body', async () => {
    const { operationId } = await waiting()
    const beganAt = (name: string, createdAt: string) =>
      connection.db
        .update(waits)
        .set({ createdAt: new Date(createdAt) })
        .where(and(eq(waits.operationId, operationId), eq(waits.name, name)))
    await beganAt('decision', '2026-01-01T00:00:00.001Z')
    await beganAt('nextDay', '2026-01-01T00:00:00.002Z')
    await beganAt('criminalRecords', '2026-01-01T00:00:00.002Z')
    await complete(operationId)
    const first = await waitsOf(connection.db, { operationId, limit: 2 })
    expect(first.map(({ name, state }) => [name, state])).toEqual([
      ['decision', 'COMPLETED'],
      ['criminalRecords', 'PENDING'],
    ])
    expect(first[0]).not.toHaveProperty('body')
    const after = { createdAt: '2026-01-01T00:00:00.002Z', name: 'criminalRecords' }
    const second = await waitsOf(connection.db, { operationId, limit: 2, after })
    expect(second.map(({ name }) => name)).toEqual(['nextDay'])
  })
})
