import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(top, 'README.md'), 'utf8')

/** The commands of a section, as they are written. */
function commandsOf(heading: string): string {
  const section = readme.slice(readme.indexOf(heading))
  return /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? ''
}

let folder: string
let shell: ChildProcess | undefined
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longrun-readme-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

it('the curl commands of README.md start the service and leave a downloaded report', { timeout: 300_000 }, async () => {
  const port = await freePort()
  // Another port and folder than a service on this machine may have.
  const commands = commandsOf('## Submit an operation with curl')
    .replaceAll('localhost:8080', `localhost:${port}`)
    .replace('npm start', `npm --prefix ${top} start`)
  expect(commands).toContain(`npm --prefix ${top} start`)
  const { PATH, HOME } = process.env
  // Job control, so that the service has a process group, which `kill %1` ends.
  shell = spawn('bash', ['-e', '-o', 'pipefail', '-m', '-c', `${commands}\nkill %1\nwait %1 || true`], {
    cwd: folder,
    env: { PATH, HOME, PORT: String(port), DATA_DIR: join(folder, '.data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [shell.stdout, shell.stderr]) stream?.on('data', (data) => (output += data))
  const [code] = await once(shell, 'close')
  expect(code, output).toBe(0)
  const { rowCount, size } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
  expect(statSync(join(folder, 'orders.csv')).size).toBe(size)
  const lines = readFileSync(join(folder, 'orders.csv'), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(rowCount + 1)
})

it('the responses that README.md shows are those of the service', () => {
  const shown = /```json\n([\s\S]*?)```/.exec(readme)?.[1]?.trim().split('\n') ?? []
  const [submitted, polled, report] = shown.map((line) => JSON.parse(line))
  const real = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  expect(submitted).toMatchObject({ status: 'PENDING', done: false })
  for (const [own, other] of [
    [polled, real('op.json')],
    [report, real('report.json')],
  ]) {
    expect(Object.keys(other)).toEqual(expect.arrayContaining(Object.keys(own)))
  }
  expect(polled.status).toBe(real('op.json').status)
  expect([report.rowCount, report.size]).toEqual([real('report.json').rowCount, real('report.json').size])
})
