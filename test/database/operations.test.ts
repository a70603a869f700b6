import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import * as submissions from '../../server/database/operations/create.ts'
import * as lists from '../../server/database/operations/list.ts'
import * as queue from '../../server/database/operations/read.ts'
import { idempotencyKeys, operations } from '../../server/database/schema/operations.ts'
import { clearTables, createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'operations-test' })
})
afterEach(() => clearTables(connection.sql, ['operations', 'events', 'idempotency_keys']))
afterAll(async () => {
  await connection.close()
  await database.drop()
})

function submission(change: Partial<submissions.NewOperation> = {}): submissions.NewOperation {
  return {
    operationId: uuidv7(),
    ownerId: 'a',
    type: 'importOrders',
    input: { uploadId: 'ü' },
    priority: 'NORMAL',
    maxAttempts: 3,
    queueTimeoutSeconds: 600,
    ...change,
  }
}

async function submit(change?: Partial<submissions.NewOperation>) {
  const answer = await submissions.create(connection.db, submission(change))
  if (!('operation' in answer)) throw new Error(answer.kind)
  const row = await queue.find(connection.db, answer.operation)
  if (!row) throw new Error('no row')
  expect(row).toMatchObject(answer.operation)
  return row
}

const idempotency = { key: 'order 66', fingerprint: Buffer.from('one'), keepSeconds: 60 }

describe('a submit', () => {
  test('creates a PENDING row with a turn by its priority and with its queue deadline', async () => {
    for (const [priority, delayMs] of [
      ['HIGH', 0],
      ['NORMAL', 60_000],
      ['LOW', 300_000],
    ] as const) {
      const row = await submit({ priority, labels: { team: 'crm' } })
      expect(row).toMatchObject({ status: 'PENDING', attempt: 0, labels: { team: 'crm' } })
      // The input may be large: reads and lists leave it in the database.
      const listed = await lists.list(connection.db, { ownerId: row.ownerId, limit: 1 })
      for (const read of [row, ...listed.rows]) expect(read).not.toHaveProperty('input')
      expect(await queue.inputOf(connection.db, row)).toEqual({ uploadId: 'ü' })
      expect((row.turnAt?.getTime() ?? 0) - row.createdAt.getTime()).toBe(delayMs)
      expect((row.deadlineAt?.getTime() ?? 0) - row.createdAt.getTime()).toBe(600_000)
    }
  })

  test('with a future start has no turn yet, and its queue timeout counts from the start', async () => {
    const startAfter = new Date(Date.now() + 60_000)
    const row = await submit({ startAfter })
    expect(row).toMatchObject({ turnAt: null, startAfter, dueAt: startAfter })
    expect((row.deadlineAt?.getTime() ?? 0) - startAfter.getTime()).toBe(600_000)
    const past = new Date(Date.now() - 60_000)
    const due = await submit({ startAfter: past })
    expect(due).toMatchObject({ startAfter: past, dueAt: null })
    expect(due.turnAt).not.toBeNull()
  })

  test('that is sent 20 times concurrently with one key creates one row', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => submissions.create(connection.db, submission({ idempotency }))),
    )
    expect(answers.filter((answer) => answer.kind === 'created')).toHaveLength(1)
    expect(answers.filter((answer) => answer.kind === 'replayed')).toHaveLength(19)
    const ids = answers.map((answer) => ('operation' in answer ? answer.operation.operationId : undefined))
    expect(new Set(ids).size).toBe(1)
    expect(await lists.count(connection.db, { ownerId: 'a' })).toBe(1)
  })

  test('with a used key and another fingerprint is a mismatch and creates no row', async () => {
    await submit({ idempotency })
    const other = { ...idempotency, fingerprint: Buffer.from('two') }
    expect(await submissions.create(connection.db, submission({ idempotency: other }))).toEqual({ kind: 'mismatch' })
    expect(await lists.count(connection.db, { ownerId: 'a' })).toBe(1)
  })

  test('with a key that another owner has used creates a row', async () => {
    const [mine, theirs] = await Promise.all([submit({ idempotency }), submit({ idempotency, ownerId: 'b' })])
    expect(mine.operationId).not.toBe(theirs.operationId)
  })

  test('with an expired key creates a row', async () => {
    const first = await submit({ idempotency })
    await connection.db.update(idempotencyKeys).set({ expiresAt: sql`now()` })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => submissions.create(connection.db, submission({ idempotency }))),
    )
    expect(answers.filter((answer) => answer.kind === 'created')).toHaveLength(1)
    expect(answers.every((answer) => 'operation' in answer && answer.operation.operationId !== first.operationId)).toBe(
      true,
    )
  })
})

describe('reads', () => {
  test('return nothing to another owner', async () => {
    const { operationId } = await submit()
    expect(await queue.find(connection.db, { ownerId: 'a', operationId })).toMatchObject({ operationId })
    expect(await queue.find(connection.db, { ownerId: 'b', operationId })).toBeUndefined()
    expect(await queue.findMany(connection.db, { ownerId: 'b', operationIds: [operationId] })).toEqual([])
    expect(await queue.findMany(connection.db, { ownerId: 'a', operationIds: [operationId, uuidv7()] })).toHaveLength(1)
    expect(await lists.list(connection.db, { ownerId: 'b', limit: 10 })).toEqual({ rows: [] })
    const request = { ownerId: 'b', operationId, actor: 'b', retentionSeconds: () => 60 }
    expect(await queue.cancel(connection.db, request)).toBeUndefined()
  })

  test('list the newest first, on pages without overlap', async () => {
    const ids: string[] = []
    for (let index = 0; index < 7; index += 1) ids.unshift((await submit()).operationId)
    const seen: string[] = []
    for (let before: string | undefined; ; ) {
      const { rows: page } = await lists.list(connection.db, { ownerId: 'a', limit: 3, before })
      seen.push(...page.map((row) => row.operationId))
      before = page.at(-1)?.operationId
      if (page.length < 3) break
    }
    expect(seen).toEqual(ids)
  })

  test('apply filters to a list and its count alike', async () => {
    const { operationId } = await submit({ labels: { team: 'crm', run: '1' } })
    await submit({ type: 'exportCustomers' })
    const filters: Partial<lists.OperationFilter>[] = [
      { labels: [['team', 'crm']] },
      { types: ['importOrders'] },
      { types: ['importOrders', 'generateReport'], statuses: ['PENDING'] },
    ]
    for (const filter of filters) {
      const { rows } = await lists.list(connection.db, { ownerId: 'a', limit: 10, ...filter })
      expect(rows.map((row) => row.operationId)).toEqual([operationId])
      expect(await lists.count(connection.db, { ownerId: 'a', ...filter })).toBe(1)
    }
    expect(await lists.count(connection.db, { ownerId: 'a', statuses: ['FAILED'] })).toBe(0)
    const labels = [
      ['team', 'hr'],
      ['team', 'crm'],
    ] as const
    expect(await lists.count(connection.db, { ownerId: 'a', labels })).toBe(0)
    expect(await lists.count(connection.db, { ownerId: 'a', createdAfter: new Date(Date.now() + 60_000) })).toBe(0)
    expect(await lists.count(connection.db, { ownerId: 'a', createdBefore: new Date(Date.now() + 60_000) })).toBe(2)
  })

  test('a filter by problem codes matches failed operations only, whatever else it says', async () => {
    const failed = async (code: string, type = 'importOrders') => {
      const { operationId } = await submit({ type })
      const error = JSON.stringify({ code, cause: { code: 'CAUSE' } })
      await connection.db.execute(sql`update operations set status = 'FAILED', error = ${error}::jsonb, turn_at = null,
        finished_at = now() where operation_id = ${operationId}`)
      return operationId
    }
    const one = await failed('NO_DATA_IN_RANGE')
    const two = await failed('TIMEOUT', 'exportCustomers')
    await failed('NO_DATA')
    await submit()
    const cases: [Partial<lists.OperationFilter>, string[]][] = [
      [{ problemCodes: ['NO_DATA_IN_RANGE'] }, [one]],
      [{ problemCodes: ['TIMEOUT', 'NO_DATA_IN_RANGE'] }, [two, one]],
      [{ problemCodes: ['TIMEOUT', 'NO_DATA_IN_RANGE'], types: ['importOrders'] }, [one]],
      [{ problemCodes: ['TIMEOUT'], statuses: ['PENDING', 'FAILED'] }, [two]],
      [{ problemCodes: ['TIMEOUT'], statuses: ['PENDING'] }, []],
      [{ problemCodes: ['CAUSE', 'no_data_in_range', "' or true --"] }, []],
    ]
    for (const [filter, ids] of cases) {
      const { rows } = await lists.list(connection.db, { ownerId: 'a', limit: 10, ...filter })
      expect(rows.map((row) => row.operationId)).toEqual(ids)
      expect(await lists.count(connection.db, { ownerId: 'a', ...filter })).toBe(ids.length)
      for (const row of rows) expect(lists.isSelected({ ownerId: 'a', ...filter }, row)).toBe(true)
    }
    const [row] = (await lists.list(connection.db, { ownerId: 'a', limit: 1, problemCodes: ['TIMEOUT'] })).rows
    expect(row && lists.isSelected({ ownerId: 'a', problemCodes: ['NO_DATA'] }, row)).toBe(false)
  })

  test('the queue position counts the owner’s earlier turns, and is omitted beyond 1,000', async () => {
    const low = await submit({ priority: 'LOW' })
    const normal = await submit()
    await submit({ ownerId: 'b', priority: 'HIGH' })
    const later = await submit({ startAfter: new Date(Date.now() + 60_000) })
    expect(await queue.queuePosition(connection.db, normal)).toBe(1)
    expect(await queue.queuePosition(connection.db, low)).toBe(2)
    expect(await queue.queuePosition(connection.db, later)).toBeUndefined()
    await connection.db.execute(sql`
      insert into operations (operation_id, owner_id, type, max_attempts, input, turn_at)
      select gen_random_uuid(), 'a', 'x', 1, '{}', now() from generate_series(1, 999)`)
    expect(await queue.queuePosition(connection.db, normal)).toBe(1000)
    expect(await queue.queuePosition(connection.db, low)).toBeUndefined()
  })
})

test('a waiting operation is cancelled at once, with its reason, and stays CANCELLED', async () => {
  const { operationId } = await submit()
  const request = { ownerId: 'a', operationId, actor: 'a', reason: 'superseded', retentionSeconds: () => 60 }
  const answer = await queue.cancel(connection.db, request)
  expect(answer).toMatchObject({ kind: 'cancelled', operation: { status: 'CANCELLED', reason: 'superseded' } })
  expect(await queue.cancel(connection.db, request)).toMatchObject({ kind: 'unchanged' })
})

test('an operation that waits for its next attempt and must be compensated is CANCELLING until compensation ends', async () => {
  const { operationId } = await submit()
  await connection.db.update(operations).set({ owesCompensation: true }).where(eq(operations.operationId, operationId))
  const request = { ownerId: 'a', operationId, actor: 'a', reason: 'superseded', retentionSeconds: () => 60 }
  const answer = await queue.cancel(connection.db, request)
  expect(answer).toMatchObject({ kind: 'cancelled', operation: { status: 'CANCELLING', reason: 'superseded' } })
  expect(answer?.operation).toMatchObject({ finishedAt: null, owesCompensation: true, turnAt: expect.any(Date) })
  expect(await queue.cancel(connection.db, request)).toMatchObject({ kind: 'unchanged' })
})

test('a finished operation cannot be cancelled', async () => {
  const { operationId } = await submit()
  await connection.db
    .update(operations)
    .set({ status: 'COMPLETED', result: {}, finishedAt: new Date(), turnAt: null })
    .where(eq(operations.operationId, operationId))
  const request = { ownerId: 'a', operationId, actor: 'a', retentionSeconds: () => 60 }
  expect(await queue.cancel(connection.db, request)).toMatchObject({
    kind: 'finished',
    operation: { status: 'COMPLETED' },
  })
})
