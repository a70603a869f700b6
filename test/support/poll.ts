import { setTimeout as delay } from 'node:timers/promises'

/** Pauses between the polls of one wait: 20 ms at first, 100 ms after a second, so that a long wait costs little processor time. */
export function createPause(): () => Promise<void> {
  let ms = 20
  return async () => {
    await delay(ms)
    ms = Math.min(100, ms * 1.08)
  }
}
