/**
 * The result of `promise` if it settles within `ms`; otherwise rejects. `late` is the error, or what took too long. A half-open
 * connection never answers. Whatever `promise` does later is ignored.
 */
export async function withTimeout<T>(promise: Promise<T>, ms: number, late: string | (() => Error)): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const giveUp = () =>
    timeout.reject(typeof late === 'string' ? new Error(`${late} took longer than ${ms} ms`) : late())
  // After the next poll: when this process itself was blocked, the answer may be waiting in its socket.
  const timer = setTimeout(() => setImmediate(giveUp), ms)
  try {
    return await Promise.race([promise, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** A timer that fires this much too late shows that this process was blocked. */
const blockedMs = 500

/**
 * Calls `expired` when another process has had `ms` to answer. If this process was blocked in that time, it has read no answer, and may not
 * even have sent the question: then the other process gets `ms` once more. Returns a function that stops it.
 */
export function setGrace(expired: () => void, ms: number): () => void {
  const dueMs = performance.now() + ms
  let timer = setTimeout(() => {
    if (performance.now() - dueMs < blockedMs) expired()
    else timer = setTimeout(expired, ms).unref()
  }, ms).unref()
  return () => clearTimeout(timer)
}
