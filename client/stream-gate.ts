import type { Calls } from './calls.ts'
import { perClient } from './per-client.ts'

/** Whether streams work for this client. Shared by all subscribers of the client. */
export type StreamGate = {
  isOpen(): boolean
  /** Milliseconds until the end of the pause. */
  opensInMs(): number
  worked(): void
  /** Pauses streams. The pause grows with the number of failures, without those of an outage. */
  failed(retryAfterMs?: number, isOutage?: boolean): void
}

const firstPauseMs = 5000
const longestPauseMs = 600_000

export function streamGate(): StreamGate {
  let opensAt = 0
  let failures = 0
  const opensInMs = () => Math.max(0, opensAt - performance.now())
  const isOpen = () => opensInMs() === 0
  return {
    isOpen,
    opensInMs,
    worked() {
      failures = 0
    },
    failed(retryAfterMs = 0, isOutage = false) {
      // Concurrent failures have the same cause and count once.
      if (!isOpen()) return
      const doublings = isOutage ? 0 : failures++
      opensAt = performance.now() + Math.max(retryAfterMs, Math.min(firstPauseMs * 2 ** doublings, longestPauseMs))
    },
  }
}

/** The gate of the client. */
export const gateOf: (calls: Calls) => StreamGate = perClient(streamGate)
