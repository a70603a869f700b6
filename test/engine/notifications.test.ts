import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { type NotificationKind, type Notifications, openNotifications } from '../../server/database/notifications.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
let sender: Notifications
let listener: Notifications
const errors: Error[] = []
beforeEach(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 1, applicationName: 'notifications-test' })
  sender = openNotifications(database.url)
  listener = openNotifications(database.url, (error) => errors.push(error))
})
afterEach(async () => {
  await Promise.all([sender.close(), listener.close()])
  await connection.close()
  await database.drop()
})

/** Repeats notifications until one is received: those sent while not connected are dropped. */
async function untilReceived(kind: NotificationKind) {
  const received = Promise.withResolvers<void>()
  const stop = listener.listen(kind, () => received.resolve())
  const sending = setInterval(() => sender.notify(kind, 'warm-up'), 10)
  await received.promise
  clearInterval(sending)
  stop()
}

function cutConnection() {
  return connection.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'longrun-notifications'`,
  )
}

test.each([
  { kind: 'submitted', others: ['changed', 'moved'] },
  { kind: 'moved', others: ['changed', 'submitted'] },
] as const)('$kind is received by its listeners only, with every id, in batches after the first', async ({
  kind,
  others,
}) => {
  await untilReceived(kind)
  const batches: string[][] = []
  const all = Promise.withResolvers<void>()
  for (const other of others) listener.listen(other, () => all.reject(new Error('wrong kind')))
  listener.listen(kind, (ids) => {
    batches.push(ids.filter((id) => id !== 'warm-up'))
    if (batches.flat().length === 500) all.resolve()
  })
  const sent = Array.from({ length: 500 }, (_, index) => `018f0000-0000-7000-8000-${String(index).padStart(12, '0')}`)
  sender.notify(kind, ...sent)
  await all.promise
  expect(batches.flat()).toEqual(sent)
  expect(batches.filter((batch) => batch.length > 0).length).toBeLessThanOrEqual(4)
})

test('listeners of `moved` are called when listening starts and when it restarts', async () => {
  let resumptions = 0
  let resumed = Promise.withResolvers<void>()
  listener.resumed(() => {
    resumptions += 1
    resumed.resolve()
  })
  listener.listen('moved', () => {})
  await resumed.promise
  resumed = Promise.withResolvers()
  await cutConnection()
  await resumed.promise
  expect(resumptions).toBe(2)
})

test('a broken connection is replaced, and notifications arrive again', async () => {
  await untilReceived('changed')
  await cutConnection()
  await untilReceived('changed')
  expect(errors.length).toBeGreaterThan(0)
})
