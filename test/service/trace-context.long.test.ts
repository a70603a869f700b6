import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../server/telemetry/log.ts'
import { isTracing } from '../../server/telemetry/traces.ts'
import { onDatabase } from '../http/database.ts'
import { type Hook, openHook } from '../http/hook.ts'
import { ask, ended, inAnHour, report, submitted } from '../http/requests.ts'
import { createPause } from '../support/poll.ts'
import { startTestService, type TestService } from '../support/service.ts'

/** Without an SDK, the service passes the trace context of a request on. */

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const headers = { traceparent, tracestate: 'rojo=1, congo=2' }
const passedOn = { traceparent, tracestate: 'rojo=1,congo=2' }
const reports = '/api/v1/reports:generate'

let service: TestService
let hook: Hook
const lines: string[] = []
const vendorCalls: IncomingHttpHeaders[] = []
const vendors = createServer((request, response) => {
  vendorCalls.push(request.headers)
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"trackingNumber":"LR1"}')
  })
})
beforeAll(async () => {
  hook = await openHook()
  vendors.listen(0, '127.0.0.1')
  await once(vendors, 'listening')
  const url = `http://127.0.0.1:${(vendors.address() as AddressInfo).port}`
  const names = ['STOCK', 'PAYMENT', 'CARRIER', 'CONFIRMATION']
  const environment = Object.fromEntries(names.map((name) => [`VENDOR_${name}_URL`, url]))
  const log = createLog('debug', { write: (line) => lines.push(line) })
  service = await startTestService({ ...environment, WEBHOOK_ALLOW_INSECURE: 'true' }, undefined, log)
})
afterEach(() => {
  hook.messages.length = 0
})
afterAll(async () => {
  hook.close()
  vendors.close()
  vendors.closeAllConnections()
  await service.close()
})

const webhook = () => ({ url: hook.url, events: ['COMPLETED'] })
const traced = ({ traceparent, tracestate }: IncomingHttpHeaders) => ({ traceparent, tracestate })
const untraced = { traceparent: undefined, tracestate: undefined }

/** The trace headers of the messages about an operation or a batch, when there are `count`. */
async function sentAbout(id: unknown, count = 1) {
  const pause = createPause()
  for (;;) {
    const own = hook.messages.filter(({ headers }) =>
      [headers['x-operation-id'], headers['x-batch-id']].includes(id as string),
    )
    if (own.length >= count) return own.map((message) => traced(message.headers))
    await pause()
  }
}

const storedOf = async (id: unknown) => {
  const uuid = String(id).replace(/^op_/, '')
  const [row] = await onDatabase(service, `select trace_context from operations where operation_id = '${uuid}'`)
  return (row as { trace_context: string | null }).trace_context
}

describe('the trace context of a request', () => {
  it('is in the webhooks of its operation, and no span is made', async () => {
    const { body } = await ask(service, reports, { headers, json: { ...report, webhook: webhook() } })
    expect(await sentAbout(body.operationId)).toEqual([passedOn])
    expect(isTracing()).toBe(false)
  })

  it('reaches vendors, and the log lines of the attempt', async () => {
    const path = '/api/v1/orders/CA-2016-152156:deliver'
    const { headers: answered } = await ask(service, path, { headers, json: {} })
    const { operationId, status } = await ended(service, answered.get('location') ?? '')
    expect(status).toBe('COMPLETED')
    expect(vendorCalls.map((call) => call.traceparent)).toEqual(Array(4).fill(traceparent))
    const id = String(operationId).replace('op_', '')
    const entries = lines.map((line) => JSON.parse(line)).filter((entry) => entry.operationId === id && entry.attempt)
    expect(entries.map(({ event }) => event)).toEqual(['operation.claimed', 'operation.completed'])
    expect(entries.map((entry) => entry.traceId)).toEqual([traceId, traceId])
  })

  it('is not shown by reads', async () => {
    const { body } = await ask(service, reports, { headers, json: { ...report, startAfter: inAnHour() } })
    for (const path of [`/api/v1/operations/${body.operationId}?view=FULL`, '/api/v1/operations']) {
      expect((await ask(service, path)).text).not.toContain(traceId)
    }
    expect(await storedOf(body.operationId)).toBe(`${traceparent} rojo=1,congo=2`)
  })

  it('of the first submit is kept when the submit is repeated', async () => {
    const json = { ...report, startAfter: inAnHour() }
    const key = { 'idempotency-key': 'kept' }
    const { body } = await ask(service, reports, { headers: { ...headers, ...key }, json })
    const other = { traceparent: traceparent.replace('0af', '1bf') }
    const again = await ask(service, reports, { headers: { ...other, ...key }, json })
    expect(again.body.operationId).toBe(body.operationId)
    expect(await storedOf(body.operationId)).toBe(`${traceparent} rojo=1,congo=2`)
  })

  it('is that of each operation of a batch, and of the webhook of the batch', async () => {
    const item = { type: 'generateReport', body: { ...report, webhook: webhook() } }
    const json = { operations: [item, item], webhook: { url: hook.url } }
    const { body } = await ask(service, '/api/v1/operations:batchCreate', { headers, json })
    const results = body.results as { operation: { operationId: string } }[]
    const ids = results.map(({ operation }) => operation.operationId)
    const sent = await Promise.all([...ids, body.batchId].map((id) => sentAbout(id)))
    expect(sent.flat()).toEqual(Array(3).fill(passedOn))
  })

  it('of a retry and of a trigger is that of their own requests', async () => {
    const path = await submitted(service, { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } })
    await ended(service, path)
    const retried = await ask(service, `${path}:retry`, { method: 'POST', headers })
    expect(await storedOf(retried.body.operationId)).toBe(`${traceparent} rojo=1,congo=2`)
    const operation = { type: 'generateReport', body: report }
    const schedule = await ask(service, '/api/v1/schedules', { headers, json: { cron: '0 0 1 1 *', operation } })
    const trigger = `${schedule.headers.get('location')}:trigger`
    expect(await storedOf((await ask(service, trigger, { method: 'POST' })).body.operationId)).toBeNull()
    const traced = await ask(service, trigger, { method: 'POST', headers: { traceparent } })
    expect(await storedOf(traced.body.operationId)).toBe(traceparent)
  })

  it('never reaches another owner', async () => {
    const json = { ...report, webhook: webhook() }
    const mine = ask(service, reports, { headers, json })
    const others = ask(service, reports, { key: service.otherKey, json })
    const [{ body: own }, { body: foreign }] = await Promise.all([mine, others])
    expect(await sentAbout(own.operationId)).toEqual([passedOn])
    expect(await sentAbout(foreign.operationId)).toEqual([untraced])
  })
})

/** `fetch` would join or refuse some of them. */
async function submitRaw(raw: string[]): Promise<{ status: number; id: string }> {
  const body = JSON.stringify({ ...report, webhook: webhook() })
  const authorization = `Bearer ${service.apiKey}`
  const fixed = ['host', 'localhost', 'authorization', authorization, 'content-type', 'application/json']
  const all = [...fixed, 'content-length', String(Buffer.byteLength(body)), ...raw]
  const sending = request(service.url + reports, { method: 'POST', headers: all as never }).end(body)
  const [response] = (await once(sending, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, id: JSON.parse(await text(response)).operationId }
}

describe('a hostile header is ignored, and the submit accepted', () => {
  it.each([
    ['two headers', ['traceparent', traceparent, 'traceparent', traceparent], untraced],
    ['two spellings', ['traceparent', traceparent, 'TraceParent', traceparent.replace('0af', '1bf')], untraced],
    ['version ff', ['traceparent', `ff${traceparent.slice(2)}`], untraced],
    ['zeros', ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`], untraced],
    ['upper case', ['traceparent', traceparent.toUpperCase()], untraced],
    ['8 KB', ['traceparent', `01${traceparent.slice(2)}-${'a'.repeat(8000)}`], untraced],
    ['bytes', ['traceparent', `${traceparent}\xff`], untraced],
    ['a state without a parent', ['tracestate', 'a=1'], untraced],
    [
      'a state of 8 KB',
      ['traceparent', traceparent, 'tracestate', `a=${'v'.repeat(8000)}`],
      { ...untraced, traceparent },
    ],
    [
      'two states',
      ['traceparent', traceparent, 'tracestate', 'a=1', 'tracestate', 'b=2'],
      { traceparent, tracestate: 'a=1,b=2' },
    ],
    ['baggage', ['traceparent', traceparent, 'baggage', 'user=alice'], { ...untraced, traceparent }],
  ])('%s', async (_, raw, expected) => {
    const { status, id } = await submitRaw(raw)
    expect(status).toBe(202)
    expect(await sentAbout(id)).toEqual([expected])
    expect(hook.messages.some(({ headers }) => 'baggage' in headers)).toBe(false)
  })
})
