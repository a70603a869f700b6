import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Programs } from './binaries.ts'

const run = promisify(execFile)

/** How Postgres's programs are started: as ourselves, as another user, or through a program that changes who we seem to be. */
export type Account = { prefix: string[]; ids?: { uid: number; gid: number } }

/**
 * PostgreSQL refuses to run as root. As root it runs as `postgres`, or `nobody` where there is none; no user is made. In a folder
 * that this user cannot reach (a clone below /root) it runs in a user namespace of its own instead: not root to itself, and still the
 * owner of its files.
 */
export async function accountFor(folder: string, programs: Programs): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const ids = await unprivilegedUser()
  const ours = await ownedByRoot(join(folder, 'postgres'))
  if (!ours && ids && (await reachable(folder, ids.uid)) && (await reachable(dirname(programs.postgres), ids.uid))) {
    return { prefix: [], ids }
  }
  const prefix = ['unshare', '--user', `--map-user=${ids?.uid ?? 65534}`, `--map-group=${ids?.gid ?? 65534}`]
  try {
    await run(prefix[0] as string, [...prefix.slice(1), programs.postgres, '--version'])
    return { prefix }
  } catch (cause) {
    throw new Error(
      `PostgreSQL does not run as root, and ${folder} cannot be reached by another user: start Longrun as a user that is ` +
        'not root, or from a folder that all users can enter, or set DATABASE_URL',
      { cause },
    )
  }
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const users = new Map(passwd.split('\n').map((line) => [line.split(':')[0], line.split(':')]))
  const fields = users.get('postgres') ?? users.get('nobody')
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined
}

async function ownedByRoot(folder: string): Promise<boolean> {
  return stat(folder).then(
    ({ uid }) => uid === 0,
    () => false,
  )
}

/** Whether `uid` may enter `folder` and every folder above it. */
async function reachable(folder: string, uid: number): Promise<boolean> {
  const { mode, uid: owner } = await stat(folder)
  if ((mode & 0o001) === 0 && !(owner === uid && (mode & 0o100) !== 0)) return false
  const parent = dirname(folder)
  return parent === folder || reachable(parent, uid)
}
