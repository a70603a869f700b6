import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { type Message, type Opening, opened, refused } from '../support/socket.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, inAnHour, submitted } from './requests.ts'

let service: TestService
let waiting: string
let completed: string
beforeAll(async () => {
  service = await startTestService({ CORS_ORIGINS: 'https://app.example' })
  waiting = await submitted(service, { startAfter: inAnHour() })
  completed = await submitted(service)
  await ended(service, completed)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const examples: Example[] = [{ operationId: 'openOperationSocket', path: () => `${completed}/status` }]
describeRefusals(() => service, examples)

const own = (): Opening => ({ key: service.apiKey })
const open = (path: string, opening = own()) => opened(service.url + path, opening)
const refuse = (path: string, opening = own()) => refused(service.url + path, opening)

/** Sends a handshake with the given headers replaced, and returns the refusal. */
async function shaken(path: string, headers: Record<string, string>) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const right = {
    authorization: `Bearer ${service.apiKey}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const asking = request(service.url + path, { headers: { ...right, ...headers }, agent: false }, resolve)
  asking.on('error', reject)
  asking.on('upgrade', () => reject(new Error('it was opened')))
  asking.end()
  const response = await promise
  return { status: response.statusCode, body: JSON.parse(await text(response)) }
}

/** The history of the operation as its messages. */
async function history(path: string): Promise<Message[]> {
  const { events } = (await ask(service, `${path}/events?pageSize=1000`)).body as { events: Message[] }
  return events.map(({ event, ...rest }) => ({
    ...rest,
    event: event.toUpperCase().replace('-', '_'),
    operationId: path.split('/').at(-1) ?? '',
  })) as Message[]
}

describe('openOperationSocket', () => {
  it('101 sends all events, exactly as the history, and closes', async () => {
    const { headers, messages, closed } = await open(`${completed}/status`)
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['sec-websocket-extensions']).toBeUndefined()
    expect(await closed).toEqual({ code: 1000, reason: 'the operation has ended' })
    expect(messages).toEqual(await history(completed))
    expect(messages.at(-1)).toMatchObject({ event: 'COMPLETED', status: 'COMPLETED', data: { result: {} } })
  })

  it('101 at the operation’s link', async () => {
    const { socket } = (await ask(service, waiting)).body.links as { socket: string }
    const opening = await open(socket)
    await opening.has(0)
    opening.socket.close()
    expect((await opening.closed).code).toBe(1005)
  })

  it('101 sends events as they happen, up to the end', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const all = await open(`${path}/status`)
    const rest = await open(`${path}/status?after=0`)
    expect(await all.has(0)).toMatchObject([{ sequence: 0, event: 'STATUS_UPDATE', status: 'PENDING' }])
    await ask(service, `${path}:cancel`, { json: { reason: 'superseded' } })
    expect((await all.closed).code).toBe(1000)
    expect((await rest.closed).code).toBe(1000)
    expect(rest.messages).toMatchObject([
      { sequence: 1, event: 'CANCELLED', status: 'CANCELLED', reason: 'superseded' },
    ])
    expect(all.messages.slice(1)).toEqual(rest.messages)
  })

  it('101 resumes after the given sequence, without gaps or duplicates, for any number of cuts', async () => {
    const all = await history(completed)
    const seen: Message[] = []
    while (seen.length < all.length) {
      const last = seen.at(-1)?.sequence
      const { socket, has, closed } = await open(`${completed}/status${last === undefined ? '' : `?after=${last}`}`)
      seen.push(...(await has((last ?? -1) + 1)).slice(0, 1))
      socket.terminate()
      await closed
    }
    expect(seen).toEqual(all)
  })

  it('101 and closes at once for a client that has the last event', async () => {
    const last = (await history(completed)).length - 1
    for (const after of [last, last + 5]) {
      const { messages, closed } = await open(`${completed}/status?after=${after}`)
      expect(await closed).toEqual({ code: 1000, reason: 'the operation has ended' })
      expect(messages).toEqual([])
    }
  })

  it('400 an invalid sequence, an invalid key, and subprotocols without longrun.v1', async () => {
    for (const after of ['x', '-1', '1.5']) {
      const { status, body } = await refuse(`${completed}/status?after=${after}`)
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' })
      expect(body.errors).toMatchObject([{ parameter: 'after' }])
    }
    const key = await shaken(`${completed}/status`, { 'sec-websocket-key': 'short' })
    expect(key).toMatchObject({ status: 400, body: { errors: [{ parameter: 'Sec-WebSocket-Key' }] } })
    const twice = await shaken(`${completed}/status`, { 'sec-websocket-protocol': 'longrun.v1, longrun.v1' })
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ parameter: 'Sec-WebSocket-Protocol' }] } })
    const protocols = await refuse(`${completed}/status`, { ...own(), protocols: ['mqtt'] })
    expect(protocols).toMatchObject({ status: 400, body: { errors: [{ parameter: 'Sec-WebSocket-Protocol' }] } })
  })

  it('401 and 403 before the switch, as ordinary responses', async () => {
    const none = await refuse(`${completed}/status`, {})
    expect(none).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(none.headers['www-authenticate']).toMatch(/^Bearer realm="longrun"/)
    expect(none.headers).toMatchObject({ 'content-type': 'application/problem+json', connection: 'close' })
    const powerless = await refuse(`${completed}/status`, { key: service.powerlessKey })
    expect(powerless).toMatchObject({ status: 403, body: { code: 'INSUFFICIENT_SCOPE' } })
  })

  it('404 for an unknown operation and another owner’s, with the same response', async () => {
    const unknown = await refuse('/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/status')
    expect(unknown).toMatchObject({ status: 404, body: { code: 'OPERATION_NOT_FOUND' } })
    const foreign = await refuse(`${completed}/status`, { key: service.otherKey })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'OPERATION_NOT_FOUND', detail: unknown.body.detail } })
  })

  it('410 for a sequence beyond the history of an active operation, and once it was deleted', async () => {
    const beyond = await refuse(`${waiting}/status?after=7`)
    expect(beyond).toMatchObject({ status: 410, body: { code: 'CURSOR_GONE' } })
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    await ask(service, `${path}:purge`, { method: 'POST' })
    expect(await refuse(`${path}/status`)).toMatchObject({ status: 410, body: { code: 'OPERATION_EXPIRED' } })
  })

  it('426 for a plain GET, a HEAD, and another version', async () => {
    const plain = await ask(service, `${waiting}/status`)
    expectProblem(plain, 426, 'UPGRADE_REQUIRED')
    // RFC 9110 §15.5.22 and §7.8.
    const upgrade = ['connection', 'upgrade', 'sec-websocket-version'].map((name) => plain.headers.get(name))
    expect(upgrade).toEqual(['Upgrade', 'websocket', '13'])
    expect((await ask(service, `${waiting}/status`, { method: 'HEAD' })).status).toBe(426)
    expect(await shaken(`${waiting}/status`, { 'sec-websocket-version': '8' })).toMatchObject({ status: 426 })
    expect(await shaken(`${waiting}/status`, { connection: 'keep-alive' })).toMatchObject({ status: 426 })
  })
})

describe('a page in a browser', () => {
  const page = (origin: string): Opening => ({
    protocols: ['longrun.v1', `bearer.${service.apiKey}`],
    headers: { origin },
  })

  it('sends its key as a subprotocol, and gets longrun.v1 only', async () => {
    const socket = new WebSocket(`${service.url}${completed}/status`, ['longrun.v1', `bearer.${service.apiKey}`])
    const messages: Message[] = []
    socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(data)))
    const { code } = await new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    expect(code).toBe(1000)
    expect(socket.protocol).toBe('longrun.v1')
    expect(messages).toEqual(await history(completed))
  })

  it('is refused without a key, with an unknown key, and with two keys', async () => {
    const other = `bearer.${service.otherKey}`
    for (const names of [[], ['bearer.not-a-key-of-anybody'], [`bearer.${service.apiKey}`, other]]) {
      const answer = await refuse(`${completed}/status`, { protocols: ['longrun.v1', ...names] })
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    }
    expect(await refuse(`${completed}/status`, { protocols: ['longrun.v1', other] })).toMatchObject({ status: 404 })
  })

  it('cannot send its key as a subprotocol to any other endpoint', async () => {
    const headers = { 'sec-websocket-protocol': `longrun.v1, bearer.${service.apiKey}` }
    expectProblem(await ask(service, completed, { key: null, headers }), 401, 'UNAUTHENTICATED')
  })

  it('403 unless its origin is the service’s own or configured', async () => {
    for (const origin of [service.url, 'https://app.example']) {
      const { closed } = await open(`${completed}/status`, page(origin))
      expect((await closed).code).toBe(1000)
    }
    const foreign = ['https://elsewhere.example', 'http://app.example', 'https://app.example:444', 'null', 'no origin']
    for (const origin of foreign) {
      const answer = await refuse(`${completed}/status`, page(origin))
      expect(answer, origin).toMatchObject({ status: 403, body: { code: 'ORIGIN_NOT_ALLOWED' } })
    }
  })

  it('gets links to the public address, and 403 from any other origin, regardless of Host', async () => {
    const other = await startTestService({ PUBLIC_URL: 'https://longrun.example/below' })
    const path = new URL(await submitted(other, { startAfter: inAnHour() })).pathname.replace('/below', '')
    const { socket } = (await ask(other, path)).body.links as { socket: string }
    expect(socket).toBe(`wss://longrun.example/below${path}/status`)
    const url = `${other.url}/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/status`
    const opening = { key: other.apiKey }
    const status = async (origin: string) => (await refused(url, { ...opening, headers: { origin } })).status
    expect([await status(other.url), await status('https://longrun.example')]).toEqual([403, 404])
    await other.close()
  })
})

describe('a request for a protocol switch', () => {
  it('gets a normal response at an endpoint without a switch', async () => {
    const read = await refuse(completed)
    expect(read).toMatchObject({ status: 200, body: { status: 'COMPLETED' }, headers: { connection: 'close' } })
    expect(await refuse('/nowhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  it('gets a normal response when it requests another protocol', async () => {
    const { status, body } = await shaken(completed, { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings' })
    expect({ status, ended: body.status }).toEqual({ status: 200, ended: 'COMPLETED' })
  })
})

describeFaults(() => service, examples)
