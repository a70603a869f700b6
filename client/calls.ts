import { type Api, createApi } from './api.ts'
import { authorized, type Fetch, linkTransport, transport } from './transport.ts'

/** Longest time in which a repeatable request is retried while a caller waits for the response. */
const requestRetryMs = 10_000
/** Longest time in which a subscriber retries while the service is unavailable. The operation does not depend on either. */
export const streamRetryMs = 60_000

export type ClientOptions = {
  /** The origin of the service, such as `https://longrun.example.com`, with the path that a proxy adds before `/api/v1`, if any. */
  baseUrl: string
  /**
   * An API key, or a function that returns a short-lived token, as browsers need one. It is called for each request; concurrent requests share a call in
   * progress. Its rejection is the error of the request. After a 401 it is called once more, and the request repeated if the token is another one.
   */
  apiKey: string | (() => string | Promise<string>)
  /** Replaces the `fetch` of the platform. */
  fetch?: Fetch
}

/** The requests of a client, which its parts share. */
export type Calls = {
  api: Api
  /** The same with longer retries, for submits and subscribers. */
  persistent: Api
  /** The URL of the API. */
  base: string
  /** What links begin with: the address of the service. */
  origin: string
  /** Sends one request with the key. */
  send: Fetch
  /** Requests the event stream at `path` once; resolves with any response. */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>
  /** Opens a signed link; resolves with any response. */
  open(link: string, signal: AbortSignal | undefined, headers?: Record<string, string>): Promise<Response>
}

export function createCalls({ baseUrl, apiKey, fetch = globalThis.fetch }: ClientOptions): Calls {
  const origin = baseUrl.replace(/\/+$/, '')
  const base = `${origin}/api/v1`
  // The `fetch` of a browser must not be called as a method. A request passes an abort on only while it is referenced (undici issue 1926).
  const plain: Fetch = (request) => fetch(request).finally(() => request)
  let asked: Promise<string> | undefined
  const askForKey = async () => (typeof apiKey === 'string' ? apiKey : apiKey())
  const keyOf = () => {
    asked ??= askForKey().finally(() => {
      asked = undefined
    })
    return asked
  }
  const send = transport(plain, { keyOf, origin, retryMs: requestRetryMs })
  const sendLink = linkTransport(plain, requestRetryMs)
  return {
    api: createApi(base, send),
    persistent: createApi(base, transport(plain, { keyOf, origin, retryMs: streamRetryMs })),
    base,
    origin,
    send,
    // Without the transport: its timeouts are for responses that end.
    stream(path, lastEventId, signal) {
      const resuming: Record<string, string> = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }
      return authorized(keyOf, signal, (Authorization) => {
        const headers = { Accept: 'text/event-stream', Authorization, ...resuming }
        return plain(new Request(base + path, { headers, signal }))
      })
    },
    // A signed link is a credential and may point at another host, so the API key is not sent.
    open: (link, signal, headers) =>
      sendLink(
        new Request(link.startsWith('/') ? origin + link : link, {
          signal: signal ?? null,
          ...(headers && { headers }),
        }),
      ),
  }
}
