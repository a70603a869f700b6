/** Wakes a loop. A notification that arrives while nothing waits is kept for the next `wait`. */
export type Signal = {
  notify(): void
  /** Resolves when notified, or after `withinMs`. */
  wait(withinMs: number): Promise<void>
}

export function createSignal(): Signal {
  let notified = false
  let wake: (() => void) | undefined
  return {
    notify() {
      notified = true
      wake?.()
    },
    async wait(withinMs) {
      if (!notified) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        const timer = setTimeout(resolve, withinMs)
        await promise
        clearTimeout(timer)
        wake = undefined
      }
      notified = false
    },
  }
}
