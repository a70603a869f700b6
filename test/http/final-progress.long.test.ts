import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { opened } from '../support/socket.ts'
import { openStream } from '../support/sse.ts'
import { type Hook, openHook } from './hook.ts'
import { ask, ended, inAnHour, report } from './requests.ts'

type Json = Record<string, unknown>
type Shown = { operationId?: unknown; progress?: unknown; error?: unknown }

let service: TestService
let hook: Hook
beforeAll(async () => {
  hook = await openHook()
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
})
afterAll(async () => {
  hook.close()
  await service.close()
})

const noOrders = { fromDate: '1990-01-01', toDate: '1990-12-31' }

/** Operations that end in each way that a caller can bring about, by path and body of the submit. */
const endings: [status: string, path: string, body: Json, act?: (path: string) => Promise<unknown>][] = [
  ['COMPLETED', '/reports:generate', report],
  ['FAILED', '/reports:generate', { ...report, dateRange: noOrders }],
  ['FAILED', '/orders/CA-2016-152156:deliver', { carrierService: 'test_declined' }],
  [
    'CANCELLED',
    '/reports:generate',
    { ...report, startAfter: inAnHour() },
    (path) => ask(service, `${path}:cancel`, { json: { reason: 'superseded' } }),
  ],
]

/** The data of the last event of an operation in a stream of server-sent events. */
async function lastOf(url: string, operationId: unknown): Promise<Json> {
  const stream = await openStream(service.url + url, { key: service.apiKey })
  for await (const { data } of stream.blocks) {
    const event: Json = data === undefined ? {} : JSON.parse(data)
    if (event.operationId === operationId && ['completed', 'failed', 'cancelled'].includes(String(event.event))) {
      stream.cut()
      return event
    }
  }
  throw new Error('the stream ended before the operation')
}

describe.each(endings)('an operation that ends %s (%s, %j)', (status, path, body, act) => {
  it('shows the same final progress and phases on every channel', async () => {
    const webhook = { url: hook.url, events: [status] }
    const owned = await openStream(`${service.url}/api/v1/operations/stream`, { key: service.apiKey })
    const submitted = await ask(service, `/api/v1${path}`, { json: { ...body, webhook } })
    const location = submitted.headers.get('location') ?? ''
    const { operationId } = submitted.body
    const held = ask(service, location, { headers: { prefer: 'wait=30' } })
    const socket = await opened(`${service.url}${location}/status`, { key: service.apiKey })
    const streamed = lastOf(`${location}/stream`, operationId)
    await act?.(location)
    const operation = await ended(service, location)
    const { progress, error } = operation as Shown
    expect(operation.status).toBe(status)
    expect((progress as { phases: unknown[] }).phases.length).toBeGreaterThan(0)

    const { events } = (await ask(service, `${location}/events`)).body as { events: Json[] }
    const listed = (await ask(service, '/api/v1/operations?pageSize=1')).body as { operations: Json[] }
    const inOwned = async () => {
      for await (const { data } of owned.blocks) {
        const event: Json = data === undefined ? {} : JSON.parse(data)
        if (event.operationId === operationId && event.status === status) return event
      }
      throw new Error('the stream ended')
    }
    await socket.closed
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const handle = await longrun.operation(String(operationId))
    const clientEvents = []
    for await (const event of handle.events()) clientEvents.push(event)
    await expect.poll(() => hook.messages.some((sent) => sent.body.includes(String(operationId)))).toBe(true)
    const message = hook.messages.map((sent) => JSON.parse(sent.body)).find((sent) => sent.operationId === operationId)

    const channels: Record<string, Shown | undefined> = {
      'long poll': (await held).body,
      'list of operations': listed.operations[0],
      'list of events': events.at(-1),
      'event stream of the operation': await streamed,
      'event stream of the owner': await inOwned(),
      WebSocket: socket.messages.at(-1),
      webhook: message.data.operation,
      'client, handle': handle.snapshot,
      'client, events': clientEvents.at(-1),
    }
    owned.cut()
    for (const [channel, shown] of Object.entries(channels)) {
      expect({ channel, operationId: shown?.operationId, progress: shown?.progress }).toEqual({
        channel,
        operationId,
        progress,
      })
    }
    // Links in webhooks are absolute.
    expect(JSON.parse(JSON.stringify(message.error ?? null).replaceAll(service.url, ''))).toEqual(error ?? null)
    for (const event of [...events, ...socket.messages, ...clientEvents]) expect(event.operationId).toBe(operationId)
  })
})

it('a failed attempt says why on every channel', async () => {
  const webhook = { url: hook.url, events: ['PENDING'] }
  const body = { carrierService: 'test_flaky', webhook }
  const submitted = await ask(service, '/api/v1/orders/CA-2016-152156:deliver', { json: body })
  const location = submitted.headers.get('location') ?? ''
  const { operationId } = submitted.body
  const isRetry = ({ status, attempt }: Json) => status === 'PENDING' && Number(attempt) > 0
  const socket = await opened(`${service.url}${location}/status`, { key: service.apiKey })
  await ended(service, location)
  await socket.closed
  const { events } = (await ask(service, `${location}/events?pageSize=1000`)).body as { events: Json[] }
  const messages = () =>
    hook.messages.map((sent) => JSON.parse(sent.body)).filter((sent) => sent.operationId === operationId)
  // The creation, and the end of each of two failed attempts.
  await expect.poll(() => messages().length).toBe(3)
  const retried = { code: 'PROCESSING_ERROR', detail: expect.stringContaining('the carrier vendor responded 503') }
  expect(events.filter(isRetry)).toHaveLength(2)
  for (const event of [...events, ...socket.messages].filter(isRetry)) {
    expect(event).toMatchObject({ reason: 'the attempt failed', data: { error: retried } })
  }
  const [ofCreation, ...ofRetries] = messages().toSorted((a, b) => a.timestamp.localeCompare(b.timestamp))
  expect(ofCreation).not.toHaveProperty('error')
  for (const sent of ofRetries) expect(sent).toMatchObject({ reason: 'the attempt failed', error: retried })
})
