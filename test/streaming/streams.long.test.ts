import { Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { OpenStream } from '../support/sse.ts'
import { upTo } from './rig.ts'
import { openStreamRig, type StreamRig } from './stream-rig.ts'

let rig: StreamRig
afterEach(() => rig.close())

/** The sequences that arrive, up to `last` or the end. */
async function sequences({ blocks }: OpenStream, last = Infinity): Promise<number[]> {
  const seen: number[] = []
  for await (const { id } of blocks) {
    if (id !== undefined) seen.push(Number(id))
    if (seen.at(-1) === last) break
  }
  return seen
}

/** Resolves when there are no subscribers. */
async function untilReleased() {
  await expect.poll(() => [rig.live.subscribers(), rig.connections.count()]).toEqual([0, 0])
}

it('a closed connection releases everything', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  const streams = await Promise.all(Array.from({ length: 50 }, () => rig.open(operationId)))
  for (const { blocks } of streams) await blocks.next()
  expect([rig.live.subscribers(), rig.connections.count()]).toEqual([50, 50])
  for (const { cut } of streams) cut()
  await untilReleased()
})

it('the end of the operation releases everything', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  const streams = await Promise.all(Array.from({ length: 10 }, () => rig.open(operationId)))
  await rig.append(operationId, 3)
  await rig.complete(operationId)
  for (const stream of streams) expect(await sequences(stream)).toEqual([0, ...upTo(4)])
  await untilReleased()
})

it('an idle stream has heartbeats', async () => {
  rig = await openStreamRig({ heartbeatMs: 60 })
  const stream = await rig.open(await rig.operation(), '0')
  let comments = 0
  for await (const { comment } of stream.blocks) {
    if (comment !== undefined) comments += 1
    if (comments === 3) break
  }
  stream.cut()
})

it('a stream whose key is revoked ends', async () => {
  rig = await openStreamRig({ recheckMs: 30 })
  const operationId = await rig.operation()
  const streams = await Promise.all([rig.open(operationId), rig.open(operationId)])
  await rig.append(operationId)
  for (const { blocks } of streams) for await (const { id } of blocks) if (id === '1') break
  await rig.revoke()
  await untilReleased()
})

it('a history of 20,000 events arrives completely, also after a reconnect', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  await rig.append(operationId, 20_000)
  const stream = await rig.open(operationId)
  expect(await sequences(stream, 20_000)).toEqual([0, ...upTo(20_000)])
  stream.cut()
  const resumed = await rig.open(operationId, '19990')
  expect(await sequences(resumed, 20_000)).toEqual(upTo(20_000).slice(19_990))
  resumed.cut()
})

it('slow consumers delay no other consumer, and little is buffered for them', async () => {
  rig = await openStreamRig()
  const operationId = await rig.operation()
  const slow = await Promise.all(Array.from({ length: 5 }, () => rig.open(operationId)))
  for (const { response } of slow) response.pause()
  const quick = await rig.open(operationId, '0')
  const reading = sequences(quick, 2500)
  for (let round = 0; round < 5; round++) await rig.append(operationId, 500, { bytes: 4000 })
  expect(await reading).toEqual(upTo(2500))
  const kept = sockets().map((socket) => socket.writableLength)
  expect(Math.max(...kept)).toBeGreaterThan(0)
  expect(Math.max(...kept)).toBeLessThan(2 * 64 * 1024)
  for (const stream of slow) expect(await sequences(stream, 2500)).toEqual([0, ...upTo(2500)])
  for (const { cut } of [quick, ...slow]) cut()
  await untilReleased()
})

it('a consumer that stops reading is disconnected after four heartbeats', async () => {
  rig = await openStreamRig({ heartbeatMs: 60 })
  const operationId = await rig.operation()
  const { response } = await rig.open(operationId)
  response.pause()
  // More than the buffers of both sides of the connection hold.
  for (let round = 0; round < 20; round++) await rig.append(operationId, 500, { bytes: 1000 })
  await untilReleased()
})

/** All open sockets of this process: both sides of every stream. */
function sockets(): Socket[] {
  const handles: unknown[] = Reflect.get(process, '_getActiveHandles').call(process)
  return handles.filter((handle) => handle instanceof Socket)
}
