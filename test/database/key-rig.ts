import { and, eq, inArray, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import { claim } from '../../server/database/operations/claim.ts'
import { create, type NewOperation } from '../../server/database/operations/create.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { clearTables, createDatabase } from '../support/database.ts'
import { registerWorker } from '../support/register-worker.ts'

const actor = 'worker:test'
const expiresAt = new Date(Date.now() + 60_000)

export type KeyRig = Awaited<ReturnType<typeof openKeyRig>>

/** A database with one worker, and what the tests of concurrency keys do with operations. */
export async function openKeyRig(poolSize = 10) {
  const database = await createDatabase()
  const connection: Connection = connect(database.url, { poolSize, applicationName: 'keys-test' })
  const { db } = connection
  const workerId = uuidv7()
  await registerWorker(db, workerId)

  async function submit(change: Partial<NewOperation> = {}): Promise<string> {
    const operationId = uuidv7()
    await create(db, { ...keyed(), operationId, ...change })
    return operationId
  }

  /** Claims for the worker; the ids in the order of their turns. */
  async function claimed(limit = 100): Promise<string[]> {
    const rows = await claim(db, {
      workerId,
      limit,
      runSeconds: { generateReport: 60 },
      compensationSeconds: 60,
      ownerCap: undefined,
    })
    return rows.map(({ operationId }) => operationId)
  }

  async function read(operationId: string) {
    const [row] = await db.select().from(operations).where(eq(operations.operationId, operationId))
    if (!row) throw new Error(`no operation ${operationId}`)
    return row
  }

  /** Applies a transition with its usual values to the current attempt. */
  async function end(operationId: string, how: 'finish' | 'cancel' | 'fail' = 'finish', tx: Db = db) {
    const row = await read(operationId)
    const cause = { actor }
    if (how === 'finish') return transition(tx, how, row, { result: {}, expiresAt }, cause)
    if (how === 'cancel') return transition(tx, 'cancelPending', row, { retentionSeconds: 60 }, cause)
    return transition(tx, how, row, { error: { code: 'X' }, retentionSeconds: 60 }, cause)
  }

  const admittedOnes = and(
    sql`concurrency_key is not null`,
    sql`(turn_at is not null or status in ('RUNNING', 'CANCELLING'))`,
  )

  /** How many operations occupy each key, as `owner key`. */
  async function occupied(): Promise<Record<string, number>> {
    const rows = await db
      .select({ key: sql<string>`owner_id || ' ' || concurrency_key`, count: sql<number>`count(*)::int` })
      .from(operations)
      .where(admittedOnes)
      .groupBy(sql`1`)
    return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
  }

  return {
    database,
    connection,
    db,
    workerId,
    submit,
    claimed,
    read,
    end,
    occupied,
    /** Waiting for their key. */
    async waiting(ids: string[]) {
      const rows = await db
        .select({ id: operations.operationId })
        .from(operations)
        .where(and(inArray(operations.operationId, ids), sql`key_turn_at is not null and turn_at is null`))
      return rows.length
    },
    clear: () => clearTables(connection.sql, ['operations', 'events', 'idempotency_keys', 'waits']),
    async close() {
      await connection.close()
      await database.drop()
    },
  }
}

export function keyed(): NewOperation {
  return {
    operationId: uuidv7(),
    ownerId: 'a',
    type: 'generateReport',
    input: {},
    priority: 'NORMAL',
    maxAttempts: 3,
    queueTimeoutSeconds: 600,
    concurrencyKey: 'key:k',
    concurrencyLimit: 1,
  }
}
