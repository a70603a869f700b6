import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../server/telemetry/log.ts'
import { type Hook, openHook, until } from '../http/hook.ts'
import { ask, ended, inAnHour, report, submitted } from '../http/requests.ts'
import { type Collector, openCollector, type ReceivedSpan, tracedTo } from '../support/collector.ts'
import { createPause } from '../support/poll.ts'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
let collector: Collector
let hook: Hook
const lines: string[] = []
beforeAll(async () => {
  hook = await openHook()
  collector = await openCollector()
  const environment = {
    ...tracedTo(collector),
    WEBHOOK_ALLOW_INSECURE: 'true',
    OTEL_SERVICE_NAME: 'longrun-test',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a%20b',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector-key',
  }
  const log = createLog('trace', { write: (line) => lines.push(line) })
  service = await startTestService(environment, undefined, log)
})
afterEach(() => {
  hook.messages.length = 0
  hook.status = 204
})
afterAll(async () => {
  hook.close()
  await service.close()
  await collector.close()
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const sampled = { traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'rojo=1' }
const reports = '/api/v1/reports:generate'
const webhook = () => ({ url: hook.url, events: ['COMPLETED'], secret: 'a-secret-of-16-characters' })
const idOf = (path: string) => path.split('/').at(-1) ?? ''
const link = ({ traceId, spanId }: ReceivedSpan) => ({ traceId, spanId })

/** The spans of an operation, when `attempts` of its attempts have ended. */
async function spansOf(path: string, attempts = 1) {
  const id = idOf(path)
  const own = ({ attributes }: ReceivedSpan) => attributes['messaging.message.id'] === id
  const consumers = await collector.until((span) => span.kind === 'CONSUMER' && own(span), attempts)
  const [producer] = await collector.until((span) => span.kind === 'PRODUCER' && own(span))
  return { producer: producer as ReceivedSpan, consumers }
}
const spanOf = async (spanId: string | undefined) =>
  (await collector.until((span) => span.spanId === spanId))[0] as ReceivedSpan

async function message(): Promise<Hook['messages'][number]> {
  const pause = createPause()
  for (;;) {
    const [first] = hook.messages
    if (first) return first
    await pause()
  }
}

describe('a submit', () => {
  it('is a producer span below the span of its request, and its attempt is a trace of its own with a link to it', async () => {
    const path = await submitted(service)
    await ended(service, path)
    const { producer, consumers } = await spansOf(path)
    const [attempt] = consumers as [ReceivedSpan]
    expect(producer).toMatchObject({ name: 'send generateReport', isError: false, links: [] })
    expect(producer.attributes).toEqual({
      'messaging.system': 'longrun',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'generateReport',
      'messaging.message.id': idOf(path),
    })
    const request = await spanOf(producer.parentSpanId)
    expect(request).toMatchObject({ name: `POST ${reports}`, kind: 'SERVER', traceId: producer.traceId })
    expect(request.parentSpanId).toBeUndefined()
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': reports,
      'http.response.status_code': 202,
      'url.scheme': 'http',
    })
    expect(attempt).toMatchObject({ name: 'process generateReport', isError: false, links: [link(producer)] })
    expect(attempt.traceId).not.toBe(producer.traceId)
    expect(attempt.parentSpanId).toBeUndefined()
    expect(attempt.attributes).toMatchObject({
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'generateReport',
      'longrun.attempt': 1,
      'longrun.attempt.result': 'COMPLETED',
    })
  })

  it('continues the trace of the client, and its webhook too', async () => {
    const { headers } = await ask(service, reports, { headers: sampled, json: { ...report, webhook: webhook() } })
    const { producer, consumers } = await spansOf(headers.get('location') ?? '')
    const request = await spanOf(producer.parentSpanId)
    expect([request.traceId, request.parentSpanId, request.traceState]).toEqual([traceId, parentId, 'rojo=1'])
    expect(consumers[0]?.links).toEqual([link(producer)])
    const sent = await message()
    const [delivery] = await collector.until(({ kind, traceId: id }) => kind === 'CLIENT' && id === traceId)
    expect(sent.headers.traceparent).toBe(delivery?.traceparent)
    expect(sent.headers.tracestate).toBe('rojo=1')
    expect(delivery).toMatchObject({ name: 'POST', parentSpanId: producer.spanId, links: [link(producer)] })
    const { port, hostname } = new URL(hook.url)
    expect(delivery?.attributes).toEqual({
      'http.request.method': 'POST',
      'url.scheme': 'http',
      'server.address': hostname,
      'server.port': Number(port),
      'longrun.webhook.event': 'COMPLETED',
      'longrun.delivery.id': sent.headers['webhook-id'],
      'longrun.attempt': 1,
      'longrun.delivery.outcome': 'ACKNOWLEDGED',
      'longrun.http.status_class': '2xx',
    })
  })

  it('that a client does not sample exports nothing, and its context is still kept', async () => {
    const trace = 'ffffffffffffffffffffffffffffff01'
    const json = { ...report, webhook: webhook() }
    const { headers } = await ask(service, reports, { headers: { traceparent: `00-${trace}-${parentId}-00` }, json })
    const path = headers.get('location') ?? ''
    await ended(service, path)
    expect((await message()).headers.traceparent).toMatch(new RegExp(`^00-${trace}-(?!${parentId})[0-9a-f]{16}-00$`))
    // Exported in the order of their ends.
    const last = await submitted(service)
    await ended(service, last)
    await spansOf(last)
    const ofTrace = collector.spans.filter((span) => JSON.stringify(span).includes(trace))
    expect(ofTrace).toEqual([])
    expect(collector.spans.filter(({ attributes }) => attributes['messaging.message.id'] === idOf(path))).toEqual([])
  })

  it('that is repeated with its key links to the first one, whose context is kept', async () => {
    const asking = { headers: { 'idempotency-key': 'traced' }, json: { ...report, startAfter: inAnHour() } }
    const [first, again] = [await ask(service, reports, asking), await ask(service, reports, asking)]
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const id = first.body.operationId
    const both = await collector.until(({ attributes }) => attributes['messaging.message.id'] === id, 2)
    expect(both.map(({ attributes }) => attributes['longrun.replayed'])).toEqual([undefined, true])
    expect(both[1]?.links).toEqual([link(both[0] as ReceivedSpan)])
    const changed = { ...asking, json: { ...report, startAfter: inAnHour(), format: 'JSON' } }
    expect((await ask(service, reports, changed)).status).toBe(422)
    const [refused] = await collector.until(({ attributes }) => attributes['error.type'] === 'IDEMPOTENCY_MISMATCH')
    expect(refused).toMatchObject({ kind: 'PRODUCER', isError: true })
  })
})

describe('an attempt', () => {
  it('that fails for good has the code of its problem', async () => {
    const path = await submitted(service, { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } })
    await ended(service, path)
    const [attempt] = (await spansOf(path)).consumers
    expect(attempt?.isError).toBe(true)
    expect(attempt?.attributes).toMatchObject({
      'error.type': 'NO_DATA_IN_RANGE',
      'longrun.problem.code': 'NO_DATA_IN_RANGE',
      'longrun.attempt.result': 'FAILED',
    })
    const entry = lines
      .map((line) => JSON.parse(line))
      .find(({ event, traceId: id }) => event === 'operation.failed' && id)
    expect(entry?.traceId).toBe(attempt?.traceId)
  })

  it('of a delivery has a span for each step, and events of their compensation', async () => {
    const { headers } = await ask(service, '/api/v1/orders/CA-2016-152156:deliver', {
      json: { carrierService: 'test_declined' },
    })
    const path = headers.get('location') ?? ''
    await ended(service, path)
    const [attempt] = (await spansOf(path)).consumers as [ReceivedSpan]
    const steps = await collector.until(({ parentSpanId }) => parentSpanId === attempt.spanId, 3)
    expect(steps.map(({ name, kind, isError }) => [name, kind, isError])).toEqual([
      ['step reserveStock', 'INTERNAL', false],
      ['step chargePayment', 'INTERNAL', false],
      ['step bookCarrier', 'INTERNAL', true],
    ])
    const undone = attempt.events.map(({ attributes }) => [
      attributes['longrun.step'],
      attributes['longrun.step.state'],
    ])
    expect(undone).toEqual(['bookCarrier', 'chargePayment', 'reserveStock'].map((name) => [name, 'UNDONE']))
    expect(attempt.attributes).toMatchObject({ 'error.type': 'NO_CARRIER', 'longrun.attempt.result': 'FAILED' })
  })

  it('is one of several, with the same link, when it fails and is repeated', async () => {
    const { headers } = await ask(service, '/api/v1/orders/CA-2016-152156:deliver', {
      json: { paymentMethod: 'test_flaky' },
    })
    const path = headers.get('location') ?? ''
    const { status, attempt } = await ended(service, path)
    expect([status, attempt]).toEqual(['COMPLETED', 3])
    const { producer, consumers } = await spansOf(path, 3)
    expect(consumers.map(({ attributes }) => attributes['longrun.attempt'])).toEqual([1, 2, 3])
    expect(consumers.map(({ attributes }) => attributes['longrun.attempt.result'])).toEqual([
      'PENDING',
      'PENDING',
      'COMPLETED',
    ])
    expect(consumers.map(({ isError }) => isError)).toEqual([true, true, false])
    expect(consumers.map(({ links }) => links)).toEqual(Array(3).fill([link(producer)]))
    expect(new Set(consumers.map((span) => span.traceId)).size).toBe(3)
  })

  it('that waits ends with the status WAITING, and the next one resumes', async () => {
    const candidate = { name: 'Erika M', birthDate: '1990-08-12', email: 'e@example.com', nationalId: 'L01X00T47' }
    const screening = { candidate, identityPackage: 'test_review' }
    const { headers } = await ask(service, '/api/v1/candidates:screen', { json: screening })
    const path = headers.get('location') ?? ''
    const isDecided = (waits: unknown) => JSON.stringify(waits ?? []).includes('"decision"')
    await until(service, path, ({ status, waits }) => status === 'WAITING' && isDecided(waits))
    const json = { decision: 'CLEAR', note: 'fine' }
    expect((await ask(service, `${path}/waits/decision:complete`, { json })).status).toBeLessThan(300)
    await ended(service, path)
    const { consumers } = await spansOf(path, 2)
    const [first, last] = [consumers[0], consumers.at(-1)]
    expect(first?.attributes['longrun.attempt.result']).toBe('WAITING')
    expect(first?.isError).toBe(false)
    expect(first?.events.map(({ name }) => name)).toContain('wait')
    expect(last?.attributes['longrun.attempt.result']).toMatch(/^COMPLETED/)
    // Nothing of a confidential input.
    expect(JSON.stringify(collector.requests)).not.toMatch(/Erika|1990-08-12|e@example/)
  })

  it('that is cancelled is no error', async () => {
    const { headers } = await ask(service, '/api/v1/orders/CA-2016-152156:deliver', {
      json: { paymentMethod: 'test_hang' },
    })
    const path = headers.get('location') ?? ''
    await until(service, path, ({ status }) => status === 'RUNNING')
    await ask(service, `${path}:cancel`, { method: 'POST' })
    await ended(service, path)
    const [attempt] = (await spansOf(path)).consumers
    expect(attempt).toMatchObject({ isError: false, attributes: { 'longrun.attempt.result': 'CANCELLED' } })
  })
})

describe('further submits', () => {
  it('of a batch share one producer span, and its webhook continues the trace', async () => {
    const item = { type: 'generateReport', body: report }
    const json = { operations: [item, item], webhook: { url: hook.url } }
    const { body } = await ask(service, '/api/v1/operations:batchCreate', { headers: sampled, json })
    const [producer] = (await collector.until(({ attributes }) => attributes['longrun.batch.id'] === body.batchId)) as [
      ReceivedSpan,
    ]
    expect(producer).toMatchObject({ name: 'send', kind: 'PRODUCER', traceId })
    expect(producer.attributes).toMatchObject({ 'messaging.batch.message_count': 2 })
    const linked = await collector.until(
      ({ kind, links }) => kind === 'CONSUMER' && links[0]?.spanId === producer.spanId,
      2,
    )
    expect(linked).toHaveLength(2)
    expect((await message()).headers.traceparent).toMatch(new RegExp(`^00-${traceId}-`))
  })

  it('of a retry link to the operation that is retried', async () => {
    const path = await submitted(service, { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } })
    await ended(service, path)
    const { producer } = await spansOf(path)
    const { headers, status } = await ask(service, `${path}:retry`, { method: 'POST' })
    expect(status).toBe(202)
    const again = await spansOf(headers.get('location') ?? '')
    expect(again.producer).toMatchObject({ name: 'send generateReport', links: [link(producer)] })
    expect(again.consumers[0]?.links).toEqual([link(again.producer)])
  })

  it('of a bulk retry have the trace of its attempt', async () => {
    const path = await submitted(service, {
      dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' },
      labels: { bulk: 'traced' },
    })
    await ended(service, path)
    const json = { filter: { label: ['bulk:traced'] } }
    const bulk = await ask(service, '/api/v1/operations:retry', { json })
    expect(bulk.status, bulk.text).toBe(202)
    await ended(service, bulk.headers.get('location') ?? '')
    const [attempt] = (await spansOf(bulk.headers.get('location') ?? '')).consumers as [ReceivedSpan]
    await collector.until(({ kind, links }) => kind === 'CONSUMER' && links[0]?.spanId === attempt.spanId)
  })

  it('of a schedule begin a trace each, and a trigger continues that of its request', async () => {
    const operation = { type: 'generateReport', body: report }
    const startAt = new Date(Date.now() + 500).toISOString()
    const { headers } = await ask(service, '/api/v1/schedules', { json: { intervalSeconds: 3600, startAt, operation } })
    const path = headers.get('location') ?? ''
    const fired = `/api/v1/operations?scheduleId=${idOf(path)}`
    const { operations } = await until(service, fired, (body) => (body.operations as unknown[]).length > 0)
    const [{ links }] = operations as [{ links: { self: string } }]
    const { producer, consumers } = await spansOf(links.self)
    expect(producer).toMatchObject({ name: 'send generateReport', links: [] })
    expect(producer.parentSpanId).toBeUndefined()
    expect(consumers[0]?.links).toEqual([link(producer)])
    const triggered = await ask(service, `${path}:trigger`, { method: 'POST', headers: sampled })
    expect(triggered.status, triggered.text).toBe(202)
    const manual = await spansOf(triggered.headers.get('location') ?? '')
    expect(manual.producer.traceId).toBe(traceId)
    await ask(service, path, { method: 'DELETE' })
  })
})

it('a request that is refused has the code of its problem, and a path that does not exist has no route', async () => {
  await ask(service, '/api/v1/operations?pageSize=canary-query', { key: 'canary-key-0123456789' })
  const [refused] = await collector.until(({ attributes }) => attributes['longrun.problem.code'] === 'UNAUTHENTICATED')
  expect(refused).toMatchObject({ name: 'GET /api/v1/operations', isError: false })
  await ask(service, '/canary-path', { method: 'PROPFIND' })
  const [unknown] = await collector.until(({ name }) => name === 'HTTP')
  expect(unknown?.attributes).toMatchObject({ 'http.request.method': '_OTHER', 'http.response.status_code': 404 })
})

it('spans have the resource of the environment, and neither credentials nor addresses', async () => {
  const [request] = collector.requests
  expect(request?.resource).toMatchObject({
    'service.name': 'longrun-test',
    'deployment.environment.name': 'test',
    team: 'a b',
    'telemetry.sdk.language': 'nodejs',
  })
  expect([request?.path, request?.headers.authorization]).toEqual(['/v1/traces', 'Bearer collector-key'])
  const bodies = collector.requests.map(({ body }) => body).join()
  for (const secret of [
    service.apiKey,
    'canary',
    'a-secret-of-16',
    '/hook',
    'alice',
    service.databaseUrl,
    'collector-key',
  ])
    expect(bodies.includes(secret), secret).toBe(false)
  expect(lines.join()).not.toContain('collector-key')
})
