import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connect.ts'
import * as queue from '../../server/database/operations.ts'
import * as submissions from '../../server/database/submissions.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'gather-test' })
})
afterEach(() => connection.db.execute(sql`truncate operations, events, idempotency_keys`))
afterAll(async () => {
  await connection.close()
  await database.drop()
})

function submission(change: Partial<submissions.Submission> = {}): submissions.Submission {
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

const count = () => queue.count(connection.db, { ownerId: 'a' })

/** How many transactions made the rows that are there now. */
async function transactions(): Promise<number> {
  const [row] = await connection.sql`select count(distinct xmin::text)::int as total from operations`
  return row?.total
}

test('those that come at once share a statement, and each has its own row', async () => {
  const submit = submissions.gatheredSubmit(connection.db)
  const given = Array.from({ length: 250 }, (_, at) => submission({ labels: { at: String(at) } }))
  const answers = await Promise.all(given.map((one) => submit(one)))
  for (const [at, answer] of answers.entries()) {
    expect(answer).toMatchObject({ kind: 'created', operation: { operationId: given[at]?.operationId } })
    expect(answer).toMatchObject({ operation: { labels: { at: String(at) } } })
  }
  expect(await count()).toBe(250)
  expect(await transactions()).toBeLessThan(10)
})

test('equal keys at once make one row, and the others are its replays or mismatches', async () => {
  const submit = submissions.gatheredSubmit(connection.db)
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
  const submit = submissions.gatheredSubmit(connection.db)
  const unheard = 'URGENT' as submissions.Submission['priority']
  const answers = await Promise.allSettled([
    submit(submission()),
    submit(submission()),
    submit(submission({ priority: unheard })),
    submit(submission({ idempotency: { key: 'k', fingerprint: Buffer.from('one'), keepSeconds: 60 } })),
  ])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(await count()).toBe(3)
})

test('one that waits for a lock holds up nobody for long', async () => {
  const submit = submissions.gatheredSubmit(connection.db)
  const idempotency = { key: 'k', fingerprint: Buffer.from('one'), keepSeconds: 60 }
  await connection.db
    .transaction(async (tx) => {
      const held = await submissions.submit(tx, submission({ idempotency }))
      expect(held.kind).toBe('created')
      const waits = submit(submission({ idempotency }))
      const free = await Promise.all([submit(submission()), submit(submission())])
      expect(free.map(({ kind }) => kind)).toEqual(['created', 'created'])
      return { waits }
    })
    .then(async ({ waits }) => expect((await waits).kind).toBe('replayed'))
})

test('reads at once share a statement, and each sees its owner’s row or none', async () => {
  const rows = await Promise.all(
    ['a', 'b', 'a'].map((ownerId) => submissions.submit(connection.db, submission({ ownerId }))),
  )
  const ids = rows.map((row) => ('operation' in row ? row.operation.operationId : ''))
  const find = queue.gatheredFind(connection.db)
  const asked = Array.from({ length: 300 }, (_, at) => ({ ownerId: 'a', operationId: ids[at % 3] ?? '' }))
  const found = await Promise.all([...asked.map(find), find({ ownerId: 'a', operationId: uuidv7() })])
  const expected = asked.map(({ operationId }) => (operationId === ids[1] ? undefined : operationId))
  expect(found.map((row) => row?.operationId)).toEqual([...expected, undefined])
})

test('two statements with the same keys in opposite orders wait for each other without a deadlock', async () => {
  const keys = Array.from({ length: 3000 }, (_, at) => ({
    key: `k${at}`,
    fingerprint: Buffer.from('one'),
    keepSeconds: 60,
  }))
  const given = (order: typeof keys) => order.map((idempotency) => submission({ idempotency }))
  const inserted = await Promise.all([
    submissions.insertAll(connection.db, given(keys)),
    submissions.insertAll(connection.db, given(keys.toReversed())),
  ])
  expect(inserted.reduce((sum, { size }) => sum + size, 0)).toBe(3000)
})
