import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClient, LongrunProblem } from '../../client/index.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { onDatabase } from '../http/database.ts'
import { type Hook, openHook } from '../http/hook.ts'
import { type Asking, ask, ended, inAnHour, report } from '../http/requests.ts'
import { type Collector, openCollector, tracedTo } from '../support/collector.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openSocket } from '../support/socket.ts'

const random = (bytes = 18) => randomBytes(bytes).toString('base64url')
const webhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`

/**
 * The secrets that must not be found anywhere, by where they are planted. Labels, file names, inputs, URLs and idempotency keys are the
 * caller's data and not secrets of the service. The URL of a receiver belongs to its owner, so it must not be in a log.
 */
const secrets = {
  apiKey: random(),
  unknownKey: random(),
  bearer: `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"canary"}').toString('base64url')}.${random(64)}`,
  submittedWebhook: webhookSecret(),
  receiver: webhookSecret(),
  rotated: webhookSecret(),
  malformedWebhook: `whsec_${random(8)}!`,
  sealingKey: randomBytes(32).toString('base64'),
  metricsKey: random(),
  collectorKey: random(),
  databasePassword: random(),
}
/**
 * Signatures of links and a key that are created while the service runs, and other values that no log may contain although their owner may
 * read them.
 */
const createdSecrets = new Set<string>()
const urlToken = random()
const pathToken = random()

const lines: string[] = []
const problems: string[] = []

function expectNone(place: string, texts: readonly string[], more: Iterable<string> = []) {
  const all = texts.join('\n')
  expect(all.length, `${place} has something to look at`).toBeGreaterThan(0)
  const found = [...Object.entries(secrets), ...[...more].map((secret) => ['more', secret] as const)]
    .filter(([, secret]) => all.includes(secret) || all.includes(encodeURIComponent(secret)))
    .map(([name]) => name)
  expect(found, `secrets in ${place}`).toEqual([])
}

let service: TestService
let hook: Hook
let collector: Collector
beforeAll(async () => {
  hook = await openHook()
  collector = await openCollector()
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const environment = {
    ...tracedTo(collector, { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${secrets.collectorKey}` }),
    API_KEYS: `alice:${secrets.apiKey}`,
    SECRETS_KEY: secrets.sealingKey,
    METRICS_KEY: secrets.metricsKey,
    WEBHOOK_ALLOW_INSECURE: 'true',
    LOG_LEVEL: 'trace',
  }
  service = await startTestService(environment, undefined, log)
  const { password } = new URL(service.databaseUrl)
  if (password.length >= 16) secrets.databasePassword = password
})
afterAll(async () => {
  hook.close()
  await service.close()
  await collector.close()
})

/** Sends a request; records the response if it is a problem. */
async function send(path: string, asking: Asking = {}) {
  const response = await ask(service, path, { key: secrets.apiKey, ...asking })
  if (response.status >= 400) problems.push(response.text, JSON.stringify([...response.headers]))
  return response
}

const signatureIn = (link: string) => new URL(link, service.url).searchParams.get('signature') ?? ''

describe('no secret is found', () => {
  beforeAll(async () => {
    await plantCredentials()
    await plantKeys()
    await plantWebhooks()
    await plantLinks()
    await plantInFaults()
  })

  it('in a log line, including audit lines', () => {
    for (const event of ['audit.createWebhookReceiver', 'audit.listOperations', 'webhook.sent', 'request.failed']) {
      expect(
        lines.some((line) => line.includes(`"${event}"`)),
        event,
      ).toBe(true)
    }
    expectNone('the log', lines, [...createdSecrets, urlToken, pathToken])
  })

  it('in a span, or an owner, a path or a query', async () => {
    await collector.until(({ attributes }) => attributes['longrun.webhook.event'] === 'COMPLETED')
    await collector.until(({ attributes }) => attributes['longrun.problem.code'] === 'INTERNAL_ERROR', 3)
    const bodies = collector.requests.map(({ body }) => body)
    expect(collector.requests[0]?.headers.authorization).toBe(`Bearer ${secrets.collectorKey}`)
    expectNone('spans', bodies, [...createdSecrets, urlToken, pathToken, 'alice', '/hook', '?'])
  })

  it('in a problem', () => {
    expectNone('problems', problems, createdSecrets)
  })

  it('in the history of an operation, its log or the stored webhook data', async () => {
    const sql = postgres(service.databaseUrl, { max: 1 })
    const tables = [
      'events',
      'deliveries',
      'delivery_attempts',
      'operations',
      'webhook_receivers',
      'idempotency_keys',
      'api_keys',
    ]
    const rows = await Promise.all(tables.map((table) => sql`select t::text as text from ${sql(table)} t`))
    await sql.end()
    for (const [at, table] of tables.entries()) {
      const texts = (rows[at] ?? []).map((row) => String(row.text))
      if (texts.length > 0) expectNone(table, texts, createdSecrets)
    }
  })

  it('in the input, the summary, the progress or an event of an operation', async () => {
    const list = await ask(service, '/api/v1/operations?pageSize=1000', { key: secrets.apiKey })
    const { operations } = list.body as { operations: { links: { self: string } }[] }
    const texts = [list.text]
    for (const { links } of operations) {
      for (const path of [`${links.self}?view=FULL`, `${links.self}/events?pageSize=1000`]) {
        texts.push((await ask(service, path, { key: secrets.apiKey })).text)
      }
    }
    expect(texts.join()).toContain('"input":{')
    expectNone('reads', texts, [urlToken, pathToken])
  })

  it('in metrics, or an owner, an id or a URL', async () => {
    const refused = await ask(service, '/metrics', { key: secrets.apiKey })
    expect(refused.status).toBe(401)
    const { status, text } = await ask(service, '/metrics', { key: secrets.metricsKey })
    expect(status).toBe(200)
    const list = await ask(service, '/api/v1/operations?pageSize=1000', { key: secrets.apiKey })
    const { operations } = list.body as { operations: { operationId: string }[] }
    const ids = operations.map(({ operationId }) => operationId.slice('op_'.length))
    expectNone('/metrics', [text, refused.text], [...createdSecrets, urlToken, pathToken, 'alice', hook.url, ...ids])
  })

  it('in an error of the client, or in the client’s inspected form', async () => {
    const caught: unknown[] = []
    const failing = async (work: Promise<unknown>) => caught.push(await work.catch((error: unknown) => error))
    const longrun = createClient({ baseUrl: service.url, apiKey: secrets.apiKey })
    const stranger = createClient({ baseUrl: service.url, apiKey: secrets.unknownKey })
    const unreachable = createClient({ baseUrl: 'http://127.0.0.1:9', apiKey: secrets.apiKey })
    const handle = await longrun.generateReport({ ...report, format: 'CSV', reportType: 'ORDERS_SUMMARY' })
    const nothing = { ...report, dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } } as const
    const failed = await longrun.generateReport({ ...nothing, format: 'CSV', reportType: 'ORDERS_SUMMARY' })
    await failing(failed.result())
    await failing(stranger.operation(handle.id))
    await failing(unreachable.upload('a\n', { mediaType: 'text/csv' }))
    await failing(longrun.operation('op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'))
    await failing(longrun.operation(handle.id, undefined, { signal: AbortSignal.abort() }))
    expect(caught.filter((error) => error instanceof LongrunProblem).length).toBeGreaterThan(0)
    const inspected = [...caught, longrun, handle].map((value) => inspect(value, { depth: 10, showHidden: true }))
    expectNone('the client', [...inspected, JSON.stringify(caught), ...caught.map(String)])
  })
})

async function plantCredentials() {
  const { unknownKey, bearer, apiKey } = secrets
  const operations = '/api/v1/operations'
  for (const key of [unknownKey, bearer]) {
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${key}` },
      { authorization: `Basic ${btoa(`alice:${key}`)}`, 'x-api-key': apiKey },
      { authorization: key },
      { 'x-api-key': key },
      { 'x-api-key': key, authorization: `Bearer ${apiKey}` },
      { cookie: `session=${key}`, 'proxy-authorization': `Bearer ${key}` },
    ]
    for (const headers of ways) {
      await send(operations, { key: null, headers })
    }
    await send(`${operations}?apiKey=${key}&access_token=${key}`)
    await send(`${operations}?pageToken=${key}`)
    await send('/api/v1/reports:generate', { json: { ...report, apiKey: key, password: { token: key } } })
    await send('/api/v1/reports:generate', { method: 'POST', body: `{"apiKey":"${key}`, headers: json })
    await send('/api/v1/reports:generate', {
      method: 'POST',
      body: `apiKey=${key}`,
      headers: { 'content-type': 'a/b' },
    })
    await send('/api/v1/reports:generate', { json: { ...report, priority: key, format: key } })
  }
  await send(`/api/v1/operations?${pathToken}=1`)
  await ask(service, `/api/v1/operations/${pathToken}`, { key: apiKey })
  await ask(service, `/${pathToken}`, { key: apiKey })
  const { headers } = await send('/api/v1/reports:generate', { json: { ...report, startAfter: inAnHour() } })
  const url = `${service.url}${headers.get('location')}/status`
  for (const key of [unknownKey, apiKey]) {
    const opened = await openSocket(url, { protocols: ['longrun.v1', `bearer.${key}`] })
    if ('socket' in opened) opened.socket.terminate()
    else problems.push(JSON.stringify(opened))
  }
  await send(`${headers.get('location')}:cancel`, { json: { reason: 'enough' } })
}

const json = { 'content-type': 'application/json' }

async function plantKeys() {
  const { body, status } = await send('/api/v1/keys', {
    json: { name: 'canary', scopes: ['operations:read', 'admin'] },
  })
  expect(status).toBe(201)
  const key = String(body.key)
  createdSecrets.add(key.slice(key.lastIndexOf('_') + 1))
  await send('/api/v1/operations', { key })
  await send('/api/v1/uploads', { key, method: 'POST', body: 'a\n', headers: { 'content-type': 'text/csv' } })
  await send(`/api/v1/operations?key=${key}`, { key })
  await send(`/api/v1/keys/${body.keyId}`, { method: 'DELETE' })
  await send('/api/v1/operations', { key })
}

async function plantWebhooks() {
  const { submittedWebhook, receiver, rotated, malformedWebhook } = secrets
  const url = `${hook.url}?token=${urlToken}`
  await send('/api/v1/reports:generate', { json: { ...report, webhook: { url, secret: malformedWebhook } } })
  const created = await send('/api/v1/webhookReceivers', { json: { url, secret: receiver } })
  expect(created.status).toBe(201)
  const at = `/api/v1/webhookReceivers/${created.body.receiverId}`
  await send(`${at}:rotateSecret`, { json: { secret: rotated } })
  await send(`${at}:rotateSecret`, { json: { secret: malformedWebhook } })
  hook.status = 500
  const pinged = await send(`${at}:ping`, { method: 'POST' })
  await until(() => hook.messages.length > 0)
  hook.status = 204
  const submitted = await send('/api/v1/reports:generate', {
    json: { ...report, webhook: { url, secret: submittedWebhook } },
  })
  expect(submitted.status).toBe(202)
  await atEnd(submitted.headers.get('location') ?? '')
  await until(() => lines.some((line) => line.includes('"webhookEvent":"COMPLETED"')))
  expect(pinged.status).toBe(202)
}

async function until(holds: () => boolean) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function atEnd(path: string) {
  return ended({ ...service, apiKey: secrets.apiKey }, path)
}

async function plantLinks() {
  const { headers } = await send('/api/v1/reports:generate', { json: report })
  const { result } = await atEnd(headers.get('location') ?? '')
  const link = (result as { downloadUrl: string }).downloadUrl
  createdSecrets.add(signatureIn(link))
  expect((await send(link, { key: null })).status).toBe(200)
  await send(link.replace(/expires=\d+/, 'expires=1'), { key: null })
  await send(link.replace('signature=', 'signature=A'), { key: null })
  await send(`${link}&bogus=1`, { key: null })
  await send(link, { key: null, headers: { range: 'bytes=999999999-' } })
}

/** Renames the tables, so that every query fails inside the service with secrets in its parameters. */
async function plantInFaults() {
  const { submittedWebhook, receiver } = secrets
  const link = (await send('/api/v1/operations?status=COMPLETED')).body.operations as {
    result?: { downloadUrl?: string }
  }[]
  const url = `${hook.url}?token=${urlToken}`
  await onDatabase(
    service,
    'alter table operations rename to gone; alter table webhook_receivers rename to gone_too; alter table files rename to gone_files',
  )
  const failures = await Promise.all([
    send('/api/v1/reports:generate', { json: { ...report, webhook: { url, secret: submittedWebhook } } }),
    send('/api/v1/webhookReceivers', { json: { url, secret: receiver } }),
    send(link[0]?.result?.downloadUrl ?? '', { key: null }),
  ])
  expect(failures.map(({ status }) => status)).toEqual([500, 500, 500])
  await onDatabase(
    service,
    'alter table gone rename to operations; alter table gone_too rename to webhook_receivers; alter table gone_files rename to files',
  )
}

describe('no secret is printed by a process', () => {
  const main = join(import.meta.dirname, '../../dist/server/main.js')
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'longrun-canary-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  function start(environment: Record<string, string>) {
    const { PATH = '', HOME = '' } = process.env
    const env = { PATH, HOME, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'trace', ...environment }
    return spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  const server = () => new URL(inject('postgresUrl'))
  const planted = random()

  it.each([
    ['an unreachable server', () => ({ DATABASE_URL: `postgres://longrun:${planted}@127.0.0.1:9/longrun` })],
    ['an unknown host', () => ({ DATABASE_URL: `postgres://longrun:${planted}@nowhere.invalid/longrun` })],
    ['a wrong password', () => ({ DATABASE_URL: `postgres://nobody:${planted}@${server().host}/postgres` })],
    ['a wrong database', () => ({ DATABASE_URL: Object.assign(server(), { pathname: '/nowhere' }).href })],
    ['another kind of database', () => ({ DATABASE_URL: `mysql://longrun:${planted}@127.0.0.1/longrun` })],
    ['a malformed URL', () => ({ DATABASE_URL: `postgres://longrun:${planted}@[/longrun` })],
    ['a malformed list of keys', () => ({ API_KEYS: `alice:${planted}:everything` })],
    ['a malformed sealing key', () => ({ SECRETS_KEY: planted })],
    ['a malformed metrics key', () => ({ METRICS_KEY: `${planted} ` })],
    ['a vendor with a password', () => ({ VENDOR_STOCK_URL: `https://user:${planted}@stock.example` })],
  ])('that cannot start: %s', async (_, environment) => {
    const child = start(environment())
    const printed = (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
    expect(printed).toContain('cannot start')
    const { password } = server()
    expectNone('what it printed', [printed], [planted, ...(password.length >= 16 ? [password] : [])])
  })

  it('that runs, handles requests and stops', async () => {
    const child = start({
      DATABASE_URL: service.databaseUrl,
      API_KEYS: `alice:${secrets.apiKey}`,
      SECRETS_KEY: secrets.sealingKey,
    })
    let printed = ''
    const url = new Promise<string>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          printed += chunk.toString()
          const found = /listens on (\S+)/.exec(printed)?.[1]
          if (found) resolve(found)
        })
      }
    })
    const path = `${await url}/api/v1/operations`
    for (const key of [secrets.apiKey, secrets.unknownKey, secrets.bearer]) {
      await fetch(path, { headers: { 'x-api-key': key } })
      await fetch(`${path}?apiKey=${key}`, { headers: { authorization: `Bearer ${key}` } })
    }
    const ending = new Promise((resolve) => child.on('close', resolve))
    child.kill('SIGTERM')
    await ending
    expect(printed).toContain('"audit.listOperations"')
    expectNone('what it printed', [printed])
  })
})
