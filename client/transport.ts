import { retryAfterMs, sleep, unlessAborted } from './waiting.ts'

/** Sends one request: the platform's `fetch`, or one with the same contract. */
export type Fetch = (request: Request) => Promise<Response>

/** Statuses that say nothing about the request itself: the same one may succeed in a moment. */
const passing = [429, 502, 503, 504]

/** A repeatable request without an answer for this long is given up, and tried again. */
const answerTimeoutMs = 30_000
/** A limit says exactly when it lets the request through, which is within a minute: whoever has sent too much has that patience. */
const limitPatienceMs = 65_000

/**
 * A `fetch` that carries the key, and that repeats what may be repeated (reads, cancels, purges, whatever has an
 * Idempotency-Key) after a broken connection, 429, 502, 503 and 504: at `Retry-After`, else with backoff and full
 * jitter, for at most `patienceMs`; for a 429 as long as a limit's minute takes. Then it answers or throws what came last.
 */
export function transport(fetch: Fetch, apiKey: string, patienceMs: number): Fetch {
  return async (request) => {
    request.headers.set('Authorization', `Bearer ${apiKey}`)
    if (!mayRepeat(request)) return fetch(request)
    const beganAt = Date.now()
    const giveUpAt = beganAt + patienceMs

    for (let attempt = 0; ; attempt++) {
      let pauseMs = Math.random() * Math.min(200 * 2 ** attempt, 5000)
      try {
        const response = await answer(fetch, request)
        if (!passing.includes(response.status)) return response
        pauseMs = retryAfterMs(response.headers) ?? pauseMs
        const until = response.status === 429 ? Math.max(giveUpAt, beganAt + limitPatienceMs) : giveUpAt
        if (Date.now() + pauseMs >= until) return response
        await response.body?.cancel()
      } catch (error) {
        if (request.signal.aborted || Date.now() + pauseMs >= giveUpAt) throw error
      }
      await sleep(pauseMs, request.signal)
    }
  }
}

/** Whether sending it twice does what sending it once does. */
function mayRepeat(request: Request): boolean {
  if (request.method !== 'POST') return true
  if (request.headers.has('Idempotency-Key')) return true
  return /\/operations(\/[^/]+:(cancel|purge)|:batchGet)$/.test(request.url)
}

/** One try. A connection that went silent must not hold the caller: it counts as broken. */
async function answer(fetch: Fetch, request: Request): Promise<Response> {
  const over = new AbortController()
  const abort = () => over.abort(request.signal.reason)
  if (request.signal.aborted) abort()
  // For as long as there is a body to read.
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

/** The response once it has all arrived: a connection may break within the body, too. */
async function whole(response: Response): Promise<Response> {
  const { status, statusText, headers } = response
  return new Response(response.body && (await response.arrayBuffer()), { status, statusText, headers })
}
