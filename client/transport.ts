import { retryAfterMs, sleep, unlessAborted } from './waiting.ts'

/** Sends one request: the `fetch` of the platform, or a compatible function. */
export type Fetch = (request: Request) => Promise<Response>

/** Statuses of temporary errors: the same request may succeed later. */
const passing = [429, 502, 503, 504]

/** Timeout of one attempt of a repeatable request. */
const answerTimeoutMs = 30_000
/** A 429 states in `Retry-After` when the request is admitted, which is within one minute. */
const rateLimitRetryMs = 65_000

/**
 * A `fetch` that adds the API key and repeats repeatable requests (reads, cancels, purges, requests with an
 * Idempotency-Key) after a broken connection, 429, 502, 503 and 504: at `Retry-After`, otherwise with backoff and full
 * jitter, for at most `retryMs`, or `rateLimitRetryMs` for a 429. Then returns the last response or throws the last error.
 */
export function transport(fetch: Fetch, apiKey: string, retryMs: number): Fetch {
  return async (request) => {
    request.headers.set('Authorization', `Bearer ${apiKey}`)
    if (!mayRepeat(request)) return fetch(request)
    const beganAt = Date.now()
    const giveUpAt = beganAt + retryMs

    for (let attempt = 0; ; attempt++) {
      let pauseMs = Math.random() * Math.min(200 * 2 ** attempt, 5000)
      try {
        const response = await answer(fetch, request)
        if (!passing.includes(response.status)) return response
        pauseMs = retryAfterMs(response.headers) ?? pauseMs
        const until = response.status === 429 ? Math.max(giveUpAt, beganAt + rateLimitRetryMs) : giveUpAt
        if (Date.now() + pauseMs >= until) return response
        await response.body?.cancel()
      } catch (error) {
        if (request.signal.aborted || Date.now() + pauseMs >= giveUpAt) throw error
      }
      await sleep(pauseMs, request.signal)
    }
  }
}

/** Whether the request is idempotent. */
function mayRepeat(request: Request): boolean {
  if (request.method !== 'POST') return true
  if (request.headers.has('Idempotency-Key')) return true
  return /\/operations(\/[^/]+:(cancel|purge)|:batchGet)$/.test(request.url)
}

/** One attempt. A silent connection counts as broken, so it cannot block the caller. */
async function answer(fetch: Fetch, request: Request): Promise<Response> {
  const over = new AbortController()
  const abort = () => over.abort(request.signal.reason)
  if (request.signal.aborted) abort()
  // Stays registered while the body is read.
  request.signal.addEventListener('abort', abort)
  const silent = new DOMException('The service did not answer', 'TimeoutError')
  const timer = setTimeout(() => over.abort(silent), answerTimeoutMs)
  try {
    const response = await unlessAborted(fetch(new Request(request.clone(), { signal: over.signal })), over.signal)
    return isJson(response) ? await unlessAborted(whole(response), over.signal) : response
  } finally {
    clearTimeout(timer)
  }
}

function isJson({ headers }: Response): boolean {
  return /^application\/([\w.-]+\+)?json/.test(headers.get('Content-Type') ?? '')
}

/** The complete response: a connection may also break within the body. */
async function whole(response: Response): Promise<Response> {
  const { status, statusText, headers } = response
  return new Response(response.body && (await response.arrayBuffer()), { status, statusText, headers })
}
