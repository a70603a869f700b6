import { randomBytes } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { migrate } from '../../server/database/migrate.ts'
import { databaseUrl, dropDatabase, execute, sharedConnection } from '../support/database.ts'
import { postgres15, startOther } from '../support/other-postgres.ts'
import { type SchemaCopy, schemaCopy } from '../support/schema-copy.ts'

// drizzle-kit adds an enumerable property to every array, for all test files of this process; pdf.js refuses to run with one.
for (const name of Object.keys(Array.prototype)) Object.defineProperty(Array.prototype, name, { enumerable: false })

const migrations = resolve(import.meta.dirname, '../../server/database/migrations')
const functions = resolve(import.meta.dirname, '../../server/database/functions')

const query = async (url: string, text: string) => [...(await sharedConnection(url).unsafe(text))]

/** The schema of the next version. */
async function nextSchema(): Promise<SchemaCopy> {
  const schema = await schemaCopy()
  cleanups.push(() => schema.remove())
  return schema
}

let databases = 0

/** An empty database on the server. */
async function emptyDatabase(server: string): Promise<string> {
  const name = `migrate_${process.pid}_${databases++}`
  await query(server, `create database ${name}`)
  cleanups.push(() => dropDatabase(server, name))
  return databaseUrl(server, name)
}

const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** The schema that must be the same on every server. */
const tables = `
  select table_name, column_name, data_type, is_nullable from information_schema.columns
  where table_schema = 'public' order by 1, 2`

/** The functions; `xmin` is the transaction that created or replaced one. */
const functionRows = `
  select proname as name, xmin::text, obj_description(oid, 'pg_proc') as mark from pg_proc
  where pronamespace = 'public'::regnamespace order by 1`

function guarantees(server: () => string) {
  it('migrates an empty database to the schema of the code', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const found = new Set((await query(url, tables)).map((row) => row.table_name))
    const names = Object.keys(latestSnapshot().tables).map((name) => name.replace('public.', ''))
    expect(found).toEqual(new Set([...names, 'longrun_migrations']))
  })

  it('changes nothing when it is repeated', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const [first, applied] = [await query(url, tables), await query(url, 'select * from longrun_migrations')]
    await migrate(url)
    expect(await query(url, tables)).toEqual(first)
    expect(await query(url, 'select * from longrun_migrations')).toEqual(applied)
  })

  it('runs once when many processes start together', async () => {
    const url = await emptyDatabase(server())
    await Promise.all(Array.from({ length: 6 }, () => migrate(url)))
    const applied = await query(url, 'select created_at from longrun_migrations')
    expect(applied).toHaveLength(journal().entries.length)
  })

  it('leaves nothing of a migration that fails', async () => {
    const url = await emptyDatabase(server())
    // Conflicts with the last table of the first migration.
    await query(url, 'create table workers (other int)')
    await expect(migrate(url)).rejects.toThrow(/workers/)
    const left = new Set((await query(url, tables)).map((row) => row.table_name))
    expect([...left]).toEqual(['workers'])
    expect(await query(url, functionRows)).toEqual([])
  })

  it('keeps the migrations before the one that fails, and nothing of the failed one', async () => {
    const url = await emptyDatabase(server())
    const schema = await nextSchema()
    await schema.addMigration('good', 'alter table workers add column good text;')
    const bad = 'alter table workers add column bad text;\n--> statement-breakpoint\nselect 1 / 0;'
    await schema.addMigration('bad', bad)
    await schema.writeFunction('count_active', (before) => `-- Changed.\n${before}`)
    await migrate(url)
    const before = await query(url, functionRows)
    await expect(migrate(url, schema.folders)).rejects.toThrow(/division by zero/)
    const columns = (await query(url, tables)).map((row) => row.column_name)
    expect([columns.includes('good'), columns.includes('bad')]).toEqual([true, false])
    expect(await query(url, 'select id from longrun_migrations')).toHaveLength(schema.migrations() - 1)
    expect(await query(url, functionRows)).toEqual(before)
  })

  it('executes no function whose file has not changed', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const before = await query(url, functionRows)
    expect(before.map(({ name }) => `${name}.sql`)).toEqual(globSync('*.sql', { cwd: functions }).sort())
    await migrate(url)
    expect(await query(url, functionRows)).toEqual(before)
  })

  it('executes a changed function once when many processes start together', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const before = await query(url, functionRows)
    const schema = await nextSchema()
    await query(url, 'create table executions ()')
    const counted = 'insert into executions default values;'
    await schema.writeFunction(
      'count_active',
      (text) => `${text.replace('RETURN queued', 'RETURN 7 + queued')}${counted}`,
    )
    await Promise.all(Array.from({ length: 6 }, () => migrate(url, schema.folders)))
    expect(
      await query(url, `select count(*)::int as times, count_active('nobody', 10) as active from executions`),
    ).toEqual([{ times: 1, active: 7 }])
    const after = await query(url, functionRows)
    expect(after.filter((row, index) => row.xmin !== before[index]?.xmin).map(({ name }) => name)).toEqual([
      'count_active',
    ])
  })

  it('creates a function that is missing', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    await query(url, 'drop function count_active')
    await migrate(url)
    expect(await query(url, `select count_active('nobody', 10) as active`)).toEqual([{ active: 0 }])
  })

  it('creates a new function before the migration whose index needs it', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const schema = await nextSchema()
    await schema.writeFunction(
      'first_letter',
      () =>
        `create or replace function first_letter(word text) returns text language sql immutable return left(word, 1);`,
    )
    await schema.addMigration('index', 'create index workers_letter on workers (first_letter(last_owner));')
    await migrate(url, schema.folders)
    expect(await query(url, `select first_letter('word') as letter`)).toEqual([{ letter: 'w' }])
  })

  it('does not change the functions of a newer version, which runs too', async () => {
    const url = await emptyDatabase(server())
    const schema = await nextSchema()
    await schema.addMigration('newer', '-- Locks: none. Only so that older processes leave the functions alone.\n')
    await schema.writeFunction('count_active', (text) => text.replace('RETURN waiting', 'RETURN 7 + waiting'))
    await migrate(url, schema.folders)
    const before = await query(url, functionRows)
    await migrate(url)
    expect(await query(url, functionRows)).toEqual(before)
  })

  it('refuses a second function of the same name, such as one with changed parameters', async () => {
    const url = await emptyDatabase(server())
    await migrate(url)
    const schema = await nextSchema()
    await schema.writeFunction('count_active', (text) => text.replace('most integer', 'most bigint'))
    await expect(migrate(url, schema.folders)).rejects.toThrow(/not unique/)
    expect(await query(url, functionRows)).toHaveLength(globSync('*.sql', { cwd: functions }).length)
  })

  it('refuses tables that no migration has created, with the remedy', async () => {
    const url = await emptyDatabase(server())
    await query(url, 'create table operations (operation_id uuid primary key, owes_undo boolean)')
    const before = await query(url, tables)
    await expect(migrate(url)).rejects.toThrow(/version before 0\.1\.0.*start with an empty database/)
    expect(await query(url, tables)).toEqual(before)
  })

  it('reserves space for HOT updates and vacuums the queue early', async () => {
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

  it('names the privileges that an account lacks', async () => {
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

describe('migrating on PostgreSQL 15', () => {
  if (!postgres15) {
    it.skip('NOT TESTED: this machine has no PostgreSQL 15 (on Debian: postgresql-15)', () => {})
    return
  }
  const bin = postgres15
  let url = ''
  it('starts', async () => {
    const started = await startOther(bin)
    url = started.url
    cleanups.push(started.stop)
    const [row] = await query(url, `select current_setting('server_version_num')::int / 10000 as major`)
    expect(row).toEqual({ major: 15 })
  })
  guarantees(() => url)
})

describe('a database that cannot be used', () => {
  const server = () => inject('postgresUrl')

  it.each([
    ['nothing listens', () => 'postgres://longrun:canary@127.0.0.1:1/postgres', /nothing listens/],
    ['there is no such host', () => 'postgres://longrun:canary@longrun.invalid/postgres', /no host of that name/],
    ['there is no such database', () => databaseUrl(server(), 'nowhere'), /no such database/],
  ])('is reported with its remedy and without the password: %s', async (_, url, message) => {
    const error = await migrate(url()).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toMatch(/canary/)
  })

  /** PostgreSQL manual, "Character Set Support", "Privileges", "Client Connection Defaults". */
  it.each([
    ['LATIN1', `encoding 'LATIN1' locale 'C' template template0`, 'select 1', /encoding is LATIN1.*ENCODING 'UTF8'/],
    [
      'SQL_ASCII',
      `encoding 'SQL_ASCII' locale 'C' template template0`,
      'select 1',
      /encoding is SQL_ASCII.*ENCODING 'UTF8'/,
    ],
    [
      'an account without TEMPORARY',
      '',
      'revoke temporary on database $name from public; grant all on schema public to $role',
      /may not create temporary tables.*GRANT TEMPORARY/,
    ],
    [
      'an account without CREATE',
      '',
      'revoke create on schema public from public, $role',
      /may not create tables.*grant it CREATE/,
    ],
    ['a read-only database', '', 'alter database $name set default_transaction_read_only = on', /read-only.*primary/],
    [
      'a database without a free connection',
      '',
      'alter database $name connection limit 0',
      /no connection left.*DATABASE_POOL_SIZE/,
    ],
  ])('is reported with its remedy: %s', async (_, options, statements, message) => {
    const name = `unusable_${randomBytes(6).toString('hex')}`
    const role = `${name}_role`
    const named = (text: string) => text.replaceAll('$name', name).replaceAll('$role', role)
    await execute(server(), `create database ${name} ${options}`)
    await execute(server(), `create role ${role} login password 'secret'`)
    const url = new URL(databaseUrl(server(), name))
    try {
      await execute(url.href, named(statements))
      Object.assign(url, { username: role, password: 'secret' })
      await expect(migrate(url.href)).rejects.toThrow(message)
    } finally {
      await dropDatabase(server(), name)
      await execute(server(), `drop role ${role}`)
    }
  })

  /** PostgreSQL manual, "Setting Parameters": unknown, wrong value, for superusers only, fixed at the start of the server. */
  it.each([
    'bogus=1',
    'statement_timeout=abc',
    'log_statement=all',
    'max_connections=3',
  ])('is reported with its remedy: a server that refuses the setting %s of the URL', async (setting) => {
    const url = new URL(server())
    url.searchParams.set('options', `-c ${setting}`)
    const error = await migrate(url.href).catch((cause: unknown) => cause)
    const [name] = setting.split('=')
    expect(String(error)).toMatch(
      new RegExp(`refuses a setting in the options of DATABASE_URL .*${name}.*remove that setting`),
    )
  })

  // Another server may trust local connections.
  it.skipIf(process.env.TEST_DATABASE_URL)('is reported with its remedy when the password is wrong', async () => {
    const url = new URL(server())
    url.password = 'canary'
    await expect(migrate(url.href)).rejects.toThrow(/password was refused/)
  })
})

describe('the migrations', () => {
  it('lead to the schema of the code', async () => {
    const drift = await generateMigration(latestSnapshot(), generateDrizzleJson(await wholeSchema()))
    expect(drift).toEqual([])
  })

  it('each state the locks that they take', () => {
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

describe('the functions', () => {
  it.each(
    globSync('*.sql', { cwd: functions }).sort(),
  )('%s creates the function of its name and has a comment on its purpose', (file) => {
    const text = readFileSync(join(functions, file), 'utf8')
    expect(text).toMatch(/^-- /)
    expect(text.match(/^CREATE OR REPLACE FUNCTION \w+/gm)).toEqual([`CREATE OR REPLACE FUNCTION ${file.slice(0, -4)}`])
  })
})

/** The tables of all files of the schema, as drizzle-kit reads them. */
async function wholeSchema(): Promise<Record<string, unknown>> {
  const folder = resolve(import.meta.dirname, '../../server/database/schema')
  const modules = await Promise.all(globSync('*.ts', { cwd: folder }).map((file) => import(join(folder, file))))
  return Object.assign({}, ...modules)
}

type Snapshot = Parameters<typeof generateMigration>[0]

function journal(): { entries: { idx: number; tag: string }[] } {
  return JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8'))
}

function latestSnapshot(): Snapshot {
  const last = journal().entries.at(-1)?.tag.slice(0, 4)
  return JSON.parse(readFileSync(join(migrations, `meta/${last}_snapshot.json`), 'utf8'))
}
