import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import {
  deleteExpired,
  deleteIdempotencyKeys,
  deletePings,
  deleteStrayFiles,
  deleteTargets,
  deleteTombstones,
  deleteUploads,
  purge,
} from '../../server/database/operations/sweep.ts'
import { expiredAt } from '../../server/database/operations/tombstones.ts'
import { discards, files, uploads } from '../../server/database/schema/files.ts'
import { events, idempotencyKeys, operations, steps, tombstones } from '../../server/database/schema/operations.ts'
import { reports } from '../../server/database/schema/reports.ts'
import { waits } from '../../server/database/schema/waits.ts'
import { deliveries, deliveryAttempts, webhookTargets } from '../../server/database/schema/webhooks.ts'
import { type Status, statuses } from '../../server/domain/state-machine.ts'
import { clearTables, createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
let db: Db
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'retention-test' })
  db = connection.db
})
afterEach(() =>
  clearTables(
    connection.sql,
    `operations events steps waits files reports tombstones discards uploads idempotency_keys deliveries
      delivery_attempts webhook_targets`.split(/\s+/),
  ),
)
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000)
const ownerId = 'a'
const tombstoneSeconds = 3600

async function insertOperation(change: Partial<typeof operations.$inferInsert> = {}): Promise<string> {
  const operationId = uuidv7()
  const status: Status = change.status ?? 'COMPLETED'
  await db.insert(operations).values({
    operationId,
    ownerId,
    type: 'generateReport',
    status,
    maxAttempts: 3,
    input: {},
    waits: status === 'WAITING' ? [] : null,
    error: status === 'FAILED' ? {} : null,
    finishedAt: ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'].includes(status) ? ago(100) : null,
    ...change,
  })
  return operationId
}

/** All dependent rows of an operation. */
async function insertBelongings(operationId: string) {
  const fileId = uuidv7()
  const stored = { ownerId, operationId, sizeBytes: 1, expiresAt: ago(1) }
  const storageKey = `operations/${operationId}/${fileId}`
  await db.insert(files).values({ ...stored, fileId, name: 'x', mediaType: 'text/csv', sha256: '', storageKey })
  await db.insert(reports).values({
    ...stored,
    reportId: uuidv7(),
    reportType: 'ORDERS_SUMMARY',
    format: 'CSV',
    fromDate: '2017-01-01',
    toDate: '2017-12-31',
    fileId,
    rowCount: 1,
  })
  await db
    .insert(events)
    .values({ operationId, sequence: 1, event: 'completed', status: 'COMPLETED', attempt: 1, actor: 'x' })
  await db.insert(steps).values({ operationId, name: 'x', position: 1, state: 'DONE', undoable: true, attempt: 1 })
  await db.insert(waits).values({ operationId, name: 'x', kind: 'TIMER', expiresAt: ago(1) })
  await insertDelivery({ operationId, event: 'COMPLETED' })
  return storageKey
}

/** A delivery that has been sent. */
async function insertDelivery(change: Partial<typeof deliveries.$inferInsert> & { event: 'COMPLETED' | 'PING' }) {
  const deliveryId = uuidv7()
  const at = { occurredAt: ago(9), dueAt: ago(9), giveUpAt: ago(9), finishedAt: ago(9) }
  await db
    .insert(deliveries)
    .values({ deliveryId, ownerId, target: 'x', sequence: 1, state: 'DELIVERED', ...at, ...change })
  const finishedAttempt = { startedAt: ago(9), durationMs: 1, outcome: 'ACKNOWLEDGED' as const }
  await db.insert(deliveryAttempts).values({ deliveryId, attempt: 1, ...finishedAttempt })
}

const dependentTables = [operations, events, files, reports, steps, waits, deliveries, deliveryAttempts] as const
const countOf = async (table: (typeof dependentTables)[number]) => db.$count(table)

describe('an expired operation', () => {
  test('is deleted with all dependent rows; its files become discards, and a tombstone remains', async () => {
    const kept = await insertOperation({ expiresAt: new Date(Date.now() + 60_000) })
    const keptStorageKey = await insertBelongings(kept)
    const expired = await insertOperation({ expiresAt: ago(60) })
    const expiredStorageKey = await insertBelongings(expired)
    expect(await deleteExpired(db, { limit: 10, tombstoneSeconds })).toBe(1)
    for (const table of dependentTables) expect(await countOf(table)).toBe(1)
    expect(await db.select({ key: files.storageKey }).from(files)).toEqual([{ key: keptStorageKey }])
    expect(await db.select({ key: discards.storageKey }).from(discards)).toEqual([{ key: expiredStorageKey }])
    const [tombstone] = await db.select().from(tombstones)
    expect(tombstone).toMatchObject({ operationId: expired, ownerId })
    expect((tombstone?.forgottenAt.getTime() ?? 0) - (tombstone?.expiredAt.getTime() ?? 0)).toBe(
      tombstoneSeconds * 1000,
    )
    expect(Math.abs(ago(60).getTime() - (tombstone?.expiredAt.getTime() ?? 0))).toBeLessThan(5000)
  })

  test.each(statuses)('is deleted in status %s only if the status is final', async (status) => {
    await insertOperation({ status, expiresAt: ago(1) })
    const final = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'].includes(status)
    expect(await deleteExpired(db, { limit: 10, tombstoneSeconds })).toBe(final ? 1 : 0)
  })

  test('is deleted in the order of expiry, at most `limit` at once, skipping locked rows', async () => {
    const [second, held, first] = [
      await insertOperation({ expiresAt: ago(20) }),
      await insertOperation({ expiresAt: ago(40) }),
      await insertOperation({ expiresAt: ago(30) }),
    ]
    await db.transaction(async (tx) => {
      await tx.select().from(operations).where(eq(operations.operationId, held)).for('update')
      expect(await deleteExpired(db, { limit: 1, tombstoneSeconds })).toBe(1)
      expect((await db.select().from(tombstones)).map(({ operationId }) => operationId)).toEqual([first])
      expect(await deleteExpired(db, { limit: 10, tombstoneSeconds })).toBe(1)
    })
    expect((await db.select().from(operations)).map(({ operationId }) => operationId)).toEqual([held])
    expect(second).toBeDefined()
  })
})

describe('a purge', () => {
  test('deletes a finished operation before its expiry, and returns the storage keys of its files', async () => {
    const operationId = await insertOperation({ expiresAt: new Date(Date.now() + 60_000) })
    const key = await insertBelongings(operationId)
    expect(await purge(db, { ownerId: 'b', operationId, tombstoneSeconds })).toBeUndefined()
    expect(await purge(db, { ownerId, operationId, tombstoneSeconds })).toEqual({ storageKeys: [key] })
    for (const table of [operations, events, files, reports, steps, waits]) expect(await countOf(table)).toBe(0)
    const when = await expiredAt(db, { ownerId, operationId })
    expect(Math.abs(Date.now() - (when?.getTime() ?? 0))).toBeLessThan(5000)
    expect(await purge(db, { ownerId, operationId, tombstoneSeconds })).toBeUndefined()
  })

  test.each([
    'PENDING',
    'RUNNING',
    'WAITING',
    'CANCELLING',
  ] as const)('does not delete an operation that is %s', async (status) => {
    const operationId = await insertOperation({ status })
    expect(await purge(db, { ownerId, operationId, tombstoneSeconds })).toBeUndefined()
    expect(await countOf(operations)).toBe(1)
  })

  test('that is requested ten times concurrently succeeds once', async () => {
    const operationId = await insertOperation()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => purge(db, { ownerId, operationId, tombstoneSeconds })),
    )
    expect(answers.filter((answer) => answer !== undefined)).toEqual([{ storageKeys: [] }])
  })
})

test('a tombstone is visible to its owner only, until it is deleted', async () => {
  const operationId = uuidv7()
  const expired = ago(100)
  await db
    .insert(tombstones)
    .values({ operationId, ownerId, expiredAt: expired, forgottenAt: new Date(Date.now() + 60_000) })
  expect(await expiredAt(db, { ownerId, operationId })).toEqual(expired)
  expect(await expiredAt(db, { ownerId: 'b', operationId })).toBeUndefined()
  expect(await deleteTombstones(db, 10)).toBe(0)
  await db.update(tombstones).set({ forgottenAt: ago(1) })
  expect(await expiredAt(db, { ownerId, operationId })).toBeUndefined()
  expect(await deleteTombstones(db, 10)).toBe(1)
  expect(await db.$count(tombstones)).toBe(0)
})

test('expired idempotency keys are deleted by concurrent sweeps', async () => {
  await db.execute(sql`
    insert into idempotency_keys select 'a', n::text, '', gen_random_uuid(), now() - interval '1 second'
    from generate_series(1, 300) n`)
  await db.insert(idempotencyKeys).values({
    ownerId,
    key: 'live',
    fingerprint: Buffer.from(''),
    operationId: uuidv7(),
    expiresAt: new Date(Date.now() + 60_000),
  })
  const counts = await Promise.all(Array.from({ length: 6 }, () => deleteIdempotencyKeys(db, 100)))
  const rest = await deleteIdempotencyKeys(db, 1000)
  expect([...counts, rest].reduce((sum, count) => sum + count)).toBe(300)
  expect((await db.select().from(idempotencyKeys)).map(({ key }) => key)).toEqual(['live'])
})

describe('an expired upload', () => {
  async function insertUpload(expiresAt: Date) {
    const uploadId = uuidv7()
    const storageKey = `uploads/${uploadId}`
    await db
      .insert(uploads)
      .values({ uploadId, ownerId, mediaType: 'text/csv', sizeBytes: 1, sha256: '', storageKey, expiresAt })
    return uploadId
  }

  test('is deleted, and its bytes become discards', async () => {
    const live = await insertUpload(new Date(Date.now() + 60_000))
    const expired = await insertUpload(ago(60))
    expect(await deleteUploads(db, 10)).toBe(1)
    expect((await db.select().from(uploads)).map(({ uploadId }) => uploadId)).toEqual([live])
    expect((await db.select().from(discards)).map(({ storageKey }) => storageKey)).toEqual([`uploads/${expired}`])
  })

  test('is kept for a short time, in which a submit that has just read it can be stored', async () => {
    await insertUpload(ago(1))
    expect(await deleteUploads(db, 10)).toBe(0)
  })

  test.each(statuses)('of an operation that is %s is kept only while the operation is unfinished', async (status) => {
    const uploadId = await insertUpload(ago(60))
    const input = { uploadId: `upload_${uploadId}` }
    await insertOperation({ type: 'importOrders', ownerId: 'b', input })
    await insertOperation({ type: 'importOrders', status, input })
    const unfinished = ['PENDING', 'RUNNING', 'WAITING', 'CANCELLING'].includes(status)
    expect(await deleteUploads(db, 10)).toBe(unfinished ? 0 : 1)
  })

  test('that is kept does not delay the deletion of later uploads', async () => {
    const kept = await insertUpload(ago(100))
    await insertOperation({ type: 'importOrders', status: 'PENDING', input: { uploadId: `upload_${kept}` } })
    await insertUpload(ago(60))
    expect(await deleteUploads(db, 1)).toBe(1)
  })
})

test('an expired file without an operation is deleted; a file with an operation is kept', async () => {
  const there = await insertBelongings(await insertOperation())
  const stray = await insertBelongings(uuidv7())
  expect(await deleteStrayFiles(db, 10)).toBe(1)
  expect((await db.select().from(files)).map(({ storageKey }) => storageKey)).toEqual([there])
  expect((await db.select().from(discards)).map(({ storageKey }) => storageKey)).toEqual([stray])
})

test('finished pings are deleted by age, with their attempts', async () => {
  await insertDelivery({ event: 'PING', createdAt: ago(100) })
  await insertDelivery({ event: 'PING', createdAt: ago(10) })
  await insertDelivery({ event: 'PING', createdAt: ago(100), state: 'PENDING', finishedAt: null })
  await insertDelivery({ event: 'COMPLETED', createdAt: ago(100), operationId: uuidv7() })
  expect(await deletePings(db, { limit: 10, keptSeconds: 60 })).toBe(1)
  for (const table of [deliveries, deliveryAttempts]) expect(await countOf(table)).toBe(3)
})

test('a circuit breaker that was unused for long is deleted', async () => {
  const failed = { failures: 9, openUntil: ago(1) }
  await db.insert(webhookTargets).values([
    { target: 'a', ...failed, updatedAt: ago(100) },
    { target: 'b', ...failed, updatedAt: ago(10) },
  ])
  expect(await deleteTargets(db, { limit: 10, keptSeconds: 60 })).toBe(1)
  expect((await db.select().from(webhookTargets)).map(({ target }) => target)).toEqual(['b'])
})
