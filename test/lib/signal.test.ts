import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSignal } from '../../server/lib/signal.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Waits for `withinMs`; returns a function that tells how long it has waited when it has ended. */
function waiting(signal: ReturnType<typeof createSignal>, withinMs: number) {
  const startMs = performance.now()
  let waitedMs: number | undefined
  void signal.wait(withinMs).then(() => {
    waitedMs = performance.now() - startMs
  })
  return async (afterMs: number) => {
    await vi.advanceTimersByTimeAsync(afterMs)
    return waitedMs
  }
}

test('ends after its time, or when notified', async () => {
  const signal = createSignal()
  expect(await waiting(signal, 50)(60)).toBe(50)
  const after = waiting(signal, 50)
  expect(await after(20)).toBeUndefined()
  signal.notify()
  expect(await after(0)).toBe(20)
})

test('a notification while nothing waits is kept once', async () => {
  const signal = createSignal()
  signal.notify()
  expect(await waiting(signal, 50)(0)).toBe(0)
  expect(await waiting(signal, 50)(60)).toBe(50)
})

test('notifyIn shortens a wait in progress, to the earliest time', async () => {
  const signal = createSignal()
  const after = waiting(signal, 1000)
  signal.notifyIn(300)
  signal.notifyIn(100)
  signal.notifyIn(200)
  expect(await after(300)).toBe(100)
  expect(await waiting(signal, 1000)(1000)).toBe(1000)
})

test('notifyIn while nothing waits shortens the next wait, from the time of the call', async () => {
  const signal = createSignal()
  signal.notifyIn(100)
  await vi.advanceTimersByTimeAsync(40)
  expect(await waiting(signal, 1000)(100)).toBe(60)
  signal.notifyIn(100)
  await vi.advanceTimersByTimeAsync(400)
  expect(await waiting(signal, 1000)(1)).toBe(0)
})

test('notifyIn does not lengthen a wait', async () => {
  const signal = createSignal()
  const after = waiting(signal, 50)
  signal.notifyIn(100)
  expect(await after(60)).toBe(50)
  expect(await waiting(signal, 80)(80)).toBe(80)
})
