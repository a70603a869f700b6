import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { tlsProxy } from '../support/tls-proxy.ts'

let database: TestDatabase
const cleanups: (() => unknown)[] = []
beforeAll(async () => {
  database = await createDatabase()
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => database.drop())

async function connectThrough(mode: string, options = {}) {
  const proxy = await tlsProxy(database.url, options)
  cleanups.push(() => proxy.close())
  const url = new URL(proxy.url)
  url.searchParams.set('sslmode', mode)
  const connection = connect(url.href, { poolSize: 2, applicationName: 'tls-test', statementSeconds: 1 })
  cleanups.push(() => connection.close())
  return { proxy, sql: connection.sql, copyPool: connection.copyPool }
}

it('a query uses TLS when the URL requests it', async () => {
  const { proxy, sql } = await connectThrough('require')
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  expect(proxy.byTls()).toBe(1)
})

it('a query to a server that stopped responding is rejected, and the next query succeeds', async () => {
  const { proxy, sql } = await connectThrough('require')
  await sql`select 1`
  proxy.silence()
  await expect(sql`select 1`).rejects.toThrow(/silent for/)
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

it('a connection that breaks during a query fails that query, and is replaced for the next query', async () => {
  const { proxy, sql } = await connectThrough('require')
  for (let again = 0; again < 2; again++) {
    await expect.poll(() => sql`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }])
    const broken = [sql`select pg_sleep(60)`, sql`select pg_sleep(60)`].map((query) => query.catch((error) => error))
    await expect.poll(() => proxy.byTls()).toBeGreaterThan(again)
    proxy.cut()
    for (const error of await Promise.all(broken)) expect(error).toBeInstanceOf(Error)
  }
})

it('a server without TLS is refused on each attempt, and accepted with sslmode=prefer', async () => {
  const { sql } = await connectThrough('require', { declines: true })
  for (let again = 0; again < 4; again++) await expect(sql`select 1`).rejects.toThrow(/TLS/)
  const { sql: plain } = await connectThrough('prefer', { declines: true })
  expect(await plain`select 1 as one`).toEqual([{ one: 1 }])
})

it('a self-signed certificate is refused with sslmode=verify-full', async () => {
  const { sql } = await connectThrough('verify-full')
  for (let again = 0; again < 4; again++) {
    await expect(sql`select 1`).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  }
})

it('COPY, transactions and limits verify the certificate in every mode but no-verify', async () => {
  for (const mode of ['require', 'prefer', 'verify-full']) {
    const { copyPool } = await connectThrough(mode)
    await expect(copyPool.query('select 1')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  }
  const { copyPool, proxy } = await connectThrough('no-verify')
  expect((await copyPool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(proxy.byTls()).toBe(1)
})
