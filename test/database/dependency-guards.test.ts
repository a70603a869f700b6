import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { create } from '../../server/database/operations/create.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startAttempt } from '../support/suspended.ts'

/** Each guard of the functions, removed: the races of dependencies.long.test.ts then leave an operation that never starts. */

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'guards-test' })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const folder = resolve(import.meta.dirname, '../../server/database/functions')

/** Installs the function with `from` replaced, until the returned function is called. */
async function without(name: string, from: string, to: string) {
  const source = readFileSync(`${folder}/${name}.sql`, 'utf8')
  expect(source.split(from)).toHaveLength(2)
  await connection.db.execute(sql.raw(source.replace(from, to)))
  return () => connection.db.execute(sql.raw(source))
}

const submission = (dependsOn?: string[]) => ({
  operationId: uuidv7(),
  ownerId: 'a',
  type: 'importOrders',
  input: {},
  priority: 'NORMAL' as const,
  maxAttempts: 3,
  queueTimeoutSeconds: 600,
  dependsOn,
})

async function running() {
  const given = submission()
  await create(connection.db, given)
  return (await startAttempt(connection.db, given.operationId)).operationId
}

const finish = (operationId: string, db = connection.db) => {
  const completion = { result: {}, expiresAt: new Date(Date.now() + 60_000) }
  return transition(db, 'finish', { operationId, attempt: 1 }, completion, { actor: 'test' })
}

async function openDependencies(operationId: string) {
  const [row] = await connection.db.select().from(operations).where(eq(operations.operationId, operationId))
  return row?.openDependencies
}

const blocked = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

/** Two dependencies end at the same time: the second one waits for the row of the dependent. */
async function endTogether() {
  const [first, second] = [await running(), await running()]
  const dependent = submission([first, second])
  await create(connection.db, dependent)
  let ending: Promise<unknown> | undefined
  await connection.db.transaction(async (tx) => {
    await finish(first, tx)
    ending = finish(second)
    await expect.poll(() => connection.db.execute(blocked)).not.toEqual([])
  })
  await ending
  return openDependencies(dependent.operationId)
}

/** The dependency ends between the count of the submit and its commit. */
async function endDuringSubmit() {
  const dependency = await running()
  const dependent = submission([dependency])
  let ending: Promise<unknown> | undefined
  await connection.db.transaction(async (tx) => {
    await create(tx, dependent)
    ending = finish(dependency)
    const isBlocked = async () => ((await connection.db.execute(blocked)) as unknown[]).length > 0
    await Promise.race([ending, expect.poll(isBlocked).toBe(true)])
  })
  await ending
  return openDependencies(dependent.operationId)
}

test('counts without the lock of the dependents', async () => {
  const restore = await without(
    'resolve_dependents',
    "AND open_dependencies IS NOT NULL AND status = 'PENDING'\n\t\tORDER BY operation_id FOR NO KEY UPDATE;",
    "AND open_dependencies IS NOT NULL AND status = 'PENDING'\n\t\tORDER BY operation_id;",
  )
  expect(await endTogether()).toBe(1)
  await restore()
  expect(await endTogether()).toBeNull()
})

test('submits without the lock of the dependencies', async () => {
  const restore = await without('lock_dependencies', 'ORDER BY operation_id FOR SHARE;', 'ORDER BY operation_id;')
  expect(await endDuringSubmit()).toBe(1)
  await restore()
  expect(await endDuringSubmit()).toBeNull()
})
