import { execFile } from 'node:child_process'
import { chown, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '../../lifecycle/operator-error.ts'
import type { Programs } from './binaries.ts'

const run = promisify(execFile)

type Ids = { uid: number; gid: number }

/** How Postgres's programs are started: as ourselves, as another user, or through a program that changes who we are. */
export type Account = {
  prefix: string[]
  /** For `spawn`. */
  ids?: Ids
  /** Who must own the cluster's files; absent: whoever we are. */
  owner?: Ids
}

/**
 * PostgreSQL refuses to run as root. As root it runs as `postgres`, or `nobody` where there is none; no user is made. Where that user
 * cannot reach the folder or the programs (a clone below /root), it keeps root's right to pass through folders, and nothing else of root.
 * Throws a message for the operator when that does not work either.
 */
export async function accountFor(folder: string, programs: Programs): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const ids = await unprivilegedUser()
  if (!ids) throw new OperatorError(`PostgreSQL does not run as root, and there is no user for it here: ${cures}`)
  if ((await reachable(folder, ids)) && (await reachable(dirname(programs.postgres), ids))) {
    return { prefix: [], ids, owner: ids }
  }
  const prefix = await passingThrough(ids)
  try {
    await run(prefix[0] as string, [...prefix.slice(1), programs.postgres, '--version'], { cwd: '/' })
  } catch (cause) {
    throw new OperatorError(
      `PostgreSQL does not run as root, and no other user can enter ${folder} and ${dirname(programs.postgres)}: ${cures}`,
      { cause },
    )
  }
  return { prefix, owner: ids }
}

const cures =
  'start Longrun as a user that is not root, or from folders that all users can enter (DATA_DIR says where the data are), ' +
  'or set DATABASE_URL to a PostgreSQL of yours'

/** Makes a cluster that another user began (the service ran as root before, or in another image) this account's. */
export async function handOver(cluster: string, { owner }: Account): Promise<void> {
  if (!owner || (await stat(cluster)).uid === owner.uid) return
  for (const entry of await readdir(cluster, { recursive: true }))
    await chown(join(cluster, entry), owner.uid, owner.gid)
  // Last, so that a run that is cut off begins again.
  await chown(cluster, owner.uid, owner.gid)
}

async function unprivilegedUser(): Promise<Ids | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const users = new Map(passwd.split('\n').map((line) => [line.split(':')[0], line.split(':')]))
  const fields = users.get('postgres') ?? users.get('_postgres') ?? users.get('nobody')
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined
}

/** Whether the user may enter `folder` and every folder above it. */
async function reachable(folder: string, ids: Ids): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder)
  const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  const parent = dirname(folder)
  return parent === folder || reachable(parent, ids)
}

/**
 * `setpriv` (util-linux) with one capability kept: to read and enter any folder, or, in containers, where root itself has only this one, to
 * override permissions. The securebit is for access(2), which otherwise leaves capabilities out of account; Postgres looks for
 * its own programs with it.
 */
async function passingThrough({ uid, gid }: Ids): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const effective = Number.parseInt(/CapEff:\s*([0-9a-f]+)/.exec(status)?.[1]?.slice(-1) ?? '0', 16)
  const capability = effective & 0b100 ? '+dac_read_search' : '+dac_override'
  const who = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  const kept = [`--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--securebits=+no_setuid_fixup']
  return ['setpriv', ...who, ...kept, '--']
}
