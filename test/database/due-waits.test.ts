import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { eventsOf } from '../../server/database/operations/events.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { beginWait, completeWait, nextWaitMs, resumeDueWaits } from '../../server/database/operations/waits.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { actor, startAttempt } from '../support/suspended.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'due-waits-test' })
})
afterEach(() => connection.db.execute('truncate operations, events, waits'))
afterAll(async () => {
  await connection.close()
  await database.drop()
})

/** An operation whose timer is over in `seconds`. */
async function waiting(
  seconds: number,
  { type = 'known', queueSeconds }: { type?: string; queueSeconds?: number } = {},
) {
  const { db } = connection
  const operationId = uuidv7()
  const row = { operationId, ownerId: 'a', type, maxAttempts: 3, input: {}, turnAt: new Date() }
  await db.insert(operations).values(row)
  const attempt = await startAttempt(db, operationId)
  const begun = await beginWait(db, { ...attempt, name: 'pause', kind: 'TIMER', seconds })
  const values = {
    completedWaits: begun?.completedWaits ?? -1,
    names: ['pause'],
    ...(queueSeconds ? { queueSeconds } : {}),
  }
  expect(await transition(db, 'wait', attempt, values, { actor })).toMatchObject({ status: 'WAITING' })
  return operationId
}

const resume = (limit = 10) => resumeDueWaits(connection.db, { actor, queueSeconds: { known: 600 }, limit })

async function read(operationId: string) {
  const [row] = await connection.db.select().from(operations).where(eq(operations.operationId, operationId))
  return row
}

/** Seconds from the last change to the end of the queue timeout. */
async function queueSecondsOf(operationId: string) {
  const row = await read(operationId)
  return row?.deadlineAt ? Math.round((row.deadlineAt.getTime() - row.updatedAt.getTime()) / 1000) : null
}

test('an operation whose time has come is resumed, and the time of the next one is known', async () => {
  expect(await nextWaitMs(connection.db)).toBeUndefined()
  expect(await resume()).toEqual([])
  const later = await waiting(3600)
  expect(await nextWaitMs(connection.db)).toBeGreaterThan(0)
  expect(await nextWaitMs(connection.db)).toBeLessThanOrEqual(3_600_000)
  const over = await waiting(-1)
  expect(await nextWaitMs(connection.db)).toBeLessThanOrEqual(0)
  expect(await resume()).toEqual([over])
  expect(await read(over)).toMatchObject({ status: 'PENDING', waits: null, dueAt: null, completedWaits: 1 })
  expect(await queueSecondsOf(over)).toBe(600)
  const event = (await eventsOf(connection.db, { operationId: over, limit: 10 })).at(-1)
  expect(event).toMatchObject({ status: 'PENDING', actor, reason: 'a wait is over', address: null, data: null })
  expect(await read(later)).toMatchObject({ status: 'WAITING' })
})

test('one of an unknown type is resumed too, with the queue timeout that its worker has stored', async () => {
  const stored = await waiting(-1, { type: 'next', queueSeconds: 90 })
  const older = await waiting(-1, { type: 'next' })
  const own = await waiting(-1, { queueSeconds: 90 })
  expect((await resume()).toSorted()).toEqual([stored, older, own].toSorted())
  expect(await nextWaitMs(connection.db)).toBeUndefined()
  expect(await queueSecondsOf(stored)).toBe(90)
  expect(await queueSecondsOf(older)).toBeNull()
  expect(await queueSecondsOf(own)).toBe(600)
  expect(await read(stored)).toMatchObject({ status: 'PENDING', queueSeconds: null })
})

test('10,000 due operations of an unknown type delay none of a known type, and are not read for ever', async () => {
  await connection.db.execute(sql`
    insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, due_at, waits)
    select gen_random_uuid(), 'a', 'next', 'WAITING', 1, 3, '{}', now() - interval '1 hour', '[]' from generate_series(1, 10000)`)
  const known = await waiting(-1)
  const first = await resume(1000)
  expect(first).toHaveLength(1000)
  expect(first).toContain(known)
  let left = 9001
  for (let resumed = 1000; resumed > 0; left -= resumed) resumed = (await resume(5000)).length
  expect(left).toBe(0)
  expect(await nextWaitMs(connection.db)).toBeUndefined()
})

test('workers at the same time resume each operation once, and wait for no locked one', async () => {
  const ids: string[] = []
  for (let n = 0; n < 40; n += 1) ids.push(await waiting(-1))
  const [locked = ''] = ids
  await connection.db.transaction(async (tx) => {
    await tx.select().from(operations).where(eq(operations.operationId, locked)).for('update')
    const resumed = (await Promise.all([resume(100), resume(100), resume(100)])).flat()
    expect(resumed.toSorted()).toEqual(ids.slice(1).toSorted())
  })
  expect(await resume()).toEqual([locked])
})

test('one that is completed at the same time is resumed once', async () => {
  for (let n = 0; n < 20; n += 1) {
    const operationId = await waiting(-1)
    const completion = { operationId, name: 'other', body: {}, completedBy: 'callback', early: true }
    const [resumed] = await Promise.all([
      resume(),
      completeWait(connection.db, { ...completion, queueSeconds: () => 60 }),
    ])
    const row = await read(operationId)
    expect(row).toMatchObject({ status: 'PENDING', waits: null, dueAt: null })
    const statuses = (await eventsOf(connection.db, { operationId, limit: 10 })).map(({ status }) => status)
    expect([resumed.length <= 1, statuses]).toEqual([true, ['WAITING', 'PENDING']])
  }
})
