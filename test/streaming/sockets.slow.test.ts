import { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { type OpenSocket, refused } from '../support/socket.ts'
import { upTo } from './rig.ts'
import { openStreamRig, type StreamRig } from './stream-rig.ts'

let rig: StreamRig
afterEach(() => rig.close())

const sequences = ({ messages }: OpenSocket) => messages.map(({ sequence }) => sequence)

/** Resolves when there are no subscribers. */
async function untilReleased() {
  await expect.poll(() => [rig.live.subscribers(), rig.connections.count()]).toEqual([0, 0])
}

it('clients that are cut at random and reconnect receive every event once, in order', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  const last = 3000
  const readers = Array.from({ length: 10 }, async () => {
    const seen: number[] = []
    while (seen.at(-1) !== last + 1) {
      const reader = await rig.socket(operationId, seen.at(-1))
      const goal = Math.min((seen.at(-1) ?? -1) + 1 + Math.floor(Math.random() * 400), last + 1)
      await Promise.race([reader.has(goal), reader.closed])
      reader.socket.terminate()
      await reader.closed
      seen.push(...sequences(reader))
    }
    return seen
  })
  for (let written = 0; written < last; written += 100) await rig.append(operationId, 100)
  await rig.complete(operationId)
  for (const seen of await Promise.all(readers)) expect(seen).toEqual([0, ...upTo(last + 1)])
  await untilReleased()
})

it('the end of the operation closes all sockets and releases everything', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  const open = await Promise.all(Array.from({ length: 20 }, () => rig.socket(operationId)))
  await rig.append(operationId, 3)
  await rig.complete(operationId)
  for (const socket of open) {
    expect(await socket.closed).toEqual({ code: 1000, reason: 'the operation has ended' })
    expect(sequences(socket)).toEqual([0, ...upTo(4)])
  }
  await untilReleased()
})

describe('heartbeats', () => {
  it('a client that answers pings stays connected, one that does not is disconnected', async () => {
    rig = await openStreamRig({ heartbeatMs: 60 })
    const operationId = await rig.operation()
    const responsive = await rig.socket(operationId)
    let pings = 0
    const three = new Promise<void>((resolve) => responsive.socket.on('ping', () => ++pings === 3 && resolve()))
    const silent = await rig.socket(operationId, undefined, { key: rig.key, silent: true })
    expect((await silent.closed).code).toBe(1006)
    await three
    await rig.append(operationId)
    expect((await responsive.has(1)).length).toBe(2)
    responsive.socket.close()
    await untilReleased()
  })

  it('a ping of the client is answered', async () => {
    rig = await openStreamRig()
    const { socket } = await rig.socket(await rig.operation())
    const ponged = new Promise((resolve) => socket.on('pong', (data) => resolve(String(data))))
    socket.ping('still there?')
    expect(await ponged).toBe('still there?')
    socket.terminate()
  })
})

describe('a socket closes before its operation has ended with', () => {
  it('1003 and 1009 for a message of any size', async () => {
    rig = await openStreamRig()
    const operationId = await rig.operation()
    for (const [message, code] of [
      ['hello', 1003],
      [Buffer.alloc(4096), 1003],
      ['x'.repeat(4097), 1009],
    ] as const) {
      const { socket, has, closed } = await rig.socket(operationId)
      await has(0)
      socket.send(message)
      expect((await closed).code).toBe(code)
    }
    await untilReleased()
  })

  it.each([
    ['pings', (socket: WebSocket) => socket.ping()],
    ['pongs', (socket: WebSocket) => socket.pong()],
    ['empty fragments', (socket: WebSocket) => socket.send('', { fin: false })],
    ['fragments of one byte', (socket: WebSocket) => socket.send('x', { fin: false })],
  ])('1008 for a flood of %s, and nothing more is read', async (_, frame) => {
    rig = await openStreamRig()
    const { socket, has, closed } = await rig.socket(await rig.operation())
    await has(0)
    const sending = setInterval(() => {
      for (let frames = 0; frames < 500; frames++) frame(socket)
    }, 1)
    const { code } = await closed
    clearInterval(sending)
    expect(code).toBe(1008)
    await untilReleased()
  })

  it('1008 and is disconnected when the client sends on after the close, without delaying others', async () => {
    rig = await openStreamRig()
    const operationId = await rig.operation()
    const { socket, has, closed } = await rig.socket(operationId)
    await has(0)
    // Masked pings without content: 100,000 frames, which fit into one write of a client.
    const { _socket: connection } = socket as unknown as { _socket: Socket }
    connection.write(Buffer.from('898000000000', 'hex').toString('latin1').repeat(100_000), 'latin1')
    const startMs = process.threadCpuUsage().user
    await closed
    // Reading all frames would take ten times as long.
    expect((process.threadCpuUsage().user - startMs) / 1000).toBeLessThan(100)
    await untilReleased()
  })

  it('1008 when the key is revoked', async () => {
    rig = await openStreamRig({ recheckMs: 30 })
    const operationId = await rig.operation()
    const open = await Promise.all([rig.socket(operationId), rig.socket(operationId, 0)])
    await rig.revoke()
    for (const { closed } of open) expect((await closed).code).toBe(1008)
    await untilReleased()
  })

  it('1012 when the process stops, which does not wait for clients', async () => {
    rig = await openStreamRig()
    const operationId = await rig.operation()
    const open = await Promise.all(Array.from({ length: 20 }, () => rig.socket(operationId)))
    const beganMs = performance.now()
    await rig.stop()
    expect(performance.now() - beganMs).toBeLessThan(7500)
    for (const { closed } of open) expect((await closed).code).toBe(1012)
  })

  it('1001 when the operation is removed', async () => {
    rig = await openStreamRig({ compareMs: 30 })
    const operationId = await rig.operation()
    const { closed } = await rig.socket(operationId)
    await rig.remove(operationId)
    expect((await closed).code).toBe(1001)
  })
})

describe('a slow consumer', () => {
  it('fetches little more than it can take while 10,000 events are written, and delays no other consumer', async () => {
    rig = await openStreamRig()
    const operationId = await rig.operation()
    const slow = await Promise.all([rig.socket(operationId), rig.socket(operationId)])
    for (const { socket } of slow) socket.pause()
    const quick = await rig.socket(operationId, 0)
    for (let round = 0; round < 10; round++) await rig.append(operationId, 1000, { bytes: 500 })
    await quick.has(10_000)
    expect(sequences(quick)).toEqual(upTo(10_000))
    const kept = sockets().map((socket) => socket.writableLength)
    expect(Math.max(...kept)).toBeGreaterThan(0)
    expect(Math.max(...kept)).toBeLessThan(2 * 65_536)
    for (const reader of slow) {
      reader.socket.resume()
      await reader.has(10_000)
      expect(sequences(reader)).toEqual([0, ...upTo(10_000)])
    }
    for (const { socket } of [quick, ...slow]) socket.terminate()
    await untilReleased()
  })

  it('is closed with 1013 after four heartbeats, after the events that it still has to read', async () => {
    // The consumer must be behind before two heartbeats; before that it counts as not answering pings.
    rig = await openStreamRig({ heartbeatMs: 2500 })
    const operationId = await rig.operation()
    // More than the buffers of both sides of the connection hold.
    for (let round = 0; round < 20; round++) await rig.append(operationId, 500, { bytes: 1000 })
    const { socket, messages, closed } = await rig.socket(operationId)
    socket.pause()
    await expect.poll(() => rig.live.subscribers()).toBe(0)
    socket.resume()
    expect((await closed).code).toBe(1013)
    expect(messages.map(({ sequence }) => sequence)).toEqual([0, ...upTo(messages.length - 1)])
    await untilReleased()
  })
})

it('no key is logged, however it was sent', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  const byProtocol = { protocols: ['longrun.v1', `bearer.${rig.key}`] }
  const open = [await rig.socket(operationId), await rig.socket(operationId, 0, byProtocol)]
  await refused(rig.socketUrl(operationId), { protocols: ['longrun.v1', 'bearer.wrong-0123456789'] })
  await rig.remove(operationId)
  await rig.db.execute('alter schema public rename to gone')
  await refused(rig.socketUrl(operationId), byProtocol)
  await rig.db.execute('alter schema gone rename to public')
  for (const { socket } of open) socket.terminate()
  await untilReleased()
  const answered = rig.logged.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request.answered')
  const statuses = answered.map(({ status }) => status)
  expect(statuses).toEqual([101, 101, 401, 500])
  expect(rig.logged.join('')).not.toMatch(new RegExp(`${rig.key}|wrong-0123456789`))
})

/** All open sockets of this process: both sides of every connection. */
function sockets(): Socket[] {
  const handles: unknown[] = Reflect.get(process, '_getActiveHandles').call(process)
  return handles.filter((handle) => handle instanceof Socket)
}
