import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../server/app/config.ts'
import { databaseUrlOf } from '../../server/app/database-url.ts'
import { openPgClient } from '../../server/database/client.ts'
import { connect, connectHandlers } from '../../server/database/connection.ts'
import { resolvePooler } from '../../server/database/pooler.ts'
import { parseUrl, withSettingsByStatements } from '../../server/database/url.ts'
import { ask, ended, submitted } from '../http/requests.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { startTestService } from '../support/service.ts'

/** PgBouncer manual: `pool_mode`, `ignore_startup_parameters`, `server_round_robin`, `max_prepared_statements`. */
const poolSize = 'default_pool_size = 60'

let database: TestDatabase
let pooler: PgBouncer | undefined
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
})
afterEach(async () => {
  await pooler?.close()
  pooler = undefined
})
afterAll(() => database.drop())

const urlThrough = async (settings: string[]) => {
  pooler = await startPgBouncer(database.url, [poolSize, ...settings])
  return pooler.url
}

describe.runIf(hasPgBouncer)('PgBouncer', () => {
  it.each([
    ['with its defaults', ['pool_mode = session']],
    ['that ignores options', ['pool_mode = session', 'ignore_startup_parameters = options,extra_float_digits']],
    ['that rotates servers', ['pool_mode = session', 'server_round_robin = 1']],
  ])('in session mode %s serves requests and operations', async (_, settings) => {
    const service = await startTestService({}, { ...database, url: await urlThrough(settings) })
    try {
      for (const format of ['CSV', 'PDF']) {
        const path = await submitted(service, { format })
        expect(await ended(service, path)).toMatchObject({ status: 'COMPLETED' })
      }
      expect((await ask(service, '/api/v1/operations')).status).toBe(200)
    } finally {
      await service.close()
    }
  })

  it('in session mode keeps the settings of each session', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await execute(database.url, `alter database ${name} set datestyle = 'German'; alter database ${name} set jit = on`)
    const url = await urlThrough(['pool_mode = session'])
    const settled = await databaseUrlOf(readConfig({ DATABASE_URL: `${url}?options=-c%20geqo%3Doff` }), undefined)
    const show = `select current_setting('DateStyle') as dates, current_setting('statement_timeout') as ms, current_setting('geqo') as geqo`
    const own = connect(settled, { poolSize: 1, applicationName: 'pooled' })
    const handlers = connectHandlers(settled, { queries: 1, copies: 1, applicationName: 'pooled' })
    try {
      const expected = { dates: 'ISO, MDY', geqo: 'off' }
      expect([...(await own.sql.unsafe(show))]).toEqual([{ ...expected, ms: '10s' }])
      expect((await own.countPool.query(show)).rows).toEqual([{ ...expected, ms: '3s' }])
      expect((await handlers.copyPool.query(show)).rows).toEqual([{ ...expected, ms: '0' }])
    } finally {
      await Promise.all([own.close(), handlers.close()])
    }
  })

  it.each([
    ['transaction', []],
    ['transaction', ['server_round_robin = 1']],
    ['transaction', ['ignore_startup_parameters = options']],
    ['statement', []],
  ])('in %s mode (%s) stops the start with a sentence that names the setting', async (mode, settings) => {
    const url = await urlThrough([`pool_mode = ${mode}`, ...settings])
    await expect(startTestService({}, { ...database, url })).rejects.toThrow(/^DATABASE_URL .*pool_mode = session/)
  })

  describe.each([0, 1, 2, 3, 4, 5, 6])('in transaction mode with %i idle server connections', (idle) => {
    it.each([0, 1])('is found with server_round_robin = %i', async (roundRobin) => {
      const url = await urlThrough(['pool_mode = transaction', `server_round_robin = ${roundRobin}`])
      await useServers(url, idle)
      await expect(resolvePooler(url)).rejects.toThrow(/pool_mode = session/)
    })
  })
})

/** Lets the pooler open `count` server connections, which it keeps. */
async function useServers(url: string, count: number) {
  const settled = withSettingsByStatements(url)
  const clients = Array.from({ length: count }, () => openPgClient(parseUrl(settled), {}, {}))
  await Promise.all(clients.map((client) => client.connect()))
  await Promise.all(clients.map((client) => client.query('begin')))
  await Promise.all(clients.map((client) => client.query('commit')))
  await Promise.all(clients.map((client) => client.end()))
}
