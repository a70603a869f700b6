import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const entry = resolve(import.meta.dirname, '../../dist/server/main.js')
const readyWithinMs = 45_000
/** The service and its Postgres exit within 30 s of SIGTERM. */
const goneWithinMs = 35_000

/** Overrides the environment, so that an example never calls a real vendor. */
const sampleVendors = {
  VENDOR_STOCK_URL: '',
  VENDOR_PAYMENT_URL: '',
  VENDOR_CARRIER_URL: '',
  VENDOR_CONFIRMATION_URL: '',
  VENDOR_IDENTITY_URL: '',
  VENDOR_CRIMINAL_RECORDS_URL: '',
  VENDOR_EMPLOYMENT_URL: '',
  VENDOR_EDUCATION_URL: '',
}

export type ServiceProcess = {
  url: string
  apiKey: string
  readyMs: number
  /** The last output lines when the service has exited without `stop`; otherwise undefined. */
  crashed(): string | undefined
  stop(): Promise<void>
}

/** The file with the API key that the service creates at its first start, unless API_KEYS is set. */
export const keyFile = (dataDir: string) => join(dataDir, 'development-key')

/**
 * Starts the service as a process with an embedded Postgres in `dataDir`; resolves when the service is ready. When the
 * service exits before, throws with its last output lines and leaves no process.
 */
export async function startService(dataDir: string, signal: AbortSignal): Promise<ServiceProcess> {
  const port = String(await freePort(Number(process.env.PORT || 0)))
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...sampleVendors, DATA_DIR: dataDir, PORT: port, HOST: '127.0.0.1', ROLES: '' },
    // A separate process group: Ctrl-C reaches only the demo, which then stops the service once and waits for its exit.
    detached: process.platform !== 'win32',
  })
  const exited = once(child, 'exit')
  const printed = lastLines(40)
  child.stdout.on('data', printed.add)
  child.stderr.on('data', printed.add)

  const hasExited = () => child.exitCode !== null || child.signalCode !== null

  async function stop(): Promise<void> {
    if (hasExited()) return
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), goneWithinMs)
    await exited
    clearTimeout(late)
  }

  const crashed = () => (hasExited() ? printed.text() : undefined)

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
    return { url, apiKey: await apiKey(dataDir), readyMs: performance.now() - started, crashed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The first key of `owner:key,owner:key`, or the key that the service created. */
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

/** The wanted port, or any free port for 0. Throws when the port is in use: another program would respond instead. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

/** The last lines that a process printed, without stack traces. */
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
