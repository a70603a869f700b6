import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OwnedEvent } from '../../server/database/owned-events.ts'
import type { LiveOwners } from '../../server/live/owners.ts'
import { type LiveRig, openRig, upTo } from './rig.ts'

let rig: LiveRig
beforeEach(async () => {
  rig = await openRig({ compareMs: 60_000 })
})
afterEach(() => rig.close())

/** Follows an owner and keeps what comes, by operation. */
function collect(owners: LiveOwners, ownerId: string, from = new Date()) {
  const seen: OwnedEvent[] = []
  const waiting = new Set<() => void>()
  let room = Infinity
  let ended: string | undefined
  const following = owners.follow(
    { ownerId, from },
    {
      take(events) {
        const taken = events.slice(0, room)
        room -= taken.length
        seen.push(...taken)
        for (const look of waiting) look()
        return taken.length
      },
      over(why) {
        ended = why
      },
    },
  )
  const of = (operationId: string) =>
    seen.filter((event) => event.operationId === operationId).map((event) => event.sequence)
  return {
    seen,
    of,
    ended: () => ended,
    following,
    room(more: number) {
      room = more
    },
    /** Resolves when it has the event. */
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

describe('whoever follows an owner', () => {
  it('is handed creation, events and end of all operations of that owner, and of nobody else', async () => {
    const follower = collect(rig.owners, 'alice')
    const other = collect(rig.owners, 'bob')
    const ready = await rig.operation()
    await follower.has(ready, 0)
    const ids = await Promise.all(Array.from({ length: 20 }, () => rig.operation()))
    const strange = await rig.operation('bob')
    await Promise.all([...ids, strange].map((id) => rig.append(id, 3)))
    await Promise.all([...ids, strange].map((id) => rig.complete(id)))
    await Promise.all(ids.map((id) => follower.has(id, 4)))
    await other.has(strange, 4)
    for (const id of ids) expect(follower.of(id)).toEqual(from0(4))
    expect(other.seen.map(({ operationId }) => operationId)).toEqual(Array.from({ length: 5 }, () => strange))
    expect(follower.seen.at(-1)?.outcome).toMatchObject({ result: { rowCount: 3 } })
  })

  it('misses nothing of what is committed while it reads what has been', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => rig.operation()))
    const since = new Date(Date.now() - 1000)
    for (const id of ids) await rig.append(id, 900)
    const follower = collect(rig.owners, 'alice', since)
    await Promise.all(ids.map((id) => rig.append(id, 10)))
    await Promise.all(ids.map((id) => rig.complete(id)))
    await Promise.all(ids.map((id) => follower.has(id, 911)))
    for (const id of ids) expect(follower.of(id)).toEqual(from0(911))
  })

  it('reads on where it was when it has room again, and nothing twice', async () => {
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
      slow.following.more()
    }
    await slow.has(id, 3000)
    expect(slow.of(id)).toEqual(from0(3000))
  })

  it('has two events of one operation in order when a hint of the first is lost', async () => {
    const follower = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await follower.has(id, 0)
    await rig.append(id, 2, { quietly: true })
    await rig.append(id, 1)
    await follower.has(id, 3)
    expect(follower.of(id)).toEqual(from0(3))
  })

  it('is dropped when it fails, and holds up nobody', async () => {
    const over = Promise.withResolvers<string>()
    const take = () => {
      throw new Error('cannot be written')
    }
    rig.owners.follow({ ownerId: 'alice', from: new Date() }, { take, over: over.resolve })
    const other = collect(rig.owners, 'alice')
    await other.has(await rig.operation(), 0)
    expect(await over.promise).toBe('failed')
    expect(rig.owners.followers()).toBe(1)
  })

  it('hears that the service stops, and so does who comes later; who has stopped hears nothing', async () => {
    const stopped = collect(rig.owners, 'alice')
    stopped.following.stop()
    const before = collect(rig.owners, 'alice')
    expect(rig.owners.followers()).toBe(1)
    await rig.owners.close()
    const later = collect(rig.owners, 'alice')
    await expect.poll(() => [stopped.ended(), before.ended(), later.ended()]).toEqual([undefined, 'closing', 'closing'])
    expect(rig.owners.followers()).toBe(0)
  })
})

describe('a lost hint', () => {
  it('costs no event: the last seconds are read again and again', async () => {
    await rig.close()
    rig = await openRig({ compareMs: 50 })
    const follower = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await follower.has(id, 0)
    await rig.append(id, 2, { quietly: true })
    await follower.has(id, 2)
    const another = await rig.operation()
    await rig.append(another, 1, { quietly: true })
    await follower.has(another, 1)
    expect([follower.of(id), follower.of(another)]).toEqual([from0(2), from0(1)])
  })

  it('costs no event: all is read again when the connection for hints is back', async () => {
    const follower = collect(rig.owners, 'alice')
    const id = await rig.operation()
    await follower.has(id, 0)
    await rig.append(id, 2, { quietly: true })
    await rig.cutHints()
    await follower.has(id, 2)
    expect(follower.of(id)).toEqual(from0(2))
  })
})

it('the database sees one query for an event, however many follow its owner', async () => {
  const followers = Array.from({ length: 100 }, () => collect(rig.owners, 'alice'))
  const id = await rig.operation()
  await Promise.all(followers.map((follower) => follower.has(id, 0)))
  rig.queries()
  for (let sequence = 1; sequence <= 20; sequence++) {
    await rig.append(id)
    await followers[0]?.has(id, sequence)
  }
  expect(rig.queries().length).toBeLessThan(30)
  for (const follower of followers) expect(follower.of(id)).toEqual(from0(20))
})
