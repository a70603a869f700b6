import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import postgres from 'postgres'
import { afterAll, describe, expect, inject, it } from 'vitest'
import * as apiKeys from '../../server/database/api-key-schema.ts'
import { accountFor } from '../../server/database/embedded/account.ts'
import { startServer, stopServer } from '../../server/database/embedded/cluster.ts'
import * as limits from '../../server/database/limit-schema.ts'
import { migrate } from '../../server/database/migrate.ts'
import * as sampleVendors from '../../server/database/sample-vendors-schema.ts'
import * as schema from '../../server/database/schema.ts'
import * as webhooks from '../../server/database/webhook-schema.ts'
import { databaseUrl } from '../support/database.ts'

const run = promisify(execFile)
const migrations = resolve(import.meta.dirname, '../../server/database/migrations')

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

let databases = 0

/** An empty database on the server. */
async function emptyDatabase(server: string): Promise<string> {
  const name = `migrate_${process.pid}_${databases++}`
  await query(server, `create database ${name}`)
  cleanups.push(() => query(server, `drop database ${name} with (force)`))
  return databaseUrl(server, name)
}

const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** What every server must agree on. */
const tables = `
  select table_name, column_name, data_type, is_nullable from information_schema.columns
  where table_schema = 'public' order by 1, 2`

function guarantees(server: () => string) {
  it('takes an empty database to the schema that the code is written for', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const found = new Set((await query(url, tables)).map((row) => row.table_name))
    expect(found).toEqual(new Set(Object.keys(latestSnapshot().tables).map((name) => name.replace('public.', ''))))
  })

  it('changes nothing when it is run again', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const [first, applied] = [await query(url, tables), await query(url, 'select * from drizzle.__drizzle_migrations')]
    await migrate(url)
    expect(await query(url, tables)).toEqual(first)
    expect(await query(url, 'select * from drizzle.__drizzle_migrations')).toEqual(applied)
  })

  it('is done once by many that start together', async () => {
    const url = await emptyDatabase(server())
    await Promise.all(Array.from({ length: 6 }, () => migrate(url)))
    const applied = await query(url, 'select created_at from drizzle.__drizzle_migrations')
    expect(applied).toHaveLength(journal().entries.length)
  })

  it('leaves nothing half done when it cannot finish', async () => {
    const url = await emptyDatabase(server())
    // In the way of the last table that the first migration makes.
    await query(url, 'create table workers (other int)')
    await expect(migrate(url)).rejects.toThrow(/workers/)
    const left = new Set((await query(url, tables)).map((row) => row.table_name))
    expect([...left]).toEqual(['workers'])
  })

  it('leaves room for HOT updates, and has the queue vacuumed early', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const [row] = await query(url, `select reloptions as options from pg_class where relname = 'operations'`)
    expect(row?.options).toEqual(
      expect.arrayContaining([
        'fillfactor=80',
        'autovacuum_vacuum_scale_factor=0.01',
        'autovacuum_analyze_scale_factor=0.01',
      ]),
    )
  })

  it('says what an account without rights needs', async () => {
    const url = await emptyDatabase(server())
    const role = `guest_${process.pid}`
    await query(url, `create role ${role} login password 'guest'; revoke create on schema public from public`)
    cleanups.push(() => query(server(), `drop role ${role}`))
    const asGuest = new URL(url)
    asGuest.username = role
    asGuest.password = 'guest'
    await expect(migrate(asGuest.href)).rejects.toThrow(/may not create tables/)
  })
}

describe(`migrating on ${process.env.TEST_DATABASE_URL ? 'TEST_DATABASE_URL' : 'the embedded Postgres'}`, () => {
  guarantees(() => inject('postgresUrl'))
})

/** PostgreSQL 15, where the machine has it: the suite as a whole runs on it by TEST_DATABASE_URL. */
const postgres15 = globSync(['/usr/lib/postgresql/15/bin', '/opt/homebrew/opt/postgresql@15/bin'])[0]

describe('migrating on PostgreSQL 15', () => {
  if (!postgres15) {
    it.skip('NOT TESTED: this machine has no PostgreSQL 15 (on Debian: postgresql-15)', () => {})
    return
  }
  const bin = postgres15
  let url = ''
  it('starts', async () => {
    url = await startOther(bin)
    const [row] = await query(url, `select current_setting('server_version_num')::int / 10000 as major`)
    expect(row).toEqual({ major: 15 })
  })
  guarantees(() => url)
})

/** A server from other binaries than the packaged ones, gone with the test file. */
async function startOther(bin: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longrun-other-'))
  const cluster = join(folder, 'postgres')
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  const account = await accountFor(folder, programs)
  if (account.owner) await chown(folder, account.owner.uid, account.owner.gid)
  const [file, ...args] = [...account.prefix, programs.initdb, '-D', cluster, '-U', 'postgres', '-A', 'trust', '-N']
  await run(file as string, args, { cwd: '/', ...account.ids })
  const options = { cluster, programs, account, durable: false, logFile: join(folder, 'postgres.log') }
  const { pid, port } = await startServer(options)
  cleanups.push(async () => {
    await stopServer(pid)
    await rm(folder, { recursive: true })
  })
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}

describe('a database that cannot be used', () => {
  const server = () => inject('postgresUrl')

  it.each([
    ['nothing listens', () => 'postgres://longrun:canary@127.0.0.1:1/postgres', /nothing listens/],
    ['there is no such host', () => 'postgres://longrun:canary@longrun.invalid/postgres', /no host of that name/],
    ['there is no such database', () => databaseUrl(server(), 'nowhere'), /no such database/],
  ])('is named with its cure, never with the password: %s', async (_, url, message) => {
    const error = await migrate(url()).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toMatch(/canary/)
  })

  // Another server may trust whoever comes from here.
  it.skipIf(process.env.TEST_DATABASE_URL)('is named with its cure when the password is wrong', async () => {
    const url = new URL(server())
    url.password = 'canary'
    await expect(migrate(url.href)).rejects.toThrow(/password was refused/)
  })
})

describe('the migrations', () => {
  it('lead to what the schemas say', async () => {
    const drift = await generateMigration(
      latestSnapshot(),
      generateDrizzleJson({ ...schema, ...sampleVendors, ...webhooks, ...apiKeys, ...limits }),
    )
    expect(drift).toEqual([])
  })

  it('each say which locks they take', () => {
    for (const { tag } of journal().entries) {
      const [header] = readFileSync(join(migrations, `${tag}.sql`), 'utf8').split(/\n(?!--)/)
      expect(header, tag).toMatch(/^--.*\block/is)
      expect(header, tag).toMatch(/safe while/i)
    }
  })

  it('are all in the journal', () => {
    const listed = journal().entries.map(({ tag }) => `${tag}.sql`)
    expect(globSync('*.sql', { cwd: migrations }).sort()).toEqual(listed)
    expect(listed.every((file) => existsSync(join(migrations, file)))).toBe(true)
  })
})

type Snapshot = Parameters<typeof generateMigration>[0]

function journal(): { entries: { idx: number; tag: string }[] } {
  return JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8'))
}

function latestSnapshot(): Snapshot {
  const last = journal().entries.at(-1)?.tag.slice(0, 4)
  return JSON.parse(readFileSync(join(migrations, `meta/${last}_snapshot.json`), 'utf8'))
}
