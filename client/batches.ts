import type { InputOf, OperationType } from '../generated/operations.ts'
import type { components, paths } from '../generated/schema.ts'
import { dataOf } from './api.ts'
import type { Calls } from './calls.ts'
import type { ProblemDetails } from './errors.ts'
import { OperationHandle } from './operation.ts'
import { betweenHoldsMs, holdSeconds, leastHoldMs } from './reading.ts'
import { commonOf, placed, type SubmitOptions } from './submit.ts'
import { type CallOptions, signalOf, sleep } from './waiting.ts'

type Schemas = components['schemas']
type Created = Schemas['BatchCreated']
export type Batch = Schemas['Batch']

/** One submit of a batch. */
export type BatchItem<T extends OperationType = OperationType> = {
  [Type in T]: {
    type: Type
    input: InputOf[Type]
    /** Without a key of its own a submit is repeated by the key of the batch only. */
    options?: Omit<SubmitOptions, keyof CallOptions>
    /** The items of this batch that must end first, by their index. */
    after?: readonly number[]
  }
}[T]

export type BatchOptions = CallOptions & {
  /** Submits all operations or none: throws `BATCH_REFUSED` if one is refused. */
  allOrNothing?: boolean
  /** Receiver of `batch.completed`. */
  webhook?: Schemas['BatchWebhook']
  /** By default a random key for each call, which its automatic retries use as well. */
  idempotencyKey?: string
}

/** `replayed`: of an earlier submit with the same key. */
export type BatchResult<T extends OperationType> =
  | { operation: OperationHandle<T>; replayed: boolean; problem?: undefined }
  | { problem: ProblemDetails; operation?: undefined }

/** The results of items, with the types of the items. */
type ResultsOf<Items extends readonly BatchItem[]> = {
  -readonly [Index in keyof Items]: BatchResult<Items[Index]['type']>
}

/** A batch that was created or found by its id. */
export type BatchHandle = {
  id: string
  /** The number of its operations in each status, and its progress. */
  get(options?: CallOptions): Promise<Batch>
  /** The batch once all its operations have ended, whatever their statuses. A timeout or an aborted signal ends the wait alone. */
  ended(options?: CallOptions): Promise<Batch>
}

export type CreatedBatch<Items extends readonly BatchItem[]> = BatchHandle & {
  results: ResultsOf<Items>
  accepted: number
  replayed: number
  refused: number
  /** The secret of the webhook, if the service has created it. */
  webhook?: Created['webhook']
}

export type Batches = {
  /** Submits up to 1,000 operations in one request. Returns the operation or the problem of each, in order. */
  batchCreate<const Items extends readonly BatchItem[]>(
    items: Items,
    options?: BatchOptions,
  ): Promise<CreatedBatch<Items>>
  /** A batch of the owner. */
  batch(batchId: string): BatchHandle
}

/** The pause between reads that the service does not hold, because it holds as many requests as it may. */
const notHeldMs = 2000

type Body = NonNullable<paths['/operations:batchCreate']['post']['requestBody']>['content']['application/json']

export async function batchCreate<const Items extends readonly BatchItem[]>(
  calls: Calls,
  items: Items,
  { allOrNothing, webhook, idempotencyKey = crypto.randomUUID(), ...options }: BatchOptions,
): Promise<Omit<CreatedBatch<Items>, keyof BatchHandle> & { id: string }> {
  const body = { operations: items.map(wireItem), allOrNothing, webhook } as Body
  const params = { header: { 'Idempotency-Key': idempotencyKey } }
  const created = await dataOf(calls.persistent.POST('/operations:batchCreate', { params, body, ...options }))
  const { batchId, results, accepted, replayed, refused, ...rest } = created
  const handles = results.map(({ operation, problem, replayed: again = false }, index) =>
    operation
      ? { operation: new OperationHandle(calls, items[index]?.type ?? operation.type, operation), replayed: again }
      : { problem },
  )
  const counts = { accepted, replayed, refused }
  return { id: batchId, ...counts, ...rest, results: handles as unknown as ResultsOf<Items> }
}

/** Waits by long polls. */
export async function untilEnded(calls: Calls, batchId: string, options: CallOptions): Promise<Batch> {
  const signal = signalOf(options)
  const params = { path: { batchId }, header: { Prefer: `wait=${holdSeconds}` } }
  for (;;) {
    const startedAt = performance.now()
    const found = await dataOf(calls.persistent.GET('/batches/{batchId}', { params, signal }))
    if (found.done) return found
    const wasHeld = performance.now() - startedAt >= leastHoldMs
    await sleep(wasHeld ? betweenHoldsMs : notHeldMs, signal)
  }
}

function wireItem({ type, input, options = {}, after }: BatchItem): object {
  const { path, body } = placed(type, input)
  return {
    type,
    ...(Object.keys(path).length > 0 ? { path } : {}),
    body: { ...body, ...commonOf(options) },
    idempotencyKey: options.idempotencyKey,
    dependsOn: after,
  }
}
