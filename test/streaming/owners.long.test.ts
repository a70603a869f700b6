import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OwnedEvent } from '../../server/database/operations/owner-events.ts'
import type { OwnerFeed } from '../../server/streaming/owner-feed.ts'
import { type LiveRig, openRig, upTo } from './rig.ts'

let rig: LiveRig
beforeEach(async () => {
  rig = await openRig({ compareMs: 60_000 })
})
afterEach(() => rig.close())

/** Subscribes to an owner and records the events by operation. */
function collect(owners: OwnerFeed, ownerId: string, from = new Date()) {
  const seen: OwnedEvent[] = []
  const waiting = new Set<() => void>()
  let room = Infinity
  let ended: string | undefined
  const subscription = owners.subscribe(
    { ownerId, from },
    {
      take(events) {
        const taken = events.slice(0, room)
        room -= taken.length
        seen.push(...taken)
        for (const look of waiting) look()
        return taken.length
      },
      end(reason) {
        ended = reason
      },
    },
  )
  const of = (operationId: string) =>
    seen.filter((event) => event.operationId === operationId).map((event) => event.sequence)
  return {
    seen,
    of,
    ended: () => ended,
    subscription,
    room(more: number) {
      room = more
    },
    /** Resolves when the event has arrived. */
    has(operationId: string, sequence: number) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (of(operationId).includes(sequence)) resolve()
      }
      waiting.add(look)
      look()
      return promise.finally(() => waiting.delete(look))
    },
  }
}

const from0 = (last: number) => [0, ...upTo(last)]

describe('a subscriber to an owner', () => {
  it('receives creation, events and end of all operations of that owner only', async () => {
    const subscriber = collect(rig.owners, 'alice')
    const other = collect(rig.owners, 'bob')
    const ready = await rig.operation()
    await subscriber.has(ready, 0)
    const ids = await Promise.all(Array.from({ length: 20 }, () => rig.operation()))
    const foreign = await rig.operation('bob')
    await Promise.all([...ids, foreign].map((id) => rig.append(id, 3)))
    await Promise.all([...ids, foreign].map((id) => rig.complete(id)))
    await Promise.all(ids.map((id) => subscriber.has(id, 4)))
    await other.has(foreign, 4)
    for (const id of ids) expect(subscriber.of(id)).toEqual(from0(4))
    expect(other.seen.map(({ operationId }) => operationId)).toEqual(Array.from({ length: 5 }, () => foreign))
    expect(subscriber.seen.at(-1)?.outcome).toMatchObject({ result: { rowCount: 3 } })
  })

  it('misses nothing that is committed while it reads history', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => rig.operation()))
    const since = new Date(Date.now() - 1000)
    for (const id of ids) await rig.append(id, 900)
    const subscriber = collect(rig.owners, 'alice', since)
    await Promise.all(ids.map((id) => rig.append(id, 10)))
    await Promise.all(ids.map((id) => rig.complete(id)))
    await Promise.all(ids.map((id) => subscriber.has(id, 911)))
    for (const id of ids) expect(subscriber.of(id)).toEqual(from0(911))
  })

  it('continues where it stopped when it is no longer full, without duplicates', async () => {
    const slow = collect(rig.owners, 'alice')
    const quick = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await Promise.all([slow.has(id, 0), quick.has(id, 0)])
    slow.room(5)
    for (let round = 0; round < 30; round++) await rig.append(id, 100)
    await quick.has(id, 3000)
    expect(slow.of(id)).toEqual(from0(5))
    for (const more of [10, 100, Infinity]) {
      slow.room(more)
      slow.subscription.more()
    }
    await slow.has(id, 3000)
    expect(slow.of(id)).toEqual(from0(3000))
  })

  it('receives two events of one operation in order when the first notification is lost', async () => {
    const subscriber = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await subscriber.has(id, 0)
    await rig.append(id, 2, { quietly: true })
    await rig.append(id, 1)
    await subscriber.has(id, 3)
    expect(subscriber.of(id)).toEqual(from0(3))
  })

  it('is removed when it throws, and delays no other subscriber', async () => {
    const over = Promise.withResolvers<string>()
    const take = () => {
      throw new Error('cannot be written')
    }
    rig.owners.subscribe({ ownerId: 'alice', from: new Date() }, { take, end: over.resolve })
    const other = collect(rig.owners, 'alice')
    await other.has(await rig.operation(), 0)
    expect(await over.promise).toBe('failed')
    expect(rig.owners.subscribers()).toBe(1)
  })

  it('ends with `closing` when the service stops, and so does a later one; a stopped one receives nothing', async () => {
    const stopped = collect(rig.owners, 'alice')
    stopped.subscription.stop()
    const before = collect(rig.owners, 'alice')
    expect(rig.owners.subscribers()).toBe(1)
    await rig.owners.close()
    const later = collect(rig.owners, 'alice')
    await expect.poll(() => [stopped.ended(), before.ended(), later.ended()]).toEqual([undefined, 'closing', 'closing'])
    expect(rig.owners.subscribers()).toBe(0)
  })
})

describe('a lost notification', () => {
  it('loses no event: the last seconds are compared repeatedly', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 50 })
    const subscriber = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await subscriber.has(id, 0)
    await rig.append(id, 2, { quietly: true })
    await subscriber.has(id, 2)
    const another = await rig.operation()
    await rig.append(another, 1, { quietly: true })
    await subscriber.has(another, 1)
    expect([subscriber.of(id), subscriber.of(another)]).toEqual([from0(2), from0(1)])
  })

  it('loses no event: everything is compared when the connection for notifications is back', async () => {
    const subscriber = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await subscriber.has(id, 0)
    await rig.append(id, 2, { quietly: true })
    await rig.cutNotifications()
    await subscriber.has(id, 2)
    expect(subscriber.of(id)).toEqual(from0(2))
  })
})

it('the database gets one query for an event, for any number of subscribers to its owner', async () => {
  const subscribers = Array.from({ length: 100 }, () => collect(rig.owners, 'alice'))
  const id = await rig.operation()
  await Promise.all(subscribers.map((subscriber) => subscriber.has(id, 0)))
  rig.queries()
  for (let sequence = 1; sequence <= 20; sequence++) {
    await rig.append(id)
    await subscribers[0]?.has(id, sequence)
  }
  expect(rig.queries().length).toBeLessThan(30)
  for (const subscriber of subscribers) expect(subscriber.of(id)).toEqual(from0(20))
})
