import type { Progress } from '../database/schema.ts'

/** Writes an attempt's progress no more often than it may, and always the latest. */
export type Pulse = {
  offer(progress: Progress): void
  /** Writes no more; resolves when nothing is being written. What was not written goes with the attempt's last step. */
  stop(): Promise<void>
}

/** At most 10 updates a second and operation: a handler may say its progress for every row. */
const spacingMs = 100

/** The first offer is written at once. A failed write is not repeated: the next one says more. */
export function createPulse(write: (progress: Progress) => Promise<void>): Pulse {
  let latest: Progress | undefined
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function beat() {
    timer = undefined
    if (!latest || writing || stopped) return
    const progress = latest
    latest = undefined
    writing = write(progress)
      .catch(() => {})
      .finally(() => {
        writing = undefined
      })
    timer = setTimeout(() => {
      timer = undefined
      void Promise.resolve(writing).then(beat)
    }, spacingMs)
  }

  return {
    offer(progress) {
      latest = progress
      if (!timer) beat()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await writing
    },
  }
}
