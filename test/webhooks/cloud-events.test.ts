import { CloudEvent, HTTP } from 'cloudevents'
import { eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyWebhook } from '../../client/index.ts'
import { formatId } from '../../server/contract/ids.ts'
import { create } from '../../server/database/operations/create.ts'
import { writeProgress } from '../../server/database/operations/progress.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { deliveries } from '../../server/database/schema/webhooks.ts'
import { insertPing, redeliver } from '../../server/database/webhooks/deliveries.ts'
import { keepCloudEvent } from '../../server/database/webhooks/due.ts'
import type { WebhookFormat } from '../../server/domain/webhook-schedule.ts'
import { headerValue } from '../../server/webhooks/cloud-event.ts'
import { ownerId, submission } from '../engine/rig.ts'
import { messageViolations } from '../support/message-check.ts'
import { answering, openReceiver, openRig, type ReceivedRequest, type Receiver, type Rig, secret } from './rig.ts'

const formats = ['CLOUDEVENTS', 'CLOUDEVENTS_BINARY'] as const satisfies WebhookFormat[]
const api = 'https://longrun.example.com/api/v1'
const schemas = `${api}/openapi.json#/components/schemas`

let rig: Rig
let receiver: Receiver
const others: Receiver[] = []
beforeAll(async () => {
  rig = await openRig()
  receiver = await openReceiver()
})
afterEach(async () => {
  await rig.rest()
  receiver.received.length = 0
  await Promise.all(others.splice(0).map((other) => other.close()))
})
afterAll(async () => {
  await receiver.close()
  await rig.close()
})

/** The event in a request, as the SDK of the CloudEvents project reads it. Throws if it is not valid. */
function eventIn({ headers, body }: Pick<ReceivedRequest, 'headers' | 'body'>) {
  const event = HTTP.toEvent<Record<string, unknown>>({ headers, body })
  if (!(event instanceof CloudEvent)) throw new Error('a batch of events')
  event.validate()
  return event
}

async function requestOf(operationId: string): Promise<ReceivedRequest> {
  rig.send()
  await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
  return receiver.received[0] as ReceivedRequest
}

describe.each(formats)('a message in the format %s', (format) => {
  it('is a CloudEvent whose data is the message, and is signed by Standard Webhooks', async () => {
    const operationId = await rig.ended({ url: receiver.url, format })
    const request = await requestOf(operationId)
    const [delivery] = await rig.deliveries(operationId)
    const id = formatId('delivery', delivery?.deliveryId as string)
    const subject = formatId('operation', operationId)
    const time = delivery?.occurredAt.toISOString()
    const event = eventIn(request)
    expect(event).toMatchObject({
      specversion: '1.0',
      id,
      source: `${api}/operations`,
      type: 'operation.completed',
      subject,
      time,
      dataschema: `${schemas}/OperationMessage`,
      data: { type: 'operation.completed', event: 'COMPLETED', timestamp: time, operationId: subject },
    })
    expect(event.datacontenttype).toMatch(/^application\/json/)
    expect(event.data).toMatchObject({ result: { rowsRead: 3 }, data: { operation: { webhook: { format } } } })
    expect(event).not.toHaveProperty('traceparent')
    expect(request.headers['webhook-id']).toBe(id)
    expect(request.headers).toMatchObject({ 'x-webhook-event': 'COMPLETED', 'x-operation-id': subject })
    expect(() => new Webhook(secret).verify(request.body, request.headers as Record<string, string>)).not.toThrow()
    expect(await verifyWebhook(request, secret)).toEqual(event.data)
  })

  it('has the trace context of the submit', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await rig.receiver(receiver.url, { format, events: ['PENDING'] })
    const newOperation = { ...submission(), traceContext: `${traceparent} a=b c%"d,e=f` }
    await create(rig.connection.db, newOperation)
    const request = await requestOf(newOperation.operationId)
    const tracestate = format === 'CLOUDEVENTS' ? 'a=b c%"d,e=f' : 'a=b%20c%25%22d,e=f'
    expect(eventIn(request)).toMatchObject({ traceparent, tracestate })
    expect(request.headers).toMatchObject({ traceparent, tracestate: 'a=b c%"d,e=f' })
    expect(messageViolations(request)).toEqual([])
  })

  it('keeps its id and its bytes in retries and redeliveries, whatever has become of the operation', async () => {
    const failing = await openReceiver((response, _, count) => answering(count < 3 ? 500 : 204)(response))
    others.push(failing)
    const operationId = await rig.ended({ url: failing.url, format })
    const { db } = rig.connection
    rig.send()
    const change = { result: { rowsRead: 4 }, retriedBy: uuidv7() }
    for (const attempt of [1, 2, 3]) {
      await rig.untilDelivery(operationId, ({ attempts, lockedUntil }) => attempts === attempt && !lockedUntil)
      await db.update(operations).set(change).where(eq(operations.operationId, operationId))
      await rig.hurry()
    }
    const { deliveryId } = await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
    await redeliver(db, { ownerId, operationId, deliveryId })
    await rig.until(async () => failing.received.length === 4)
    const [first, ...more] = failing.received.map(sameParts)
    for (const other of more) expect(other).toEqual(first)
    expect(eventIn(failing.received[3] as ReceivedRequest).data).toMatchObject({ result: { rowsRead: 3 } })
  })

  it('is stored encrypted, and the first stored one is sent by all processes', async () => {
    const { db } = rig.connection
    const operationId = await rig.ended({ url: receiver.url, format })
    await requestOf(operationId)
    const [row] = await rig.deliveries(operationId)
    expect(row?.cloudEvent).toMatch(/^[A-Za-z0-9+/]{200,}=*$/)
    expect(Buffer.from(String(row?.cloudEvent), 'base64').toString('latin1')).not.toMatch(/operation|rowsRead/)
    const deliveryId = row?.deliveryId as string
    expect(await keepCloudEvent(db, { deliveryId, cloudEvent: 'of a process that was late' })).toBe(row?.cloudEvent)
    expect(await keepCloudEvent(db, { deliveryId: uuidv7(), cloudEvent: 'of a deleted delivery' })).toBeUndefined()
  })

  it('about a receiver: a ping', async () => {
    const receiverId = await rig.receiver(receiver.url, { format })
    rig.send()
    await insertPing(rig.connection.db, { ownerId, receiverId, deliveryId: uuidv7() })
    await rig.until(async () => receiver.received.length === 1)
    const [request] = receiver.received as [ReceivedRequest]
    expect(eventIn(request)).toMatchObject({
      source: `${api}/webhookReceivers`,
      type: 'webhook.ping',
      subject: formatId('receiver', receiverId),
      dataschema: `${schemas}/PingMessage`,
    })
    expect(messageViolations(request)).toEqual([])
  })
})

/** Of a request, all that does not belong to the attempt. */
function sameParts({ headers, body }: ReceivedRequest) {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('ce-') || name === 'content-type')
  return { body, id: headers['webhook-id'], headers: Object.fromEntries(own) }
}

describe('the format', () => {
  it('of a webhook and that of a receiver are independent', async () => {
    await rig.receiver(receiver.url, { format: 'CLOUDEVENTS_BINARY' })
    await rig.receiver(receiver.url)
    const operationId = await rig.ended({ url: receiver.url, format: 'CLOUDEVENTS' })
    rig.send()
    await rig.until(async () => receiver.received.length === 3)
    const kinds = receiver.received.map(({ headers }) => `${headers['content-type']} ${headers['ce-specversion']}`)
    expect(kinds.toSorted()).toEqual([
      'application/cloudevents+json; charset=utf-8 undefined',
      'application/json; charset=utf-8 1.0',
      'application/json; charset=utf-8 undefined',
    ])
    const stored = (await rig.deliveries(operationId)).filter(({ cloudEvent }) => cloudEvent !== null)
    expect(stored).toHaveLength(2)
  })

  it('of new progress is not that of a CloudEvent that is sent again, because that one shows older progress', async () => {
    const { db } = rig.connection
    await rig.receiver(receiver.url, { format: 'CLOUDEVENTS', events: ['PROGRESS'] })
    const at = await rig.claimed()
    const progress = (percentage: number) => writeProgress(db, [{ ...at, progress: { percentage }, lines: [] }])
    await progress(10)
    await rig.hurry()
    const sender = rig.send()
    await rig.untilDelivery(at.operationId, ({ state }) => state === 'DELIVERED')
    await sender.stop(1000)
    const [{ deliveryId } = { deliveryId: '' }] = await rig.deliveries(at.operationId)
    await redeliver(db, { ownerId, operationId: at.operationId, deliveryId })
    await progress(60)
    expect(await db.select().from(deliveries)).toHaveLength(2)
    await rig.hurry()
    rig.send()
    await rig.until(async () => receiver.received.length === 3)
    const shown = receiver.received.map((request) => {
      const { data } = eventIn(request).data as { data: { operation: { progress: { percentage: number } } } }
      return data.operation.progress.percentage
    })
    expect(shown.toSorted((one, other) => one - other)).toEqual([10, 10, 60])
  })
})

describe('a header value', () => {
  it.each([
    ['of printable ASCII', "op_1/~!#$&'()*+,-.:;<=>?@[]^_`{|}", "op_1/~!#$&'()*+,-.:;<=>?@[]^_`{|}"],
    ['with space, quote and percent', 'a "b" 100%', 'a%20%22b%22%20100%25'],
    ['that is encoded already', '%41', '%2541'],
    ['outside ASCII', 'Euro € 😀', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
    ['with the end of a header and another header', 'a\r\nX-Evil: 1\n\n', 'a%0D%0AX-Evil:%201%0A%0A'],
    ['with control characters', '\0\t\x7f\x85\u2028', '%00%09%7F%C2%85%E2%80%A8'],
    ['with half a surrogate pair', 'a\ud83d', 'a%EF%BF%BD'],
    ['that is empty', '', ''],
  ])('%s', (_, text, encoded) => {
    expect(headerValue(text)).toBe(encoded)
    if (!text.includes('\ud83d')) expect(decodeURIComponent(encoded)).toBe(text)
  })

  it('of a hundred thousand characters is not cut', () => {
    expect(headerValue('é'.repeat(100_000))).toBe('%C3%A9'.repeat(100_000))
  })
})
