import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import { create } from '../../server/database/operations/create.ts'
import { cancel, find } from '../../server/database/operations/read.ts'
import { expiredAt } from '../../server/database/operations/tombstones.ts'
import { discards, files as fileRows } from '../../server/database/schema/files.ts'
import { events, operations, tombstones } from '../../server/database/schema/operations.ts'
import { startSweep, sweep } from '../../server/engine/sweep.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import type { FileStore } from '../../server/files/store.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { clearTables, createDatabase, type TestDatabase } from '../support/database.ts'
import { insertExpired } from '../support/finished-operations.ts'
import { ownerId, submission } from './rig.ts'

let database: TestDatabase
let connection: Connection
let db: Db
let folder: string
let files: FileStore
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'sweep-test' })
  db = connection.db
  folder = await mkdtemp(join(tmpdir(), 'longrun-sweep-'))
  files = diskStore(folder)
})
afterEach(() =>
  clearTables(connection.sql, ['operations', 'events', 'files', 'tombstones', 'discards', 'idempotency_keys']),
)
afterAll(async () => {
  await connection.close()
  await database.drop()
  await rm(folder, { recursive: true })
})

const log = createLog('silent')
const tombstoneSeconds = 30 * 86_400
const sweepAll = (options: { batch?: number; budgetMs?: number } = {}, store = files) =>
  sweep({ db, files: store, log }, { tombstoneSeconds, ...options })

async function* text(content: string) {
  yield content
}

/** An expired operation with a stored file. */
async function insertWithFile() {
  await insertExpired(db, { count: 1 })
  const [row] = await db.select().from(operations)
  const operationId = row?.operationId ?? ''
  const fileId = uuidv7()
  const storageKey = `operations/${operationId}/${fileId}`
  const written = await files.write(storageKey, text('content'))
  const about = { fileId, ownerId, operationId, name: 'x', mediaType: 'text/csv', storageKey, expiresAt: new Date() }
  await db.insert(fileRows).values({ ...about, ...written })
}

describe('a sweep', () => {
  test('of thousands does not block reads and cancels, and every id has either a row or a tombstone', async () => {
    await insertExpired(db, { count: 6000 })
    const ids = (await db.select({ operationId: operations.operationId }).from(operations)).map(
      (row) => row.operationId,
    )
    const waiting = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await create(db, submission())
        return 'operation' in answer ? answer.operation.operationId : ''
      }),
    )
    let sweeping = true
    const lost: string[] = []
    let read = 0
    async function readers() {
      for (let at = 0; sweeping; at = (at + 997) % ids.length, read += 1) {
        const operationId = ids[at] as string
        const found = (await find(db, { ownerId, operationId })) ?? (await expiredAt(db, { ownerId, operationId }))
        if (!found) lost.push(operationId)
      }
    }
    const cancels = async () => {
      const kinds = new Set<string | undefined>()
      for (const operationId of waiting) {
        const cancelRequest = { ownerId, operationId, actor: ownerId, retentionSeconds: () => 60 }
        kinds.add((await cancel(db, cancelRequest))?.kind)
      }
      return [...kinds]
    }
    const reading = Promise.all([readers(), readers()])
    const [swept, kinds] = await Promise.all([sweepAll({ batch: 200 }), cancels()])
    sweeping = false
    await reading
    expect(swept).toMatchObject({ operations: 6000, drained: true })
    expect(kinds).toEqual(['cancelled'])
    expect(lost).toEqual([])
    expect(read).toBeGreaterThan(10)
    expect(await db.$count(operations)).toBe(100)
    expect(await db.$count(tombstones)).toBe(6000)
    expect(await db.$count(events)).toBe(100)
  })

  test('by four processes at the same time deletes everything once', async () => {
    await insertExpired(db, { count: 3000 })
    const rounds = await Promise.all(Array.from({ length: 4 }, () => sweepAll({ batch: 100 })))
    const rest = await sweepAll()
    expect([...rounds, rest].reduce((sum, round) => sum + round.operations, 0)).toBe(3000)
    expect(rounds.filter((round) => round.operations > 0).length).toBeGreaterThan(1)
    expect(await db.$count(tombstones)).toBe(3000)
  })

  test('deletes the files of an expired operation from storage', async () => {
    await insertWithFile()
    expect(await readdir(folder, { recursive: true })).toHaveLength(3)
    expect(await sweepAll()).toMatchObject({ operations: 1, discards: 1 })
    expect(await readdir(join(folder, 'operations'))).toEqual([])
    expect(await db.$count(discards)).toBe(0)
  })

  test('retries files that the store could not delete', async () => {
    await insertWithFile()
    const away: FileStore = { ...files, delete: () => Promise.reject(new Error('the store is away')) }
    expect(await sweepAll({}, away)).toMatchObject({ operations: 1, discards: 0, drained: true })
    expect(await sweepAll()).toMatchObject({ discards: 0 })
    await db.update(discards).set({ dueAt: sql`now()` })
    expect(await sweepAll()).toMatchObject({ discards: 1 })
    expect(await readdir(join(folder, 'operations'))).toEqual([])
  })

  test('ends at its time limit, even if more is due', async () => {
    await insertExpired(db, { count: 30 })
    expect(await sweepAll({ batch: 10, budgetMs: 0 })).toMatchObject({ operations: 10, drained: false })
    expect(await sweepAll({ batch: 10 })).toMatchObject({ operations: 20, drained: true })
  })

  test('continues when a part of it fails', async () => {
    await insertExpired(db, { count: 1 })
    await db.execute(sql`
      insert into idempotency_keys values ('a', 'k', '', gen_random_uuid(), now() - interval '1 second')`)
    await db.execute(sql`alter table tombstones rename to gone`)
    expect(await sweepAll()).toMatchObject({ operations: 0, idempotencyKeys: 1 })
    await db.execute(sql`alter table gone rename to tombstones`)
    expect(await sweepAll()).toMatchObject({ operations: 1 })
  })
})

test('sweeps repeat until they are stopped', async () => {
  await insertExpired(db, { count: 5 })
  const retention = startSweep({ db, files, log }, { tombstoneSeconds, sweepSeconds: 0.05 })
  await expect.poll(() => db.$count(operations)).toBe(0)
  await insertExpired(db, { count: 5 })
  await expect.poll(() => db.$count(operations)).toBe(0)
  await retention.stop()
  await insertExpired(db, { count: 5 })
  expect(await db.$count(operations)).toBe(5)
})
