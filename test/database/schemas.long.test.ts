import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { migrate } from '../../server/database/migrate.ts'
import { inSchema } from '../../server/database/url.ts'
import { ask, ended, submitted } from '../http/requests.ts'
import { databaseUrl, dropDatabase, execute, type TestDatabase } from '../support/database.ts'
import { startTestService } from '../support/service.ts'

let database: TestDatabase
beforeAll(async () => {
  const server = inject('postgresUrl')
  const name = `schemas_${process.pid}_${Date.now()}`
  await execute(server, `create database ${name}`)
  database = { url: databaseUrl(server, name), drop: () => dropDatabase(server, name) }
})
afterAll(() => database.drop())

async function tablesIn(schema: string): Promise<string[]> {
  const { sql, close } = connect(database.url, { poolSize: 1, applicationName: 'schemas' })
  try {
    const rows = await sql<{ name: string }[]>`
      select table_name::text as name from information_schema.tables where table_schema = ${schema} order by 1`
    return rows.map(({ name }) => name)
  } finally {
    await close()
  }
}

describe('the schema of the tables', () => {
  it('is public, also where a schema is named like the role, and where a search path is set', async () => {
    const role = decodeURIComponent(new URL(database.url).username)
    const name = new URL(database.url).pathname.slice(1)
    await execute(
      database.url,
      `create schema "${role}"; create schema other; alter database ${name} set search_path = other`,
    )
    await migrate(`${database.url}?options=-c%20search_path%3Dother`)
    expect(await tablesIn(role)).toEqual([])
    expect(await tablesIn('other')).toEqual([])
    expect(await tablesIn('public')).toContain('operations')
  })

  it('lists its own migrations, beside those of another application that uses Drizzle', async () => {
    const journal =
      'create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint)'
    const later = `insert into drizzle.__drizzle_migrations (hash, created_at) values ('theirs', 9999999999999)`
    await execute(database.url, `${journal}; ${later}`)
    await migrate(inSchema(database.url, 'second'))
    expect(await tablesIn('second')).toEqual(await tablesIn('public'))
    expect(await tablesIn('drizzle')).toEqual(['__drizzle_migrations'])
  })

  it('is refused with a sentence if another application has tables in it', async () => {
    await execute(database.url, 'create schema taken; create table taken.operations (id int)')
    await expect(migrate(inSchema(database.url, 'taken'))).rejects.toThrow(/another application: .*DATABASE_SCHEMA/)
  })

  it('separates two services of one database', async () => {
    const first = await startTestService({ DATABASE_SCHEMA: 'first' }, database)
    const second = await startTestService({ DATABASE_SCHEMA: 'second_service' }, database)
    try {
      const path = await submitted(first)
      expect(await ended(first, path)).toMatchObject({ status: 'COMPLETED' })
      expect((await ask(second, path)).status).toBe(404)
      expect((await ask(second, '/api/v1/operations')).body).toEqual({ operations: [] })
    } finally {
      await first.close()
      await second.close()
    }
  })
})
