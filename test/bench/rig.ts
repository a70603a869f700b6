import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { noLimits } from '../support/limits.ts'

const top = resolve(import.meta.dirname, '../..')

/** One Postgres for the service and its peers, so that every ratio is measured on the same machine and data. */
export async function startDatabase() {
  const given = process.env.DATABASE_URL
  if (given) return { url: given, stop: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'longrun-bench-'))
  const postgres = await startEmbeddedPostgres({ dataDir: folder, roleAttributes: 'createdb' })
  const stop = async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: postgres.url, stop }
}

export type Service = { url: string; key: string; pid: number; stop(): Promise<void>; kill(): Promise<void> }

/** The service as an operator runs it, in its own process. Resolves when it responds at `url`. */
export async function startService(env: Record<string, string>): Promise<Service> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { child, ...ends } = spawnService({ PORT: String(port), HOST: '127.0.0.1', ...env }, 'ignore')
  await ready(url, child)
  return { url, key: benchKey, pid: child.pid as number, ...ends }
}

/** The same with the role `worker` only. Resolves when the worker runs. */
export async function startWorkerService(env: Record<string, string>): Promise<Omit<Service, 'url' | 'key'>> {
  const { child, ...ends } = spawnService({ ROLES: 'worker', ...env }, 'pipe')
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the worker ended with ${code} before it worked`)
  })
  // The worker prints one line when it runs, and nothing before.
  await Promise.race([once(child.stdout as Readable, 'data'), ended])
  return { pid: child.pid as number, ...ends }
}

const benchKey = 'bench-key-0123456789abcdef'

function spawnService(env: Record<string, string>, stdout: 'ignore' | 'pipe') {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-bench-data-'))
  const child = spawn(process.execPath, ['dist/server/main.js'], {
    cwd: top,
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, DATA_DIR: folder, API_KEYS: `bench:${benchKey}`, LOG_LEVEL: 'warn', ...noLimits, ...env },
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
  return { child, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

/** Milliseconds until the first 200 of `/readyz`; rejects when the process ends first or after 60 s. */
export async function ready(url: string, child: ChildProcess): Promise<number> {
  const started = performance.now()
  while (performance.now() - started < 60_000) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode} before it was ready`)
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.status === 200) return performance.now() - started
    await delay(5)
  }
  throw new Error('the service was not ready within 60 s')
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** Peak resident memory of a process in MiB, from /proc; undefined on other systems than Linux. */
export function peakMemoryMiB(pid: number): number | undefined {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return line ? Math.round(Number(line[1]) / 1024) : undefined
  } catch {
    return undefined
  }
}

/** The process and its descendants, from /proc; only the process itself on other systems than Linux. */
export function familyOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return [pid, ...children.flatMap((child) => familyOf(Number(child)))]
  } catch {
    return [pid]
  }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Prints one figure, with its limit if there is one. */
export function line(name: string, figure: string, bar?: { text: string; met: boolean }) {
  console.log(`${name.padEnd(58)} ${figure.padStart(18)}${bar ? `   ${bar.met ? 'ok  ' : 'MISS'} ${bar.text}` : ''}`)
}
