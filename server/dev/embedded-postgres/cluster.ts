import { execFile } from 'node:child_process'
import { lchown, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '../../domain/operator-error.ts'
import { type Account, dataPath } from './account.ts'
import type { Programs } from './binaries.ts'
import { environment } from './processes.ts'

const run = promisify(execFile)

export type Programmed = { cluster: string; programs: Programs; account: Account }

/** Owns its database and is not a superuser, so that its password does not permit reading files or running programs on the server's machine. */
export const serviceRole = 'longrun'

/**
 * Creates a new cluster. It is renamed to its final name when it is complete, so that an interrupted start leaves no partial cluster. Its
 * superuser has no password, and pg_hba.conf rejects every login until `admitService` has run.
 */
export async function initialize({ cluster, programs, account }: Programmed): Promise<void> {
  const staging = `${cluster}.new`
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging, { mode: 0o700 })
  const data = join(staging, 'data')
  await mkdir(data, { mode: 0o700 })
  if (account.owner) {
    for (const path of [data, staging]) await lchown(path, account.owner.uid, account.owner.gid)
  }
  // Texts sort by bytes, with the case mapping of Unicode: the same on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const args = [`--pgdata=${dataPath(data, account)}`, ...locale, '--username=postgres', '--auth=reject']
  await program({ cluster: data, account }, programs.initdb, [...args, '--no-instructions'])
  await rename(data, cluster)
  await rm(staging, { recursive: true })
}

const hbaHead = '# Longrun, version 1: written once the role of the service owns its database and is no superuser.'
const hba = `${hbaHead}
# The superuser logs in nowhere; stop the service and use \`postgres --single\` for what needs it.
host all postgres all reject
host all all 127.0.0.1/32 scram-sha-256
`

/** Whether `admitService` has run. False for a new cluster, and for one of an earlier version, whose role was the superuser. */
export async function admitsService(cluster: string): Promise<boolean> {
  const text = await readFile(join(cluster, 'pg_hba.conf'), 'utf8').catch(() => '')
  return text.startsWith(hbaHead)
}

/**
 * Creates the role of the service, gives it the database and all objects that earlier versions created as superuser, and permits its login. Runs
 * in single-user mode, which needs no password, so the server must not run. Idempotent. `attributes`: role attributes for tests.
 */
export async function admitService(given: Programmed & { password: string; attributes?: string }): Promise<void> {
  const { cluster, account, programs, password, attributes = '' } = given
  const quiet = ['-c', 'log_checkpoints=off', '-c', 'log_min_error_statement=panic']
  const args = ['--single', '-j', '-D', dataPath(cluster, account), ...quiet, 'postgres']
  const { stderr } = await program(given, programs.postgres, args, roleScript(password, attributes))
  // Single-user mode exits with 0 even after an error.
  const error = /^.*\b(ERROR|FATAL|PANIC):.*$/m.exec(stderr)?.[0]
  if (error) throw new OperatorError(`the role of the service could not be created in ${cluster}: ${error}`)

  const fresh = join(cluster, 'pg_hba.conf.new')
  await rm(fresh, { force: true })
  // Exclusive, so that a link that the account of Postgres creates meanwhile is not followed.
  const file = await open(fresh, 'wx', 0o600)
  try {
    await file.writeFile(hba)
    if (account.owner) await file.chown(account.owner.uid, account.owner.gid)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, join(cluster, 'pg_hba.conf'))
}

/** Runs one of Postgres's programs in the folder of `cluster`. */
function program({ cluster, account }: Omit<Programmed, 'programs'>, name: string, args: string[], input = '') {
  const [file, ...all] = [...account.prefix, name, ...args] as [string, ...string[]]
  const running = run(file, all, { ...account.ids, cwd: cluster, env: environment, maxBuffer: 16_000_000 })
  running.child.stdin?.on('error', () => {})
  running.child.stdin?.end(input)
  return running
}

/**
 * One transaction. The role with the oid 10 is the superuser of initdb, which always stays one. In clusters of earlier versions it is called
 * `longrun`, and a role cannot rename itself. REASSIGN OWNED does not work for it, so the owner of each object is changed separately.
 */
const roleScript = (password: string, attributes: string) => `
do $script$
declare
  object text;
begin
  if (select rolname from pg_authid where oid = 10) = '${serviceRole}' then
    create role longrun_renaming superuser;
    set session authorization longrun_renaming;
    alter role ${serviceRole} rename to postgres;
    set session authorization postgres;
    drop role longrun_renaming;
  end if;
  alter role postgres password null;
  if not exists (select from pg_authid where rolname = '${serviceRole}') then
    create role ${serviceRole};
  end if;
  alter role ${serviceRole} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  alter role ${serviceRole} ${attributes} password '${password}';
  alter database postgres owner to ${serviceRole};
  for object in
    with mine as (
      select 1 as turn, 'pg_namespace'::regclass as catalog, oid, format('schema %I', nspname) as object
      from pg_namespace where nspowner = 10
      union all
      select 2, 'pg_class'::regclass, c.oid, format('%s %s', case relkind when 'S' then 'sequence' when 'v' then 'view'
        when 'm' then 'materialized view' when 'c' then 'type' when 'f' then 'foreign table' else 'table' end, c.oid::regclass)
      from pg_class c where relowner = 10 and relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and not exists (
        select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid
          and refclassid = 'pg_class'::regclass and deptype in ('a', 'i'))
      union all
      select 2, 'pg_proc'::regclass, oid, format('routine %s', oid::regprocedure) from pg_proc where proowner = 10
      union all
      select 2, 'pg_type'::regclass, oid, format('type %s', oid::regtype) from pg_type
      where typowner = 10 and typtype in ('e', 'd', 'r')
    )
    -- From 16384 on objects are made by users.
    select mine.object from mine where oid >= 16384 and not exists (
      select from pg_depend where classid = catalog and objid = mine.oid and deptype = 'e')
    order by turn
  loop
    execute format('alter %s owner to ${serviceRole}', object);
  end loop;
end $script$;

`
