/** Milliseconds that a `Retry-After` asks for: seconds, or a date. RFC 9110 §10.2.3. Undefined when there is none. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('Retry-After')
  if (value === null) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve) => {
    const timer = setTimeout(resolve, ms)
    return () => clearTimeout(timer)
  })
}

/** Resolves at the next event of `news`; rejects with the signal's reason as soon as it is aborted. */
export function heard(news: EventTarget, signal?: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve) => {
    const listener = () => resolve()
    news.addEventListener('news', listener)
    return () => news.removeEventListener('news', listener)
  })
}

/** Settles once. What `begin` returns is called when it is over, however. */
function untilAborted(signal: AbortSignal | undefined, begin: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      end()
      reject(signal?.reason)
    }
    const release = begin(() => {
      end()
      resolve()
    })
    function end() {
      signal?.removeEventListener('abort', abort)
      release()
    }
    signal?.addEventListener('abort', abort)
  })
}

/**
 * What `promise` says, unless the signal is aborted before: then rejects with its reason, whether or not whoever works on
 * the promise hears of it. A request that follows a signal through other requests and signals may not: each link of such a
 * chain is free to be collected.
 */
export function unlessAborted<A>(promise: Promise<A>, signal: AbortSignal): Promise<A> {
  const ending = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { signal: ending.signal })
  })
  return Promise.race([promise, aborted]).finally(() => ending.abort())
}
