import { LongrunProblem, problemOf } from './errors.ts'
import { withAbsoluteLinks } from './links.ts'
import { retryAfterMs, sleep, unlessAborted } from './waiting.ts'

/** Sends one request: the `fetch` of the platform, or a compatible function. */
export type Fetch = (request: Request) => Promise<Response>

/** Statuses of temporary errors: the same request may succeed later. */
const passing = [429, 502, 503, 504]

/** Timeout of one attempt of a repeatable request. */
const answerTimeoutMs = 30_000
/** A 429 states in `Retry-After` when the request is admitted, which is within one minute. */
const rateLimitRetryMs = 65_000

/** The API key, or a token that is asked for each time. */
export type KeyOf = () => Promise<string>

type TransportOptions = {
  keyOf: KeyOf
  retryMs: number
  /** What links begin with: the address of the service. */
  origin: string
}

/**
 * A `fetch` that adds the key and repeats repeatable requests (reads, cancels, purges, completed waits, requests with an
 * Idempotency-Key) after a broken connection, 429, 502, 503 and 504: with backoff and full jitter, and not before `Retry-After`, for at
 * most `retryMs`, or `rateLimitRetryMs` for a 429. Then returns the last response or throws the last error. Throws a problem for a
 * response that is successful and not of the service, for example the login page of a network. Makes links absolute.
 */
export function transport(fetch: Fetch, { keyOf, retryMs, origin }: TransportOptions): Fetch {
  const send = repeating(fetch, retryMs, complete)
  return async (request) => {
    const sendWith = (authorization: string) => {
      request.headers.set('Authorization', authorization)
      // A copy can be sent again. Of an upload it would keep the bytes.
      return mayRepeat(request) ? send(request) : fetch(isJson(request) ? request.clone() : request)
    }
    return absolute(await authorized(keyOf, request.signal, sendWith, request), origin)
  }
}

/** Sends with the key, and after a 401 once more if there is another key by then and the body was not used up. */
export async function authorized(
  keyOf: KeyOf,
  signal: AbortSignal,
  send: (authorization: string) => Promise<Response>,
  request?: Request,
): Promise<Response> {
  const key = await unlessAborted(keyOf(), signal)
  const response = await send(`Bearer ${key}`)
  if (response.status !== 401 || request?.bodyUsed) return response
  const next = await unlessAborted(keyOf(), signal)
  return next === key ? response : send(`Bearer ${next}`)
}

/** The response with absolute links. An answer of JSON has been received whole, or is small. */
async function absolute(response: Response, origin: string): Promise<Response> {
  if (!response.ok || response.body === null || !isJson(response)) return response
  const text = await response.text()
  const hasLinks = text.includes('"/api/v1/') && isJsonText(text)
  // The response as options: status, text of the status and headers.
  return new Response(hasLinks ? JSON.stringify(withAbsoluteLinks(JSON.parse(text), origin)) : text, response)
}

/** The same for a link, which is a credential itself: without the API key, and with the body as it arrives. */
export function linkTransport(fetch: Fetch, retryMs: number): Fetch {
  return repeating(fetch, retryMs, async (response) => response)
}

function repeating(fetch: Fetch, retryMs: number, finish: (response: Response) => Promise<Response>): Fetch {
  return async (request) => {
    const beganAt = Date.now()
    const giveUpAt = beganAt + retryMs

    for (let attempt = 0; ; attempt++) {
      const backoffMs = Math.random() * Math.min(200 * 2 ** attempt, 5000)
      let pauseMs = backoffMs
      try {
        const response = await answer(fetch, request, finish)
        if (!passing.includes(response.status)) return response
        pauseMs = Math.max(backoffMs, retryAfterMs(response.headers) ?? 0)
        const until = response.status === 429 ? Math.max(giveUpAt, beganAt + rateLimitRetryMs) : giveUpAt
        if (Date.now() + pauseMs >= until) return response
        await response.body?.cancel()
      } catch (error) {
        const isFinal = request.signal.aborted || error instanceof LongrunProblem
        if (isFinal || Date.now() + pauseMs >= giveUpAt) throw error
      }
      await sleep(pauseMs, request.signal)
    }
  }
}

/** Whether the request is idempotent. */
function mayRepeat(request: Request): boolean {
  if (request.method !== 'POST') return true
  if (request.headers.has('Idempotency-Key')) return true
  return /\/operations(\/[^/]+:(cancel|purge)|\/[^/]+\/waits\/[^/]+:complete|:batchGet)$/.test(request.url)
}

/** One attempt. A silent connection counts as broken, so it cannot block the caller. */
async function answer(
  fetch: Fetch,
  request: Request,
  finish: (response: Response) => Promise<Response>,
): Promise<Response> {
  const over = new AbortController()
  const abort = () => over.abort(request.signal.reason)
  if (request.signal.aborted) abort()
  // Stays registered while the body is read.
  request.signal.addEventListener('abort', abort)
  const silent = new DOMException('The service did not answer', 'TimeoutError')
  const timer = setTimeout(() => over.abort(silent), answerTimeoutMs)
  try {
    const response = await unlessAborted(fetch(new Request(request.clone(), { signal: over.signal })), over.signal)
    return await unlessAborted(finish(response), over.signal)
  } finally {
    clearTimeout(timer)
  }
}

function isJson({ headers }: Response | Request): boolean {
  return /^application\/([\w.-]+\+)?json/.test(headers.get('Content-Type') ?? '')
}

/** The response with its complete body, because a connection may also break within the body. Throws if a success is not JSON. */
async function complete(response: Response): Promise<Response> {
  if (response.body === null || response.status === 204) return response
  const isOther = !isJson(response)
  if (isOther && !response.ok) return response
  const text = await response.text()
  if (response.ok && (isOther || !isJsonText(text))) throw problemOf(response, text)
  return new Response(text, response)
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
