import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connect.ts'
import { type HintKind, type Hints, openHints } from '../../server/database/hints.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
let teller: Hints
let listener: Hints
const troubles: Error[] = []
beforeEach(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 1, applicationName: 'hints-test' })
  teller = openHints(database.url)
  listener = openHints(database.url, (error) => troubles.push(error))
})
afterEach(async () => {
  await Promise.all([teller.close(), listener.close()])
  await connection.close()
  await database.drop()
})

/** Says ids until one is heard: a hint that is told while nobody is connected is dropped. */
async function untilHeard(kind: HintKind) {
  const heard = Promise.withResolvers<void>()
  const stop = listener.listen(kind, () => heard.resolve())
  const telling = setInterval(() => teller.tell(kind, 'warm-up'), 10)
  await heard.promise
  clearInterval(telling)
  stop()
}

function cutHints() {
  return connection.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'longrun-hints'`,
  )
}

test.each([
  { kind: 'submitted', others: ['changed', 'moved'] },
  { kind: 'moved', others: ['changed', 'submitted'] },
] as const)('$kind reaches its listeners alone, with every id, bundled after the first', async ({ kind, others }) => {
  await untilHeard(kind)
  const bundles: string[][] = []
  const all = Promise.withResolvers<void>()
  for (const other of others) listener.listen(other, () => all.reject(new Error('wrong kind')))
  listener.listen(kind, (ids) => {
    bundles.push(ids.filter((id) => id !== 'warm-up'))
    if (bundles.flat().length === 500) all.resolve()
  })
  const told = Array.from({ length: 500 }, (_, index) => `018f0000-0000-7000-8000-${String(index).padStart(12, '0')}`)
  teller.tell(kind, ...told)
  await all.promise
  expect(bundles.flat()).toEqual(told)
  expect(bundles.filter((bundle) => bundle.length > 0).length).toBeLessThanOrEqual(4)
})

test('whoever listens to moves is told when listening begins, and begins anew', async () => {
  let resumptions = 0
  let resumed = Promise.withResolvers<void>()
  listener.resumed(() => {
    resumptions += 1
    resumed.resolve()
  })
  listener.listen('moved', () => {})
  await resumed.promise
  resumed = Promise.withResolvers()
  await cutHints()
  await resumed.promise
  expect(resumptions).toBe(2)
})

test('a connection that was cut is made anew, and hints come again', async () => {
  await untilHeard('changed')
  await cutHints()
  await untilHeard('changed')
  expect(troubles.length).toBeGreaterThan(0)
})
