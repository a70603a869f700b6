import fc from 'fast-check'
import { expect, test } from 'vitest'
import { trackProgress, type Update } from '../../server/lifecycle/progress.ts'

const rules = [
  { name: 'A', weight: 20 },
  { name: 'B', weight: 60 },
  { name: 'C', weight: 20 },
]

test('the phases add up by their weights, and a new one completes those before it', () => {
  const track = trackProgress(rules)
  expect(track.update({ phase: 'A', current: 1, total: 2 }, 1000)).toMatchObject({
    percentage: 10,
    current: 1,
    total: 2,
  })
  const view = track.update({ phase: 'B', percentage: 50, message: 'half' }, 3000)
  expect(view).toEqual({
    percentage: 50,
    phase: 'B',
    message: 'half',
    phases: [
      { name: 'A', status: 'COMPLETED', duration: 2 },
      { name: 'B', status: 'IN_PROGRESS', percentage: 50, duration: 0 },
      { name: 'C', status: 'PENDING' },
    ],
  })
})

test('the end has 100 % and every phase completed; a failure marks the phase that it happened in', () => {
  const track = trackProgress(rules)
  track.update({ phase: 'B', percentage: 50 }, 0)
  expect(track.failed(0)).toMatchObject({ percentage: 50, phases: [{}, { status: 'FAILED' }, { status: 'PENDING' }] })
  const done = trackProgress(rules).completed(0)
  expect(done.percentage).toBe(100)
  expect(done.phases?.map((phase) => phase.status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED'])
})

test('nothing is said before the first update', () => {
  const track = trackProgress(rules)
  expect([track.view(0), track.failed(0)]).toEqual([undefined, undefined])
})

test('a message is cut to what can be stored and shown', () => {
  const { message } = trackProgress(rules).update({ message: `a\u0000${'😀'.repeat(200)}` }, 0)
  expect(message?.isWellFormed()).toBe(true)
  expect(message?.length).toBeLessThanOrEqual(200)
  expect(message).not.toContain('\u0000')
})

test('whatever a handler says, the percentage never falls and stays within 0 and 99', () => {
  const number = fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined })
  const update: fc.Arbitrary<Update> = fc.record({
    phase: fc.option(fc.constantFrom('A', 'B', 'C', 'unknown'), { nil: undefined }),
    current: number,
    total: number,
    percentage: number,
  })
  fc.assert(
    fc.property(fc.array(update), fc.boolean(), (updates, phased) => {
      const track = trackProgress(phased ? rules : [])
      const seen = updates.map((one, index) => track.update(one, index).percentage)
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      for (const percentage of seen) expect(Math.min(99, Math.max(0, percentage))).toBe(percentage)
    }),
  )
})
