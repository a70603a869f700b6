/** Options of every call. */
export type CallOptions = {
  /** Ends the call, not the operation. */
  signal?: AbortSignal | undefined
  /** Ends the call after this time, with a `DOMException` named `TimeoutError`. */
  timeoutMs?: number | undefined
}

/** The signal of a call: aborted with `signal`, and after `timeoutMs`. */
export function signalOf(
  { signal, timeoutMs }: CallOptions,
  over: (timeoutMs: number) => Error = noAnswer,
): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal
  // Not by AbortSignal.any: its signals can be garbage-collected before they are aborted.
  const controller = new AbortController()
  const end = (reason: unknown) => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    controller.abort(reason)
  }
  const abort = () => end(signal?.reason)
  const timer: { unref?(): void } & ReturnType<typeof setTimeout> = setTimeout(() => end(over(timeoutMs)), timeoutMs)
  // The timer alone keeps no process alive.
  timer.unref?.()
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort)
  return controller.signal
}

function noAnswer(timeoutMs: number): Error {
  return new DOMException(`The call had not ended after ${timeoutMs} ms`, 'TimeoutError')
}

/** The three forms of HTTP-date: IMF-fixdate, RFC 850 and asctime, all of them in GMT. RFC 9110 §5.6.7. */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/

/** `Retry-After` in milliseconds, from seconds or a date (RFC 9110 §10.2.3). Undefined without the header, and for any other text. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('Retry-After')
  if (value === null) return undefined
  if (/^\d{1,10}$/.test(value)) return Number(value) * 1000
  if (!httpDate.test(value)) return undefined
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve) => {
    const timer = setTimeout(resolve, ms)
    return () => clearTimeout(timer)
  })
}

/** Resolves when the current task, and all that it has settled, is over. */
export function nextTask(): Promise<void> {
  return sleep(0)
}

/** Resolves at the next `change` event of `changes`; rejects with the signal's reason as soon as it is aborted. */
export function nextChange(changes: EventTarget, signal?: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve) => {
    const listener = () => resolve()
    changes.addEventListener('change', listener)
    return () => changes.removeEventListener('change', listener)
  })
}

/** Settles once. Calls the function that `begin` returned after it settled. */
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
 * Settles like `promise`, or rejects with the reason of the signal when it is aborted before. Does not rely on `promise` to
 * observe the signal: a request that depends on a signal through other requests and signals may miss the abort, because the
 * links of such a chain can be garbage-collected.
 */
export function unlessAborted<A>(promise: Promise<A>, signal: AbortSignal): Promise<A> {
  const ending = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { signal: ending.signal })
  })
  return Promise.race([promise, aborted]).finally(() => ending.abort())
}
