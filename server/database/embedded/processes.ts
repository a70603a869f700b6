import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
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

/** Whether the process is the Postgres server that was started on `cluster`. */
export async function servesOn(pid: number, cluster: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (words !== undefined) return words.split('\0').includes(cluster)
  const listed = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  return listed?.stdout.includes(`${cluster} `) ?? false
}

/**
 * Whether some process works in `cluster`, as all of Postgres's do, or may do so: in a container root may not see where another
 * user's processes work. Linux only: there is no other /proc to tell.
 */
export async function anyIn(cluster: string): Promise<boolean> {
  const owner = (await stat(cluster)).uid
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        return (await readlink(`/proc/${pid}/cwd`)) === cluster
      } catch (error) {
        const hidden = error instanceof Error && 'code' in error && error.code === 'EACCES'
        return hidden && (await stat(`/proc/${pid}`).catch(() => undefined))?.uid === owner && (await isAlive(pid))
      }
    }),
  )
  return found.includes(true)
}

/** The fields of /proc/…/stat from the third on: state first. The name before them may hold spaces and brackets. */
async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
