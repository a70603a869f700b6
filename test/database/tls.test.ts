import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { connect } from '../../server/database/connect.ts'
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
  return { way, sql: connection.sql }
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

it('a connection that breaks in the midst of a query refuses it, and is made anew for the next', async () => {
  const { way, sql } = await wayTo('require')
  for (let again = 0; again < 2; again++) {
    await expect.poll(() => sql`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }])
    const broken = [sql`select pg_sleep(60)`, sql`select pg_sleep(60)`].map((query) => query.catch((error) => error))
    await expect.poll(() => way.byTls()).toBeGreaterThan(again)
    way.cut()
    for (const error of await Promise.all(broken)) expect(error).toBeInstanceOf(Error)
  }
})

it('a server that has no TLS is refused, each time anew, and taken without where TLS is only preferred', async () => {
  const { sql } = await wayTo('require', { declines: true })
  for (let again = 0; again < 4; again++) await expect(sql`select 1`).rejects.toThrow(/TLS/)
  const { sql: plain } = await wayTo('prefer', { declines: true })
  expect(await plain`select 1 as one`).toEqual([{ one: 1 }])
})

it('a certificate that nobody vouches for is refused where the address asks to look at it', async () => {
  const { sql } = await wayTo('verify-full')
  for (let again = 0; again < 4; again++) {
    await expect(sql`select 1`).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  }
})
