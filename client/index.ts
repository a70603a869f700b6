import { createQuerySerializer } from 'openapi-fetch'
import type { OperationType } from '../generated/operations.ts'
import type { components, paths } from '../generated/schema.ts'
import { type Api, dataOf, type InitOf } from './api.ts'
import type { Batches, BatchHandle, CreatedBatch } from './batches.ts'
import { type ClientOptions, createCalls, streamRetryMs } from './calls.ts'
import { eachWithAbsoluteLinks } from './links.ts'
import { OperationHandle, type OperationReference } from './operation.ts'
import type { Operation, Wait } from './operations.ts'
import type { EventFilter, OwnedEvent } from './owned-events.ts'
import { type ItemOf, type ListPath, list } from './pages.ts'
import { read } from './reading.ts'
import type { Schedules } from './schedules.ts'
import type { Source } from './stream.ts'
import { type Submits, submits, type Validations } from './submit.ts'
import type { UploadOptions } from './upload.ts'
import { type CallOptions, signalOf } from './waiting.ts'

export type { Answer, Api } from './api.ts'
export type { Batch, BatchHandle, BatchItem, BatchOptions, BatchResult, CreatedBatch } from './batches.ts'
export type { ClientOptions } from './calls.ts'
export type { DownloadTarget } from './download.ts'
export {
  DownloadIncomplete,
  LongrunProblem,
  OperationCancelled,
  OperationExpired,
  OperationFailed,
  OperationTypeMismatch,
  type ProblemCode,
  type ProblemDetails,
  ResultTimeout,
  StreamsUnavailable,
  SubmitUnanswered,
} from './errors.ts'
export type { EventOptions } from './events.ts'
export type { OperationEvent } from './following.ts'
export type { OperationHandle, OperationReference } from './operation.ts'
export type { Input, Operation, Wait, WaitBodies } from './operations.ts'
export type { EventFilter, OwnedEvent } from './owned-events.ts'
export type { ItemOf, ListPath } from './pages.ts'
export type { NewSchedule, OperationTemplate, Schedule, ScheduleChanges, Schedules } from './schedules.ts'
export type { Source, Transferred } from './stream.ts'
export type { SubmitOptions } from './submit.ts'
export type { Fetch } from './transport.ts'
export type { UploadOptions } from './upload.ts'
export type { CallOptions } from './waiting.ts'
export type { BatchWebhookEvent, OperationWebhookEvent, PingWebhookEvent, WebhookEvent } from './webhook-event.ts'
export {
  type ReceivedWebhook,
  verifyWebhook,
  type WebhookHeaders,
  type WebhookRefusal,
  WebhookVerificationError,
} from './webhooks.ts'

type Schemas = components['schemas']

type Query<P extends '/orders' | '/customers' | '/operations'> = Omit<
  NonNullable<paths[P]['get']['parameters']['query']>,
  'pageToken'
>

/** A handle of any type. Narrow it by `type`. */
export type AnyHandle = { [T in OperationType]: OperationHandle<T> }[OperationType]

/** A handle that was found without its type: it completes a wait of any name, with a body that only the service checks. */
export type FoundHandle = AnyHandle & {
  complete(name: string, body: object, options?: CallOptions): Promise<Wait>
}

export type Longrun = Submits &
  Batches & {
    /** Checks an input like the submit and estimates the work, without creating an operation. Throws like the submit. */
    validate: Validations
    /**
     * Finds an operation of the owner by its id. With `type` the result is typed, and `OperationTypeMismatch` is thrown when the
     * operation has another type. Throws `OperationExpired` when the operation was deleted after its retention or by a purge.
     */
    operation(operationId: string, type?: undefined, options?: CallOptions): Promise<FoundHandle>
    operation<T extends OperationType>(operationId: string, type: T, options?: CallOptions): Promise<OperationHandle<T>>
    /** Finds the operation of a handle that was written by `JSON.stringify` or `toJSON()`, for example by another process. */
    fromJSON<T extends OperationType>(
      reference: OperationReference<T>,
      options?: CallOptions,
    ): Promise<OperationHandle<T>>
    /** Iterates over the operations that match the query, newest first, page by page. `timeoutMs` applies to each page. */
    operations(query?: Query<'/operations'>, options?: CallOptions): AsyncGenerator<FoundHandle, void, void>
    /**
     * Each event of all operations of the owner that matches the filter, as it happens: from now on, or after the event with the
     * cursor `after`. Ends when the signal is aborted or the loop is left.
     */
    events(filter?: EventFilter, options?: CallOptions & { after?: string }): AsyncGenerator<OwnedEvent, void, void>
    /** Streams `source` to the service with at most one chunk in memory. Not repeated when the connection breaks. */
    upload(source: Source, options: UploadOptions): Promise<Schemas['Upload']>
    getReport(reportId: string, options?: CallOptions): Promise<Schemas['Report']>
    /** Iterates over all orders, page by page. */
    orders(query?: Query<'/orders'>, options?: CallOptions): AsyncGenerator<Schemas['OrderSummary'], void, void>
    /** Iterates over all customers, page by page. */
    customers(query?: Query<'/customers'>, options?: CallOptions): AsyncGenerator<Schemas['Customer'], void, void>
    /** Iterates over any list of the contract, such as `/keys`, page by page. */
    list<P extends ListPath>(path: P, init?: InitOf<P, 'GET'>): AsyncGenerator<ItemOf<P>, void, void>
    /** Creates, reads and controls schedules, which submit operations at due times. */
    schedules: Schedules
    /**
     * All other endpoints, by method and path, typed by the contract: `await longrun.api.GET('/keys/{keyId}', { params: { path: { keyId } } })`
     * returns `{ data, error, response }`.
     */
    api: Api
  }

/**
 * Creates a client for one service and one API key. The client holds no connection and need not be closed. What submitting and waiting do not need
 * is loaded at its first use.
 */
export function createClient(options: ClientOptions): Longrun {
  const calls = createCalls(options)
  const { api, origin } = calls
  const handleOf = (operation: Operation) => new OperationHandle(calls, operation.type, operation) as FoundHandle

  async function operation(operationId: string, type?: OperationType, options?: CallOptions): Promise<FoundHandle> {
    const reading = await read(calls, operationId, { ...options })
    const found = reading.operation as Operation
    return new OperationHandle(calls, type ?? found.type, found, reading) as FoundHandle
  }

  const batch = (id: string): BatchHandle => ({
    id,
    get: (options) => dataOf(api.GET('/batches/{batchId}', { params: { path: { batchId: id } }, ...options })),
    ended: async (options = {}) => (await import('./batches.ts')).untilEnded(calls, id, options),
  })

  const client: Omit<Longrun, keyof Submits | 'validate'> = {
    operation: operation as Longrun['operation'],
    fromJSON: ({ id, type }, options) => (operation as Longrun['operation'])(id, type, options),
    async *operations(query, options) {
      for await (const found of list(api, '/operations', { params: { query }, ...options })) yield handleOf(found)
    },
    async *events(filter = {}, { after, ...options } = {}) {
      const open = (lastEventId: string | undefined, signal: AbortSignal) =>
        calls.stream(`/operations/stream?${createQuerySerializer()(filter)}`, lastEventId, signal)
      const { ownedEvents } = await import('./owned-events.ts')
      const events = ownedEvents(open, { after, signal: signalOf(options), retryMs: streamRetryMs })
      yield* eachWithAbsoluteLinks(events, origin)
    },
    upload: async (source, options) => (await import('./upload.ts')).upload(calls, source, options),
    getReport: (reportId, options) =>
      dataOf(api.GET('/reports/{reportId}', { params: { path: { reportId } }, ...options })),
    orders: (query, options) => list(api, '/orders', { params: { query }, ...options }),
    customers: (query, options) => list(api, '/customers', { params: { query }, ...options }),
    list: (path, init) => list(api, path, init),
    async batchCreate(items, options = {}) {
      const created = await (await import('./batches.ts')).batchCreate(calls, items, options)
      return { ...created, ...batch(created.id) } as CreatedBatch<typeof items>
    },
    batch,
    schedules: lazySchedules(async () => (await import('./schedules.ts')).createSchedules(calls)),
    api,
  }
  return { ...submits(calls), ...client }
}

const scheduleMethods = ['create', 'validate', 'get', 'update', 'delete', 'pause', 'resume', 'trigger'] as const

/** The methods of schedules, of which each loads their implementation. */
function lazySchedules(load: () => Promise<Schedules>): Schedules {
  const lazy = scheduleMethods.map((name) => [
    name,
    async (...args: unknown[]) => ((await load())[name] as (...args: unknown[]) => unknown)(...args),
  ])
  return {
    ...(Object.fromEntries(lazy) as Omit<Schedules, 'list'>),
    async *list(...args) {
      yield* (await load()).list(...args)
    },
  }
}
