import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The environment of PostgreSQL's programs. Not the service's, which contains secrets, and PG… variables would change PostgreSQL's behaviour. */
export const environment = { PATH: process.env.PATH, LC_ALL: 'C' }

/** Whether the process is running. A zombie is not (in a container without an init, zombies are not reaped). */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return (await statOf(pid))[0] !== 'Z'
}

/** The start time of a process, in ticks since boot, which detects a reused pid. `?` without /proc. */
export async function startedAt(pid: number): Promise<string> {
  return (await statOf(pid))[19] ?? '?'
}

/** A cluster's folder, and what identifies the processes of its server. */
export type Cluster = {
  folder: string
  /** The server's `cluster_name`. It is part of the command line of each of its processes, which root can read even if it cannot see their folder. */
  mark: string
  uid: number
}

/** Derived from device and inode, so that it does not depend on the folder's path. */
export async function clusterOf(folder: string): Promise<Cluster> {
  const { dev, ino, uid } = await stat(folder, { bigint: true })
  return { folder, mark: `longrun-${dev.toString(36)}-${ino.toString(36)}`, uid: Number(uid) }
}

/** Whether the process is the PostgreSQL server of `cluster`, started by this version or an earlier one. */
export async function servesOn(pid: number, cluster: Cluster): Promise<boolean> {
  if (!(await isAlive(pid))) return false
  const words = (await commandOf(pid)).split('\0')
  return words.includes(`cluster_name=${cluster.mark}`) || words.includes(cluster.folder)
}

/** The processes of the server on `cluster`, including the first one. Linux only: empty on other platforms. */
export async function processesOf(cluster: Cluster): Promise<number[]> {
  return filtered(async (pid) => {
    // The cheap check first: few processes belong to that user.
    if ((await uidOf(pid)) !== cluster.uid) return false
    const command = await commandOf(pid)
    const inside = async () => command.startsWith('postgres: ') && (await worksIn(pid)) === cluster.folder
    return (isMarked(command, cluster) || (await inside())) && isAlive(pid)
  })
}

/**
 * Whether the working directory of any process is `cluster`, as for all processes of its server, or cannot be read: in a container, root may
 * not see the working directories of other users' processes. Linux only.
 */
export async function anyIn(cluster: Cluster): Promise<boolean> {
  const found = await filtered(async (pid) => {
    const folder = await worksIn(pid)
    if (folder !== 'hidden') return folder === cluster.folder
    const command = await commandOf(pid)
    if (/(postgres: |cluster_name=)longrun-/.test(command)) return isMarked(command, cluster)
    return command.includes('postgres') && (await uidOf(pid)) === cluster.uid && isAlive(pid)
  })
  return found.length > 0
}

/** The first process of the server has its arguments as command line, its children have titles. */
const isMarked = (command: string, { mark }: Cluster) =>
  command.includes(`cluster_name=${mark}\0`) || command.startsWith(`postgres: ${mark}: `)

async function filtered(test: (pid: number) => Promise<boolean>): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const passed = await Promise.all(pids.map(test))
  return pids.filter((_, index) => passed[index])
}

/** The arguments of the process, each followed by a NUL. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const listed = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { env: environment }).catch(
    () => undefined,
  )
  return `${listed?.stdout.trimEnd().replaceAll(' ', '\0') ?? ''}\0`
}

const uidOf = async (pid: number) => (await stat(`/proc/${pid}`).catch(() => undefined))?.uid

const worksIn = (pid: number) =>
  readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) => (error.code === 'EACCES' ? 'hidden' : undefined))

/** The fields of /proc/…/stat from the third (state) on. The name before them may contain spaces and brackets. */
async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
