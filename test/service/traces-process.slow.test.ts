import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { openCollector, tracedTo } from '../support/collector.ts'
import { createDatabase } from '../support/database.ts'

const main = join(import.meta.dirname, '../../dist/server/main.js')
const hook = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({ load(url, context, next) { console.error('loaded ' + url); return next(url, context) } })`)}`

/** Starts the service and ends it with SIGTERM once it listens and `ready` has resolved; returns what it has loaded. */
async function run(environment: Record<string, string>, ready: (url: string) => Promise<unknown> = async () => {}) {
  const database = await createDatabase({ withSample: true })
  const dataDir = await mkdtemp(join(tmpdir(), 'longrun-traces-'))
  onTestFinished(async () => {
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { PATH = '', HOME = '' } = process.env
  const service = { DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0', API_KEYS: 'alice:0123456789abcdef' }
  const env = { PATH, HOME, ...service, LOG_LEVEL: 'warn', ...environment }
  const child = spawn(process.execPath, ['--import', hook, main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
  })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const url = /listens on (\S+)/.exec(printed)?.[1]
    if (!url || child.killed) continue
    await ready(url)
    child.kill('SIGTERM')
  }
  const [code] = await exited
  const loaded = [...errors.matchAll(/loaded (file:\S+)/g)].map(([, url = '']) =>
    readFileSync(fileURLToPath(url), 'utf8'),
  )
  return { code, loaded, errors: errors.replaceAll(/loaded .*\n/g, '') }
}

const hasSdk = (texts: readonly string[]) => texts.some((text) => text.includes('BatchSpanProcessorBase = class'))

it('without an endpoint the service loads no SDK', async () => {
  const { code, loaded } = await run({ OTEL_SERVICE_NAME: 'anything' })
  expect([code, loaded.length > 5, hasSdk(loaded)]).toEqual([0, true, false])
})

it('a service that is stopped sends its spans first', async () => {
  const collector = await openCollector()
  onTestFinished(collector.close)
  const { code, loaded } = await run(tracedTo(collector, { OTEL_BSP_SCHEDULE_DELAY: '600000' }), (url) =>
    fetch(`${url}/api/v1/operations`),
  )
  expect([code, hasSdk(loaded)]).toEqual([0, true])
  expect(collector.spans.map(({ name }) => name)).toContain('GET /api/v1/operations')
})

it('a service whose collector never responds works and stops', { timeout: 60_000 }, async () => {
  const collector = await openCollector()
  onTestFinished(collector.close)
  collector.ready = new Promise(() => {})
  const variables = tracedTo(collector, { OTEL_EXPORTER_OTLP_TIMEOUT: '600000' })
  const { code, errors } = await run(variables, async (url) => {
    await fetch(`${url}/api/v1/operations`)
    await collector.untilRequests(1)
    expect((await fetch(`${url}/api/v1/operations`)).status).toBe(401)
  })
  expect([code, errors]).toEqual([0, ''])
})

it('a malformed variable stops the start', async () => {
  const { code, errors } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_SAMPLER: 'xray' })
  expect(code).toBe(1)
  expect(errors).toContain('OTEL_TRACES_SAMPLER must be always_on, always_off, ')
})
