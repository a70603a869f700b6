import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { ask, ended, expectProblem, report, submitted } from '../http/requests.ts'
import { createDatabase, databaseUrl, execute, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'

/** A database is read-only after a failover, while its disk is full, or because an administrator has set it so. */
const readOnly = 'default_transaction_read_only'

let database: TestDatabase
let name: string
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  name = new URL(database.url).pathname.slice(1)
})
afterAll(() => database.drop())

/** From a session of another database, which the setting does not reach. */
const set = (value: 'on' | 'off') =>
  execute(databaseUrl(database.url, 'postgres'), `alter database ${name} set ${readOnly} = ${value}`)

/** Ends the sessions of the service, as a failover does. */
async function endSessions() {
  const sql = postgres(database.url, { max: 1 })
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
  await sql.end()
}

it('a session that was opened while the database was read-only is replaced', async () => {
  await set('on')
  const { sql, close } = connect(database.url, { poolSize: 1, applicationName: 'read-only', sessionSeconds: 1 })
  const write = () => sql`insert into workers (worker_id) values (gen_random_uuid())`
  try {
    await expect(write()).rejects.toMatchObject({ code: '25006' })
    await set('off')
    await expect.poll(() => write().then(() => 'written')).toBe('written')
  } finally {
    await close()
  }
})

describe('a service on a database that becomes read-only', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({}, database)
  })
  afterAll(() => service.close())
  const ready = async () => {
    const { status, body } = await ask(service, '/readyz', { key: null })
    return { status, detail: body.detail }
  }

  it('reads, refuses writes with 503 and Retry-After, says that it is not ready, and recovers', async () => {
    const before = await submitted(service)
    await ended(service, before)
    await set('on')
    await endSessions()
    // Until the service has a new session the detail says that the database does not answer.
    await expect.poll(ready).toEqual({ status: 503, detail: 'The database is read-only.' })
    const refused = await ask(service, '/api/v1/reports:generate', { json: report })
    expectProblem(refused, 503, 'UNAVAILABLE')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask(service, before)).status).toBe(200)
    await set('off')
    await endSessions()
    await expect.poll(ready).toMatchObject({ status: 200 })
    await expect.poll(async () => (await ask(service, '/api/v1/reports:generate', { json: report })).status).toBe(202)
  })
})
