import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { tlsWay } from '../support/tls-way.ts'

let database: TestDatabase
const cleanups: (() => unknown)[] = []
beforeAll(async () => {
  database = await createDatabase()
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => database.drop())

async function wayTo(mode: string, options = {}) {
  const way = await tlsWay(database.url, options)
  cleanups.push(() => way.close())
  const url = new URL(way.url)
  url.searchParams.set('sslmode', mode)
  const connection = connect(url.href, { poolSize: 2, applicationName: 'tls-test', statementSeconds: 1 })
  cleanups.push(() => connection.close())
  return { way, sql: connection.sql, copyPool: connection.copyPool }
}

it('a query goes by TLS where the address asks for it', async () => {
  const { way, sql } = await wayTo('require')
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  expect(way.byTls()).toBe(1)
})

it('what was asked of a server that has gone silent is settled, and the next one is asked', async () => {
  const { way, sql } = await wayTo('require')
  await sql`select 1`
  way.silence()
  await expect(sql`select 1`).rejects.toThrow(/silent for/)
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

it('a connection that breaks during a query fails that query, and is replaced for the next query', async () => {
  const { way, sql } = await wayTo('require')
  for (let again = 0; again < 2; again++) {
    await expect.poll(() => sql`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }])
    const broken = [sql`select pg_sleep(60)`, sql`select pg_sleep(60)`].map((query) => query.catch((error) => error))
    await expect.poll(() => way.byTls()).toBeGreaterThan(again)
    way.cut()
    for (const error of await Promise.all(broken)) expect(error).toBeInstanceOf(Error)
  }
})

it('a server without TLS is refused on each attempt, and accepted with sslmode=prefer', async () => {
  const { sql } = await wayTo('require', { declines: true })
  for (let again = 0; again < 4; again++) await expect(sql`select 1`).rejects.toThrow(/TLS/)
  const { sql: plain } = await wayTo('prefer', { declines: true })
  expect(await plain`select 1 as one`).toEqual([{ one: 1 }])
})

it('a self-signed certificate is refused with sslmode=verify-full', async () => {
  const { sql } = await wayTo('verify-full')
  for (let again = 0; again < 4; again++) {
    await expect(sql`select 1`).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  }
})

it('COPY, transactions and limits verify the certificate in every mode but no-verify', async () => {
  for (const mode of ['require', 'prefer', 'verify-full']) {
    const { copyPool } = await wayTo(mode)
    await expect(copyPool.query('select 1')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  }
  const { copyPool, way } = await wayTo('no-verify')
  expect((await copyPool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(way.byTls()).toBe(1)
})
