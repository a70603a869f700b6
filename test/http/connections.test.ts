import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { answerOf, rawSocket, untilClosed } from './raw.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
})
afterAll(() => database.drop())

const probe = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'

/** The status of the response to a probe on this connection; undefined when the service closes it without a response. */
async function probed(socket: Socket, request = probe): Promise<number | undefined> {
  const received = new Promise<string>((resolve) => {
    socket.once('data', (bytes) => resolve(bytes.toString()))
    socket.once('close', () => resolve(''))
  })
  if (!socket.destroyed) socket.write(request)
  const text = await received
  return text === '' ? undefined : answerOf(text).status
}

const probedAll = (sockets: readonly Socket[]) => Promise.all(sockets.map((socket) => probed(socket)))
const opened = (service: TestService, count: number) =>
  Promise.all(Array.from({ length: count }, () => rawSocket(service.url)))

describe('connections', () => {
  let service: TestService
  const sockets: Socket[] = []
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await service.close()
  })

  it('of one address are limited; the next one is closed, and accepted after another has closed', async () => {
    service = await startTestService({ ROLES: 'api', LIMIT_ADDRESS_CONNECTIONS: '200' }, database)
    sockets.push(...(await opened(service, 200)))
    expect(new Set(await probedAll(sockets))).toEqual(new Set([200]))
    const beyond = await opened(service, 100)
    sockets.push(...beyond)
    expect(new Set(await probedAll(beyond))).toEqual(new Set([undefined]))

    const [first] = sockets
    first?.destroy()
    await expect
      .poll(async () => {
        const next = await rawSocket(service.url)
        sockets.push(next)
        return probed(next)
      })
      .toBe(200)
    // Open connections are served throughout.
    expect(new Set(await probedAll(sockets.slice(1, 200)))).toEqual(new Set([200]))
  })

  it('of one address do not count for another', async () => {
    service = await startTestService({ ROLES: 'api', HOST: '0.0.0.0', LIMIT_ADDRESS_CONNECTIONS: '5' }, database)
    const port = Number(new URL(service.url).port)
    const from = async (localAddress: string) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress })
      socket.on('error', () => {})
      await once(socket, 'connect')
      sockets.push(socket)
      return probed(socket)
    }
    for (let count = 0; count < 5; count += 1) expect(await from('127.0.0.2')).toBe(200)
    expect(await from('127.0.0.2')).toBeUndefined()
    expect(await from('127.0.0.3')).toBe(200)
  })

  it('of a trusted proxy have only the total limit', async () => {
    const limits = { LIMIT_ADDRESS_CONNECTIONS: '5', LIMIT_CONNECTIONS: '50' }
    service = await startTestService({ ROLES: 'api', TRUSTED_PROXIES: 'loopback', ...limits }, database)
    sockets.push(...(await opened(service, 50)))
    expect(new Set(await probedAll(sockets))).toEqual(new Set([200]))
    const beyond = await opened(service, 20)
    sockets.push(...beyond)
    expect(new Set(await probedAll(beyond))).toEqual(new Set([undefined]))
  })
})

describe('requests pipelined on one connection', () => {
  let service: TestService
  let begun = 0
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api' }, database, undefined, {
      wrapFetch: (fetch) => (request, bindings) => {
        begun += 1
        return fetch(request, bindings)
      },
    })
  })
  afterAll(() => service.close())

  const request = `GET /api/v1/operations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice-0123456789abcdef\r\n\r\n`
  const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))

  it('get responses in order while they are few', async () => {
    const socket = await rawSocket(service.url)
    socket.write(`${request.repeat(20)}${probe.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`)
    expect(statuses((await untilClosed(socket)).text)).toEqual(Array(21).fill(200))
  })

  it('close the connection when there are many, before most of them start', async () => {
    begun = 0
    const socket = await rawSocket(service.url)
    socket.write(request.repeat(2000))
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
    })
    // A reset is reported as an error.
    await new Promise((resolve) => socket.once('close', resolve))
    expect(statuses(text).length).toBeLessThanOrEqual(33)
    expect(begun).toBeLessThanOrEqual(33)
  })

  it('on many idle connections at once do not delay a connection of another address', async () => {
    begun = 0
    const port = Number(new URL(service.url).port)
    const idle = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' })
        socket.on('error', () => {})
        await once(socket, 'connect')
        // Read once, so that the connection is not new.
        expect(await probed(socket)).toBe(200)
        return socket.resume()
      }),
    )
    const other = await rawSocket(service.url)
    expect(await probed(other)).toBe(200)
    for (const socket of idle) socket.write(request.repeat(1000))
    expect(await probed(other)).toBe(200)
    // Without the limit, 32 requests of each connection start first.
    expect(begun).toBeLessThan(1000)
    for (const socket of [...idle, other]) socket.destroy()
  })
})
