import { verify } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { formatId } from '../../server/contract/ids.ts'
import { createBatch } from '../../server/database/batches/create.ts'
import { writeProgress } from '../../server/database/operations/progress.ts'
import { transition } from '../../server/database/operations/transition.ts'
import type { Progress } from '../../server/database/schema/operations.ts'
import { insertPing } from '../../server/database/webhooks/deliveries.ts'
import { webhookEvents, webhookFormats } from '../../server/domain/webhook-schedule.ts'
import { imported, ownerId } from '../engine/rig.ts'
import { messageTypes, messageViolations } from '../support/message-check.ts'
import { suspend } from '../support/suspended.ts'
import { openReceiver, openRig, type ReceivedRequest, type Receiver, type Rig, secret } from './rig.ts'

let rig: Rig
let receiver: Receiver
beforeAll(async () => {
  rig = await openRig()
  receiver = await openReceiver()
})
afterEach(async () => {
  await rig.rest()
  receiver.received.length = 0
})
afterAll(async () => {
  await receiver.close()
  await rig.close()
})

async function requestOf(operationId: string): Promise<ReceivedRequest> {
  rig.send()
  await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
  return receiver.received[0] as ReceivedRequest
}

const standard = ({ headers }: ReceivedRequest) => headers as Record<string, string>

describe('a message', () => {
  it('contains a completed operation with its result, like the response to a read', async () => {
    const operationId = await rig.ended({ url: receiver.url })
    const [delivery] = await rig.deliveries(operationId)
    const { body, headers } = await requestOf(operationId)
    const id = formatId('operation', operationId)
    const message = JSON.parse(body)
    expect(message).toEqual({
      type: 'operation.completed',
      event: 'COMPLETED',
      timestamp: delivery?.occurredAt.toISOString(),
      operationId: id,
      status: 'COMPLETED',
      result: { rowsRead: 3 },
      data: { operation: expect.objectContaining({ operationId: id, done: true, result: { rowsRead: 3 } }) },
    })
    expect(message.data.operation.statusUrl).toBe(`https://longrun.example.com/api/v1/operations/${id}`)
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': formatId('delivery', delivery?.deliveryId as string),
      'x-webhook-event': 'COMPLETED',
      'x-operation-id': id,
    })
    expect(body).not.toMatch(/sealed|whsec/)
  })

  it('contains a failed operation with its error', async () => {
    const { body } = await requestOf(await rig.ended({ url: receiver.url }, 'fail'))
    const message = JSON.parse(body)
    expect(message).toMatchObject({ type: 'operation.failed', event: 'FAILED', status: 'FAILED' })
    expect(message.error).toMatchObject({ code: 'PROCESSING_ERROR', detail: 'It failed.' })
    expect(message).not.toHaveProperty('result')
  })
})

describe('a change of a phase', () => {
  const phases = (first: string, second: string) => [
    { name: 'VALIDATION', status: first },
    { name: 'LOADING', status: second },
  ]
  const changes = [
    { change: 'VALIDATION is COMPLETED', progress: { percentage: 20, phases: phases('COMPLETED', 'PENDING') } },
    { change: 'LOADING is IN_PROGRESS', progress: { percentage: 20, phases: phases('COMPLETED', 'IN_PROGRESS') } },
  ] as { change: string; progress: Progress }[]

  it('is a message of its own with the progress of that time, even if it is sent after the end', async () => {
    const { db } = rig.connection
    await rig.receiver(receiver.url, { events: ['PROGRESS'] })
    const at = await rig.claimed()
    const other = { ...at, progress: { ...changes[1]?.progress, percentage: 60 } as Progress, lines: [] }
    await writeProgress(db, [...changes.map((change) => ({ ...at, ...change, lines: [] })), other])
    await transition(db, 'finish', at, { result: imported, expiresAt: new Date() }, { actor: 'worker:test' })
    await rig.hurry()
    rig.send()
    await rig.until(async () => receiver.received.length === 3)
    expect(receiver.received.flatMap(messageViolations)).toEqual([])
    const messages = receiver.received.map(({ body }) => JSON.parse(body))
    const [first, second] = changes.map(({ change }) => messages.find(({ reason }) => reason === change))
    for (const [message, { progress }] of [
      [first, changes[0] as (typeof changes)[0]],
      [second, changes[1] as (typeof changes)[0]],
    ] as const) {
      expect(message).toMatchObject({ event: 'PROGRESS', status: 'RUNNING' })
      expect(message.data.operation).toMatchObject({ status: 'RUNNING', done: false, attempt: 1, progress })
      expect(message.data.operation).not.toHaveProperty('result')
    }
    const latest = messages.find(({ reason }) => reason === undefined)
    expect(latest).toMatchObject({ status: 'RUNNING', data: { operation: { status: 'COMPLETED' } } })
  })
})

describe('the spec', () => {
  it.each(webhookFormats)('declares exactly the messages that are sent in the format %s', async (format) => {
    const { db } = rig.connection
    const receiverId = await rig.receiver(receiver.url, { events: [...webhookEvents, 'BATCH_COMPLETED'], format })
    rig.send()
    await insertPing(db, { ownerId, receiverId, deliveryId: uuidv7() })
    const empty = { batchId: uuidv7(), ownerId, createdBy: 'key:test', keptSeconds: 60 }
    await createBatch(db, empty, [], { accepts: () => true, summary: () => ({ results: null, refused: 1 }) })
    const by = { actor: 'worker:test' }
    const expiresAt = new Date(Date.now() + 60_000)
    const error = { code: 'PROCESSING_ERROR', detail: 'It failed.', timestamp: new Date().toISOString() }
    const first = await rig.claimed()
    await writeProgress(db, [{ ...first, progress: { percentage: 10 }, lines: [] }])
    await transition(db, 'finish', first, { result: imported, expiresAt }, by)
    const errors = { ...imported, rejectUrl: `file:${uuidv7()}` }
    await transition(db, 'finishWithErrors', await rig.claimed(), { result: errors, expiresAt }, by)
    await transition(db, 'fail', await rig.claimed(), { error, retentionSeconds: 60 }, by)
    await suspend(db, await rig.claimed(), [{ name: 'decision', kind: 'INPUT', seconds: 60 }])
    const last = await rig.claimed()
    await transition(db, 'requestCancel', last, { cancelReason: 'superseded', graceSeconds: 10 }, by)
    await transition(db, 'cancel', last, { retentionSeconds: 60 }, by)
    const types = () => new Set(receiver.received.map(({ body }) => JSON.parse(body).type as string))
    await rig.until(async () => types().size >= messageTypes.length)
    expect(types()).toEqual(new Set(messageTypes))
    expect(receiver.received.flatMap(messageViolations)).toEqual([])
  })
})

describe('the signature', () => {
  it('is accepted by standardwebhooks and by svix, and not with another secret', async () => {
    const request = await requestOf(await rig.ended({ url: receiver.url }))
    expect(new Webhook(secret).verify(request.body, standard(request))).toMatchObject({ event: 'COMPLETED' })
    expect(() => new Svix(secret).verify(request.body, standard(request))).not.toThrow()
    for (const Verifier of [Webhook, Svix]) {
      const other = new Verifier(`whsec_${Buffer.from('another').toString('base64')}`)
      expect(() => other.verify(request.body, standard(request))).toThrow(/signature/)
    }
    expect(() => new Webhook(secret).verify(`${request.body} `, standard(request))).toThrow(/signature/)
  })

  it('is accepted by @octokit/webhooks-methods with a raw secret', async () => {
    const raw = 'a raw secret of some length: ünïcödé'
    const { body, headers } = await requestOf(await rig.ended({ url: receiver.url, secret: raw }))
    const signature = headers['x-webhook-signature'] as string
    expect(await verify(raw, body, signature)).toBe(true)
    expect(await verify('another secret', body, signature)).toBe(false)
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
  })

  it('with a raw secret is accepted by standardwebhooks', async () => {
    const raw = 'a raw secret of some length'
    const request = await requestOf(await rig.ended({ url: receiver.url, secret: raw }))
    expect(new Webhook(raw, { format: 'raw' }).verify(request.body, standard(request))).toMatchObject({
      event: 'COMPLETED',
    })
  })

  it('has one part per secret during a rotation', async () => {
    const previous = `whsec_${Buffer.from('the secret before').toString('base64')}`
    await rig.receiver(receiver.url, { previous })
    const request = await requestOf(await rig.ended())
    for (const known of [secret, previous]) {
      expect(new Webhook(known).verify(request.body, standard(request))).toMatchObject({ event: 'COMPLETED' })
      expect(() => new Svix(known).verify(request.body, standard(request))).not.toThrow()
    }
  })

  it('has one part again after the overlap', async () => {
    await rig.receiver(receiver.url, { previous: 'the secret before' })
    await rig.connection.db.execute(`update webhook_receivers set previous_secret_until = now()`)
    const { headers } = await requestOf(await rig.ended())
    expect(headers['webhook-signature']).not.toContain(' ')
  })
})
