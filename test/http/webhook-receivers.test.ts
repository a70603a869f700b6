import { HTTP } from 'cloudevents'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { concluded, type Hook, openHook } from './hook.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, expectProblem, inAnHour, report, submitted } from './requests.ts'

const receivers = '/api/v1/webhookReceivers'
const post = { method: 'POST' }
const unknownId = 'whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21'

let service: TestService
let hook: Hook
let url: string
let path: string
let pingPath: string
beforeAll(async () => {
  hook = await openHook()
  url = hook.url
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
  path = await created({ events: ['CANCELLED'] })
  pingPath = (await ask(service, `${path}:ping`, post)).headers.get('location') ?? ''
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await service.close()
  hook.close()
})

async function created(more: object = {}): Promise<string> {
  const { status, headers } = await ask(service, receivers, { json: { url, ...more } })
  expect(status).toBe(201)
  return headers.get('location') ?? ''
}

const examples: Example[] = [
  { operationId: 'createWebhookReceiver', path: () => receivers, asking: { json: { url: 'https://example.com/' } } },
  { operationId: 'listWebhookReceivers', path: () => receivers },
  { operationId: 'getWebhookReceiver', path: () => path },
  { operationId: 'pingWebhookReceiver', path: () => `${path}:ping`, asking: post },
  { operationId: 'getPing', path: () => pingPath },
  { operationId: 'rotateWebhookSecret', path: () => `${path}:rotateSecret`, asking: { json: { overlap: 60 } } },
  { operationId: 'enableWebhookReceiver', path: () => `${path}:enable`, asking: post },
  { operationId: 'deleteWebhookReceiver', path: () => path, asking: { method: 'DELETE' } },
]
describeRefusals(() => service, examples)

describe('createWebhookReceiver', () => {
  it('201 with a secret that no other response contains', async () => {
    const { status, headers, body } = await ask(service, receivers, { json: { url, description: 'night shift' } })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`${receivers}/${body.receiverId}`)
    const { secret, ...rest } = body
    expect(rest).toMatchObject({
      url,
      format: 'STANDARD',
      state: 'ENABLED',
      description: 'night shift',
      events: ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'],
    })
    expect(Buffer.from(String(secret).replace(/^whsec_/, ''), 'base64').length).toBeGreaterThanOrEqual(24)
    const read = await ask(service, headers.get('location') ?? '')
    expect(read.body).toEqual(rest)
    expect((await ask(service, receivers)).text).not.toContain(secret)
  })

  it('signs with the given secret, raw or whsec_', async () => {
    const given = ['a raw secret of mine', `whsec_${Buffer.alloc(24, 7).toString('base64')}`]
    for (const secret of given) {
      expect((await ask(service, receivers, { json: { url, secret } })).body.secret).toBe(secret)
    }
  })

  it.each([
    ['too short', 'fifteen letters'],
    ['not base64', `whsec_${'é'.repeat(40)}`],
    ['unpadded', `whsec_${Buffer.alloc(25).toString('base64').replaceAll('=', '')}`],
    ['with unused bits that are set', `whsec_${Buffer.alloc(25).toString('base64').replace('A==', 'B==')}`],
    ['less than 24 bytes', `whsec_${Buffer.alloc(16).toString('base64')}`],
    ['of control characters', '\n'.repeat(20)],
  ])('422 for a secret that is %s, which the response does not repeat', async (_, secret) => {
    const answer = await ask(service, receivers, { json: { url, secret } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.body.errors).toMatchObject([{ pointer: '/secret' }])
    expect(answer.text).not.toContain(secret)
  })

  it.each([
    { events: [] },
    { events: ['COMPLETED', 'COMPLETED'] },
    { events: ['EVERYTHING'] },
    { format: 'cloudevents' },
    { format: 'CLOUDEVENTS_BATCH' },
    { format: null },
  ])('422 for %j', async (given) => {
    expectProblem(await ask(service, receivers, { json: { url, ...given } }), 422, 'INVALID_INPUT')
  })

  it.each(['CLOUDEVENTS', 'CLOUDEVENTS_BINARY'])('201 with the format %s, of which a ping is too', async (format) => {
    const { headers, body } = await ask(service, receivers, { json: { url, format } })
    expect(body.format).toBe(format)
    const path = headers.get('location') ?? ''
    expect((await ask(service, path)).body.format).toBe(format)
    const ping = await ask(service, `${path}:ping`, post)
    const { deliveryId } = await concluded(service, ping.headers.get('location') ?? '')
    hook.verified(deliveryId, body.secret)
    const sent = hook.messages.find((one) => one.headers['webhook-id'] === deliveryId)
    const event = HTTP.toEvent({ headers: sent?.headers ?? {}, body: sent?.body })
    expect(event).toMatchObject({ id: deliveryId, type: 'webhook.ping', subject: body.receiverId })
  })

  it('409 beyond 100 receivers of one owner, for any number of concurrent requests', async () => {
    const rows = `insert into webhook_receivers (receiver_id, owner_id, url, events, secret)
      select gen_random_uuid(), 'bob', 'https://example.com', '["FAILED"]', '' from generate_series(1, 95)`
    await onDatabase(service, rows)
    const asked = Array.from({ length: 20 }, () => ask(service, receivers, { json: { url }, key: service.otherKey }))
    const answers = await Promise.all(asked)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const answer of refused) expectProblem(answer, 409, 'TOO_MANY_RECEIVERS')
    expect(refused).toHaveLength(15)
    await onDatabase(service, `delete from webhook_receivers where owner_id = 'bob'`)
  })
})

describe('listWebhookReceivers', () => {
  it('200 newest first, in pages, with the owner’s receivers only', async () => {
    const at = [await created(), await created(), await created()]
    const first = await ask(service, `${receivers}?pageSize=2`)
    const second = await ask(service, `${receivers}?pageSize=2&pageToken=${first.body.nextPageToken}`)
    const ids = [first, second].flatMap(({ body }) => body.webhookReceivers as { receiverId: string }[])
    expect(ids.slice(0, 3).map(({ receiverId }) => `${receivers}/${receiverId}`)).toEqual(at.toReversed())
    expect((await ask(service, receivers, { key: service.otherKey })).body).toEqual({ webhookReceivers: [] })
    const foreign = `${receivers}?pageSize=2&pageToken=${first.body.nextPageToken}`
    expectProblem(await ask(service, foreign, { key: service.otherKey }), 400, 'INVALID_PAGE_TOKEN')
  })
})

describe('an unknown receiver or another owner’s', () => {
  it.each([
    ['', {}],
    ['', { method: 'DELETE' }],
    [':ping', post],
    [':rotateSecret', post],
    [':enable', post],
    ['/pings/dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90', {}],
  ])('404 at %s %o, the same for both', async (rest, asking) => {
    const answers = [
      await ask(service, path + rest, { ...asking, key: service.otherKey }),
      await ask(service, `${receivers}/${unknownId}${rest}`, asking),
      await ask(service, `${receivers}/whr_1${rest}`, asking),
    ]
    for (const answer of answers) expectProblem(answer, 404, 'NOT_FOUND')
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1)
    expect((await ask(service, path)).status).toBe(200)
  })
})

describe('pingWebhookReceiver', () => {
  it('202, sends a signed ping, and returns its outcome without the receiver’s response', async () => {
    const made = await ask(service, receivers, { json: { url } })
    const { receiverId, secret } = made.body
    const { status, headers, body } = await ask(service, `${receivers}/${receiverId}:ping`, post)
    expect(status).toBe(202)
    expect(body).toMatchObject({ receiverId, event: 'PING', sequence: 0, state: 'PENDING', attempts: [] })
    const ended = await concluded(service, headers.get('location') ?? '')
    expect(ended).toMatchObject({
      deliveryId: body.deliveryId,
      state: 'DELIVERED',
      attempts: [{ attempt: 1, outcome: 'ACKNOWLEDGED', statusClass: '2xx' }],
    })
    expect(JSON.stringify(ended)).not.toContain('canary')
    const verified = hook.verified(body.deliveryId, secret)
    expect(verified).toMatchObject({ type: 'webhook.ping', event: 'PING', data: { receiverId } })
  })

  it('is not a delivery of another receiver', async () => {
    const other = await created()
    expectProblem(await ask(service, pingPath.replace(path, other)), 404, 'NOT_FOUND')
    expectProblem(await ask(service, `${path}/pings/dlv_1`), 404, 'NOT_FOUND')
  })
})

describe('rotateWebhookSecret', () => {
  const pinged = async (at: string) => {
    const { headers, body } = await ask(service, `${at}:ping`, post)
    await concluded(service, headers.get('location') ?? '')
    return (secret: unknown) => hook.verified(body.deliveryId, secret)
  }

  it('200 with a new secret; both sign during the overlap', async () => {
    const made = await ask(service, receivers, { json: { url } })
    const at = `${receivers}/${made.body.receiverId}`
    const rotated = await ask(service, `${at}:rotateSecret`, post)
    expect(rotated.status).toBe(200)
    expect(rotated.headers.get('cache-control')).toBe('no-store')
    expect(rotated.body.secret).not.toBe(made.body.secret)
    const until = Date.parse(String(rotated.body.previousSecretUntil))
    expect(Math.abs(until - Date.now() - 86_400_000)).toBeLessThan(60_000)
    const verify = await pinged(at)
    for (const { body } of [made, rotated]) expect(() => verify(body.secret)).not.toThrow()
    expect((await ask(service, at)).text).not.toContain(String(rotated.body.secret))
  })

  it('invalidates the old secret at once with an overlap of 0, and accepts a given secret', async () => {
    const made = await ask(service, receivers, { json: { url } })
    const at = `${receivers}/${made.body.receiverId}`
    const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    const rotated = await ask(service, `${at}:rotateSecret`, { json: { secret, overlap: 0 } })
    expect(rotated.body).toEqual({ receiverId: made.body.receiverId, secret })
    const verify = await pinged(at)
    expect(() => verify(secret)).not.toThrow()
    expect(() => verify(made.body.secret)).toThrow('No matching signature')
  })
})

describe('enableWebhookReceiver', () => {
  it('200, and sends again to a receiver that responded 410', async () => {
    const at = await created()
    hook.status = 410
    const refused = await concluded(service, (await ask(service, `${at}:ping`, post)).headers.get('location') ?? '')
    hook.status = 204
    expect(refused).toMatchObject({ state: 'FAILED', outcome: 'GONE', attempts: [{ statusClass: '4xx' }] })
    expect((await ask(service, at)).body).toMatchObject({ state: 'DISABLED', disabledReason: 'GONE' })
    const { status, body } = await ask(service, `${at}:enable`, post)
    expect(status).toBe(200)
    expect(body.state).toBe('ENABLED')
    expect(body).not.toHaveProperty('disabledReason')
    expect((await ask(service, `${at}:enable`, post)).body).toEqual(body)
  })

  it('closes its circuit breaker', async () => {
    const at = await created({ events: ['PENDING'] })
    const target = at.slice(-36)
    await onDatabase(service, `insert into webhook_targets values ('${target}', 9, now() + interval '1 hour')`)
    const operation = await submitted(service, { startAfter: inAnHour() })
    const { body } = await ask(service, `${operation}/deliveries`)
    const [pending] = body.deliveries as { deliveryId: string; state: string }[]
    expect(pending?.state).toBe('PENDING')
    await ask(service, `${at}:enable`, post)
    const delivered = await concluded(service, `${operation}/deliveries/${pending?.deliveryId}`)
    expect(delivered).toMatchObject({ state: 'DELIVERED' })
  })
})

describe('deleteWebhookReceiver', () => {
  it('204, and nothing more is sent to it', async () => {
    const at = await created({ events: ['PENDING'] })
    expect((await ask(service, at, { method: 'DELETE' })).status).toBe(204)
    expectProblem(await ask(service, at), 404, 'NOT_FOUND')
    expectProblem(await ask(service, at, { method: 'DELETE' }), 404, 'NOT_FOUND')
    const operation = await submitted(service, { startAfter: inAnHour() })
    const { text } = await ask(service, `${operation}/deliveries`)
    expect(text).not.toContain(at.slice(-36))
  })
})

describe('refused URLs', () => {
  let strict: TestService
  beforeAll(async () => {
    strict = await startTestService({ ROLES: 'api' })
  })
  afterAll(() => strict.close())

  it.each([
    'http://example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/',
    'https://user:password@example.com/',
    'https://example.com/#top',
    'https://example.com:0/',
    'https://example.com:25/',
    'https://example.com./',
    'not a url',
  ])('422 for %s, for a receiver and for a submit', async (unsafe) => {
    const answers = [
      [await ask(strict, receivers, { json: { url: unsafe } }), '/url'],
      [
        await ask(strict, '/api/v1/reports:generate', { json: { ...report, webhook: { url: unsafe } } }),
        '/webhook/url',
      ],
    ] as const
    for (const [answer, pointer] of answers) {
      expectProblem(answer, 422, 'UNSAFE_URL')
      expect(answer.body.errors).toEqual([{ pointer, message: expect.stringMatching(/^must /) }])
    }
  })
})

describeFaults(() => service, examples)
