import { setTimeout as delay, setImmediate } from 'node:timers/promises'

export type Loop = {
  /** There is work: a round starts in the next turn of the event loop, or follows the one that runs. */
  wake(): void
  /** Stops after the round that runs. */
  close(): Promise<void>
}

export type LoopOptions = {
  /** Never called twice at a time. */
  round(): Promise<void>
  /** Whether there is work for another round; by default, whether `wake` was called since the last round began. */
  hasWork?(): boolean
  /** The least time between the starts of two rounds. */
  spacingMs?: number
  /** Wakes the loop by itself, unless a round runs. */
  everyMs?: number
  /** A round failed. If there still is work, the next round starts 500 ms later. */
  onError(cause: unknown): void
}

const retryMs = 500

/** Runs rounds of work, one at a time, while there is work. */
export function createLoop({ round, hasWork, spacingMs = 0, everyMs, onError }: LoopOptions): Loop {
  const closing = new AbortController()
  let woken = false
  let running: Promise<void> | undefined

  const isDue = hasWork ?? (() => woken)
  // A timer takes a millisecond at least.
  const pause = (ms: number) =>
    ms > 0 ? delay(ms, undefined, { signal: closing.signal }).catch(() => {}) : setImmediate()

  async function run() {
    while (isDue() && !closing.signal.aborted) {
      woken = false
      const startMs = performance.now()
      try {
        await round()
      } catch (cause) {
        if (closing.signal.aborted) return
        onError(cause)
        await pause(retryMs)
      }
      await pause(startMs + spacingMs - performance.now())
    }
  }

  function start() {
    if (closing.signal.aborted) return
    running ??= setImmediate()
      .then(run)
      .finally(() => {
        running = undefined
        if (isDue()) start()
      })
  }

  function wake() {
    woken = true
    start()
  }

  const timer =
    everyMs === undefined
      ? undefined
      : setInterval(() => {
          if (!running) wake()
        }, everyMs).unref()

  return {
    wake,
    async close() {
      closing.abort()
      clearInterval(timer)
      await running
    },
  }
}
