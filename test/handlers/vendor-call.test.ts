import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import {
  Interruption,
  OperationError,
  RetryableError,
  type StepContext,
  type Vendors,
  vendorNames,
} from '../../server/handlers/define.ts'
import { type Effect, request, undo } from '../../server/handlers/vendors/vendor-call.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** A vendor whose responses the test determines. */
let answer: (request: IncomingMessage, response: ServerResponse) => void
const seen: {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: unknown
}[] = []
const server = createServer((request, response) => {
  const { method, url, headers } = request
  void json(request).then((body) => {
    seen.push({ method, url, headers, body })
    answer(request, response)
  })
})

let context: StepContext
const lines: { message: string; data: unknown }[] = []
let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 1, applicationName: 'vendor-call-test' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
beforeEach(() => {
  seen.length = 0
  lines.length = 0
  context = contextWith(new AbortController().signal)
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await connection.close()
  await database.drop()
})

function contextWith(signal: AbortSignal): StepContext {
  const address = server.address() as { port: number }
  const base = `http://127.0.0.1:${address.port}/v1`
  return {
    operationId: '01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21',
    ownerId: 'alice',
    attempt: 3,
    fence: 3,
    key: '01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21:chargePayment',
    callbackUrl: (name) => `http://127.0.0.1:1/${name}`,
    signal,
    log: (message, data) => void lines.push({ message, data }),
    db: connection.db,
    copyPool: connection.copyPool,
    vendors: Object.fromEntries(vendorNames.map((name) => [name, base])) as Vendors,
  }
}

const charge: Effect = { vendor: 'payment', resource: 'charges', undo: 'refund', declined: 'PAYMENT_DECLINED' }

function respondWith(status: number, body: unknown = {}, headers: Record<string, string> = {}) {
  answer = (_, response) => response.writeHead(status, headers).end(JSON.stringify(body))
}

const failure = (asking = request(context, charge, {})) =>
  asking.then(
    () => expect.fail('the call succeeded'),
    (error: unknown) => error,
  )

describe('a vendor call', () => {
  it('sends the step’s key and the fencing token, and returns the vendor’s response', async () => {
    respondWith(201, { id: 'ch_1' })
    expect(await request(context, charge, { amountCents: 1 })).toEqual({ status: 201, body: { id: 'ch_1' } })
    expect(seen).toMatchObject([{ method: 'POST', url: '/v1/charges', body: { amountCents: 1 } }])
    expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': context.key, 'x-fence': '3' })
  })

  it('undoes by the key of the request, with an idempotency key of its own', async () => {
    respondWith(200)
    await undo(context, charge)
    expect(seen).toMatchObject([{ url: `/v1/charges/${encodeURIComponent(context.key)}/refund`, body: {} }])
    expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': `${context.key}:undo`, 'x-fence': '3' })
  })

  it('writes a line into the operation’s log, without the request body', async () => {
    respondWith(422, { reason: 'DECLINED', message: 'no' })
    await failure(request(context, charge, { paymentMethod: 'canary' }))
    expect(lines).toEqual([
      {
        message: 'payment vendor responded 422 to charges',
        data: { vendor: 'payment', status: 422, durationMs: expect.any(Number) },
      },
    ])
  })

  it.each([400, 402, 404, 422])('fails the operation when it is declined with a reason: %s', async (status) => {
    respondWith(status, { reason: 'DECLINED', message: 'not\u0000enough \ud800money' })
    const error = await failure()
    expect(error).toBeInstanceOf(OperationError)
    expect(error).toMatchObject({
      code: 'PAYMENT_DECLINED',
      message: 'The payment vendor declined: not enough \ufffdmoney.',
    })
  })

  it.each([
    ['NOT_COVERED', 'The payment vendor declined: NOT_COVERED.'],
    ['canary is unknown', 'The payment vendor declined.'],
    ['CANARY IS UNKNOWN', 'The payment vendor declined.'],
    [`A${'B'.repeat(64)}`, 'The payment vendor declined.'],
  ])('of personal data shows a reason only if it is a code: %s', async (reason, message) => {
    respondWith(422, { reason, message: 'canary is unknown' })
    expect(await failure(request(context, { ...charge, confidential: true }, {}))).toMatchObject({ message })
  })

  it.each([
    301, 400, 401, 404, 410, 412, 422,
  ])('fails the operation when it is refused without a reason: %s', async (status) => {
    respondWith(status, { error: 'X' }, { location: 'http://127.0.0.1:1/' })
    const error = await failure()
    expect(error).toBeInstanceOf(OperationError)
    expect(error).toMatchObject({
      code: 'VENDOR_REFUSED',
      message: expect.stringContaining(`payment vendor responded ${status}`),
    })
    expect(seen).toHaveLength(1)
  })

  it.each([408, 409, 425, 429, 500, 502, 503])('is retried after %s', async (status) => {
    respondWith(status, { reason: 'X' })
    const error = await failure()
    expect(error).toBeInstanceOf(RetryableError)
    expect((error as RetryableError).retryAfter).toBeUndefined()
  })

  it.each([
    ['7', 7],
    ['0', 0],
    ['86400', 60],
    ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
  ])('honours Retry-After up to one minute: %s', async (header, seconds) => {
    respondWith(503, {}, { 'retry-after': header })
    expect(await failure()).toHaveProperty('retryAfter', seconds)
  })

  it('honours Retry-After as a date', async () => {
    const atMs = Math.ceil(Date.now() / 1000) * 1000 + 40_000
    respondWith(503, {}, { 'retry-after': new Date(atMs).toUTCString() })
    const { retryAfter } = (await failure()) as RetryableError
    const secondsLeft = (atMs - Date.now()) / 1000
    // Computed from a slightly earlier clock.
    expect(retryAfter).toBeGreaterThanOrEqual(Math.floor(secondsLeft))
    expect(retryAfter).toBeLessThanOrEqual(41)
  })

  it('is retried when the connection breaks, before or during the response', async () => {
    answer = (request) => request.socket.destroy()
    expect(await failure()).toBeInstanceOf(RetryableError)
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setImmediate(() => request.socket.destroy())
    }
    expect(await failure()).toMatchObject({
      name: 'RetryableError',
      message: 'the payment vendor could not be reached',
    })
  })

  it('treats a response that is not a JSON object as empty', async () => {
    for (const body of ['"text"', 'null', '<html>', '']) {
      answer = (_, response) => response.end(body)
      expect((await request(context, charge, {})).body).toEqual(expect.not.objectContaining({ id: expect.anything() }))
    }
  })

  it('times out after five seconds without a response or with half of one', async () => {
    answer = ({ url }, response) => {
      if (url?.endsWith('broken-off')) response.writeHead(200).write('{')
    }
    const started = performance.now()
    const errors = await Promise.all([
      failure(request(context, { ...charge, resource: 'silent' }, {})),
      failure(request(context, { ...charge, resource: 'broken-off' }, {})),
    ])
    const timedOut = { name: 'RetryableError', message: 'the payment vendor did not respond within 5 s' }
    expect(errors).toMatchObject([timedOut, timedOut])
    expect(performance.now() - started).toBeGreaterThan(4900)
  })

  it('rejects at once with the reason of the signal when the handler must stop', async () => {
    const stop = new AbortController()
    answer = () => stop.abort(new Interruption('cancel'))
    const error = await failure(request(contextWith(stop.signal), charge, {}))
    expect(error).toBe(stop.signal.reason)
    seen.length = 0
    expect(await failure(request(contextWith(stop.signal), charge, {}))).toBe(stop.signal.reason)
    expect(seen).toEqual([])
  })
})
