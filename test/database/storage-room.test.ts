import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connect.ts'
import { insertFile } from '../../server/database/files.ts'
import { lockQuota } from '../../server/database/quotas.ts'
import { files } from '../../server/database/schema.ts'
import { watchStorageRoom } from '../../server/database/storage-room.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const ownerId = 'owner-a'
const cap = 1_000_000

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 5, applicationName: 'storage-room-test' })
})
afterEach(() => connection.db.delete(files))
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

const watch = () => {
  const room = watchStorageRoom(connection.db, cap)
  const takes = (sizeBytes: number) => connection.db.transaction((tx) => room.takes(tx, { ownerId, sizeBytes }))
  return { room, takes }
}

async function waitsForLock(): Promise<boolean> {
  const [row] =
    await connection.sql`select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted`
  return row?.waiting === 1
}

it('far below the cap takes a hundredth of it without the lock, and waits for the lock with the next', async () => {
  const { room, takes } = watch()
  expect(await room.roughlyLeft(ownerId)).toBe(cap)
  let waiting: Promise<boolean> | undefined
  let isOver = false
  await connection.db.transaction(async (tx) => {
    await lockQuota(tx, 'bytes', ownerId)
    expect(await takes(6000)).toBe(true)
    expect(await takes(4000)).toBe(true)
    waiting = takes(1).finally(() => {
      isOver = true
    })
    await expect.poll(waitsForLock).toBe(true)
    expect(isOver).toBe(false)
  })
  expect(await waiting).toBe(true)
})

it('near the cap takes what fits to the byte, and knows what has been stored and removed since', async () => {
  await store(900_000)
  const { room, takes } = watch()
  expect(await room.roughlyLeft(ownerId)).toBe(100_000)
  expect([await takes(100_001), await takes(100_000)]).toEqual([false, true])
  await store(100_000)
  expect([await room.roughlyLeft(ownerId), await takes(1)]).toEqual([0, false])
  await connection.db.delete(files)
  expect([await room.roughlyLeft(ownerId), await takes(cap)]).toEqual([cap, true])
})
