import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

/** Bytes that the format takes from a random source, and how many are drawn at once: drawing 16 takes longer than the rest of an id. */
const idBytes = 16
const pool = new Uint8Array(256 * idBytes)
let used = pool.length
let lastMs = 0
let sequence = 0

/** A UUIDv7 (RFC 9562 §5.7). The ids of one process increase, also within a millisecond. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + idBytes)
  used += idBytes
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    // Half of the range is left for the ids of the same millisecond.
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1
  } else sequence += 1
  return v7({ random, msecs: lastMs, seq: sequence })
}
