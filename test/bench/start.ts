import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, line, median, ready } from './rig.ts'

const main = resolve(import.meta.dirname, '../../dist/server/main.js')

/** Time from the start of the process to `/readyz`: first with an empty folder, then with the same folder again. */
export async function benchStart({ quick }: { quick: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-start-'))
  try {
    line('cold start to /readyz (sample data included)', `${(await start(folder)).toFixed(0)} ms`)
    const warm: number[] = []
    for (let round = 0; round < (quick ? 1 : 5); round++) warm.push(await start(folder))
    const ms = median(warm)
    line('warm start to /readyz', `${ms.toFixed(0)} ms`, { text: '≤ 2,000 ms', met: ms <= 2000 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function start(folder: string): Promise<number> {
  const port = await freePort()
  const { DATABASE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...env, DATA_DIR: folder, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
  })
  try {
    return await ready(`http://127.0.0.1:${port}`, child)
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
}
