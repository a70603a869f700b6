import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { migrate } from '../../server/database/migrate.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { csvOf, line } from '../handlers/order-lines.ts'
import { ask, ended, inAnHour, submitted } from '../http/requests.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'

/**
 * Settings that a role, a database or a URL may have and that would change answers, and what the service uses instead. PostgreSQL manual,
 * "Client Connection Defaults", "Version and Platform Compatibility", "Error Handling" and "Write Ahead Log".
 */
const settings: [name: string, hostile: string, expected: string][] = [
  ['datestyle', 'German, YMD', 'ISO, MDY'],
  ['intervalstyle', 'sql_standard', 'postgres'],
  ['timezone', 'Pacific/Kiritimati', 'UTC'],
  ['extra_float_digits', '-15', '1'],
  ['client_encoding', 'LATIN1', 'UTF8'],
  ['bytea_output', 'escape', 'hex'],
  ['standard_conforming_strings', 'off', 'on'],
  ['array_nulls', 'off', 'on'],
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['default_transaction_deferrable', 'on', 'off'],
  ['exit_on_error', 'on', 'off'],
  ['gin_fuzzy_search_limit', '1', '0'],
  ['lock_timeout', '1', '0'],
  ['idle_session_timeout', '300', '0'],
]
/** Timeouts that the service sets per connection. */
const timeouts = ['statement_timeout', 'idle_in_transaction_session_timeout']

const rowsOf = (list: { name: string; setting: string }[]) =>
  Object.fromEntries(list.map(({ name, setting }) => [name, setting]))

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  const name = new URL(database.url).pathname.slice(1)
  const all = [...settings, ...timeouts.map((setting) => [setting, '1'] as const)]
  // In one session, because the settings apply to the next.
  const statements = all.map(([setting, hostile]) => `alter database ${name} set ${setting} = '${hostile}'`)
  await execute(database.url, statements.join(';'))
})
afterAll(() => database.drop())

describe('the settings of a session', () => {
  it.each(['of the database', 'of the URL'])('%s are replaced on every connection', async (place) => {
    const url = new URL(database.url)
    const words = settings.map(([name, hostile]) => `-c ${name}=${hostile.replaceAll(' ', '\\ ')}`)
    if (place === 'of the URL') url.searchParams.set('options', words.join(' '))
    const connection = connect(url.href, { poolSize: 1, applicationName: 'settings' })
    const query = `select name, current_setting(name) as setting from unnest(string_to_array('${settings.map(([name]) => name).join()}', ',')) name`
    const expected = Object.fromEntries(settings.map(([name, , value]) => [name, value]))
    const fromUrl = place === 'of the URL' ? { lock_timeout: '1ms', idle_session_timeout: '300ms' } : {}
    try {
      expect(rowsOf(await connection.sql.unsafe(query))).toEqual({ ...expected, ...fromUrl })
      for (const pool of [connection.copyPool, connection.countPool]) {
        expect(rowsOf((await pool.query(query)).rows)).toEqual({ ...expected, ...fromUrl })
      }
      const { rows } = await connection.copyPool.query('show statement_timeout')
      expect(rows).toEqual([{ statement_timeout: '0' }])
    } finally {
      await connection.close()
    }
  })

  it('do not end a migration', () => migrate(database.url))

  it('do not end a connection that listens', async () => {
    const errors: Error[] = []
    const notifications = openPostgresNotifier(database.url, (error) => errors.push(error))
    const received = Promise.withResolvers<string[]>()
    const listening = new Promise<void>((resolve) => notifications.resumed(resolve))
    notifications.listen('moved', received.resolve)
    await listening
    // Longer than the idle timeout of the database.
    await delay(500)
    notifications.notify('moved', '01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90')
    expect(await received.promise).toEqual(['01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90'])
    expect(errors).toEqual([])
    await notifications.close()
  })
})

describe('a service on a database with such settings', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({}, database)
  })
  afterAll(() => service.close())

  it('accepts, shows, lists and cancels operations', async () => {
    const startAfter = inAnHour()
    const path = await submitted(service, { startAfter })
    const { body } = await ask(service, path)
    expect(Date.parse(String(body.startAfter))).toBe(Date.parse(startAfter))
    expect(Math.abs(Date.parse(String(body.createdAt)) - Date.now())).toBeLessThan(60_000)
    expect((await ask(service, '/api/v1/operations?pageSize=1')).body.operations).toMatchObject([
      { operationId: body.operationId },
    ])
    expect((await ask(service, `${path}/events`)).body.events).toHaveLength(1)
    expect((await ask(service, path, { method: 'DELETE' })).status).toBe(204)
  })

  it('creates a report', async () => {
    const path = await submitted(service)
    expect(await ended(service, path)).toMatchObject({ status: 'COMPLETED' })
  })

  it('imports orders', async () => {
    const csv = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: csvOf([{}]) }
    const { uploadId } = (await ask(service, '/api/v1/uploads', csv)).body
    const { headers } = await ask(service, '/api/v1/orders:import', { json: { uploadId } })
    const path = headers.get('location') as string
    expect(await ended(service, path)).toMatchObject({ status: 'COMPLETED', result: { rowsLoaded: 1 } })
    expect((await ask(service, `/api/v1/orders/${line.orderId}`)).body).toMatchObject({ orderDate: line.orderDate })
  })
})
