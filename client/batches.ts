import type { InputOf, OperationType } from '../generated/operations.ts'
import type { components, paths } from '../generated/schema.ts'
import { dataOf } from './api.ts'
import { callsOf } from './calls.ts'
import type { ProblemDetails } from './errors.ts'
import { OperationHandle } from './operation.ts'
import { commonOf, placed, type SubmitOptions } from './submit.ts'
import type { CallOptions } from './waiting.ts'

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
}

export type CreatedBatch<Items extends readonly BatchItem[]> = BatchHandle & {
  results: ResultsOf<Items>
  accepted: number
  replayed: number
  refused: number
  /** The secret of the webhook, if the service has created it. */
  webhook?: Created['webhook']
}

type Body = NonNullable<paths['/operations:batchCreate']['post']['requestBody']>['content']['application/json']

/** Submits up to 1,000 operations in one request. Returns the operation or the problem of each, in order. */
export async function batchCreate<const Items extends readonly BatchItem[]>(
  longrun: object,
  items: Items,
  { allOrNothing, webhook, idempotencyKey = crypto.randomUUID(), ...options }: BatchOptions = {},
): Promise<CreatedBatch<Items>> {
  const calls = callsOf(longrun)
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
  return { ...batch(longrun, batchId), ...counts, ...rest, results: handles as unknown as ResultsOf<Items> }
}

/** A batch of the owner. */
export function batch(longrun: object, batchId: string): BatchHandle {
  const { api } = callsOf(longrun)
  return {
    id: batchId,
    get: (options) => dataOf(api.GET('/batches/{batchId}', { params: { path: { batchId } }, ...options })),
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
