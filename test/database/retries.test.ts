import { asc, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { create } from '../../server/database/operations/create.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { retry } from '../../server/database/operations/retry.ts'
import { operations, steps } from '../../server/database/schema/operations.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const ownerId = 'owner-a'
const retentionSeconds = () => 60

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 5, applicationName: 'retries-test' })
})
afterEach(async () => {
  await connection.db.delete(steps)
  await connection.db.delete(operations)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

/** A cancelled operation with these steps. */
async function cancelled(rows: readonly Omit<typeof steps.$inferInsert, 'operationId' | 'attempt'>[]): Promise<string> {
  const { db } = connection
  const operationId = uuidv7()
  const figures = { maxAttempts: 3, queueTimeoutSeconds: 60 }
  await create(db, { operationId, ownerId, type: 'deliverOrder', input: {}, priority: 'NORMAL', ...figures })
  await cancel(db, { ownerId, operationId, actor: 'owner', retentionSeconds })
  await db.insert(steps).values(rows.map((row) => ({ ...row, operationId, attempt: 3 })))
  return operationId
}

/** The steps of the retry, and the status after a cancel before it was claimed. */
async function retried(operationId: string, reusesSteps: boolean) {
  const { db } = connection
  const newOperationId = uuidv7()
  const rule = () => ({ queueTimeoutSeconds: 60, reusesSteps })
  expect(await retry(db, { ownerId, operationId, newOperationId, actor: 'owner', rule })).toMatchObject({
    kind: 'created',
  })
  const found = await db.select().from(steps).where(eq(steps.operationId, newOperationId)).orderBy(asc(steps.position))
  const moved = await cancel(db, { ownerId, operationId: newOperationId, actor: 'owner', retentionSeconds })
  return { steps: found.map(({ operationId: _, ...step }) => step), onCancel: moved?.operation.status }
}

const stepsOfFirst = [
  { name: 'reserve', position: 1, state: 'DONE', undoable: true, result: { a: 1 }, phase: 'A', durationMs: 1200 },
  { name: 'notify', position: 2, state: 'DONE', undoable: false, result: null, phase: null, durationMs: 30 },
  { name: 'charge', position: 3, state: 'UNDONE', undoable: true, result: null },
  { name: 'confirm', position: 4, state: 'DONE', undoable: false, result: null },
] as const

it('a type that reuses its steps copies the DONE steps before the first undone step, with their undo', async () => {
  expect(await retried(await cancelled(stepsOfFirst), true)).toEqual({
    steps: [
      { ...stepsOfFirst[0], attempt: 0 },
      { ...stepsOfFirst[1], attempt: 0 },
    ],
    onCancel: 'CANCELLING',
  })
})

it('a retry without a step to copy needs no compensation', async () => {
  const none = stepsOfFirst.filter(({ position }) => position > 2)
  expect(await retried(await cancelled(none), true)).toEqual({ steps: [], onCancel: 'CANCELLED' })
})

it('a type that does not reuse its steps starts from the beginning', async () => {
  expect(await retried(await cancelled(stepsOfFirst), false)).toEqual({ steps: [], onCancel: 'CANCELLED' })
})
