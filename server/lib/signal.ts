/** Wakes a loop. A notification that arrives while nothing waits is kept for the next `wait`. */
export type Signal = {
  notify(): void
  /** Notifies in `ms`. Only the earliest such time before the next `wait` ends has an effect. */
  notifyIn(ms: number): void
  /** Resolves when notified, or after `withinMs`. */
  wait(withinMs: number): Promise<void>
}

export function createSignal(): Signal {
  let notified = false
  let wake: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let timerMs = Infinity

  function wakeAt(ms: number) {
    timerMs = ms
    clearTimeout(timer)
    timer = wake && setTimeout(wake, Math.max(0, Math.ceil(ms - performance.now())))
  }

  return {
    notify() {
      notified = true
      wake?.()
    },
    notifyIn(ms) {
      const atMs = performance.now() + ms
      if (atMs < timerMs) wakeAt(atMs)
    },
    async wait(withinMs) {
      if (!notified) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        wakeAt(Math.min(timerMs, performance.now() + withinMs))
        await promise
      }
      clearTimeout(timer)
      wake = undefined
      timerMs = Infinity
      notified = false
    },
  }
}
