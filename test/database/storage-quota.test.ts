import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { planFile } from '../../server/database/files/discards.ts'
import { insertFile } from '../../server/database/files/files.ts'
import { lockQuota, type Space } from '../../server/database/quotas.ts'
import { discards, files } from '../../server/database/schema/files.ts'
import { openStorageQuota, StorageFull } from '../../server/quotas/stored-bytes.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const ownerId = 'owner-a'
const cap = 1_000_000

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 5, applicationName: 'storage-quota-test' })
})
afterEach(async () => {
  await connection.db.delete(files)
  await connection.db.delete(discards)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const store = (sizeBytes: number) =>
  insertFile(connection.db, {
    fileId: uuidv7(),
    ownerId,
    operationId: uuidv7(),
    name: 'a.csv',
    mediaType: 'text/csv',
    sizeBytes,
    sha256: '',
    storageKey: uuidv7(),
    expiresAt: new Date(Date.now() + 3_600_000),
  })

let names = 0
/** The reservations of one process: `reserve` returns the reserved bytes or the refusal. */
function startProcess(most: Space = { bytes: cap, files: 1000 }) {
  const quota = openStorageQuota(connection.db, most)
  const reserve = (bytes: number, { spareBytes = 0, exact = false } = {}) =>
    quota
      .reserve({ ownerId, needed: { bytes, files: 1 }, spareBytes, exact }, async (db, reservedBytes) => {
        names += 1
        await planFile(db, `uploads/${names}`, 60, { ownerId, reservedBytes })
        return reservedBytes
      })
      .catch(refusal)
  return { quota, reserve }
}

function refusal(error: unknown): string {
  if (!(error instanceof StorageFull)) throw error
  return `${error.left} ${error.unit} left of ${error.cap}`
}

async function isWaitingForLock(): Promise<boolean> {
  const [row] =
    await connection.sql`select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted`
  return row?.waiting === 1
}

it('far below the quota a hundredth of it is reserved without the lock, and the next reservation waits for the lock', async () => {
  const { reserve } = startProcess()
  let waiting: Promise<unknown> | undefined
  let isOver = false
  await connection.db.transaction(async (tx) => {
    await lockQuota(tx, 'bytes', ownerId)
    expect(await reserve(6000)).toBe(6000)
    expect(await reserve(4000)).toBe(4000)
    waiting = reserve(1).finally(() => {
      isOver = true
    })
    await expect.poll(isWaitingForLock).toBe(true)
    expect(isOver).toBe(false)
  })
  expect(await waiting).toBe(1)
})

it('exact reservations always take the lock', async () => {
  const { reserve } = startProcess()
  let waiting: Promise<unknown> | undefined
  await connection.db.transaction(async (tx) => {
    await lockQuota(tx, 'bytes', ownerId)
    waiting = reserve(1, { exact: true })
    await expect.poll(isWaitingForLock).toBe(true)
  })
  expect(await waiting).toBe(1)
})

it('near the quota bytes that fit exactly are reserved, and stored and deleted files are counted', async () => {
  await store(900_000)
  const { quota, reserve } = startProcess()
  expect(await reserve(100_001)).toBe('100000 bytes left of 1000000')
  expect(await reserve(100_000)).toBe(100_000)
  expect(await reserve(1)).toBe('0 bytes left of 1000000')
  expect((await quota.full(ownerId))?.unit).toBe('bytes')
  await connection.db.delete(files)
  expect(await reserve(900_000)).toBe(900_000)
  await connection.db.delete(discards)
  quota.forget(ownerId)
  expect(await quota.full(ownerId)).toBeUndefined()
})

/** The reservations of four processes, ten each, all concurrent. */
const byFour = (most: Space, bytes: number) =>
  Promise.all(
    Array.from({ length: 4 }, () => startProcess(most)).flatMap(({ reserve }) =>
      Array.from({ length: 10 }, (_, index) => reserve(bytes, { exact: index % 2 === 0 })),
    ),
  )

it('concurrent reservations of many processes never exceed the quota, in bytes or in files', async () => {
  const tiny = await byFour({ bytes: cap, files: 7 }, 1)
  expect(tiny.filter((one) => one === 1)).toHaveLength(7)
  expect(new Set(tiny)).toEqual(new Set([1, '0 files left of 7']))
  await connection.db.delete(discards)
  const large = await byFour({ bytes: cap, files: 1000 }, 90_000)
  expect(large.filter((one) => one === 90_000)).toHaveLength(11)
})

it('a larger block is reserved where much is free, and a small block where little is free', async () => {
  const { reserve } = startProcess()
  expect(await reserve(0, { spareBytes: 5000 })).toBe(5000)
  await store(900_000)
  expect(await reserve(0, { spareBytes: 5000, exact: true })).toBe(950)
  expect(await reserve(94_050, { spareBytes: 5000 })).toBe(94_050)
})

it('one process waits for an owner’s lock with one connection', async () => {
  const { reserve } = startProcess()
  let waiting: Promise<unknown>[] = []
  await connection.db.transaction(async (tx) => {
    await lockQuota(tx, 'bytes', ownerId)
    waiting = Array.from({ length: 50 }, () => reserve(1000, { exact: true }))
    await expect.poll(isWaitingForLock).toBe(true)
    // Five connections: another owner is served while the fifty wait.
    const other = { ownerId: 'owner-b', needed: { bytes: 1, files: 1 }, spareBytes: 0, exact: true }
    expect(await openStorageQuota(connection.db, { bytes: 1, files: 1 }).reserve(other, async () => 'served')).toBe(
      'served',
    )
    expect(await isWaitingForLock()).toBe(true)
  })
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 50 }, () => 1000))
})
