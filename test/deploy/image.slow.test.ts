import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { copies, dockerfile, root } from './manifests.ts'

/**
 * The files of the last stage of the Dockerfile, made by its own instructions without a container runtime: packages, then copies. The base
 * image and tini are not part of it.
 */
const image = mkdtempSync(join(tmpdir(), 'longrun-image-'))
const app = join(image, 'app')
const isRoot = process.getuid?.() === 0
afterAll(() => rmSync(image, { recursive: true, force: true }))

beforeAll(() => {
  chmodSync(image, 0o755)
  mkdirSync(join(app, 'client'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json', 'client/package.json'])
    copyFileSync(join(root, file), join(app, file))
  const [, arguments_ = ''] = /^RUN npm (ci --omit=dev .+)$/m.exec(dockerfile) ?? []
  const { status, stderr } = spawnSync('npm', arguments_.split(' '), { cwd: app, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  rmSync(join(app, 'package-lock.json'))
  rmSync(join(app, 'client'), { recursive: true })
  for (const { stage, sources, target } of copies)
    for (const source of stage === 'packages' ? [] : sources) copyInto(source.replace(/^\/app\//, ''), target)
  // The Node of this process, for a user who may not see its folder.
  try {
    linkSync(process.execPath, join(image, 'node'))
  } catch {
    copyFileSync(process.execPath, join(image, 'node'))
  }
  for (const folder of ['data', 'tmp']) mkdirSync(join(image, folder))
  if (isRoot) for (const folder of ['data', 'tmp']) chownSync(join(image, folder), 1000, 1000)
  spawnSync('chmod', ['--recursive', 'go-w,a+rX', app])
  if (!isRoot) spawnSync('chmod', ['--recursive', 'a-w', app])
})

function copyInto(source: string, target: string) {
  const to = join(app, target)
  const isFolder = statSync(join(root, source)).isDirectory()
  cpSync(join(root, source), isFolder ? to : target.endsWith('/') ? join(to, basename(source)) : to, {
    recursive: true,
  })
}

/** Runs the command of the image as its user and as the first process of its own process namespace, where that is permitted. */
function start(environment: Record<string, string>) {
  const [, command = '[]'] = /^CMD (.+)$/m.exec(dockerfile) ?? []
  const [, variables = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
  const [, ...words] = JSON.parse(command) as string[]
  const asUser = isRoot
    ? [
        'unshare',
        '--pid',
        '--fork',
        '--kill-child',
        '--mount-proc',
        'setpriv',
        '--reuid=1000',
        '--regid=1000',
        '--clear-groups',
        '--no-new-privs',
        '--bounding-set=-all',
      ]
    : []
  const [file, ...rest] = [...asUser, join(image, 'node'), ...words] as [string, ...string[]]
  const child = spawn(file, rest, {
    cwd: app,
    env: {
      PATH: process.env.PATH,
      TMPDIR: join(image, 'tmp'),
      ...Object.fromEntries(variables.split(' ').map((pair) => pair.split('='))),
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      DATA_DIR: join(image, 'data'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  let printed = ''
  const append = (chunk: Buffer) => {
    printed += chunk
  }
  child.stdout.on('data', append)
  child.stderr.on('data', append)
  return { child, printed: () => printed }
}

/** The process of the service: `unshare` passes no signal on. */
function serviceOf({ pid = 0 }: ChildProcess): number {
  if (!isRoot) return pid
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return Number(child)
}

it('serves the API and runs operations as a user who can change none of its files, and stops on SIGTERM', async () => {
  const database = await createDatabase({ withSample: true })
  onTestFinished(() => database.drop())
  const key = 'alice-0123456789abcdef'
  const { child, printed } = start({ DATABASE_URL: database.url, API_KEYS: `alice:${key}`, DATABASE_POOL_SIZE: '12' })
  await expect.poll(printed, { timeout: 60_000 }).toMatch(/Metrics: /)
  const [, url] = /listens on (\S+)/.exec(printed()) ?? []
  const [, probes = ''] = /Metrics: (\S+)\/metrics/.exec(printed()) ?? []
  expect((await fetch(`${probes}/readyz`)).status).toBe(200)
  const response = await fetch(`${url}/api/v1/reports:generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'wait=60' },
    body: JSON.stringify({
      reportType: 'ORDERS_SUMMARY',
      dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
      format: 'PDF',
    }),
  })
  const operation = (await response.json()) as { status: string; result: { downloadUrl: string } }
  expect(operation.status).toBe('COMPLETED')
  const pdf = await fetch(new URL(operation.result.downloadUrl, url))
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  const docs = await fetch(`${url}/docs`)
  expect(docs.status).toBe(200)

  const service = serviceOf(child)
  const status = readFileSync(`/proc/${service}/status`, 'utf8')
  if (isRoot) {
    expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/m)
    expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m)
  }
  process.kill(service, 'SIGTERM')
  await once(child, 'close')
  expect(printed()).toContain('Longrun is stopping.')
  expect(printed()).not.toMatch(/did not stop cleanly|EACCES|EROFS/)
  expect(readdirSync(app).toSorted()).toEqual(
    ['LICENSE', 'NOTICE', 'data', 'dist', 'generated', 'node_modules', 'package.json', 'server'].toSorted(),
  )
})

it('without DATABASE_URL says what is missing', async () => {
  const { child, printed } = start({})
  await once(child, 'close')
  expect(printed()).toMatch(/DATABASE_URL/)
  expect(printed()).not.toMatch(/\n +at /)
})
