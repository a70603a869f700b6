import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'

const program = resolve(import.meta.dirname, 'embedded-process.ts')

/** Starts `embedded-process.ts` on `dataDir`, optionally through `prefix` or as another user; returns its URL and the process. */
export async function startServerProcess(
  dataDir: string,
  { uid, prefix = [] }: { uid?: number; prefix?: string[] } = {},
) {
  const [file, ...args] = [...prefix, process.execPath, program, dataDir]
  const child = spawn(file as string, args, {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const exited = once(child, 'exit')
  const end = async () => {
    child.stdin.end()
    await exited
  }
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error('the process ended before its Postgres was ready'))),
  ])
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { url: url as string, pid: child.pid as number, kill, end }
}

/** Runs one statement on a separate connection. */
export async function query(url: string, text: string, connection: Record<string, string> = {}) {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {}, connection })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Resolves once the server runs `text` again. */
export async function queryWhenUp(url: string, text: string) {
  for (const untilMs = performance.now() + 45_000; ; await delay(20)) {
    try {
      return await query(url, text)
    } catch (error) {
      if (performance.now() > untilMs) throw error
    }
  }
}

export const pidFile = (dataDir: string) => join(dataDir, 'postgres/postmaster.pid')
export const postmasterPid = (dataDir: string) => Number(readFileSync(pidFile(dataDir), 'utf8').split('\n')[0])

/** A zombie does not count as alive. */
export function isAlive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString()
  return state !== '' && !state.startsWith('Z')
}

/** Kills the process and resolves once it has exited. */
export async function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL') {
  process.kill(pid, signal)
  while (isAlive(pid)) await new Promise(setImmediate)
}

/** The processes whose working directory is the folder of the cluster, from /proc. */
export async function processesIn(dataDir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  return pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '') === join(dataDir, 'postgres')
    } catch {
      return false
    }
  })
}
