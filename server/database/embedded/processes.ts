import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether the process runs. One that has ended is not alive, even if nobody has collected it (a container without an init). */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return (await statOf(pid))[0] !== 'Z'
}

/** When a process began, in ticks since boot: tells a recycled pid from the first. `?` where there is no /proc. */
export async function startedAt(pid: number): Promise<string> {
  return (await statOf(pid))[19] ?? '?'
}

/** Whether the process is a Postgres at work on `cluster`: all of them enter that folder. */
export async function worksOn(pid: number, cluster: string): Promise<boolean> {
  const folder = await workingFolder(pid)
  if (folder !== undefined) return folder === (await realpath(cluster))
  const listed = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  return listed?.stdout.includes(`${cluster} `) ?? false
}

/** Any process at work on `cluster`; undefined as well where there is no /proc to tell. */
export async function anyOn(cluster: string): Promise<number | undefined> {
  const folder = await realpath(cluster)
  const names = await readdir('/proc').catch(() => [])
  for (const pid of names.map(Number)) if (pid > 0 && (await workingFolder(pid)) === folder) return pid
  return undefined
}

function workingFolder(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined)
}

/** The fields of /proc/…/stat from the third on: state first. The name before them may hold spaces and brackets. */
async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
