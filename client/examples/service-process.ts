import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const entry = resolve(import.meta.dirname, '../../server/main.ts')
const readyWithinMs = 45_000
/** The service promises to be gone 30 s after SIGTERM, its Postgres included. */
const goneWithinMs = 35_000

/** Whatever the environment says, nobody is charged by an example. */
const sampleVendors = {
  VENDOR_STOCK_URL: '',
  VENDOR_PAYMENT_URL: '',
  VENDOR_CARRIER_URL: '',
  VENDOR_CONFIRMATION_URL: '',
}

export type ServiceProcess = { url: string; apiKey: string; readyMs: number; stop(): Promise<void> }

/** Where the service keeps the key that it makes at its first start, unless API_KEYS says otherwise. */
export const keyFile = (dataDir: string) => join(dataDir, 'development-key')

/**
 * The service as a process of its own, on its embedded Postgres in `dataDir`, ready when this resolves. Throws with
 * the end of what it printed when it ends before that; nothing is left running then.
 */
export async function startService(dataDir: string, signal: AbortSignal): Promise<ServiceProcess> {
  const port = String(await freePort(Number(process.env.PORT || 0)))
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...sampleVendors, DATA_DIR: dataDir, PORT: port, HOST: '127.0.0.1', ROLES: '' },
    // A process group of its own: Ctrl-C reaches the demo alone, which then stops the service once and waits for it.
    detached: process.platform !== 'win32',
  })
  const exited = once(child, 'exit')
  const printed = lastLines(40)
  child.stdout.on('data', printed.add)
  child.stderr.on('data', printed.add)

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), goneWithinMs)
    await exited
    clearTimeout(late)
  }

  try {
    const started = performance.now()
    while (!(await isReady(url))) {
      signal.throwIfAborted()
      if (child.exitCode !== null) throw new Error(`The service could not start:\n\n${printed.text()}`)
      if (performance.now() - started > readyWithinMs) {
        throw new Error(`The service was not ready within ${readyWithinMs / 1000} s:\n\n${printed.text()}`)
      }
      await sleep(20)
    }
    return { url, apiKey: await apiKey(dataDir), readyMs: performance.now() - started, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The first of `owner:key,owner:key`, or the one that the service made. */
async function apiKey(dataDir: string): Promise<string> {
  const given = process.env.API_KEYS?.split(',')[0]?.split(':')[1]
  return given || (await readFile(keyFile(dataDir), 'utf8')).trim()
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** The wanted port, or any with 0. Throws when it is taken: whoever has it would answer in the service's place. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

/** What a process printed last, without stacks. */
function lastLines(count: number) {
  let lines: string[] = []
  return {
    add(chunk: Buffer) {
      const fresh = chunk.toString().trimEnd().split('\n')
      lines = [...lines, ...fresh.filter((line) => !line.startsWith('    at '))].slice(-count)
    },
    text: () => lines.join('\n'),
  }
}
