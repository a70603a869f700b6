import { execFile } from 'node:child_process'
import { lchown, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '../../domain/operator-error.ts'
import { environment } from './processes.ts'

const run = promisify(execFile)

type Ids = { uid: number; gid: number }

/** The account that Postgres's programs run as. */
export type Account = {
  /** The words before the program in the command line. */
  prefix: string[]
  /** For `spawn`. */
  ids?: Ids
  /** Owner of the cluster's files; absent: the account of this process. */
  owner?: Ids
}

/**
 * For a service that runs as root, PostgreSQL runs as `postgres`, or as `nobody` if there is no such user, because PostgreSQL refuses to run
 * as root. It keeps no capability: `setpriv` (util-linux) empties the permitted, inheritable, ambient and bounding sets and the supplementary
 * groups, and sets no_new_privs. Where `setpriv` is missing or not permitted, the change of user alone empties all but the bounding set.
 */
export async function postgresAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const owner = await unprivilegedUser()
  if (!owner) throw new OperatorError(`PostgreSQL does not run as root, and there is no user for it here: ${remedies}`)
  const caps = ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all', '--no-new-privs']
  const prefix = ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', ...caps, '--']
  const permitted = await run(prefix[0] as string, [...prefix.slice(1), 'true'], { cwd: '/', env: environment }).then(
    () => true,
    () => false,
  )
  return permitted ? { prefix, owner } : { prefix: [], ids: owner, owner }
}

export const remedies =
  'start Longrun as a user that is not root, or from folders that all users can enter (DATA_DIR names the data folder), ' +
  'or set DATABASE_URL to a PostgreSQL of yours'

/**
 * The path by which a program of `account` accesses its data folder, which is its working directory. `/proc/self/cwd` needs no permission on
 * the parent folders, which the account may be unable to enter (a data folder below /root).
 */
export const dataPath = (cluster: string, { owner }: Account) =>
  owner && process.platform === 'linux' ? '/proc/self/cwd' : cluster

/** Changes the owner of a cluster that another user created (when the service ran as root, or in another image) to this account. */
export async function handOver(cluster: string, { owner }: Account): Promise<void> {
  if (!owner || (await stat(cluster)).uid === owner.uid) return
  for (const entry of await readdir(cluster, { recursive: true }))
    await lchown(join(cluster, entry), owner.uid, owner.gid)
  // Last, so that an interrupted run is repeated.
  await lchown(cluster, owner.uid, owner.gid)
}

/** Whether the account may enter `folder` and every folder above it. */
export async function canReach({ owner }: Account, folder: string): Promise<boolean> {
  if (!owner) return true
  const { mode, uid, gid } = await stat(folder)
  const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  const parent = dirname(folder)
  return parent === folder || canReach({ prefix: [], owner }, parent)
}

async function unprivilegedUser(): Promise<Ids | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const users = new Map(passwd.split('\n').map((line) => [line.split(':')[0], line.split(':')]))
  const fields = users.get('postgres') ?? users.get('_postgres') ?? users.get('nobody')
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined
}
