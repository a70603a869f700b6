import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { concluded, type Hook, openHook, until } from './hook.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, expectProblem, inAnHour, submitted } from './requests.ts'

const post = { method: 'POST' }
const unknownId = 'dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90'

let service: TestService
let hook: Hook
let url: string
let operation: string
let delivery: string
beforeAll(async () => {
  hook = await openHook()
  url = hook.url
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
  operation = await cancelled({ url })
  delivery = await deliveryOf(operation)
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  hook.close()
})

/** A finished operation with this webhook. */
async function cancelled(webhook: object): Promise<string> {
  const path = await submitted(service, { startAfter: inAnHour(), webhook })
  expect((await ask(service, path, { method: 'DELETE' })).status).toBe(204)
  return path
}

type Delivery = { deliveryId: string; event: string; sequence: number; state: string }

const list = async (path: string) => (await ask(service, `${path}/deliveries`)).body.deliveries as Delivery[]

/** The path of the operation's newest delivery. */
async function deliveryOf(path: string): Promise<string> {
  const [newest] = await list(path)
  return `${path}/deliveries/${newest?.deliveryId}`
}

const examples: Example[] = [
  { operationId: 'listDeliveries', path: () => `${operation}/deliveries` },
  { operationId: 'getDelivery', path: () => delivery },
  { operationId: 'redeliver', path: () => `${delivery}:redeliver`, asking: post },
]
describeRefusals(() => service, examples)

describe('listDeliveries', () => {
  it('200 newest event first, in pages', async () => {
    const path = await cancelled({ url, events: ['PENDING', 'CANCELLED'] })
    const first = await ask(service, `${path}/deliveries?pageSize=1`)
    expect(first.headers.get('link')).toContain('rel="next"')
    const second = await ask(service, `${path}/deliveries?pageSize=1&pageToken=${first.body.nextPageToken}`)
    expect(second.body).not.toHaveProperty('nextPageToken')
    const events = [first, second].flatMap(({ body }) => body.deliveries as Delivery[]).map(({ event }) => event)
    expect(events).toEqual(['CANCELLED', 'PENDING'])
    const elsewhere = `${operation}/deliveries?pageSize=1&pageToken=${first.body.nextPageToken}`
    expectProblem(await ask(service, elsewhere), 400, 'INVALID_PAGE_TOKEN')
  })

  it('200 and empty without webhooks', async () => {
    expect(await list(await submitted(service, { startAfter: inAnHour() }))).toEqual([])
  })

  it('names the receiver of deliveries to a receiver', async () => {
    const made = await ask(service, '/api/v1/webhookReceivers', { json: { url, events: ['PENDING'] } })
    const { receiverId } = made.body
    const path = await submitted(service, { startAfter: inAnHour() })
    expect(await list(path)).toMatchObject([{ receiverId, event: 'PENDING', sequence: 0 }])
    await ask(service, `/api/v1/webhookReceivers/${receiverId}`, { method: 'DELETE' })
    const [delivery] = await list(path)
    await concluded(service, `${path}/deliveries/${delivery?.deliveryId}`)
  })
})

describe('getDelivery', () => {
  it('200 with every attempt, and only the class of the receiver’s status', async () => {
    hook.status = 302
    const at = await deliveryOf(await cancelled({ url }))
    const body = await until(service, at, ({ attempts }) => (attempts as unknown[]).length > 0)
    hook.status = 204
    expect(body).toMatchObject({
      event: 'CANCELLED',
      state: 'PENDING',
      outcome: 'REDIRECTED',
      nextAttempt: expect.stringMatching(/Z$/),
    })
    const [time, number] = [expect.stringMatching(/Z$/), expect.any(Number)]
    expect(body.attempts).toEqual([
      { attempt: 1, startedAt: time, duration: number, outcome: 'REDIRECTED', statusClass: '3xx' },
    ])
    expect(JSON.stringify(body)).not.toContain('canary')
    await ask(service, `${at}:redeliver`, post)
    await concluded(service, at)
  })
})

describe('redeliver', () => {
  it('202, and sends the message again with the same id and a new attempt', async () => {
    await concluded(service, delivery)
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    hook.ready = promise
    const { status, headers, body } = await ask(service, `${delivery}:redeliver`, post)
    answer()
    expect(status).toBe(202)
    expect(headers.get('location')).toBe(delivery)
    expect(body).toMatchObject({ state: 'PENDING', attempts: [{ attempt: 1 }] })
    const again = await concluded(service, delivery)
    expect(again.attempts).toMatchObject([{ attempt: 1 }, { attempt: 2, outcome: 'ACKNOWLEDGED' }])
    const sent = hook.messages.filter((message) => message.headers['webhook-id'] === body.deliveryId)
    expect(sent).toHaveLength(2)
  })

  it('does not change a delivery that is being sent', async () => {
    const at = await deliveryOf(await cancelled({ url }))
    await concluded(service, at)
    const id = at.slice(-36)
    const later = `now() + interval '1 hour'`
    await onDatabase(
      service,
      `update deliveries set state = 'PENDING', finished_at = null, locked_until = ${later}, due_at = ${later}
        where delivery_id = '${id}'`,
    )
    const before = (await ask(service, at)).body
    expect((await ask(service, `${at}:redeliver`, post)).body).toEqual(before)
  })
})

describe('a delivery that is unknown or another owner’s', () => {
  it.each(['', ':redeliver'])('404 at %s, the same for both', async (verb) => {
    const asking = verb === '' ? {} : post
    const foreign = await ask(service, delivery + verb, { ...asking, key: service.otherKey })
    expectProblem(foreign, 404, 'OPERATION_NOT_FOUND')
    const unknown = `/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/deliveries/${unknownId}${verb}`
    expect((await ask(service, unknown, asking)).body.detail).toBe(foreign.body.detail)
    const other = await cancelled({ url })
    const [id] = delivery.split('/').slice(-1)
    for (const deliveryId of [unknownId, 'dlv_1', id]) {
      const answer = await ask(service, `${other}/deliveries/${deliveryId}${verb}`, asking)
      expectProblem(answer, 404, 'NOT_FOUND')
    }
  })

  it('404 in a list', async () => {
    const foreign = await ask(service, `${operation}/deliveries`, { key: service.otherKey })
    expectProblem(foreign, 404, 'OPERATION_NOT_FOUND')
  })
})

describe('a deleted operation', () => {
  it('410 for its deliveries too', async () => {
    const gone = await cancelled({ url })
    const at = await deliveryOf(gone)
    expect((await ask(service, `${gone}:purge`, post)).status).toBe(204)
    for (const path of [`${gone}/deliveries`, at]) expectProblem(await ask(service, path), 410, 'OPERATION_EXPIRED')
    expectProblem(await ask(service, `${at}:redeliver`, post), 410, 'OPERATION_EXPIRED')
  })
})

describeFaults(() => service, examples)
