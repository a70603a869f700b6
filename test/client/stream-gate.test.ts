import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type StreamGate, streamGate } from '../../client/stream-gate.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The pauses after such failures, each at the end of the pause before. */
function pauses(gate: StreamGate, ...failures: Parameters<StreamGate['failed']>[]) {
  return failures.map((failure) => {
    gate.failed(...failure)
    const pauseMs = gate.opensInMs()
    expect(gate.isOpen()).toBe(false)
    vi.advanceTimersByTime(pauseMs)
    expect(gate.isOpen()).toBe(true)
    return pauseMs
  })
}

it('the pause grows with the failures to ten minutes, until a stream works', () => {
  const gate = streamGate()
  expect(pauses(gate, [], [], [])).toEqual([5000, 10_000, 20_000])
  expect(pauses(gate, ...Array(10).fill([])).at(-1)).toBe(600_000)
  gate.worked()
  expect(pauses(gate, [])).toEqual([5000])
})

it('does not grow in an outage', () => {
  const gate = streamGate()
  const outage: [number, boolean] = [0, true]
  expect(pauses(gate, outage, outage, outage, [], [], outage)).toEqual([5000, 5000, 5000, 5000, 10_000, 5000])
})

it('lasts as long as the service asks for, and failures at the same time count once', () => {
  const gate = streamGate()
  expect(pauses(gate, [7000], [30_000, true])).toEqual([7000, 30_000])
  gate.failed()
  const pauseMs = gate.opensInMs()
  gate.failed()
  gate.failed(60_000)
  expect(gate.opensInMs()).toBe(pauseMs)
})
