import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collector, type LiveRig, openRig, upTo } from './rig.ts'

let rig: LiveRig
beforeEach(async () => {
  rig = await openRig({ compareMs: 60_000 })
})
afterEach(() => rig.close())

describe('whoever follows', () => {
  it('is handed the history, then each event as it is committed, and the end', async () => {
    const operationId = await rig.operation()
    await rig.append(operationId, 250)
    const follower = collector(rig.live, operationId)
    await follower.has(250)
    await rig.append(operationId)
    await follower.has(251)
    await rig.complete(operationId)
    await follower.over()
    expect(follower.sequences).toEqual(upTo(252))
    expect(follower.ended()).toBe('ended')
    expect(rig.live.followers()).toBe(0)
  })

  it('sees no gap and no double, from wherever it begins, while many write at once', async () => {
    const operationId = await rig.operation()
    const followers = Array.from({ length: 20 }, (_, index) => collector(rig.live, operationId, index * 10))
    await Promise.all(Array.from({ length: 40 }, () => rig.append(operationId, 10)))
    await rig.complete(operationId)
    await Promise.all(followers.map((follower) => follower.over()))
    for (const [index, follower] of followers.entries()) {
      expect(follower.sequences).toEqual(upTo(401).slice(index * 10))
    }
  })

  it('sees only its own operation', async () => {
    const [one, other] = [await rig.operation(), await rig.operation()]
    const follower = collector(rig.live, one)
    const bystander = collector(rig.live, other)
    await rig.append(one, 3)
    await follower.has(3)
    await rig.append(other, 1)
    await bystander.has(1)
    expect([follower.sequences, bystander.sequences]).toEqual([[1, 2, 3], [1]])
  })

  it('is left alone while it has no room, holds up nobody, and goes on where it was', async () => {
    const operationId = await rig.operation()
    const slow = collector(rig.live, operationId)
    const quick = collector(rig.live, operationId)
    slow.room(5)
    await rig.append(operationId, 300)
    await quick.has(300)
    expect(slow.sequences).toEqual(upTo(5))
    slow.room(Infinity)
    slow.following.more()
    await slow.has(300)
    expect(slow.sequences).toEqual(upTo(300))
  })

  it('is dropped when it fails, and holds up nobody', async () => {
    const operationId = await rig.operation()
    const over = Promise.withResolvers<string>()
    const take = () => {
      throw new Error('cannot be written')
    }
    rig.live.follow({ operationId, after: 0 }, { take, over: over.resolve })
    const other = collector(rig.live, operationId)
    await rig.append(operationId)
    await other.has(1)
    expect(await over.promise).toBe('failed')
    expect(rig.live.followers()).toBe(1)
  })

  it('is told nothing after it has stopped', async () => {
    const operationId = await rig.operation()
    const follower = collector(rig.live, operationId)
    const other = collector(rig.live, operationId)
    follower.following.stop()
    expect(rig.live.followers()).toBe(1)
    await rig.append(operationId)
    await rig.complete(operationId)
    await other.over()
    expect([follower.sequences, follower.ended()]).toEqual([[], undefined])
  })

  it('hears that the service stops, and so does who comes later', async () => {
    const operationId = await rig.operation()
    const before = collector(rig.live, operationId)
    await rig.live.close()
    const later = collector(rig.live, operationId)
    await later.over()
    expect([before.ended(), later.ended()]).toEqual(['closing', 'closing'])
    expect(rig.live.followers()).toBe(0)
  })
})

describe('a lost hint', () => {
  it('costs no event: all are fetched when the connection for hints is back', async () => {
    const operationId = await rig.operation()
    const follower = collector(rig.live, operationId)
    await rig.append(operationId)
    await follower.has(1)
    await rig.append(operationId, 2, { quietly: true })
    await rig.cutHints()
    await follower.has(3)
    expect(follower.sequences).toEqual([1, 2, 3])
  })

  it('costs no event: followed operations are compared with their rows', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 50 })
    const operationId = await rig.operation()
    const follower = collector(rig.live, operationId)
    await rig.append(operationId, 2, { quietly: true })
    await follower.has(2)
    expect(follower.sequences).toEqual([1, 2])
  })

  it('keeps nobody waiting at an operation that has ended or gone', async () => {
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
  it('sees one query for an event that a thousand wait for, and none while nothing happens', async () => {
    const operationIds = await Promise.all(Array.from({ length: 100 }, () => rig.operation()))
    const followers = operationIds.flatMap((operationId) =>
      Array.from({ length: 10 }, () => collector(rig.live, operationId)),
    )
    const [first = ''] = operationIds
    const [watched] = followers
    await rig.append(first)
    await watched?.has(1)
    rig.queries()
    for (let sequence = 2; sequence <= 20; sequence++) {
      await rig.append(first)
      await watched?.has(sequence)
    }
    // One each; and now and then one for a hint whose event an earlier fetch has brought.
    expect(rig.queries().length).toBeLessThan(30)
  })

  it('sees one comparison for all who follow', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 100 })
    const operationIds = await Promise.all(Array.from({ length: 100 }, () => rig.operation()))
    for (const operationId of operationIds) collector(rig.live, operationId)
    const marker = await rig.operation()
    const follower = collector(rig.live, marker)
    await rig.append(marker, 1)
    await follower.has(1)
    rig.queries()
    // Only a comparison can bring it: each of these has been one.
    for (let sequence = 2; sequence <= 4; sequence++) {
      await rig.append(marker, 1, { quietly: true })
      await follower.has(sequence)
    }
    expect(rig.queries().length).toBeLessThanOrEqual(3 * 2 + 2)
  })
})

describe('changed', () => {
  it('answers true when there is an event, at once if there has been one', async () => {
    const operationId = await rig.operation()
    const waiting = rig.live.changed({ operationId, after: 0 }, { ms: 60_000 })
    await rig.append(operationId)
    expect(await waiting).toBe(true)
    expect(await rig.live.changed({ operationId, after: 0 }, { ms: 60_000 })).toBe(true)
    expect(rig.live.followers()).toBe(0)
  })

  it('answers false when the time is over, when nobody waits any more, and when the service stops', async () => {
    const operationId = await rig.operation()
    const at = { operationId, after: 0 }
    expect(await rig.live.changed(at, { ms: 10 })).toBe(false)
    const stop = new AbortController()
    const waiting = rig.live.changed(at, { ms: 60_000, signal: stop.signal })
    stop.abort()
    expect(await waiting).toBe(false)
    expect(await rig.live.changed(at, { ms: 60_000, signal: stop.signal })).toBe(false)
    const last = rig.live.changed(at, { ms: 60_000 })
    await rig.live.close()
    expect(await last).toBe(false)
    expect(rig.live.followers()).toBe(0)
  })
})
