import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { migrate } from '../../server/database/migrate.ts'
import { resolveTls } from '../../server/database/secure-socket.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { certificate, tlsWay } from '../support/tls-way.ts'

let database: TestDatabase
const cleanups: (() => unknown)[] = []
const folder = await mkdtemp(join(tmpdir(), 'longrun-tls-'))
const ownAuthority = join(folder, 'own.pem')
const otherAuthority = join(folder, 'other.pem')
beforeAll(async () => {
  database = await createDatabase()
  await writeFile(ownAuthority, certificate)
  await writeFile(otherAuthority, rootCertificates[0] as string)
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function wayTo(mode: string, options = {}, parameters: Record<string, string> = {}) {
  const way = await tlsWay(database.url, options)
  cleanups.push(() => way.close())
  const given = new URL(way.url)
  for (const [name, value] of Object.entries({ sslmode: mode, ...parameters })) given.searchParams.set(name, value)
  const url = await resolveTls(given.href)
  const connection = connect(url, { poolSize: 2, applicationName: 'tls-test', statementSeconds: 1 })
  cleanups.push(() => connection.close())
  return { way, url, sql: connection.sql, copyPool: connection.copyPool }
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

it('a server without TLS is refused on each attempt, and accepted with sslmode=prefer and allow', async () => {
  const { sql } = await wayTo('require', { declines: true })
  for (let again = 0; again < 4; again++) await expect(sql`select 1`).rejects.toThrow(/TLS/)
  for (const mode of ['prefer', 'allow']) {
    const { sql: plain, copyPool } = await wayTo(mode, { declines: true })
    expect(await plain`select 1 as one`).toEqual([{ one: 1 }])
    expect((await copyPool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  }
})

describe('both drivers and the migrations', () => {
  it.each(['allow', 'prefer', 'require', 'no-verify'])('accept any certificate with sslmode=%s', async (mode) => {
    const { sql, copyPool, way, url } = await wayTo(mode)
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
    expect((await copyPool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await migrate(url)
    const probes = ['allow', 'prefer'].includes(mode) ? 1 : 0
    expect(way.byTls()).toBe(3 + probes)
  })

  it.each([
    ['verify-full', {}],
    ['verify-ca', {}],
    ['require', { sslrootcert: otherAuthority }],
    ['verify-ca', { sslrootcert: otherAuthority }],
    ['verify-full', { sslrootcert: otherAuthority }],
  ])('refuse a certificate of an unknown authority with sslmode=%s %o', async (mode, more) => {
    const { sql, copyPool, way, url } = await wayTo(mode, {}, more)
    const refused = { code: expect.stringMatching(/^(DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/) }
    for (let again = 0; again < 2; again++) await expect(sql`select 1`).rejects.toMatchObject(refused)
    await expect(copyPool.query('select 1')).rejects.toMatchObject(refused)
    await expect(migrate(url)).rejects.toMatchObject(refused)
    // The certificate is checked before the login.
    expect(way.received()).toBe(0)
  })

  it.each([
    'require',
    'verify-ca',
    'verify-full',
  ])('accept the certificate of sslrootcert with sslmode=%s', async (mode) => {
    const { sql, copyPool, url } = await wayTo(mode, {}, { sslrootcert: ownAuthority })
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
    expect((await copyPool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await migrate(url)
  })

  it('refuse a certificate for another name with sslmode=verify-full, and not with verify-ca', async () => {
    const strict = await wayTo('verify-full', { host: '127.0.0.2' }, { sslrootcert: ownAuthority })
    const refused = { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }
    await expect(strict.sql`select 1`).rejects.toMatchObject(refused)
    await expect(strict.copyPool.query('select 1')).rejects.toMatchObject(refused)
    await expect(migrate(strict.url)).rejects.toMatchObject(refused)
    const { sql } = await wayTo('verify-ca', { host: '127.0.0.2' }, { sslrootcert: ownAuthority })
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })
})
