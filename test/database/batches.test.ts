import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import * as submissions from '../../server/database/operations/create.ts'
import * as lists from '../../server/database/operations/list.ts'
import * as queue from '../../server/database/operations/read.ts'
import { clearTables, createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'batches-test' })
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
    input: { uploadId: 'u' },
    priority: 'NORMAL',
    maxAttempts: 3,
    queueTimeoutSeconds: 600,
    ...change,
  }
}

const count = () => lists.count(connection.db, { ownerId: 'a' })

/** Number of transactions that created the current rows. */
async function transactions(): Promise<number> {
  const [row] = await connection.sql`select count(distinct xmin::text)::int as total from operations`
  return row?.total
}

test('concurrent submits share a statement, and each has its own row', async () => {
  const submit = submissions.batchedCreate(connection.db)
  const newOperations = Array.from({ length: 250 }, (_, at) => submission({ labels: { at: String(at) } }))
  const answers = await Promise.all(newOperations.map((one) => submit(one)))
  for (const [at, answer] of answers.entries()) {
    expect(answer).toMatchObject({ kind: 'created', operation: { operationId: newOperations[at]?.operationId } })
    expect(answer).toMatchObject({ operation: { labels: { at: String(at) } } })
  }
  expect(await count()).toBe(250)
  expect(await transactions()).toBeLessThan(10)
})

test('concurrent submits with equal keys create one row; the others are replays or mismatches', async () => {
  const submit = submissions.batchedCreate(connection.db)
  const keyed = (fingerprint: string) =>
    submission({
      idempotency: { key: 'k', fingerprint: Buffer.from(fingerprint), keepSeconds: 60 },
      labels: { fingerprint },
    })
  const [plain, first, ...others] = await Promise.all([
    submit(submission()),
    submit(keyed('one')),
    ...Array.from({ length: 20 }, () => submit(keyed('one'))),
    submit(keyed('two')),
  ])
  expect(plain.kind).toBe('created')
  expect(first.kind).toBe('created')
  expect(others.pop()).toEqual({ kind: 'mismatch' })
  const original = 'operation' in first ? first.operation : undefined
  for (const other of others) expect(other).toMatchObject({ kind: 'replayed', operation: original })
  expect(await count()).toBe(2)
})

test('a row that the database refuses fails alone', async () => {
  const submit = submissions.batchedCreate(connection.db)
  const invalidPriority = 'URGENT' as submissions.NewOperation['priority']
  const answers = await Promise.allSettled([
    submit(submission()),
    submit(submission()),
    submit(submission({ priority: invalidPriority })),
    submit(submission({ idempotency: { key: 'k', fingerprint: Buffer.from('one'), keepSeconds: 60 } })),
  ])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(await count()).toBe(3)
})

test('a submit that waits for a lock does not delay others for long', async () => {
  const submit = submissions.batchedCreate(connection.db)
  const idempotency = { key: 'k', fingerprint: Buffer.from('one'), keepSeconds: 60 }
  await connection.db
    .transaction(async (tx) => {
      const stored = await submissions.create(tx, submission({ idempotency }))
      expect(stored.kind).toBe('created')
      const blockedSubmit = submit(submission({ idempotency }))
      const free = await Promise.all([submit(submission()), submit(submission())])
      expect(free.map(({ kind }) => kind)).toEqual(['created', 'created'])
      return { blockedSubmit }
    })
    .then(async ({ blockedSubmit }) => expect((await blockedSubmit).kind).toBe('replayed'))
})

test('concurrent reads share a statement, and each returns its owner’s row or none', async () => {
  const rows = await Promise.all(
    ['a', 'b', 'a'].map((ownerId) => submissions.create(connection.db, submission({ ownerId }))),
  )
  const ids = rows.map((row) => ('operation' in row ? row.operation.operationId : ''))
  const find = queue.batchedFind(connection.db)
  const lookUps = Array.from({ length: 300 }, (_, at) => ({ ownerId: 'a', operationId: ids[at % 3] ?? '' }))
  const found = await Promise.all([...lookUps.map(find), find({ ownerId: 'a', operationId: uuidv7() })])
  const expected = lookUps.map(({ operationId }) => (operationId === ids[1] ? undefined : operationId))
  expect(found.map((row) => row?.operationId)).toEqual([...expected, undefined])
})

test('two statements with the same keys in opposite orders do not deadlock', async () => {
  const keys = Array.from({ length: 3000 }, (_, at) => ({
    key: `k${at}`,
    fingerprint: Buffer.from('one'),
    keepSeconds: 60,
  }))
  const submissionsOf = (order: typeof keys) => order.map((idempotency) => submission({ idempotency }))
  const inserted = await Promise.all([
    submissions.insertAll(connection.db, submissionsOf(keys)),
    submissions.insertAll(connection.db, submissionsOf(keys.toReversed())),
  ])
  expect(inserted.reduce((sum, { size }) => sum + size, 0)).toBe(3000)
})
