import { type InputOf, type OperationType, operationTypes } from '../generated/operations.ts'
import type { components, paths } from '../generated/schema.ts'
import type { ProblemDetails } from './errors.ts'
import { betweenHoldsMs, holdSeconds, leastHoldMs } from './events.ts'
import { OperationHandle } from './operation.ts'
import type { Operations } from './operations.ts'
import { commonOf, type SubmitOptions } from './submit.ts'
import { sleep } from './waiting.ts'

type Schemas = components['schemas']
type Created = Schemas['BatchCreated']
export type Batch = Schemas['Batch']

/** One submit of a batch. */
export type BatchItem<T extends OperationType = OperationType> = {
  [Type in T]: {
    type: Type
    input: InputOf[Type]
    /** Without a key of its own a submit is repeated by the key of the batch only. */
    options?: Omit<SubmitOptions, 'signal'>
    /** The items of this batch that must end first, by their index. */
    after?: readonly number[]
  }
}[T]

export type BatchOptions = {
  /** Submits all operations or none: throws `BATCH_REFUSED` if one is refused. */
  allOrNothing?: boolean
  /** Receiver of `batch.completed`. */
  webhook?: Schemas['BatchWebhook']
  /** By default a random key for each call, which its automatic retries use as well. */
  idempotencyKey?: string
  /** Aborts the call, not the operations. */
  signal?: AbortSignal
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
  get(options?: { signal?: AbortSignal }): Promise<Batch>
  /** The batch once all its operations have ended, whatever their statuses. Rejects with the reason of the signal when it is aborted. */
  ended(options?: { signal?: AbortSignal }): Promise<Batch>
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

/** The calls of the service that batches use. */
export type BatchCalls = {
  create(body: Body, idempotencyKey: string, signal: AbortSignal | undefined): Promise<Created>
  read(batchId: string, signal: AbortSignal | undefined): Promise<Batch>
  /** Like `read`, held by the service until the batch has ended or `seconds` are over. */
  held(batchId: string, seconds: number, signal: AbortSignal | undefined): Promise<Batch>
}

export function batches(calls: BatchCalls, operations: Operations): Batches {
  const batch = (id: string): BatchHandle => ({
    id,
    get: ({ signal } = {}) => calls.read(id, signal),
    async ended({ signal } = {}) {
      for (;;) {
        const startedAt = performance.now()
        const found = await calls.held(id, holdSeconds, signal)
        if (found.done) return found
        const wasHeld = performance.now() - startedAt >= leastHoldMs
        await sleep(wasHeld ? betweenHoldsMs : notHeldMs, signal)
      }
    },
  })
  return {
    batch,
    async batchCreate<const Items extends readonly BatchItem[]>(items: Items, options: BatchOptions = {}) {
      const { allOrNothing, webhook, idempotencyKey = crypto.randomUUID(), signal } = options
      const body = { operations: items.map(wireItem), allOrNothing, webhook } as Body
      const { batchId, results, accepted, replayed, refused, ...rest } = await calls.create(
        body,
        idempotencyKey,
        signal,
      )
      const handles = results.map(({ operation, problem, replayed: again = false }, index) =>
        operation
          ? {
              operation: new OperationHandle(operations, items[index]?.type ?? operation.type, operation),
              replayed: again,
            }
          : { problem },
      )
      const counts = { accepted, replayed, refused }
      return { ...batch(batchId), ...counts, ...rest, results: handles as unknown as ResultsOf<Items> }
    },
  }
}

function wireItem({ type, input, options = {}, after }: BatchItem): object {
  const body: Record<string, unknown> = { ...input }
  const names = [...operationTypes[type].path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const path = Object.fromEntries(names.map((name) => [name, String(body[name])]))
  for (const name of names) delete body[name]
  return {
    type,
    ...(names.length > 0 ? { path } : {}),
    body: { ...body, ...commonOf(options) },
    idempotencyKey: options.idempotencyKey,
    dependsOn: after,
  }
}
