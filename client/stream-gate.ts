/** Whether streams work for this client. Shared by all subscribers of the client. */
export type StreamGate = {
  isOpen(): boolean
  worked(): void
  /** Pauses streams; the pause grows with the number of failures. */
  failed(retryAfterMs?: number): void
}

const firstPauseMs = 5000
const longestPauseMs = 600_000

export function streamGate(): StreamGate {
  let opensAt = 0
  let failures = 0
  const isOpen = () => performance.now() >= opensAt
  return {
    isOpen,
    worked() {
      failures = 0
    },
    failed(retryAfterMs = 0) {
      // Concurrent failures have the same cause and count once.
      if (!isOpen()) return
      opensAt = performance.now() + Math.max(retryAfterMs, Math.min(firstPauseMs * 2 ** failures, longestPauseMs))
      failures += 1
    },
  }
}
