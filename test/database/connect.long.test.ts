import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { secret } from '../../server/database/secrets.ts'
import { cutDatabase } from '../http/database.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { silentProxy } from '../support/silent-proxy.ts'

let database: TestDatabase
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  database = await createDatabase()
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
  await database.drop()
})

function connection(url: string, statementSeconds?: number) {
  const connected = connect(url, {
    poolSize: 2,
    applicationName: 'longrun-test',
    ...(statementSeconds && { statementSeconds }),
  })
  cleanups.push(() => connected.close())
  return connected
}

describe('a connection', () => {
  it('reports its application name, on both pools', async () => {
    const { sql, copyPool } = connection(database.url)
    const show = `select current_setting('application_name') as name`
    expect(await sql.unsafe(show)).toEqual([{ name: 'longrun-test' }])
    expect((await copyPool.query(show)).rows).toEqual([{ name: 'longrun-test copy' }])
  })

  it('parses the URL alike for both drivers: database name, user and session settings', async () => {
    const name = `connect ${process.pid}`
    const { sql: server } = connection(database.url)
    await server.unsafe(`create database "${name}"`)
    cleanups.push(() => server.unsafe(`drop database "${name}" with (force)`))
    const url = new URL(database.url)
    url.pathname = encodeURIComponent(name)
    url.search = '?application_name=theirs&options=-c%20geqo%3Doff'
    const { sql, copyPool, countPool } = connection(url.href)
    const show = `select current_database() as name, current_user as user, current_setting('application_name') as application,
      current_setting('geqo') as geqo`
    const expected = [{ name, user: decodeURIComponent(url.username), application: 'theirs', geqo: 'off' }]
    expect([...(await sql.unsafe(show))]).toEqual(expected)
    for (const pool of [copyPool, countPool]) expect((await pool.query(show)).rows).toEqual(expected)
  })

  it('cancels a statement at its deadline, in the server too', async () => {
    const { db } = connection(database.url, 1)
    await expect(db.execute(sql`select pg_sleep(60)`)).rejects.toMatchObject({ cause: { code: '57014' } })
  })

  it('rejects a query to a server that stopped responding, and serves the next query', async () => {
    const proxy = await silentProxy(database.url)
    cleanups.push(() => proxy.close())
    const { sql } = connection(proxy.url, 1)
    await sql`select 1`
    proxy.silence()
    await expect(sql`select 1`).rejects.toThrow(/silent for/)
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })

  it('rejects queries after a broken connection while the database refuses connections', async () => {
    const { sql } = connection(database.url)
    const broken = [sql`select pg_sleep(60)`, sql`select pg_sleep(60)`].map((query) => query.catch((error) => error))
    const observer = connection(database.url)
    const asleep = `select from pg_stat_activity where datname = current_database() and query ~ '^select pg_sleep'`
    await expect.poll(() => observer.sql.unsafe(asleep)).toHaveLength(2)
    await cutDatabase({ databaseUrl: database.url }, false)
    for (const error of await Promise.all(broken)) expect(error).toBeInstanceOf(Error)
    for (let again = 0; again < 4; again++)
      await expect(sql`select 1`).rejects.toMatchObject({ code: expect.stringMatching(/^(CONNECTION_CLOSED|55000)$/) })
    await cutDatabase({ databaseUrl: database.url }, true)
    // The driver fails the first query after the outage with the old error, so the query is repeated.
    await expect.poll(() => sql`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }])
  })

  it('closes in bounded time while queries are running', async () => {
    const { sql, copyPool, close } = connect(database.url, { poolSize: 2, applicationName: 'longrun-test' })
    const running = sql`select pg_sleep(60)`.catch((error: unknown) => error)
    const neverReleased = await copyPool.connect()
    neverReleased.on('error', () => {})
    await close()
    expect(await running).toBeInstanceOf(Error)
    neverReleased.release(true)
  })
})

describe('a transaction', () => {
  /** PostgreSQL manual, "Serialization Failure Handling". */
  it.each(['40001', '40P01'])('that the server rolls back with %s is run again', async (code) => {
    const { db } = connection(database.url)
    let runs = 0
    const result = await db.transaction(async (tx) => {
      runs += 1
      const state = runs < 3 ? code : '00000'
      await tx.execute(
        sql.raw(`do $$ begin if '${state}' <> '00000' then raise exception using errcode = '${state}'; end if; end $$`),
      )
      return runs
    })
    expect(result).toBe(3)
  })

  it.each([
    ['a serialization failure that does not end', '40001', 3],
    ['another error', '23505', 1],
  ])('is rejected after %s', async (_, code, expected) => {
    const { db } = connection(database.url)
    let runs = 0
    const failing = db.transaction(async (tx) => {
      runs += 1
      await tx.execute(sql.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`))
    })
    await expect(failing).rejects.toMatchObject({ cause: { code } })
    expect(runs).toBe(expected)
  })
})

describe('a secret', () => {
  it('is created once and is the same for all callers', async () => {
    const { db } = connection(database.url)
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => secret(db, 'page-tokens')))
    expect(first).toHaveLength(32)
    for (const other of others) expect(other).toEqual(first)
    expect(await secret(db, 'sealing')).not.toEqual(first)
  })
})
