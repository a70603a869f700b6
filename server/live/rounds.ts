import { setTimeout as delay, setImmediate } from 'node:timers/promises'

/** Rounds of work, one at a time, as long as there is some. */
export type Rounds = {
  /** There may be work. The first round is done at once, later ones no sooner than `tickMs` after the one before. */
  start(): void
  close(): Promise<void>
}

const restMs = 500

/** A round that fails is told, and there is another after a rest: `round` keeps what it has not done. */
export function createRounds({
  tickMs,
  isDue,
  round,
  troubled,
}: {
  tickMs: number
  isDue(): boolean
  round(): Promise<void>
  troubled(cause: unknown): void
}): Rounds {
  const closing = new AbortController()
  let running: Promise<void> | undefined

  const rest = (ms: number) => delay(ms, undefined, { signal: closing.signal }).catch(() => {})

  async function run() {
    while (isDue() && !closing.signal.aborted) {
      const beganMs = performance.now()
      try {
        await round()
      } catch (cause) {
        if (closing.signal.aborted) return
        troubled(cause)
        await rest(restMs)
      }
      await rest(Math.max(0, beganMs + tickMs - performance.now()))
    }
  }

  function start() {
    if (closing.signal.aborted) return
    // In the next turn of the loop, so that all who ask in this one go along.
    running ??= setImmediate()
      .then(run)
      .finally(() => {
        running = undefined
        if (isDue()) start()
      })
  }

  return {
    start,
    async close() {
      closing.abort()
      await running
    },
  }
}
