import type { Gate } from './gate.ts'

/** How long one request works on many items before it waits for its turn of the processor again. */
const sliceMs = 4

/**
 * For work on many items of one request: call the result before each item, and await the promise, if there is one. A turn for each item would take
 * longer than the item.
 */
export function inTurns({ turn }: Pick<Gate, 'turn'>, ownerId: string): () => Promise<void> | undefined {
  let untilMs = performance.now() + sliceMs
  return () => {
    if (performance.now() < untilMs) return undefined
    const begin = () => {
      untilMs = performance.now() + sliceMs
    }
    const waiting = turn(ownerId)
    if (waiting) return waiting.then(begin)
    begin()
    return undefined
  }
}
