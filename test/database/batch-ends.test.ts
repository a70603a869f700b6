import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createBatch } from '../../server/database/batches/create.ts'
import { batchedFindBatch } from '../../server/database/batches/read.ts'
import type { NewBatch } from '../../server/database/batches/types.ts'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import type { NewOperation } from '../../server/database/operations/create.ts'
import { deleteBatches, deleteExpired, purge } from '../../server/database/operations/sweep.ts'
import { transition, transitionMany } from '../../server/database/operations/transition.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
let db: Db
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 20, applicationName: 'batches-test' })
  db = connection.db
})
afterEach(() =>
  db.execute(
    sql`truncate operations, events, batches, deliveries, webhook_receivers, dependencies, tombstones, idempotency_keys`,
  ),
)
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const ownerId = 'a'
const webhook = { url: 'https://hooks.example.com/', secret: 'sealed' }
const find = (batchId: string) => batchedFindBatch(db)({ ownerId, batchId })
const accepts = { accepts: () => true, summary: () => ({ results: null, refused: 0 }) }

async function created(
  count: number,
  batch: Partial<NewBatch> = {},
  change: (index: number, ids: string[]) => Partial<NewOperation> = () => ({}),
) {
  const batchId = uuidv7()
  const ids = Array.from({ length: count }, () => uuidv7())
  const items = ids.map(
    (operationId, index): NewOperation => ({
      operationId,
      ownerId,
      batchId,
      type: 'importOrders',
      input: {},
      priority: 'NORMAL',
      maxAttempts: 3,
      queueTimeoutSeconds: 600,
      ...change(index, ids),
    }),
  )
  await createBatch(db, { batchId, ownerId, createdBy: 'key', webhook, keptSeconds: 60, ...batch }, items, accepts)
  return { batchId, ids }
}

const values = { retentionSeconds: 3600 }
const cancelMany = (on: Db, ids: readonly string[]) =>
  transitionMany(
    on,
    'cancelPending',
    ids.map((operationId) => ({ operationId, attempt: 0, actor: 'key', ...values })),
  )
const cancelOne = (on: Db, operationId: string) =>
  transition(on, 'cancelPending', { operationId, attempt: 0 }, values, { actor: 'key' })

/** The deliveries of the ends of batches. */
async function sent(): Promise<string[]> {
  const rows = (await db.execute(sql`select batch_id from deliveries where event = 'BATCH_COMPLETED'`)) as unknown as {
    batch_id: string
  }[]
  return rows.map(({ batch_id }) => batch_id)
}

/** Resolves when another connection waits for a lock. */
async function untilBlocked() {
  for (;;) {
    const [row] = (await db.execute(
      sql`select count(*)::int as blocked from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )) as unknown as { blocked: number }[]
    if (row?.blocked) return
  }
}

describe('a batch', () => {
  it('ends with its last operation, and not before', async () => {
    const { batchId, ids } = await created(3)
    await cancelMany(db, ids.slice(0, 2))
    expect(await find(batchId)).toMatchObject({ endedAt: null, counts: { PENDING: 1, CANCELLED: 2 } })
    expect(await sent()).toEqual([])
    await cancelOne(db, ids[2] ?? '')
    expect(await find(batchId)).toMatchObject({ endedAt: expect.any(Date), cancelled: 3, counts: null })
    expect(await sent()).toEqual([batchId])
  })

  it('ends once when its last two operations end at once, whichever commits first', async () => {
    const { batchId, ids } = await created(2)
    const [first = '', second = ''] = ids
    let ending: Promise<unknown> = Promise.resolve()
    await db.transaction(async (tx) => {
      await cancelOne(tx, first)
      ending = cancelOne(db, second)
      await untilBlocked()
      expect(await sent()).toEqual([])
    })
    await ending
    expect(await sent()).toEqual([batchId])
    expect(await find(batchId)).toMatchObject({ cancelled: 2, endedAt: expect.any(Date) })
  })

  it('does not end when the transaction of the last but one is rolled back', async () => {
    const { batchId, ids } = await created(2)
    const [first = '', second = ''] = ids
    let ending: Promise<unknown> = Promise.resolve()
    const rolledBack = db.transaction(async (tx) => {
      await cancelOne(tx, first)
      ending = cancelOne(db, second)
      await untilBlocked()
      throw new Error('roll back')
    })
    await expect(rolledBack).rejects.toThrow('roll back')
    await ending
    expect(await sent()).toEqual([])
    await cancelOne(db, first)
    expect(await sent()).toEqual([batchId])
  })

  it('ends exactly once in 30 races of many operations over several batches, without a deadlock', async () => {
    for (let round = 0; round < 30; round += 1) {
      const batches = await Promise.all([created(6), created(6), created(6)])
      const ids = batches.flatMap((batch) => batch.ids)
      const parts = Array.from({ length: 6 }, (_, part) => ids.filter((_, index) => index % 6 === part))
      await Promise.all(parts.map((part) => cancelMany(db, round % 2 ? part : part.toReversed())))
      for (const { batchId } of batches) expect((await find(batchId))?.cancelled).toBe(6)
    }
    const all = await sent()
    expect(all).toHaveLength(90)
    expect(new Set(all).size).toBe(90)
  })

  it('ends also if its operations depend on each other and end in several orders at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      // Every second operation depends on the one before it.
      const { batchId, ids } = await created(20, {}, (index, all) =>
        index % 2 ? { dependsOn: [all[index - 1] ?? ''] } : {},
      )
      const other = await created(10, {}, (index) => ({ dependsOn: [ids[index] ?? ''] }))
      const odd = ids.filter((_, index) => index % 2)
      const even = ids.filter((_, index) => index % 2 === 0)
      await Promise.all([cancelMany(db, odd), cancelMany(db, even), cancelMany(db, other.ids.toReversed())])
      expect((await find(batchId))?.endedAt).not.toBeNull()
      expect((await find(other.batchId))?.endedAt).not.toBeNull()
    }
  })

  it('without operations has ended when it is created', async () => {
    const { batchId } = await created(0)
    expect(await find(batchId)).toMatchObject({ accepted: 0, endedAt: expect.any(Date) })
    expect(await sent()).toEqual([batchId])
  })

  it('is delivered to its webhook and to each enabled receiver that subscribes to it', async () => {
    const receiver = (id: string, owner: string, events: string[], disabled: boolean) => sql`
      insert into webhook_receivers (receiver_id, owner_id, url, events, secret, disabled_at, disabled_reason)
      values (${id}::uuid, ${owner}, 'https://x.example.com', ${JSON.stringify(events)}::jsonb, 's',
        ${disabled ? sql`now()` : sql`null`}, ${disabled ? 'GONE' : null})`
    const [wanted, ...others] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()] as [string, string, string, string]
    await db.execute(receiver(wanted, ownerId, ['BATCH_COMPLETED'], false))
    await db.execute(receiver(others[0] ?? '', ownerId, ['COMPLETED'], false))
    await db.execute(receiver(others[1] ?? '', ownerId, ['BATCH_COMPLETED'], true))
    await db.execute(receiver(others[2] ?? '', 'b', ['BATCH_COMPLETED'], false))
    const { ids } = await created(1, { webhook: undefined })
    await cancelMany(db, ids)
    const rows = await db.execute(sql`select receiver_id from deliveries where event = 'BATCH_COMPLETED'`)
    expect([...(rows as unknown as object[])]).toEqual([{ receiver_id: wanted }])
  })
})

describe('operations that are deleted', () => {
  const purgeOne = (on: Db, operationId: string) => purge(on, { ownerId, operationId, tombstoneSeconds: 60 })

  it('before the end of their batch are counted', async () => {
    const { batchId, ids } = await created(3)
    const [first = '', second = '', third = ''] = ids
    await cancelMany(db, [first, second])
    await purgeOne(db, first)
    expect(await find(batchId)).toMatchObject({ cancelled: 1, counts: { PENDING: 1, CANCELLED: 1 } })
    await db.execute(sql`update operations set expires_at = now() where operation_id = ${second}::uuid`)
    expect(await deleteExpired(db, { limit: 10, tombstoneSeconds: 60 })).toBe(1)
    await cancelOne(db, third)
    expect(await find(batchId)).toMatchObject({ cancelled: 3, endedAt: expect.any(Date) })
  })

  it.each(['the deletion', 'the end'])('at the same time are counted once when %s commits first', async (first) => {
    const { batchId, ids } = await created(2)
    const [deleted = '', last = ''] = ids
    await cancelOne(db, deleted)
    const steps = [(on: Db) => purgeOne(on, deleted), (on: Db) => cancelOne(on, last)]
    const [now, later] = first === 'the end' ? steps.toReversed() : steps
    let waiting: Promise<unknown> | undefined
    await db.transaction(async (tx) => {
      await now?.(tx)
      waiting = later?.(db)
      await untilBlocked()
    })
    await waiting
    expect(await find(batchId)).toMatchObject({ cancelled: 2, endedAt: expect.any(Date) })
    expect(await sent()).toEqual([batchId])
  })
})

describe('the sweep', () => {
  it('deletes a batch when its operations and its key have expired, and not while one is active', async () => {
    const { batchId, ids } = await created(1, { keptSeconds: -10 })
    expect(await deleteBatches(db, 10)).toBe(0)
    await cancelMany(db, ids)
    const row = await find(batchId)
    expect(row?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 3_000_000)
    expect(await deleteBatches(db, 10)).toBe(0)
    await db.execute(sql`update batches set expires_at = now()`)
    expect(await deleteBatches(db, 10)).toBe(1)
    expect(await find(batchId)).toBeUndefined()
  })
})
