import { verify } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { formatId } from '../../server/contract/ids.ts'
import { claim } from '../../server/database/claims.ts'
import { insertPing } from '../../server/database/delivery-log.ts'
import { writeNews } from '../../server/database/news.ts'
import { submit } from '../../server/database/submissions.ts'
import { take } from '../../server/database/transitions.ts'
import { register } from '../../server/database/workers.ts'
import { webhookEvents } from '../../server/lifecycle/deliveries.ts'
import { imported, ownerId, submission } from '../engine/rig.ts'
import { messageFaults, messageTypes } from '../support/message-check.ts'
import { type Heard, openReceiver, openRig, type Receiver, type Rig, secret } from './rig.ts'

let rig: Rig
let receiver: Receiver
beforeAll(async () => {
  rig = await openRig()
  receiver = await openReceiver()
})
afterEach(async () => {
  await rig.rest()
  receiver.heard.length = 0
})
afterAll(async () => {
  await receiver.close()
  await rig.close()
})

async function heardOf(operationId: string): Promise<Heard> {
  rig.send()
  await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
  return receiver.heard[0] as Heard
}

const standard = ({ headers }: Heard) => headers as Record<string, string>

describe('a message', () => {
  it('tells of a completed operation with its result, as a read would answer it', async () => {
    const operationId = await rig.ended({ url: receiver.url })
    const [delivery] = await rig.deliveries(operationId)
    const { body, headers } = await heardOf(operationId)
    const id = formatId('operation', operationId)
    const sent = JSON.parse(body)
    expect(sent).toEqual({
      type: 'operation.completed',
      event: 'COMPLETED',
      timestamp: delivery?.occurredAt.toISOString(),
      operationId: id,
      status: 'COMPLETED',
      result: { rowsRead: 3 },
      data: { operation: expect.objectContaining({ operationId: id, done: true, result: { rowsRead: 3 } }) },
    })
    expect(sent.data.operation.statusUrl).toBe(`https://longrun.example.com/api/v1/operations/${id}`)
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': formatId('delivery', delivery?.deliveryId as string),
      'x-webhook-event': 'COMPLETED',
      'x-operation-id': id,
    })
    expect(body).not.toMatch(/sealed|whsec/)
  })

  it('tells of a failed one with its error', async () => {
    const { body } = await heardOf(await rig.ended({ url: receiver.url }, 'fail'))
    const sent = JSON.parse(body)
    expect(sent).toMatchObject({ type: 'operation.failed', event: 'FAILED', status: 'FAILED' })
    expect(sent.error).toMatchObject({ code: 'PROCESSING_ERROR', detail: 'It failed.' })
    expect(sent).not.toHaveProperty('result')
  })
})

describe('the spec', () => {
  /** One that a worker has claimed. */
  async function claimed(): Promise<{ operationId: string; attempt: number }> {
    const { db } = rig.connection
    const workerId = uuidv7()
    await register(db, workerId)
    const asked = submission()
    await submit(db, asked)
    const runSeconds = { importOrders: 60 }
    await claim(db, { workerId, limit: 9, runSeconds, unwindSeconds: 60, ownerCap: undefined })
    return { operationId: asked.operationId, attempt: 1 }
  }

  it('tells of every message that is sent, and no other', async () => {
    const { db } = rig.connection
    const receiverId = await rig.receiver(receiver.url, { events: [...webhookEvents] })
    rig.send()
    await insertPing(db, { ownerId, receiverId, deliveryId: uuidv7() })
    const by = { actor: 'worker:test' }
    const expiresAt = new Date(Date.now() + 60_000)
    const error = { code: 'PROCESSING_ERROR', detail: 'It failed.', timestamp: new Date().toISOString() }
    const first = await claimed()
    await writeNews(db, [{ ...first, progress: { percentage: 10 }, lines: [] }])
    await take(db, 'finish', first, { result: imported, expiresAt }, by)
    const errors = { ...imported, rejectUrl: `file:${uuidv7()}` }
    await take(db, 'finishWithErrors', await claimed(), { result: errors, expiresAt }, by)
    await take(db, 'fail', await claimed(), { error, retentionSeconds: 60 }, by)
    const last = await claimed()
    await take(db, 'requestCancel', last, { cancelReason: 'superseded', graceSeconds: 10 }, by)
    await take(db, 'cancel', last, { retentionSeconds: 60 }, by)
    const types = () => new Set(receiver.heard.map(({ body }) => JSON.parse(body).type as string))
    await rig.until(async () => types().size >= messageTypes.length)
    expect(types()).toEqual(new Set(messageTypes))
    expect(receiver.heard.flatMap(messageFaults)).toEqual([])
  })
})

describe('its signature', () => {
  it('is accepted by standardwebhooks and by svix, and not with another secret', async () => {
    const heard = await heardOf(await rig.ended({ url: receiver.url }))
    expect(new Webhook(secret).verify(heard.body, standard(heard))).toMatchObject({ event: 'COMPLETED' })
    expect(() => new Svix(secret).verify(heard.body, standard(heard))).not.toThrow()
    for (const Verifier of [Webhook, Svix]) {
      const other = new Verifier(`whsec_${Buffer.from('another').toString('base64')}`)
      expect(() => other.verify(heard.body, standard(heard))).toThrow(/signature/)
    }
    expect(() => new Webhook(secret).verify(`${heard.body} `, standard(heard))).toThrow(/signature/)
  })

  it('is accepted by @octokit/webhooks-methods, which knows raw secrets', async () => {
    const raw = 'a raw secret of some length: ünïcödé'
    const { body, headers } = await heardOf(await rig.ended({ url: receiver.url, secret: raw }))
    const signature = headers['x-webhook-signature'] as string
    expect(await verify(raw, body, signature)).toBe(true)
    expect(await verify('another secret', body, signature)).toBe(false)
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
  })

  it('of a raw secret is accepted by standardwebhooks, too', async () => {
    const raw = 'a raw secret of some length'
    const heard = await heardOf(await rig.ended({ url: receiver.url, secret: raw }))
    expect(new Webhook(raw, { format: 'raw' }).verify(heard.body, standard(heard))).toMatchObject({
      event: 'COMPLETED',
    })
  })

  it('is two while a secret is being replaced, one for each', async () => {
    const previous = `whsec_${Buffer.from('the secret before').toString('base64')}`
    await rig.receiver(receiver.url, { previous })
    const heard = await heardOf(await rig.ended())
    for (const known of [secret, previous]) {
      expect(new Webhook(known).verify(heard.body, standard(heard))).toMatchObject({ event: 'COMPLETED' })
      expect(() => new Svix(known).verify(heard.body, standard(heard))).not.toThrow()
    }
  })

  it('is one again when the time of the old secret is over', async () => {
    await rig.receiver(receiver.url, { previous: 'the secret before' })
    await rig.connection.db.execute(`update webhook_receivers set previous_secret_until = now()`)
    const { headers } = await heardOf(await rig.ended())
    expect(headers['webhook-signature']).not.toContain(' ')
  })
})
