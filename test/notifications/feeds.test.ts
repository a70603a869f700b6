import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OwnedEvent, ownedAfter } from '../../server/database/operations/owner-events.ts'
import type { NatsNotifier } from '../../server/notifications/nats.ts'
import { collector, type LiveRig, openRig, upTo } from '../streaming/rig.ts'
import { hasNats, type NatsServer, startNats } from '../support/nats.ts'
import { openNats, openStranger, untilReceived } from './rig.ts'

const ownerId = 'alice'
const secret = randomBytes(32)

/** Streams of a process with NATS, which nobody compares with the rows for a minute, so that each event comes by a message or not at all. */
describe.runIf(hasNats)('event streams with NATS', () => {
  let server: NatsServer
  let rig: LiveRig
  let worker: NatsNotifier
  beforeEach(async () => {
    server = await startNats()
    rig = await openRig({ compareMs: 60_000 }, () => openNats(server.url, { secret }))
    worker = openNats(server.url, { secret })
    await untilReceived(worker, rig.notifications)
  })
  afterEach(async () => {
    await rig.close()
    await worker.close()
    await server.stop()
  })

  /** Commits events without a notification; returns them as a worker would send them. */
  async function committed(operationId: string, count = 1): Promise<OwnedEvent[]> {
    await rig.append(operationId, count, { quietly: true })
    const from = new Date(0)
    const all = await ownedAfter(rig.db, {
      ownerIds: [ownerId],
      positions: [{ operationId, from, after: 0 }],
      each: 1000,
    })
    return all.slice(-count)
  }

  const send = (operationId: string, events: readonly OwnedEvent[]) =>
    worker.publish([{ operationId, ownerId, bodies: JSON.stringify(events) }])

  /** A subscriber that has received the first event, after which `rig.queries` counts what the streams read. */
  async function subscribed() {
    const operationId = await rig.operation()
    const subscriber = collector(rig.live, operationId)
    send(operationId, await committed(operationId))
    await subscriber.has(1)
    await settled()
    rig.queries()
    return { operationId, subscriber }
  }

  /** Notifications that are under way have arrived: those of the worker, and those of the process itself. */
  async function settled() {
    for (const from of [worker, rig.notifications]) {
      await untilReceived(from, rig.notifications)
      await untilReceived(from, rig.notifications, 'moved')
    }
  }

  const reads = () => rig.queries().filter(({ text }) => text.includes('events') && !text.includes('each')).length

  test('an event that comes with its body is not read', async () => {
    const { operationId, subscriber } = await subscribed()
    const events = await committed(operationId, 20)
    rig.queries()
    for (const event of events) send(operationId, [event])
    await subscriber.has(21)
    expect(subscriber.sequences).toEqual(upTo(21))
    expect(reads()).toBe(0)
  })

  test('repeated, reordered and old messages deliver each event once, in order', async () => {
    const { operationId, subscriber } = await subscribed()
    const events = await committed(operationId, 50)
    const shuffled = [...events, ...events, ...events].sort(() => Math.random() - 0.5)
    for (const event of shuffled) send(operationId, [event])
    send(operationId, events)
    await subscriber.has(51)
    send(operationId, events)
    send(operationId, await committed(operationId))
    await subscriber.has(52)
    expect(subscriber.sequences).toEqual(upTo(52))
  })

  test('after a lost message the next one delivers both, from the rows', async () => {
    const { operationId, subscriber } = await subscribed()
    await committed(operationId, 3)
    send(operationId, await committed(operationId))
    await subscriber.has(5)
    expect(subscriber.sequences).toEqual(upTo(5))
  })

  test('a forged event is not delivered, and does not hide the true one', async () => {
    const { operationId, subscriber } = await subscribed()
    const [event] = await committed(operationId)
    const forged = JSON.stringify([{ ...event, data: { message: 'forged' } }])
    const stranger = await openStranger(server.url)
    const { prefix, tokenOf } = await openStranger(server.url, secret).then(async (own) => {
      await own.close()
      return own.envelope
    })
    const subject = `${prefix}.events.${tokenOf(ownerId)}.${operationId}`
    stranger.connection.publish(subject, stranger.envelope.seal(subject, forged))
    await stranger.connection.flush()
    send(operationId, event ? [event] : [])
    await subscriber.has(2)
    expect(subscriber.events.at(-1)?.data).toEqual(event?.data)
    await stranger.close()
  })

  test('twenty subscribers share a subscription, which ends with the last of them', async () => {
    const operationId = await rig.operation()
    const subscribers = Array.from({ length: 20 }, () => collector(rig.live, operationId))
    send(operationId, await committed(operationId))
    await Promise.all(subscribers.map((subscriber) => subscriber.has(1)))
    for (const { subscription } of subscribers.slice(1)) subscription.stop()
    await settled()
    const events = await committed(operationId, 5)
    rig.queries()
    for (const event of events) send(operationId, [event])
    await subscribers[0]?.has(6)
    expect(reads()).toBe(0)
    expect(subscribers.map(({ sequences }) => sequences.length)).toEqual([6, ...Array(19).fill(1)])
  })

  test('the server is wiped: events go on', { timeout: 30_000 }, async () => {
    const { operationId, subscriber } = await subscribed()
    const { port } = server
    await server.stop()
    await committed(operationId, 3)
    server = await startNats({ port })
    // `resumed` reads what was missed.
    await subscriber.has(4)
    await untilReceived(worker, rig.notifications)
    send(operationId, await committed(operationId))
    await subscriber.has(5)
    expect(subscriber.sequences).toEqual(upTo(5))
  })

  test('a stream of all operations of an owner takes bodies once it knows the operation, and reads the rows after a gap', async () => {
    const sequences: number[] = []
    const count = (events: readonly OwnedEvent[]) => {
      sequences.push(...events.map(({ sequence }) => sequence))
      return events.length
    }
    rig.owners.subscribe({ ownerId, from: new Date() }, { take: count, end() {} })
    const operationId = await rig.operation()
    await expect.poll(() => sequences).toEqual([0])
    const [event] = await committed(operationId)
    if (!event) throw new Error('the event was not committed')
    const events = upTo(5).map((sequence) => ({ ...event, sequence }))
    // The others have no rows yet, so that no read can deliver them.
    for (const one of events) send(operationId, [one])
    await expect.poll(() => sequences).toEqual([0, ...upTo(5)])
    await committed(operationId, 4)
    await committed(operationId, 2)
    send(operationId, await committed(operationId))
    await expect.poll(() => sequences).toEqual([0, ...upTo(8)])
    for (const event of events) send(operationId, [event])
    send(operationId, await committed(operationId))
    await expect.poll(() => sequences).toEqual([0, ...upTo(9)])
  })
})
