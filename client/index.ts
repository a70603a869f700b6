import createFetchClient, { type Client, createQuerySerializer } from 'openapi-fetch'
import type { OperationType } from '../generated/operations.ts'
import type { components, paths } from '../generated/schema.ts'
import { type Batches, batches } from './batches.ts'
import { bodyOf as contentOf, problemOf } from './errors.ts'
import { leastHoldMs } from './events.ts'
import { streamGate } from './following.ts'
import { eachWithAbsoluteLinks } from './links.ts'
import { OperationHandle } from './operation.ts'
import type { Operations, Wait } from './operations.ts'
import { type EventFilter, type OwnedEvent, ownedEvents } from './owned-events.ts'
import { pages } from './pages.ts'
import { createSchedules, type Schedules } from './schedules.ts'
import { bodyOf, type Source } from './stream.ts'
import { type Submits, submits, type Validations } from './submit.ts'
import { type Fetch, linkTransport, transport } from './transport.ts'
import { retryAfterMs } from './waiting.ts'

export type { Batch, BatchHandle, BatchItem, BatchOptions, BatchResult, CreatedBatch } from './batches.ts'
export type { DownloadTarget } from './download.ts'
export {
  DownloadIncomplete,
  LongrunProblem,
  OperationCancelled,
  OperationFailed,
  OperationTypeMismatch,
  type ProblemDetails,
  ResultTimeout,
  StreamsUnavailable,
  SubmitUnanswered,
} from './errors.ts'
export type { EventOptions } from './events.ts'
export type { OperationEvent } from './following.ts'
export type { OperationHandle } from './operation.ts'
export type { Input, Operation, Wait, WaitBodies } from './operations.ts'
export type { EventFilter, OwnedEvent } from './owned-events.ts'
export type { NewSchedule, OperationTemplate, Schedule, ScheduleChanges, Schedules } from './schedules.ts'
export type { Source } from './stream.ts'
export type { SubmitOptions } from './submit.ts'
export type { Fetch } from './transport.ts'
export type { BatchWebhookEvent, OperationWebhookEvent, PingWebhookEvent, WebhookEvent } from './webhook-event.ts'
export {
  type ReceivedWebhook,
  verifyWebhook,
  type WebhookHeaders,
  type WebhookRefusal,
  WebhookVerificationError,
} from './webhooks.ts'

type Schemas = components['schemas']

/** Repeats the parameter for each of several values, as openapi-fetch does. */
const serialize = createQuerySerializer()

/** Longest time in which a repeatable request is retried while a caller waits for the response. */
const requestRetryMs = 10_000
/** Longest time in which a subscriber retries while the service is unavailable. The operation does not depend on either. */
const streamRetryMs = 60_000

export type ClientOptions = {
  /** The origin of the service, such as `https://longrun.example.com`, with the path that a proxy adds before `/api/v1`, if any. */
  baseUrl: string
  apiKey: string
  /** Replaces the `fetch` of the platform. */
  fetch?: Fetch
}

/** Paths outside `/api/v1` need no key: request them with plain `fetch`. */
type ApiPaths = Omit<paths, '/' | '/healthz' | '/readyz' | '/openapi.json' | '/docs' | '/problems/{code}'>

type Query<P extends '/orders' | '/customers'> = Omit<NonNullable<paths[P]['get']['parameters']['query']>, 'pageToken'>

/** A handle of any type. Narrow it by `type`. */
export type AnyHandle = { [T in OperationType]: OperationHandle<T> }[OperationType]

/** A handle that was found without its type: it completes a wait of any name, with a body that only the service checks. */
export type FoundHandle = AnyHandle & {
  complete(name: string, body: object, options?: { signal?: AbortSignal }): Promise<Wait>
}

export type Longrun = Submits &
  Batches & {
    /** Checks an input like the submit and estimates the work, without creating an operation. Throws like the submit. */
    validate: Validations
    /**
     * Finds an operation of the owner by its id. With `type` the result is typed, and `OperationTypeMismatch` is thrown when the
     * operation has another type.
     */
    operation(operationId: string, type?: undefined, options?: { signal?: AbortSignal }): Promise<FoundHandle>
    operation<T extends OperationType>(
      operationId: string,
      type: T,
      options?: { signal?: AbortSignal },
    ): Promise<OperationHandle<T>>
    /**
     * Each event of all operations of the owner that matches the filter, as it happens: from now on, or after the event with the
     * cursor `after`. Ends when the signal is aborted or the loop is left.
     */
    events(
      filter?: EventFilter,
      options?: { after?: string; signal?: AbortSignal },
    ): AsyncGenerator<OwnedEvent, void, void>
    /** Streams `source` to the service with at most one chunk in memory. Not repeated when the connection breaks. */
    upload(
      source: Source,
      options: { mediaType: 'text/csv' | 'application/x-ndjson'; signal?: AbortSignal },
    ): Promise<Schemas['Upload']>
    getReport(reportId: string, options?: { signal?: AbortSignal }): Promise<Schemas['Report']>
    /** Iterates over all orders, page by page. */
    orders(
      query?: Query<'/orders'>,
      options?: { signal?: AbortSignal },
    ): AsyncGenerator<Schemas['OrderSummary'], void, void>
    /** Iterates over all customers, page by page. */
    customers(
      query?: Query<'/customers'>,
      options?: { signal?: AbortSignal },
    ): AsyncGenerator<Schemas['Customer'], void, void>
    /** Creates, reads and controls schedules, which submit operations at due times. */
    schedules: Schedules
    /** All other endpoints: an openapi-fetch client, typed by the contract, with the key and the retries of this client. */
    api: Client<ApiPaths>
  }

/** Creates a client for one service and one API key. The client holds no connection and need not be closed. */
export function createClient({ baseUrl, apiKey, fetch = globalThis.fetch }: ClientOptions): Longrun {
  const origin = baseUrl.replace(/\/+$/, '')
  const base = `${origin}/api/v1`
  const send = transport((request) => fetch(request), { apiKey, origin, retryMs: requestRetryMs })
  const sendLink = linkTransport((request) => fetch(request), requestRetryMs)
  const sendWithLongRetry = transport((request) => fetch(request), { apiKey, origin, retryMs: streamRetryMs })
  const api = createFetchClient<ApiPaths>({ baseUrl: base, fetch: send })

  /** Sends one request without the transport: the timeouts of the transport are for responses that end. */
  function stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${apiKey}` }
    const resuming = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }
    return fetch(new Request(base + path, { headers: { ...headers, ...resuming }, signal }))
  }

  const operations: Operations = {
    async read(operationId, { etag, holdSeconds, signal }) {
      const wait = etag !== undefined && holdSeconds !== undefined ? { Prefer: `wait=${holdSeconds}` } : {}
      const askedAt = performance.now()
      const { data, error, response } = await api.GET('/operations/{operationId}', {
        params: { path: { operationId } },
        headers: { 'If-None-Match': etag, ...wait },
        signal,
        fetch: sendWithLongRetry,
      })
      const tookTime = performance.now() - askedAt >= leastHoldMs
      const wasHeld = tookTime && (response.headers.get('Preference-Applied')?.startsWith('wait') ?? false)
      const askAgainMs = retryAfterMs(response.headers)
      if (response.status === 304) return { etag, askAgainMs, wasHeld }
      if (data === undefined) throw problemOf(response, error)
      return { operation: data, etag: response.headers.get('ETag') ?? undefined, askAgainMs, wasHeld }
    },

    async input(operationId, signal) {
      const { data, error, response } = await api.GET('/operations/{operationId}', {
        params: { path: { operationId }, query: { view: 'FULL' } },
        signal,
        fetch: sendWithLongRetry,
      })
      if (data === undefined) throw problemOf(response, error)
      return data.input
    },

    async history(operationId, after, signal) {
      const { data, error, response } = await api.GET('/operations/{operationId}/events', {
        params: { path: { operationId }, query: { after, pageSize: 1000 } },
        signal,
        fetch: sendWithLongRetry,
      })
      if (data === undefined) throw problemOf(response, error)
      return data.events
    },

    stream: (operationId, lastEventId, signal) => stream(`/operations/${operationId}/stream`, lastEventId, signal),
    gate: streamGate(),

    cancel: (operationId, reason, signal) =>
      answerOf(
        api.POST('/operations/{operationId}:cancel', {
          params: { path: { operationId } },
          body: reason === undefined ? undefined : { reason },
          signal,
        }),
      ),

    async retry(operationId, { idempotencyKey, signal }) {
      const { data, error, response } = await api.POST('/operations/{operationId}:retry', {
        params: { path: { operationId }, header: { 'Idempotency-Key': idempotencyKey } },
        signal,
      })
      if (data === undefined) throw problemOf(response, error)
      return { operation: data, askAgainMs: retryAfterMs(response.headers) }
    },

    async purge(operationId, signal) {
      const { error, response } = await api.POST('/operations/{operationId}:purge', {
        params: { path: { operationId } },
        signal,
      })
      // 410 is success: the response to the first request may have been lost.
      if (!response.ok && response.status !== 410) throw problemOf(response, error)
    },

    waits: (operationId, signal) =>
      all(
        pages(async (pageToken) => {
          const params = { path: { operationId }, query: { pageSize: 1000, pageToken } }
          const page = await answerOf(api.GET('/operations/{operationId}/waits', { params, signal }))
          return { items: page.waits, nextPageToken: page.nextPageToken }
        }),
      ),

    complete: (operationId, name, body, signal) =>
      answerOf(
        api.POST('/operations/{operationId}/waits/{name}:complete', {
          params: { path: { operationId, name } },
          body: { ...body },
          signal,
        }),
      ),

    origin,

    // A signed link is a credential and may point at another host, so the API key is not sent.
    open: (link, signal, headers) =>
      sendLink(new Request(link.startsWith('/') ? origin + link : link, { signal, headers })),
  }

  function operation(operationId: string, type?: undefined, options?: { signal?: AbortSignal }): Promise<FoundHandle>
  function operation<T extends OperationType>(
    operationId: string,
    type: T,
    options?: { signal?: AbortSignal },
  ): Promise<OperationHandle<T>>
  async function operation<T extends OperationType>(
    operationId: string,
    type?: T,
    options: { signal?: AbortSignal } = {},
  ) {
    const reading = await operations.read(operationId, { signal: options.signal })
    if (reading.operation === undefined) throw new Error('304 without If-None-Match')
    return new OperationHandle(operations, type ?? (reading.operation.type as T), reading.operation, reading)
  }

  return {
    ...submits(base, sendWithLongRetry, operations),
    ...batches(
      {
        create: (body, key, signal) => {
          const params = { header: { 'Idempotency-Key': key } }
          return answerOf(api.POST('/operations:batchCreate', { params, body, signal, fetch: sendWithLongRetry }))
        },
        read: (batchId, signal) => answerOf(api.GET('/batches/{batchId}', { params: { path: { batchId } }, signal })),
        held: (batchId, seconds, signal) => {
          const params = { path: { batchId }, header: { Prefer: `wait=${seconds}` } }
          return answerOf(api.GET('/batches/{batchId}', { params, signal, fetch: sendWithLongRetry }))
        },
      },
      operations,
    ),
    operation,
    events(filter = {}, { after, signal } = {}) {
      const path = `/operations/stream?${serialize(filter)}`
      const open = (lastEventId: string | undefined, signal: AbortSignal) => stream(path, lastEventId, signal)
      return eachWithAbsoluteLinks(ownedEvents(open, { after, signal, retryMs: streamRetryMs }), origin)
    },
    async upload(source, { mediaType, signal }) {
      const headers = { 'Content-Type': mediaType }
      const init = { method: 'POST', headers, body: bodyOf(source), duplex: 'half', signal } as const
      const response = await send(new Request(`${base}/uploads`, init))
      const answer = await contentOf(response)
      if (!response.ok || typeof answer !== 'object') throw problemOf(response, answer)
      return answer as Schemas['Upload']
    },
    getReport: (reportId, { signal } = {}) =>
      answerOf(api.GET('/reports/{reportId}', { params: { path: { reportId } }, signal })),
    orders: (query, { signal } = {}) =>
      pages(async (pageToken) => {
        const page = await answerOf(api.GET('/orders', { params: { query: { ...query, pageToken } }, signal }))
        return { items: page.orders, nextPageToken: page.nextPageToken }
      }),
    customers: (query, { signal } = {}) =>
      pages(async (pageToken) => {
        const page = await answerOf(api.GET('/customers', { params: { query: { ...query, pageToken } }, signal }))
        return { items: page.customers, nextPageToken: page.nextPageToken }
      }),
    schedules: createSchedules(api, answerOf),
    api,
  }
}

/** The body of the response; throws the problem of an error response. */
async function answerOf<D>(call: Promise<{ data?: D; error?: unknown; response: Response }>): Promise<D> {
  const { data, error, response } = await call
  if (!response.ok || data === undefined) throw problemOf(response, error)
  return data
}

async function all<Item>(items: AsyncGenerator<Item, void, void>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
