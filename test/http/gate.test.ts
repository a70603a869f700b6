import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openGate } from '../../server/http/policy/gate.ts'

/** Keeps the event loop busy for longer than a slice. */
function work(ms = 6) {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
}

const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the processor', () => {
  it('is granted at once, without a promise, while no request waits', async () => {
    const gate = openGate({ poolSize: 10 })
    for (let request = 0; request < 100; request++) {
      expect(gate.turn('alice')).toBeUndefined()
      await turnOfLoop()
    }
  })

  it('is granted round-robin after a slice: an owner waits for one request of another', async () => {
    const gate = openGate({ poolSize: 10 })
    const served: string[] = []
    const request = async (owner: string) => {
      const waiting = gate.turn(owner)
      if (waiting) await waiting
      served.push(owner)
      work()
    }
    const all = [...Array.from({ length: 60 }, () => 'alice'), 'bob', 'carol', 'bob'].map(request)
    await Promise.all(all)
    expect(served).toHaveLength(63)
    // The first request of alice used the slice.
    expect(served.slice(0, 7)).toEqual(['alice', 'alice', 'bob', 'carol', 'alice', 'bob', 'alice'])
  })

  it('returns to the event loop between slices', async () => {
    const gate = openGate({ poolSize: 10 })
    let turns = 0
    let counting = true
    const count = () => {
      turns += 1
      if (counting) setImmediate(count)
    }
    setImmediate(count)
    const requests = Array.from({ length: 30 }, async () => {
      const waiting = gate.turn('alice')
      if (waiting) await waiting
      work()
    })
    await Promise.all(requests)
    counting = false
    expect(turns).toBeGreaterThanOrEqual(28)
  })

  it('serves many small requests in one slice', async () => {
    const gate = openGate({ poolSize: 10 })
    expect(gate.turn('bob')).toBeUndefined()
    work()
    const turns: number[] = []
    let turn = 0
    const requests = Array.from({ length: 20 }, async () => {
      await gate.turn('alice')
      turns.push(turn)
    })
    const counting = setInterval(() => (turn += 1), 0)
    await Promise.all(requests)
    clearInterval(counting)
    expect(new Set(turns).size).toBeLessThanOrEqual(3)
  })

  it.each([
    ['RATE_LIMITED', { most: 3 }, 4],
    ['UNAVAILABLE', { waitMs: 1 }, 40],
  ] as const)('of one owner that asks for too much: %s', async (code, options, requests) => {
    const gate = openGate({ poolSize: 10, ...options })
    expect(gate.turn('alice')).toBeUndefined()
    work()
    const waiting = Array.from({ length: requests }, async () => {
      await gate.turn('alice')
      work()
    })
    const settled = await Promise.allSettled(waiting)
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused.length).toBeGreaterThan(0)
    for (const problem of refused) expect(problem).toMatchObject({ code, extra: { retryAfter: 2 } })
    // No other owner waits.
    await turnOfLoop()
    await expect(Promise.resolve(gate.turn('bob'))).resolves.toBeUndefined()
  })
})

describe('connections of the database', () => {
  it.each([
    [2, 1, 1],
    [5, 1, 2],
    [10, 2, 7],
    [50, 10, 47],
  ])('of a pool of %i: %i for one owner, %i for all', async (poolSize, each, all) => {
    const gate = openGate({ poolSize })
    const held = new Map<string, number>()
    const owners = Array.from({ length: 100 }, (_, index) => `owner ${index}`)
    for (const owner of owners) {
      for (let request = 0; request < 20; request++) {
        gate.connection(owner).then(
          () => held.set(owner, (held.get(owner) ?? 0) + 1),
          // Refused after it has waited too long.
          () => {},
        )
      }
    }
    await turnOfLoop()
    expect(Math.max(...held.values())).toBe(each)
    expect([...held.values()].reduce((sum, one) => sum + one)).toBe(all)
  })

  it('are granted to waiting requests in order, and never beyond the limits', async () => {
    const step = fc.record({ owner: fc.constantFrom('a', 'b', 'c', 'd'), leaves: fc.nat({ max: 3 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const gate = openGate({ poolSize: 10 })
        const inside: { owner: string; leave: () => void }[] = []
        const order = new Map<string, number[]>()
        for (const [index, { owner, leaves }] of steps.entries()) {
          void gate.connection(owner).then((leave) => {
            inside.push({ owner, leave })
            order.set(owner, [...(order.get(owner) ?? []), index])
          })
          for (let left = 0; left < leaves; left++) inside.shift()?.leave()
          await turnOfLoop()
          expect(inside.length).toBeLessThanOrEqual(7)
          for (const of of ['a', 'b', 'c', 'd']) {
            expect(inside.filter((one) => one.owner === of).length).toBeLessThanOrEqual(2)
          }
        }
        while (inside.length > 0) {
          inside.shift()?.leave()
          await turnOfLoop()
        }
        const served = [...order.values()].flat()
        expect(served).toHaveLength(steps.length)
        for (const indexes of order.values()) expect(indexes).toEqual(indexes.toSorted((one, other) => one - other))
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['RATE_LIMITED', { most: 3 }],
    ['UNAVAILABLE', { waitMs: 1 }],
  ] as const)('of one owner that asks for too many: %s', async (code, options) => {
    const gate = openGate({ poolSize: 5, ...options })
    const leave = await gate.connection('alice')
    const settled = await Promise.allSettled([
      ...Array.from({ length: 5 }, () => gate.connection('alice').then((leave) => leave())),
      new Promise((resolve) => setTimeout(resolve, 5)).then(leave),
    ])
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused.length).toBeGreaterThan(0)
    for (const problem of refused) expect(problem).toMatchObject({ code, extra: { retryAfter: 2 } })
    const again = await gate.connection('alice')
    again()
  })
})
