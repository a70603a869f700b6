import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NatsNotifier } from '../../server/notifications/nats.ts'
import { recordedMetrics } from '../../server/telemetry/counts.ts'
import { hasNats, type NatsServer, startNats } from '../support/nats.ts'
import { newId, openNats, openStranger, ownedEvent, untilReceived } from './rig.ts'

const ownerId = 'alice'
const secret = randomBytes(32)

const counted = (metric: string, value: string) =>
  recordedMetrics
    .get(`longrun_notifier_${metric}`)
    ?.samples()
    .find(({ labels }) => Object.values(labels).includes(value))?.value ?? 0

describe.runIf(hasNats)('NATS', () => {
  let server: NatsServer
  let sender: NatsNotifier
  let listener: NatsNotifier
  /** Resolves when both are counted as connected, which may be after their first message. */
  let connections: Promise<unknown>
  beforeEach(async () => {
    server = await startNats()
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
    sender = openNats(server.url, { secret, onConnected: first.resolve })
    listener = openNats(server.url, { secret, onConnected: second.resolve })
    connections = Promise.all([first.promise, second.promise])
  })
  afterEach(async () => {
    server.signal('SIGCONT')
    await Promise.all([sender.close(), listener.close()])
    await server.stop()
  })

  /** Everything that `listener` receives, by kind. */
  function collect() {
    const seen: unknown[] = []
    for (const kind of ['submitted', 'changed', 'due', 'moved', 'created', 'carried'] as const) {
      listener.listen(kind, (ids) => seen.push([kind, ids]))
    }
    listener.listenForWakes(['importOrders'], () => seen.push('wake'))
    listener.follow({ ownerId }, (id, events) => seen.push([id, events]))
    return seen
  }

  const event = ownedEvent({ ownerId })
  const { operationId } = event

  test.each<[string, 'forged' | 'malformed' | 'oversized', string, (string | Uint8Array)?, Uint8Array?]>([
    ['without a signature', 'forged', 'moved', Buffer.from(newId())],
    ['empty', 'forged', 'moved', new Uint8Array()],
    ['binary', 'forged', 'changed', Buffer.from([0, 255, 254, 13, 10, 0])],
    ['signed by another installation', 'forged', 'submitted', newId(), randomBytes(32)],
    ['an event signed by another installation', 'forged', 'event', JSON.stringify([event]), randomBytes(32)],
    ['signed for another subject', 'forged', 'replayed', newId()],
    ['oversized', 'oversized', 'moved', Buffer.alloc(500_000)],
    ['of ids that are not ids', 'malformed', 'moved', "x'; drop table operations"],
    ['of one wrong id', 'malformed', 'moved', `${newId()},${newId()}x`],
    ['without ids', 'malformed', 'wake', ''],
    ['an event that is not JSON', 'malformed', 'event', '[{'],
    ['no events', 'malformed', 'event', '[]'],
    ['an event that is null', 'malformed', 'event', '[null]'],
    ['an event that is an array', 'malformed', 'event', '[[]]'],
    ['an event of another operation', 'malformed', 'event', JSON.stringify([{ ...event, operationId: newId() }])],
    ['an event of another owner', 'malformed', 'event', JSON.stringify([{ ...event, ownerId: 'bob' }])],
    ['an event without a time', 'malformed', 'event', JSON.stringify([{ ...event, timestamp: 5 }])],
    ['an event with a sequence that is no number', 'malformed', 'event', JSON.stringify([{ ...event, sequence: '1' }])],
    ['events with a gap', 'malformed', 'event', JSON.stringify([event, { ...event, sequence: 3 }])],
    ['events in the wrong order', 'malformed', 'event', JSON.stringify([{ ...event, sequence: 2 }, event])],
  ])('a message %s is ignored and counted as %s', async (_, reason, target, message = '', key = secret) => {
    await untilReceived(sender, listener)
    const seen = collect()
    await untilReceived(sender, listener, 'due')
    seen.length = 0
    const stranger = await openStranger(server.url, key)
    const own = await openStranger(server.url, secret)
    const { prefix, tokenOf } = own.envelope
    const subjects: Record<string, string> = {
      wake: `${prefix}.wake.importOrders`,
      event: `${prefix}.events.${tokenOf(ownerId)}.${operationId}`,
      replayed: `${prefix}.moved`,
    }
    const subject = subjects[target] ?? `${prefix}.${target}`
    const before = counted('ignored_total', reason)
    const sealed: Uint8Array =
      typeof message === 'string'
        ? stranger.envelope.seal(target === 'replayed' ? `${prefix}.due` : subject, message)
        : message
    stranger.connection.publish(subject, sealed)
    await stranger.connection.flush()
    await expect.poll(() => counted('ignored_total', reason)).toBe(before + 1)
    expect(seen).toEqual([])
    await untilReceived(sender, listener)
    await Promise.all([stranger.close(), own.close()])
  })

  test('installations with different secrets share a server and do not see each other', async () => {
    const other = openNats(server.url, { secret: randomBytes(32) })
    await Promise.all([untilReceived(other, other), untilReceived(sender, listener)])
    const seen = collect()
    await untilReceived(sender, listener, 'due')
    seen.length = 0
    other.notify('moved', newId())
    other.wake('importOrders', newId())
    other.publish([{ operationId, ownerId, bodies: JSON.stringify([event]) }])
    await untilReceived(other, other)
    await untilReceived(sender, listener, 'carried')
    expect(seen.filter((one) => !JSON.stringify(one).includes('carried'))).toEqual([])
    await other.close()
  })

  test('events beyond the size, without a body or without their owner are sent as `moved`', async () => {
    await untilReceived(sender, listener, 'moved')
    const ids = [newId(), newId(), newId()]
    const missing = new Set(ids)
    const all = Promise.withResolvers<void>()
    listener.listen('moved', (some) => {
      for (const id of some) missing.delete(id)
      if (missing.size === 0) all.resolve()
    })
    const large = JSON.stringify([{ ...event, data: { message: 'x'.repeat(100_000) } }])
    sender.publish([
      { operationId: ids[0] as string, ownerId, bodies: large },
      { operationId: ids[1] as string, ownerId, bodies: null },
      { operationId: ids[2] as string, bodies: '[]' },
    ])
    await all.promise
  })

  test('what is followed beyond the most subscriptions is named by its id only', async () => {
    const small = openNats(server.url, { secret, most: 1 })
    await untilReceived(sender, small)
    const other = ownedEvent({ ownerId: 'bob' })
    const [first, second, everything] = [0, 1, 2].map(() => Promise.withResolvers<unknown>())
    const followed = [
      small.follow({ ownerId, operationId }, (_, events) => first?.resolve(events)),
      small.follow({ ownerId: 'bob', operationId: other.operationId }, (id, events) => second?.resolve([id, events])),
      small.follow({ ownerId: 'carol' }, (id, events) => id === other.operationId && everything?.resolve([id, events])),
    ]
    for (const { ready } of followed) await ready
    await untilReceived(sender, small, 'carried')
    for (const one of [event, other]) {
      sender.publish([{ operationId: one.operationId, ownerId: one.ownerId, bodies: JSON.stringify([one]) }])
    }
    expect(await first?.promise).toEqual([event])
    expect(await second?.promise).toEqual([other.operationId, []])
    expect(await everything?.promise).toEqual([other.operationId, []])
    for (const { stop } of followed) stop()
    await small.close()
  })

  test('the server’s credentials are needed: a wrong password is reported once, and a right one connects', async () => {
    const secured = await startNats({ args: ['--user', 'longrun', '--pass', 'p@ss:word/1'] })
    const host = new URL(secured.url).host
    const errors: Error[] = []
    const wrong = openNats(`nats://longrun:wrong@${host}`, { secret, onError: (error) => errors.push(error) })
    const right = openNats(`nats://longrun:${encodeURIComponent('p@ss:word/1')}@${host}`, { secret })
    await untilReceived(right, right)
    await expect.poll(() => errors.length).toBe(1)
    expect(String(errors[0]?.stack)).not.toContain('wrong')
    expect(wrong.isConnected()).toBe(false)
    await Promise.all([wrong.close(), right.close()])
    await secured.stop()
  })

  test('a frozen server delays neither senders nor the close, and memory stays bounded', {
    timeout: 30_000,
  }, async () => {
    await untilReceived(sender, listener)
    server.signal('SIGSTOP')
    const before = counted('dropped_total', 'unconfirmed')
    const bodies = JSON.stringify([{ ...event, data: { message: 'x'.repeat(10_000) } }])
    for (let time = 0; time < 2000; time++) sender.publish([{ operationId, ownerId, bodies }])
    const { ready, stop } = listener.follow({ ownerId, operationId }, () => {})
    await ready
    stop()
    // 20 MB, of which 8 MB are kept for the server.
    expect(counted('dropped_total', 'unconfirmed') - before).toBeGreaterThan(500)
    const startMs = performance.now()
    await Promise.all([sender.close(), listener.close()])
    expect(performance.now() - startMs).toBeLessThan(2000)
  })

  test('a frozen server is found and left', { timeout: 30_000 }, async () => {
    await untilReceived(sender, listener)
    server.signal('SIGSTOP')
    await expect.poll(() => sender.isConnected(), { timeout: 15_000 }).toBe(false)
    server.signal('SIGCONT')
    await untilReceived(sender, listener)
  })

  test('the metrics count what is connected, sent and received', async () => {
    await connections
    const [sent, received] = [counted('published_total', 'changed'), counted('received_total', 'changed')]
    await untilReceived(sender, listener, 'changed')
    expect(counted('published_total', 'changed')).toBeGreaterThan(sent)
    expect(counted('received_total', 'changed')).toBeGreaterThan(received)
    const before = counted('connected', 'nats')
    expect(before).toBeGreaterThanOrEqual(2)
    await listener.close()
    expect(counted('connected', 'nats')).toBe(before - 1)
  })
})
