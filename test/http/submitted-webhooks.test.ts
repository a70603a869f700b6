import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../server/telemetry/log.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { concluded, type Hook, openHook, until } from './hook.ts'
import { ask, ended, expectProblem, inAnHour, report } from './requests.ts'

let hook: Hook
let database: TestDatabase
let service: TestService
const logged: string[] = []
beforeAll(async () => {
  hook = await openHook()
  database = await createDatabase({ withSample: true })
  const log = createLog('trace', { write: (line: string) => void logged.push(line) })
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' }, database, log)
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  hook.close()
  await database.drop()
})

const reports = '/api/v1/reports:generate'
const post = { method: 'POST' }
type Shown = { registered: boolean; events: string[]; secret?: string }

async function submitted(json: object, headers: Record<string, string> = {}) {
  const answer = await ask(service, reports, { json: { ...report, startAfter: inAnHour(), ...json }, headers })
  expect(answer.status).toBe(202)
  return { ...answer, path: answer.headers.get('location') ?? '', webhook: answer.body.webhook as Shown }
}

/** The path of the operation's newest delivery. */
async function deliveryOf(path: string): Promise<string> {
  const { deliveries } = (await ask(service, `${path}/deliveries`)).body as { deliveries: { deliveryId: string }[] }
  return `${path}/deliveries/${deliveries[0]?.deliveryId}`
}

describe('a submit with a webhook', () => {
  const filter = { filter: { status: ['FAILED'] } }
  it.each([
    ['generateReport', reports, report],
    ['analyzeOrders', '/api/v1/analytics:run', { analysis: 'RFM_SEGMENTS', format: 'CSV' }],
    ['exportCustomers', '/api/v1/customers:export', { format: 'CSV' }],
    ['deliverOrder', '/api/v1/orders/CA-2016-152156:deliver', {}],
    ['cancelOperations', '/api/v1/operations:cancel', filter],
    ['retryOperations', '/api/v1/operations:retry', filter],
  ])('%s: 202 with the secret, which reads do not contain', async (_, path, input) => {
    const json = { ...input, startAfter: inAnHour(), webhook: { url: hook.url } }
    const { status, headers, body } = await ask(service, path, { json })
    expect(status).toBe(202)
    const events = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED']
    const secret = expect.stringMatching(/^whsec_[\w+/]{43}=$/)
    expect(body.webhook).toEqual({ registered: true, events, format: 'STANDARD', secret })
    const read = await ask(service, headers.get('location') ?? '')
    expect(read.body.webhook).toEqual({ registered: true, events, format: 'STANDARD' })
  })

  it('importOrders too', async () => {
    const headers = { 'content-type': 'text/csv' }
    const { uploadId } = (await ask(service, '/api/v1/uploads', { ...post, body: 'Row ID\n', headers })).body
    const json = { uploadId, startAfter: inAnHour(), webhook: { url: hook.url } }
    expect((await ask(service, '/api/v1/orders:import', { json })).body.webhook).toHaveProperty('secret')
  })

  it('returns the same secret in a replay, even if the webhook was disabled, and starts nothing', async () => {
    const json = { webhook: { url: hook.url }, startAfter: inAnHour() }
    const headers = { 'idempotency-key': 'webhook' }
    const first = await submitted(json, headers)
    await onDatabase(service, `update operations set webhook = webhook || '{"disabledAt": "2026-11-21T09:00:00Z"}'`)
    const again = await submitted(json, headers)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toEqual(first.body)
    await onDatabase(service, `update operations set webhook = webhook - 'disabledAt'`)
    const other = { json: { ...report, ...json, webhook: { url: `${hook.url}?other` } }, headers }
    expectProblem(await ask(service, reports, other), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('receives the chosen events, signed with that secret', async () => {
    const { path, webhook } = await submitted({ webhook: { url: hook.url, events: ['CANCELLED'] } })
    await ask(service, path, { method: 'DELETE' })
    const delivery = await concluded(service, await deliveryOf(path))
    expect(delivery).toMatchObject({ event: 'CANCELLED', state: 'DELIVERED' })
    expect(hook.verified(delivery.deliveryId, webhook.secret)).toMatchObject({
      type: 'operation.cancelled',
      data: { operation: { webhook: { registered: true, events: ['CANCELLED'] } } },
    })
  })

  it('is no longer registered once it has responded 410', async () => {
    const { path } = await submitted({ webhook: { url: hook.url } })
    hook.status = 410
    await ask(service, path, { method: 'DELETE' })
    await concluded(service, await deliveryOf(path))
    hook.status = 204
    expect((await ask(service, path)).body.webhook).toMatchObject({ registered: false })
  })

  it('is kept for a retry, whose response does not contain the secret', async () => {
    const { path, webhook } = await submitted({ webhook: { url: hook.url, format: 'CLOUDEVENTS' } })
    await ask(service, path, { method: 'DELETE' })
    const retried = await ask(service, `${path}:retry`, post)
    expect(retried.status).toBe(202)
    expect(retried.body.webhook).toEqual({ registered: true, events: webhook.events, format: 'CLOUDEVENTS' })
    await ended(service, String(retried.body.statusUrl))
    const delivery = await concluded(service, await deliveryOf(String(retried.body.statusUrl)))
    expect(hook.verified(delivery.deliveryId, webhook.secret)).toMatchObject({
      specversion: '1.0',
      type: 'operation.completed',
      data: { status: 'COMPLETED' },
    })
  })

  it('has the format in its fingerprint and in its replays', async () => {
    const json = { webhook: { url: hook.url, format: 'CLOUDEVENTS_BINARY' }, startAfter: inAnHour() }
    const headers = { 'idempotency-key': 'format' }
    const first = await submitted(json, headers)
    expect(first.webhook).toMatchObject({ format: 'CLOUDEVENTS_BINARY' })
    const again = await submitted(json, headers)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toEqual(first.body)
    for (const format of ['CLOUDEVENTS', 'STANDARD', undefined]) {
      const other = { json: { ...report, ...json, webhook: { url: hook.url, format } }, headers }
      expectProblem(await ask(service, reports, other), 422, 'IDEMPOTENCY_MISMATCH')
    }
  })

  it.each([
    'cloudevents',
    'CLOUDEVENTS ',
    'XML',
    '',
    1,
    null,
    ['CLOUDEVENTS'],
    { mode: 'binary' },
  ])('422 for the format %j, which names those that exist', async (format) => {
    const answer = await ask(service, reports, { json: { ...report, webhook: { url: hook.url, format } } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    const [violation] = answer.body.errors as { pointer: string; message: string }[]
    expect(violation?.pointer).toBe('/webhook/format')
    expect(violation?.message).toContain('STANDARD, CLOUDEVENTS, CLOUDEVENTS_BINARY')
  })

  it('a submit without a webhook has none in its response', async () => {
    expect((await submitted({})).body).not.toHaveProperty('webhook')
  })

  it('422 for a secret that is too short, an unknown event and an unknown field, each with its pointer', async () => {
    const webhook = { url: hook.url, secret: 'short', events: ['DONE'], uri: '' }
    const answer = await ask(service, reports, { json: { ...report, webhook } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    const pointers = (answer.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)
    expect(pointers.toSorted()).toEqual(['/webhook/events/0', '/webhook/secret', '/webhook/uri'])
    expect(answer.text).not.toContain('short')
  })
})

describe('secrets', () => {
  it('are in the responses that set them and nowhere else: no read, log, message, history or row of the database', async () => {
    const secrets = { webhook: 'canary of a webhook', receiver: 'canary of a receiver', rotated: 'canary, rotated' }
    const { path } = await submitted({ webhook: { url: hook.url, secret: secrets.webhook } })
    const made = await ask(service, '/api/v1/webhookReceivers', { json: { url: hook.url, secret: secrets.receiver } })
    const receiver = made.headers.get('location') ?? ''
    await ask(service, `${receiver}:rotateSecret`, { json: { secret: secrets.rotated } })
    // A 500 for a request with a secret.
    await onDatabase(service, 'alter table webhook_receivers rename to gone')
    const failed = await ask(service, '/api/v1/webhookReceivers', { json: { url: hook.url, secret: secrets.receiver } })
    expectProblem(failed, 500, 'INTERNAL_ERROR')
    await onDatabase(service, 'alter table gone rename to webhook_receivers')
    await ask(service, path, { method: 'DELETE' })
    const ping = (await ask(service, `${receiver}:ping`, post)).headers.get('location') ?? ''
    await until(service, ping, ({ state }) => state === 'DELIVERED')
    const reads = [path, '/api/v1/operations', receiver, '/api/v1/webhookReceivers', `${path}/deliveries`, ping]
    const texts = [
      failed.text,
      ...(await Promise.all(reads.map(async (at) => (await ask(service, at)).text))),
      ...logged,
      ...hook.messages.map((message) => JSON.stringify(message)),
      ...(await everyRow()),
    ]
    expect(logged.length).toBeGreaterThan(10)
    for (const secret of Object.values(secrets)) {
      for (const text of texts) expect(text).not.toContain(secret)
    }
  })
})

/** All rows of the database as text. */
async function everyRow(): Promise<string[]> {
  const sql = postgres(service.databaseUrl, { max: 1, onnotice: () => {} })
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name not in ('order_lines', 'orders', 'customers')`
  const rows = await Promise.all(
    tables.map(({ name }) => sql<{ row: string }[]>`select to_jsonb(held)::text as row from ${sql(name)} as held`),
  )
  await sql.end()
  return rows.flat().map(({ row }) => row)
}
