import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collector, type LiveRig, openRig, upTo } from './rig.ts'

let rig: LiveRig
beforeEach(async () => {
  rig = await openRig({ compareMs: 60_000 })
})
afterEach(() => rig.close())

describe('a subscriber', () => {
  it('receives the history, then each event as it is committed, and the end', async () => {
    const operationId = await rig.operation()
    await rig.append(operationId, 250)
    const subscriber = collector(rig.live, operationId)
    await subscriber.has(250)
    await rig.append(operationId)
    await subscriber.has(251)
    await rig.complete(operationId)
    await subscriber.over()
    expect(subscriber.sequences).toEqual(upTo(252))
    expect(subscriber.ended()).toBe('ended')
    expect(rig.live.subscribers()).toBe(0)
  })

  it('receives no gap and no duplicate, from any position, while many write at once', async () => {
    const operationId = await rig.operation()
    const subscribers = Array.from({ length: 20 }, (_, index) => collector(rig.live, operationId, index * 10))
    await Promise.all(Array.from({ length: 40 }, () => rig.append(operationId, 10)))
    await rig.complete(operationId)
    await Promise.all(subscribers.map((subscriber) => subscriber.over()))
    for (const [index, subscriber] of subscribers.entries()) {
      expect(subscriber.sequences).toEqual(upTo(401).slice(index * 10))
    }
  })

  it('receives events of its operation only', async () => {
    const [one, other] = [await rig.operation(), await rig.operation()]
    const subscriber = collector(rig.live, one)
    const bystander = collector(rig.live, other)
    await rig.append(one, 3)
    await subscriber.has(3)
    await rig.append(other, 1)
    await bystander.has(1)
    expect([subscriber.sequences, bystander.sequences]).toEqual([[1, 2, 3], [1]])
  })

  it('gets nothing while it is full, delays no other subscriber, and continues where it stopped', async () => {
    const operationId = await rig.operation()
    const slow = collector(rig.live, operationId)
    const quick = collector(rig.live, operationId)
    slow.room(5)
    await rig.append(operationId, 300)
    await quick.has(300)
    expect(slow.sequences).toEqual(upTo(5))
    slow.room(Infinity)
    slow.subscription.more()
    await slow.has(300)
    expect(slow.sequences).toEqual(upTo(300))
  })

  it('is removed when it throws, and delays no other subscriber', async () => {
    const operationId = await rig.operation()
    const over = Promise.withResolvers<string>()
    const take = () => {
      throw new Error('cannot be written')
    }
    rig.live.subscribe({ ownerId: 'alice', operationId, after: 0 }, { take, end: over.resolve })
    const other = collector(rig.live, operationId)
    await rig.append(operationId)
    await other.has(1)
    expect(await over.promise).toBe('failed')
    expect(rig.live.subscribers()).toBe(1)
  })

  it('receives nothing after stop', async () => {
    const operationId = await rig.operation()
    const subscriber = collector(rig.live, operationId)
    const other = collector(rig.live, operationId)
    subscriber.subscription.stop()
    expect(rig.live.subscribers()).toBe(1)
    await rig.append(operationId)
    await rig.complete(operationId)
    await other.over()
    expect([subscriber.sequences, subscriber.ended()]).toEqual([[], undefined])
  })

  it('ends with `closing` when the service stops, and so does a later one', async () => {
    const operationId = await rig.operation()
    const before = collector(rig.live, operationId)
    await rig.live.close()
    const later = collector(rig.live, operationId)
    await later.over()
    expect([before.ended(), later.ended()]).toEqual(['closing', 'closing'])
    expect(rig.live.subscribers()).toBe(0)
  })
})

describe('a lost notification', () => {
  it('loses no event: all are fetched when the connection for notifications is back', async () => {
    const operationId = await rig.operation()
    const subscriber = collector(rig.live, operationId)
    await rig.append(operationId)
    await subscriber.has(1)
    await rig.append(operationId, 2, { quietly: true })
    await rig.cutNotifications()
    await subscriber.has(3)
    expect(subscriber.sequences).toEqual([1, 2, 3])
  })

  it('loses no event: positions are compared with the database', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 50 })
    const operationId = await rig.operation()
    const subscriber = collector(rig.live, operationId)
    await rig.append(operationId, 2, { quietly: true })
    await subscriber.has(2)
    expect(subscriber.sequences).toEqual([1, 2])
  })

  it('leaves no subscription open to an operation that has ended or was removed', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 50 })
    const ended = await rig.operation()
    await rig.complete(ended)
    const behindTheEnd = collector(rig.live, ended, 1)
    const gone = collector(rig.live, '018f0000-0000-7000-8000-000000000000')
    await Promise.all([behindTheEnd.over(), gone.over()])
    expect([behindTheEnd.ended(), gone.ended()]).toEqual(['ended', 'gone'])
  })
})

describe('the database', () => {
  it('gets one query for an event with a thousand subscribers, and none while nothing happens', async () => {
    const operationIds = await Promise.all(Array.from({ length: 100 }, () => rig.operation()))
    const subscribers = operationIds.flatMap((operationId) =>
      Array.from({ length: 10 }, () => collector(rig.live, operationId)),
    )
    const [first = ''] = operationIds
    const [watched] = subscribers
    await rig.append(first)
    await watched?.has(1)
    rig.queries()
    for (let sequence = 2; sequence <= 20; sequence++) {
      await rig.append(first)
      await watched?.has(sequence)
    }
    // One for each event; sometimes one more for a notification whose event an earlier fetch returned.
    expect(rig.queries().length).toBeLessThan(30)
  })

  it('gets one comparison for all subscribers', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 100 })
    const operationIds = await Promise.all(Array.from({ length: 100 }, () => rig.operation()))
    for (const operationId of operationIds) collector(rig.live, operationId)
    const marker = await rig.operation()
    const subscriber = collector(rig.live, marker)
    await rig.append(marker, 1)
    await subscriber.has(1)
    rig.queries()
    // Only a comparison can find these events, so the comparison has run.
    for (let sequence = 2; sequence <= 4; sequence++) {
      await rig.append(marker, 1, { quietly: true })
      await subscriber.has(sequence)
    }
    expect(rig.queries().length).toBeLessThanOrEqual(3 * 2 + 2)
  })
})

describe('changed', () => {
  it('resolves to true at an event, at once if there was one', async () => {
    const operationId = await rig.operation()
    const waiting = rig.live.changed({ ownerId: 'alice', operationId, after: 0 }, { ms: 60_000 })
    await rig.append(operationId)
    expect(await waiting).toBe(true)
    expect(await rig.live.changed({ ownerId: 'alice', operationId, after: 0 }, { ms: 60_000 })).toBe(true)
    expect(rig.live.subscribers()).toBe(0)
  })

  it('resolves to false at the timeout, when it is aborted, and when the service stops', async () => {
    const operationId = await rig.operation()
    const at = { ownerId: 'alice', operationId, after: 0 }
    expect(await rig.live.changed(at, { ms: 10 })).toBe(false)
    const stop = new AbortController()
    const waiting = rig.live.changed(at, { ms: 60_000, signal: stop.signal })
    stop.abort()
    expect(await waiting).toBe(false)
    expect(await rig.live.changed(at, { ms: 60_000, signal: stop.signal })).toBe(false)
    const last = rig.live.changed(at, { ms: 60_000 })
    await rig.live.close()
    expect(await last).toBe(false)
    expect(rig.live.subscribers()).toBe(0)
  })
})
