import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../server/database/migrate.ts'
import { dataPath, postgresAccount } from '../../server/dev/embedded-postgres/account.ts'
import { binaries } from '../../server/dev/embedded-postgres/binaries.ts'
import { clusterOf } from '../../server/dev/embedded-postgres/processes.ts'
import { startServer, stopServer } from '../../server/dev/embedded-postgres/server.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { dataFolder, startSupervised } from '../support/embedded-folders.ts'
import { fastSettings } from '../support/fast-postgres.ts'
import { postmasterPid, processesIn, query } from '../support/postmaster.ts'

const run = promisify(execFile)
const asRoot = process.getuid?.() === 0

let dataDir: string
let server: EmbeddedPostgres
beforeAll(async () => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'longrun-role-')), 'data')
  // None of these may reach Postgres.
  Object.assign(process.env, { PGOPTIONS: '-c log_statement=all', API_KEYS: 'alice:canary', SECRETS_KEY: 'canary' })
  // With WAL senders, so that replication is refused because of the rules and not because there are none.
  const settings = { ...fastSettings, wal_level: 'replica', max_wal_senders: '10' }
  server = await startEmbeddedPostgres({ dataDir, settings })
})
afterAll(async () => {
  for (const name of ['PGOPTIONS', 'API_KEYS', 'SECRETS_KEY']) delete process.env[name]
  await server?.stop()
  rmSync(join(dataDir, '..'), { recursive: true, force: true })
})

const denied = '42501'

describe('the role of the service, which handlers use too', () => {
  it('owns its database and is not a superuser', async () => {
    const [row] = await query(
      server.url,
      `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, datdba = pg_roles.oid as owns,
        (select count(*)::int from pg_auth_members where member = pg_roles.oid) as memberships
      from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    )
    const none = {
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
    }
    expect(row).toEqual({ ...none, owns: true, memberships: 0 })
  })

  it.each([
    [`select pg_read_file('/etc/passwd')`],
    [`select pg_read_file('postgresql.conf')`],
    [`select pg_read_binary_file('/etc/passwd')`],
    [`select pg_ls_dir('/')`],
    ['select pg_ls_logdir()'],
    ['select pg_ls_waldir()'],
    [`select pg_stat_file('/etc/passwd')`],
    [`select lo_import('/etc/passwd')`],
    [`select lo_export(lo_create(0), '/tmp/longrun-never')`],
    [`copy (select 1) to program 'true'`],
    [`create table never (line text); copy never from program 'true'`],
    [`create table never (line text); copy never from '/etc/passwd'`],
    [`copy (select 1) to '/tmp/longrun-never'`],
    [`alter system set archive_command = 'true'`],
    ['select pg_reload_conf()'],
    ['select pg_rotate_logfile()'],
    ['select pg_hba_file_rules()'],
    ['select * from pg_authid'],
    ['create extension file_fdw'],
    ['create extension dblink'],
    ['create extension postgres_fdw'],
    ['create extension pageinspect'],
    ['create extension plperlu'],
    [`create function never() returns int language c as 'libc', 'getpid'`],
    [`create function never() returns int language internal as 'int4in'`],
    [`create tablespace never location '/tmp'`],
    ['create database never'],
    ['create role never'],
    ['alter role longrun superuser'],
    ['alter role longrun createrole'],
    ['grant postgres to longrun'],
    ['grant pg_read_server_files to longrun'],
    ['set role postgres'],
    ['set session authorization postgres'],
    [`alter role postgres password 'mine'`],
    [`set session_preload_libraries = 'never'`],
    [`alter database postgres set session_preload_libraries = 'never'`],
    [`set dynamic_library_path = '/tmp'`],
    ['set log_statement = none'],
    [`load '/tmp/never.so'`],
    ['create event trigger never on ddl_command_start execute function never()'],
    [`select pg_create_physical_replication_slot('never')`],
    [`create subscription never connection 'host=127.0.0.1' publication never`],
  ])('is refused: %s', async (statement) => {
    await expect(query(server.url, statement)).rejects.toMatchObject({ code: denied })
  })

  it('cannot read by replication, and the superuser cannot log in with a password', async () => {
    await expect(query(server.url, 'IDENTIFY_SYSTEM', { replication: 'true' })).rejects.toMatchObject({ code: '28000' })
    const url = new URL(server.url)
    url.username = 'postgres'
    for (const password of [url.password, 'postgres', '']) {
      url.password = password
      await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28000' })
    }
  })

  it('can do what the service needs: migrate, and terminate its own sessions', async () => {
    await migrate(server.url)
    const cut = query(server.url, 'select pg_sleep(600)').catch((error: unknown) => error)
    const end = `select pg_terminate_backend(pid) as ended from pg_stat_activity where query = 'select pg_sleep(600)'`
    await expect.poll(() => query(server.url, end)).toEqual([{ ended: true }])
    expect(await cut).toBeInstanceOf(Error)
  })
})

describe('the processes and files of the embedded Postgres', () => {
  const status = (pid: number) => {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
    return Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2) as [string, string]))
  }

  it.runIf(asRoot)('have no capability and no supplementary group, and cannot gain privileges', async () => {
    // Includes a backend.
    const pending = query(server.url, 'select pg_sleep(1)')
    for (const pid of await processesIn(dataDir)) {
      const { Uid = '', Groups, NoNewPrivs, ...rest } = status(pid)
      expect(Uid.split('\t')).not.toContain('0')
      expect([Groups?.trim(), NoNewPrivs]).toEqual(['', '1'])
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
        expect([set, rest[set]]).toEqual([set, '0'.repeat(16)])
    }
    await pending
  })

  it('get only PATH and similar variables of the environment', () => {
    const names = readFileSync(`/proc/${postmasterPid(dataDir)}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
    expect(new Set(names.map((line) => line.split('=')[0]))).toEqual(new Set(['LC_ALL', 'PATH']))
  })

  it('are not accessible to other users', () => {
    const mode = (name: string) => (statSync(join(dataDir, name)).mode & 0o777).toString(8)
    expect(['', 'postgres', 'postgres-password', 'postgres.log', 'postgres/pg_hba.conf'].map(mode)).toEqual([
      '700',
      '700',
      '600',
      '600',
      '600',
    ])
    const rules = readFileSync(join(dataDir, 'postgres/pg_hba.conf'), 'utf8').replaceAll(/^#.*\n/gm, '')
    expect(rules).toBe('host all postgres all reject\nhost all all 127.0.0.1/32 scram-sha-256\n')
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`.s.PGSQL.${new URL(server.url).port}`))).toEqual([])
  })
})

it.runIf(asRoot)(
  'binaries that the account cannot reach are copied to a reachable place, without the environment of the service, and removed',
  async () => {
    const clone = mkdtempSync(join(tmpdir(), 'longrun-clone-'))
    onTestFinished(() => rmSync(clone, { recursive: true, force: true }))
    const { postgres } = await binaries()
    cpSync(join(postgres, '../..'), join(clone, 'native'), { recursive: true, verbatimSymlinks: true })
    const bin = join(clone, 'native/bin')
    renameSync(join(bin, 'initdb'), join(bin, 'initdb.real'))
    const known = '^(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_)='
    writeFileSync(
      join(bin, 'initdb'),
      `#!/bin/sh\nenv | grep -vE '${known}' && exit 9\nexec "$(dirname "$0")/initdb.real" "$@"\n`,
    )
    const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
    const folder = join(clone, 'data')

    const { url, stop } = await startSupervised(folder, { programs })
    const copy = join(readFileSync(`/proc/${postmasterPid(folder)}/cmdline`, 'utf8').split('\0')[0] ?? '', '../..')
    expect(copy.startsWith(join(tmpdir(), 'longrun-postgresql-'))).toBe(true)
    // The copy includes libraries and time zones.
    expect(await query(url, `select '2026-01-01 12:00 Europe/Paris'::timestamptz::text as at`)).toHaveLength(1)
    await query(url, `do $$ begin perform to_tsvector('french', 'les chevaux'); end $$`)
    await stop()
    expect(() => statSync(copy)).toThrow('ENOENT')
  },
)

describe('a data folder of an earlier version, whose role was a superuser', () => {
  /** Like one that the earlier version created, with the schema and rows of a service, and objects that an operator may have added. */
  async function olderFolder({ running = false } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'longrun-older-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [cluster, staging] = [join(folder, 'postgres'), join(folder, 'staging')]
    const data = join(staging, 'data')
    const account = await postgresAccount()
    const programs = await binaries()
    writeFileSync(join(folder, 'postgres-password'), 'password-of-old', { mode: 0o600 })
    mkdirSync(data, { recursive: true, mode: 0o700 })
    writeFileSync(join(staging, 'password'), 'password-of-old')
    if (account.owner) await run('chown', ['-R', `${account.owner.uid}:${account.owner.gid}`, staging])
    const flags = ['--encoding=UTF8', '--locale=C', '--username=longrun', '--auth=scram-sha-256', '--no-sync']
    const where = [`--pgdata=${dataPath(data, account)}`, '--pwfile=../password']
    const [file = '', ...args] = [...account.prefix, programs.initdb, ...where, ...flags]
    await run(file, args, { ...account.ids, cwd: data })
    renameSync(data, cluster)
    const options = { cluster, programs, account, settings: fastSettings, logFile: join(folder, 'postgres.log') }
    const old = await startServer(options)
    const url = `postgres://longrun:password-of-old@127.0.0.1:${old.port}/postgres`
    await migrate(url)
    await query(
      url,
      `create type mood as enum ('well'); create domain positive as int; create type pair as (a int, b mood);
      create view moods as select 'well'::mood as mood; create materialized view kept as select 1 as one;
      create sequence numbers; create schema aside; create table aside.things (id int generated always as identity, at mood);
      create function one() returns int language sql as 'select 1'; create extension pgcrypto; create role spare superuser;
      insert into customers values ('', 'C-1', 'Zoë Adams', 'Consumer')`,
    )
    if (!running) await stopServer(old.pid, await clusterOf(cluster))
    return { folder, pid: old.pid }
  }

  const owners = `select distinct pg_get_userbyid(owner) as owner from (
    select relowner from pg_class where oid >= 16384 union all select proowner from pg_proc where oid >= 16384
    and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    union all select typowner from pg_type where oid >= 16384 union all select nspowner from pg_namespace where oid >= 16384
  ) as made (owner) where pg_get_userbyid(owner) <> 'longrun'`

  it.each([
    [false],
    [true],
  ])('is converted at its start with all its contents (while its server still runs: %s)', async (running) => {
    const { folder, pid } = await olderFolder({ running })
    const { url, stop } = await startSupervised(folder)
    expect(postmasterPid(folder)).not.toBe(pid)
    expect(
      await query(
        url,
        'select rolname, rolsuper from pg_roles where rolname in (current_user, $$postgres$$) order by 1',
      ),
    ).toEqual([
      { rolname: 'longrun', rolsuper: false },
      { rolname: 'postgres', rolsuper: true },
    ])
    expect(await query(url, owners)).toEqual([])
    expect(await query(url, 'select name from customers')).toEqual([{ name: 'Zoë Adams' }])
    await migrate(url)
    await query(
      url,
      'alter table operations add column never int; insert into aside.things (at) values ($$well$$); select nextval($$numbers$$)',
    )
    await expect(query(url, `select pg_read_file('/etc/passwd')`)).rejects.toMatchObject({ code: denied })
    expect(new URL(url).password).toBe('password-of-old')
    await stop()
    const again = await startSupervised(folder)
    expect(await query(again.url, 'select name from customers')).toEqual([{ name: 'Zoë Adams' }])
  })

  it('is converted by the next start when the first start was interrupted', async () => {
    const { folder } = await olderFolder()
    const first = await startSupervised(folder)
    await first.stop()
    rmSync(join(folder, 'postgres/pg_hba.conf'))
    const { url } = await startSupervised(folder)
    expect(await query(url, owners)).toEqual([])
  })
})

it('a folder that root copied is given to the account of Postgres, whatever links it contains', async () => {
  const folder = await dataFolder()
  const outside = join(folder, 'outside')
  writeFileSync(outside, '')
  await run('ln', ['-s', outside, join(folder, 'postgres/link')])
  const { uid } = statSync(outside)
  await startSupervised(folder)
  expect(statSync(outside).uid).toBe(uid)
})
