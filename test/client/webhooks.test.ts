import { createHmac } from 'node:crypto'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, it } from 'vitest'
import { createClient, verifyWebhook, type WebhookHeaders, WebhookVerificationError } from '../../client/index.ts'
import { withAbsoluteLinks } from '../../client/links.ts'
import { webhookOrigin } from '../../server/app/webhook-origin.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { startTestService } from '../support/service.ts'
import { openReceiver } from '../webhooks/rig.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const otherSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const rawSecret = 'a raw string, of enough characters'
const id = 'dlv_0199f3a1-5b2c-7def-8123-456789abcdef'
const at = new Date('2026-03-04T05:06:07Z')
const body = JSON.stringify({
  type: 'operation.completed',
  event: 'COMPLETED',
  timestamp: '2026-03-04T05:06:06.123Z',
  operationId: 'op_1',
  status: 'COMPLETED',
  result: { note: 'Grüße, 東京' },
  data: { operation: { operationId: 'op_1', status: 'COMPLETED' } },
})
const signature = new StandardWebhook(secret).sign(id, at, body)

function headers(changes: Record<string, string | string[] | undefined> = {}) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at.getTime() / 1000),
    'webhook-signature': signature,
    ...changes,
  }
}

const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)

async function refusal(
  given: WebhookHeaders,
  {
    sent = body,
    secrets = secret as string | string[],
    now = at,
    toleranceSeconds = undefined as number | undefined,
  } = {},
) {
  const error: unknown = await verifyWebhook({ headers: given, body: sent }, secrets, { now, toleranceSeconds }).catch(
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(WebhookVerificationError)
  return (error as WebhookVerificationError).reason
}

describe('a signed webhook', () => {
  it.each([
    ['standardwebhooks', secret, signature],
    ['svix', secret, new SvixWebhook(secret).sign(id, at, body)],
    [
      'standardwebhooks with a raw secret',
      rawSecret,
      new StandardWebhook(rawSecret, { format: 'raw' }).sign(id, at, body),
    ],
    ['svix with a raw secret', rawSecret, new SvixWebhook(rawSecret, { format: 'raw' }).sign(id, at, body)],
  ])('by %s is accepted, and is the event', async (_, by, signature) => {
    const given = { headers: headers({ 'webhook-signature': signature }), body }
    expect(await verifyWebhook(given, by, { now: at })).toEqual(JSON.parse(body))
  })

  it('is the data of a CloudEvent with the signed id, and no other', async () => {
    const event = { specversion: '1.0', id, source: '/', type: 'operation.completed', data: JSON.parse(body) }
    const verified = (sent: string) => {
      const given = headers({ 'webhook-signature': new StandardWebhook(secret).sign(id, at, sent) })
      return verifyWebhook({ headers: given, body: sent }, secret, { now: at })
    }
    expect(await verified(JSON.stringify(event))).toEqual(JSON.parse(body))
    const others = [
      { ...event, id: 'dlv_other' },
      { ...event, data: null },
      { ...event, data: event },
    ]
    for (const other of others) {
      await expect(verified(JSON.stringify(other))).rejects.toMatchObject({ reason: 'MALFORMED_EVENT' })
    }
  })

  it('is accepted as text, as bytes, and as a request', async () => {
    const bytes = new TextEncoder().encode(body)
    const request = new Request('https://partner.example/hooks', { method: 'POST', headers: headers(), body: bytes })
    for (const received of [
      { headers: headers(), body },
      { headers: headers(), body: bytes },
      { headers: new Headers(headers()), body: Buffer.from(body) },
      request,
    ])
      expect(await verifyWebhook(received, secret, { now: at })).toEqual(JSON.parse(body))
  })

  it('is typed by its event', async () => {
    const event = await verifyWebhook({ headers: headers(), body }, secret, { now: at })
    if (event.event === 'PING' || event.event === 'BATCH_COMPLETED') throw new Error('another event was sent')
    expect(event.data.operation.operationId).toBe(event.operationId)
  })

  it('with a non-ASCII raw secret is verified with the UTF-8 bytes of the secret', async () => {
    const secret = 'Ein Geheimnis mit Umlauten: äöü'
    const given = `v1,${createHmac('sha256', secret)
      .update(`${id}.${at.getTime() / 1000}.${body}`)
      .digest('base64')}`
    await verifyWebhook({ headers: headers({ 'webhook-signature': given }), body }, secret, { now: at })
  })

  it('is accepted with header names in any case', async () => {
    const upperCase = Object.fromEntries(Object.entries(headers()).map(([name, value]) => [name.toUpperCase(), value]))
    await verifyWebhook({ headers: upperCase, body }, secret, { now: at })
  })

  it('is accepted when one of several signatures matches one of several secrets', async () => {
    const unknown = new StandardWebhook('whsec_dW5rbm93biB1bmtub3duIHVua25vd24=').sign(id, at, body)
    const signatures = `v1a,bm90IHN5bW1ldHJpYw== ${unknown} v1,%% ${signature}`
    const given = { headers: headers({ 'webhook-signature': signatures }), body }
    await verifyWebhook(given, [otherSecret, secret], { now: at })
  })

  it.each([300, -300])('is accepted %d s away from its timestamp', async (seconds) => {
    await verifyWebhook({ headers: headers(), body }, secret, { now: later(seconds) })
  })

  it('is checked against the current time by default', async () => {
    const now = new Date()
    const current = headers({
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new StandardWebhook(secret).sign(id, now, body),
    })
    await verifyWebhook({ headers: current, body }, secret)
    await expect(verifyWebhook({ headers: headers(), body }, secret)).rejects.toMatchObject({
      reason: 'TIMESTAMP_TOO_OLD',
    })
  })
})

describe('a webhook of the service', () => {
  it('is accepted with the secret of the submit, chosen or created, and its links are absolute without PUBLIC_URL', async () => {
    const lines: string[] = []
    const log = createLog('warn', { write: (line) => lines.push(line) })
    const service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' }, undefined, log)
    expect(lines.filter((line) => line.includes('"webhooks.public-url-missing"'))).toEqual([
      expect.stringContaining(`"origin":"${service.url}"`),
    ])
    const receiver = await openReceiver()
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
    for (const chosen of [undefined, rawSecret, secret]) {
      const webhook = { url: receiver.url, events: ['COMPLETED' as const], ...(chosen && { secret: chosen }) }
      const report = { reportType: 'SALES_BY_COUNTRY', dateRange, format: 'CSV' } as const
      const operation = await longrun.generateReport(report, { webhook })
      const shown = operation.snapshot.webhook?.secret ?? ''
      const { rowCount } = await operation.result()
      await expect.poll(() => receiver.received.some(({ body }) => body.includes(operation.id))).toBe(true)
      const request = receiver.received.find(({ body }) => body.includes(operation.id))
      const event = await verifyWebhook({ headers: request?.headers ?? {}, body: request?.body ?? '' }, chosen ?? shown)
      expect(event).toMatchObject({ event: 'COMPLETED', operationId: operation.id, result: { rowCount } })
      const { data, result } = event as {
        data: { operation: typeof operation.snapshot }
        result: { downloadUrl: string }
      }
      const links = [data.operation.statusUrl, ...Object.values(data.operation.links), result.downloadUrl]
      for (const link of links) expect(link).toMatch(new RegExp(`^(http|ws)://${new URL(service.url).host}/api/v1/`))
      expect((await fetch(result.downloadUrl)).status).toBe(200)
    }
    await receiver.close()
    await service.close()
  })
})

describe('links of the client without PUBLIC_URL are absolute', () => {
  it('of operations, results, reports, events and lists', async () => {
    const service = await startTestService()
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
    const report = { reportType: 'SALES_BY_COUNTRY', dateRange, format: 'CSV' } as const
    // A label is no link, whatever it contains.
    const operation = await longrun.generateReport(report, { labels: { url: '/api/v1/label' } })
    const submitted = operation.snapshot
    const result = await operation.result()
    const found = (await longrun.operation(operation.id)).snapshot
    const read = await longrun.getReport(result.reportId)
    const listed = await longrun.api.GET('/operations', { params: { query: { pageSize: 1 } } })
    const events = await Array.fromAsync(operation.events())
    expect(submitted.labels).toEqual({ url: '/api/v1/label' })
    const ofOperations = [submitted, found, ...(listed.data?.operations ?? [])]
    const links = ofOperations.flatMap((each) => [each.statusUrl, ...Object.values(each.links)])
    const last = events.at(-1)?.data?.result as typeof result
    links.push(result.url, result.downloadUrl, read.url, read.downloadUrl, last.url, last.downloadUrl)
    for (const link of links) expect(link).toMatch(new RegExp(`^(http|ws)://${new URL(service.url).host}/api/v1/`))
    expect((await fetch(result.downloadUrl)).status).toBe(200)
    await service.close()
  })

  it('and begin with the path of `baseUrl`', () => {
    const base = 'https://example.com/longrun'
    const answer = {
      statusUrl: '/api/v1/operations/op_1',
      links: { self: '/api/v1/a', socket: '/api/v1/s' },
      result: { url: 'https://other.example/api/v1/x' },
    }
    expect(withAbsoluteLinks(answer, base)).toEqual({
      statusUrl: `${base}/api/v1/operations/op_1`,
      links: { self: `${base}/api/v1/a`, socket: 'wss://example.com/longrun/api/v1/s' },
      result: { url: 'https://other.example/api/v1/x' },
    })
  })

  it('but what callers and handlers wrote stays as it is', () => {
    const own = { url: '/api/v1/x', links: { self: '/api/v1/x' } }
    const answer = {
      labels: own,
      input: own,
      filters: own,
      waits: [{ name: 'decision', schema: own }],
      data: { message: '/api/v1/x', data: own, url: '/api/v1/x' },
      name: '/api/v1/x',
    }
    expect(withAbsoluteLinks(answer, 'https://example.com')).toEqual(answer)
  })
})

describe('the links of webhooks begin with', () => {
  const config = { PUBLIC_URL: undefined, HOST: '127.0.0.1', PORT: 8080 }
  it.each([
    [
      'PUBLIC_URL',
      { ...config, PUBLIC_URL: 'https://longrun.example.com' },
      'http://127.0.0.1:1',
      'https://longrun.example.com',
    ],
    ['the address that the API listens on', config, 'http://127.0.0.1:34567', 'http://127.0.0.1:34567'],
    [
      'localhost, where it listens on all addresses',
      { ...config, HOST: '0.0.0.0' },
      'http://0.0.0.0:8080',
      'http://localhost:8080',
    ],
    [
      'localhost, where it listens on all addresses (IPv6)',
      { ...config, HOST: '::' },
      'http://[::]:8080',
      'http://localhost:8080',
    ],
    ['HOST and PORT in a worker', { ...config, HOST: 'worker.internal' }, undefined, 'http://worker.internal:8080'],
    ['HOST and PORT in a worker (IPv6)', { ...config, HOST: '::1' }, undefined, 'http://[::1]:8080'],
  ])('%s', (_, given, listening, expected) => {
    expect(webhookOrigin(given, listening)).toBe(expected)
  })
})

describe('refused is', () => {
  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('a webhook without %s', async (name) => {
    expect(await refusal(headers({ [name]: undefined }))).toBe('MISSING_HEADER')
    expect(await refusal(headers({ [name]: '' }))).toBe('MISSING_HEADER')
    const fetched = new Headers(headers())
    fetched.delete(name)
    expect(await refusal(fetched)).toBe('MISSING_HEADER')
  })

  it.each([
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ] as const)('a webhook with two values of %s', async (name) => {
    const value = headers()[name] as string
    const fetched = new Headers(headers())
    fetched.append(name, value)
    expect(await refusal(fetched)).toBe('DUPLICATE_HEADER')
    expect(await refusal(headers({ [name]: [value, value] }))).toBe('DUPLICATE_HEADER')
    expect(await refusal(headers({ [name.toUpperCase()]: value }))).toBe('DUPLICATE_HEADER')
  })

  it.each([
    '',
    ' ',
    '1.5',
    '-1',
    '0x10',
    '1e9',
    'now',
    '2026-03-04T05:06:07Z',
    '9'.repeat(16),
  ])('one with the timestamp %j', async (timestamp) => {
    expect(await refusal(headers({ 'webhook-timestamp': timestamp }))).toBe(
      timestamp === '' ? 'MISSING_HEADER' : 'MALFORMED_TIMESTAMP',
    )
  })

  it('a replayed webhook, and a webhook with a timestamp in the future', async () => {
    expect(await refusal(headers(), { now: later(301) })).toBe('TIMESTAMP_TOO_OLD')
    expect(await refusal(headers(), { now: later(-301) })).toBe('TIMESTAMP_TOO_NEW')
    expect(await refusal(headers(), { now: later(3), toleranceSeconds: 2 })).toBe('TIMESTAMP_TOO_OLD')
  })

  it('a webhook whose id, timestamp or body was changed', async () => {
    expect(await refusal(headers({ 'webhook-id': `${id}0` }))).toBe('SIGNATURE_MISMATCH')
    expect(await refusal(headers({ 'webhook-timestamp': String(at.getTime() / 1000 + 1) }))).toBe('SIGNATURE_MISMATCH')
    for (const sent of [body.replace('op_1', 'op_2'), `${body} `, body.slice(0, -1), ''])
      expect(await refusal(headers(), { sent })).toBe('SIGNATURE_MISMATCH')
  })

  it('a webhook with signatures by other secrets only', async () => {
    expect(await refusal(headers(), { secrets: otherSecret })).toBe('SIGNATURE_MISMATCH')
    // The key is the decoded secret, not its characters.
    const byCharacters = createHmac('sha256', secret)
      .update(`${id}.${at.getTime() / 1000}.${body}`)
      .digest('base64')
    expect(await refusal(headers({ 'webhook-signature': `v1,${byCharacters}` }))).toBe('SIGNATURE_MISMATCH')
    for (const forged of [signature.replace('v1,', 'v2,'), signature.slice(3), signature.slice(0, 20), 'v1,', '%'])
      expect(await refusal(headers({ 'webhook-signature': forged }))).toBe('SIGNATURE_MISMATCH')
  })

  it('a signed webhook without an event', async () => {
    for (const sent of ['', 'null', '[]', '{}', '"text"', '{"event":"COMPLETED"']) {
      const signed = headers({ 'webhook-signature': new StandardWebhook(secret).sign(id, at, sent) })
      expect(await refusal(signed, { sent })).toBe('MALFORMED_EVENT')
    }
  })
})

describe('an invalid secret or body is a TypeError, not a WebhookVerificationError', () => {
  it.each([
    [''],
    ['whsec_'],
    ['whsec_not base64!'],
    ['whsec_AAAB AAAB'],
    ['whsec_AAA'],
    ['whsec_AB=='],
    [[]],
  ])('with the secret %j', async (secrets) => {
    await expect(verifyWebhook({ headers: headers(), body }, secrets, { now: at })).rejects.toThrow(TypeError)
  })

  it('with a body that was parsed', async () => {
    const parsed = { headers: headers(), body: JSON.parse(body) as string }
    await expect(verifyWebhook(parsed, secret, { now: at })).rejects.toThrow(/raw body/)
  })
})
