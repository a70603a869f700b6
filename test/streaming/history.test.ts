import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRoundRobin } from '../../server/lib/round-robin.ts'
import { createHistory, HistoryClosed } from '../../server/streaming/history.ts'
import { collector, type LiveRig, openRig, upTo } from './rig.ts'

describe('the round-robin queue', () => {
  it('serves owners round-robin, and each owner’s items in order, once', () => {
    const turns = createRoundRobin<number>()
    for (const item of [1, 2, 2, 3]) turns.add('alice', item)
    turns.add('bob', 10)
    turns.add('carol', 20)
    turns.add('carol', 21)
    const taken = []
    for (let next = turns.next(); next; next = turns.next()) taken.push(next.item)
    expect(taken).toEqual([1, 10, 20, 2, 21, 3])
    expect(turns.isEmpty()).toBe(true)
  })
})

describe('history', () => {
  it('reads one page at a time, and an owner’s hundredth page after the first page of every other owner', async () => {
    const history = createHistory()
    const order: string[] = []
    let reading = 0
    const page = (ownerId: string) =>
      history.turn(ownerId, async () => {
        reading += 1
        expect(reading).toBe(1)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(ownerId)
        reading -= 1
      })
    await Promise.all([...Array.from({ length: 100 }, () => page('alice')), page('bob'), page('carol')])
    expect(order.slice(0, 4)).toEqual(['alice', 'bob', 'carol', 'alice'])
    expect(order).toHaveLength(102)
    await history.close()
  })

  it('rejects a failed read only for its reader', async () => {
    const history = createHistory()
    const failing = history.turn('alice', async () => {
      throw new Error('away')
    })
    const succeeding = history.turn('alice', async () => 'read')
    await expect(failing).rejects.toThrow('away')
    expect(await succeeding).toBe('read')
    await history.close()
  })

  it('gives up the place of a read that has ended, and serves the others', async () => {
    const history = createHistory()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const order: string[] = []
    const first = history.turn('alice', () => released)
    const ended = new AbortController()
    const given = history.turn('alice', async () => order.push('ended'), ended.signal).catch((error: unknown) => error)
    const kept = history.turn('alice', async () => order.push('kept'), new AbortController().signal)
    ended.abort()
    expect(await given).toBeInstanceOf(HistoryClosed)
    await expect(history.turn('alice', async () => order.push('late'), ended.signal)).rejects.toThrow(HistoryClosed)
    release()
    await Promise.all([first, kept])
    expect(order).toEqual(['kept'])
    await history.close()
  })

  it('rejects all waiting reads when it closes', async () => {
    const history = createHistory()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const first = history.turn('alice', async () => {
      begun.resolve()
      await released
    })
    await begun.promise
    const second = history.turn('alice', async () => {}).catch((error: unknown) => error)
    const closing = history.close()
    release()
    await Promise.all([first, closing])
    expect(await second).toBeInstanceOf(HistoryClosed)
    await expect(history.turn('bob', async () => {})).rejects.toBeInstanceOf(HistoryClosed)
  })
})

describe('new events', () => {
  let rig: LiveRig
  beforeEach(async () => {
    rig = await openRig({ compareMs: 60_000 })
  })
  afterEach(() => rig.close())

  /** Subscribes to all operations of bob; `has` resolves when an event has arrived. */
  function subscribeBob() {
    const seen = new Map<string, number>()
    const waiting = new Set<() => void>()
    rig.owners.subscribe(
      { ownerId: 'bob', from: new Date() },
      {
        take(events) {
          for (const { operationId, sequence } of events) seen.set(operationId, sequence)
          for (const look of waiting) look()
          return events.length
        },
        end() {},
      },
    )
    return async (operationId: string, sequence: number) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => seen.get(operationId) === sequence && resolve()
      waiting.add(look)
      look()
      await promise
    }
  }

  it('leave no place in the queue of history to a subscriber that has ended', async () => {
    const operationId = await rig.operation('bob')
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const held = rig.history.turn('bob', () => released)
    const turns: Promise<unknown>[] = []
    const { turn } = rig.history
    rig.history.turn = (...given) => {
      const own = turn(...given)
      turns.push(own.catch((error: unknown) => error))
      return own
    }
    const subscriber = { take: () => 0, end() {} }
    const subscriptions = [
      rig.owners.subscribe({ ownerId: 'bob', from: new Date() }, subscriber),
      rig.live.subscribe({ ownerId: 'bob', operationId, after: 0 }, subscriber),
    ]
    for (const subscription of subscriptions) subscription.more()
    expect(turns).toHaveLength(2)
    for (const subscription of subscriptions) subscription.stop()
    for (const ended of await Promise.all(turns)) expect(ended).toBeInstanceOf(HistoryClosed)
    release()
    await held
  })

  it('arrive while a history is read that makes no progress', async () => {
    const [known, theirs] = [await rig.operation('bob'), await rig.operation('alice')]
    const has = subscribeBob()
    const subscriber = collector(rig.live, known, 0, 'bob')
    await has(known, 0)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const stuck = rig.history.turn('alice', () => released)
    await rig.append(theirs, 5000)
    const behind = collector(rig.live, theirs, 0, 'alice')
    for (let sequence = 1; sequence <= 5; sequence++) {
      await rig.append(known)
      await Promise.all([has(known, sequence), subscriber.has(sequence)])
    }
    const fresh = await rig.operation('bob')
    await has(fresh, 0)
    expect(subscriber.sequences).toEqual(upTo(5))
    // One fetch of new events, and no history until its turn in the queue.
    expect(behind.sequences.length).toBeLessThanOrEqual(200)
    release()
    await Promise.all([stuck, behind.has(5000)])
    expect(behind.sequences).toEqual(upTo(5000))
  })

  it('are found without reading the history of their operation or of others', async () => {
    const long = await rig.operation('bob')
    await rig.append(long, 50_000)
    await rig.db.execute(`update operations set created_at = created_at - interval '30 minutes'`)
    await rig.db.execute(`update events set timestamp = timestamp - interval '30 minutes'`)
    await rig.db.execute('vacuum analyze events')
    await rig.db.execute("select brin_summarize_new_values('events_recent')")
    const has = subscribeBob()
    const subscriber = collector(rig.live, long, 49_999, 'bob')
    const other = await rig.operation('bob')
    await Promise.all([subscriber.has(50_000), has(other, 0)])
    rig.queries()
    await rig.append(long)
    await Promise.all([subscriber.has(50_001), has(long, 50_001)])
    await rig.append(other)
    await has(other, 1)
    const read = await Promise.all(rig.queries().map((query) => rig.rowsRead(query)))
    expect(read.length).toBeGreaterThanOrEqual(3)
    expect(Math.max(...read)).toBeLessThan(5000)
  })
})
