import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { recordDurations, typicalDurations } from '../../server/database/operations/durations.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'durations-test' })
})
afterEach(() => connection.db.execute(sql`truncate durations`))
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const record = (type: string, ...seconds: number[]) =>
  recordDurations(
    connection.db,
    seconds.map((figure) => ({ type, seconds: figure })),
  )
const typical = async (type: string) => (await typicalDurations(connection.db)).get(type)

test('the mean of a type’s first batch is its typical duration; other types have none', async () => {
  await recordDurations(connection.db, [])
  expect(await typicalDurations(connection.db)).toEqual(new Map())
  await recordDurations(connection.db, [
    { type: 'b', seconds: 1 },
    { type: 'a', seconds: 10 },
    { type: 'a', seconds: 20 },
  ])
  expect(await typicalDurations(connection.db)).toEqual(
    new Map([
      ['a', 15],
      ['b', 1],
    ]),
  )
})

test('one outlier changes the typical duration little, and a lasting change is followed soon', async () => {
  await record('a', ...Array(50).fill(10))
  await record('a', 100)
  expect(await typical('a')).toBeCloseTo(19)
  for (let batch = 0; batch < 10; batch += 1) await record('a', 2, 2, 2, 2, 2)
  expect(await typical('a')).toBeLessThan(2.2)
})

test('a batch counts as much as its operations one by one', async () => {
  await record('a', 10)
  await record('b', 10)
  await record('a', 20, 20, 20)
  for (let one = 0; one < 3; one += 1) await record('b', 20)
  expect(await typical('a')).toBeCloseTo((await typical('b')) ?? 0, 9)
})

test('concurrent batches of many processes, in any order, neither fail nor get lost', async () => {
  await record('a', 10)
  await record('b', 10)
  const batches = Array.from({ length: 50 }, (_, index) => (index % 2 ? ['a', 'b'] : ['b', 'a']))
  await Promise.all(
    batches.map((types) =>
      recordDurations(
        connection.db,
        types.map((type) => ({ type, seconds: 20 })),
      ),
    ),
  )
  const expected = 20 - 10 * 0.9 ** 50
  expect(await typical('a')).toBeCloseTo(expected, 6)
  expect(await typical('b')).toBeCloseTo(expected, 6)
})
