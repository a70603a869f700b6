import type { InputOf, OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import { submitPaths } from '../generated/submit-paths.ts'
import type { AnyEndpoint } from './api.ts'
import type { Calls } from './calls.ts'
import { LongrunProblem, SubmitUnanswered } from './errors.ts'
import { OperationHandle } from './operation.ts'
import type { Operation } from './operations.ts'
import { type CallOptions, retryAfterMs, signalOf } from './waiting.ts'

type Schemas = components['schemas']

export type SubmitOptions = CallOptions & {
  /** Labels for filters. */
  labels?: Record<string, string>
  /** Priority among the operations of the owner. */
  priority?: Schemas['Priority']
  /** Earliest start. */
  startAfter?: Date | string
  /** Operations that must end first, as handles or ids. */
  dependsOn?: readonly (string | { id: string })[]
  /** What happens when one of them does not complete; default: the operation fails. */
  dependencyPolicy?: Schemas['DependencyPolicy']
  /** Operations with the same key never run at the same time. Not for `importOrders`, of which one runs at a time anyway. */
  concurrencyKey?: string
  /** Receiver of the events. Without a secret the service creates one and returns it once, in `snapshot.webhook`. */
  webhook?: Schemas['Webhook']
  /** By default a random key for each call, which its automatic retries use as well. */
  idempotencyKey?: string
}

/** One method per operation type of the contract. */
export type Submits = {
  [T in OperationType]: (input: InputOf[T], options?: SubmitOptions) => Promise<OperationHandle<T>>
}

/** The same methods, without creating an operation. */
export type Validations = {
  [T in OperationType]: (input: InputOf[T], options?: CallOptions) => Promise<Schemas['Validation']>
}

/** The methods of all operation types, derived from their paths in the contract. */
export function submits(calls: Calls): Submits & { validate: Validations } {
  async function post<T extends OperationType>(type: T, input: InputOf[T], common: object, options: SubmitOptions) {
    const { path, body } = placed(type, input)
    const { idempotencyKey = crypto.randomUUID() } = options
    const signal = signalOf(options)
    const post = calls.persistent.POST as AnyEndpoint
    const init = {
      params: { path, header: { 'Idempotency-Key': idempotencyKey } },
      body: { ...body, ...common },
      signal,
    }
    const { data, error, response } = await post(submitPaths[type], init).catch((error: unknown) => {
      if (signal?.aborted || error instanceof LongrunProblem) throw error
      throw new SubmitUnanswered(type, input, idempotencyKey, error)
    })
    if (error) throw Object.assign(error, { idempotencyKey })
    return { answer: data, askAgainMs: retryAfterMs(response.headers) }
  }

  async function submit<T extends OperationType>(type: T, input: InputOf[T], options: SubmitOptions = {}) {
    const { answer, askAgainMs } = await post(type, input, commonOf(options), options)
    return new OperationHandle(calls, type, answer as Operation, { askAgainMs })
  }

  async function validate<T extends OperationType>(type: T, input: InputOf[T], options: SubmitOptions = {}) {
    const { answer } = await post(type, input, { validateOnly: true }, options)
    return answer as Schemas['Validation']
  }

  return {
    ...(byType((type) => (input, options) => submit(type, input, options)) as Submits),
    validate: byType((type) => (input, options) => validate(type, input, options)) as Validations,
  }
}

/** The fields that every submit has. */
export function commonOf({
  signal: _signal,
  timeoutMs: _timeoutMs,
  idempotencyKey: _idempotencyKey,
  dependsOn,
  ...common
}: SubmitOptions): object {
  return { ...common, dependsOn: dependsOn?.map((one) => (typeof one === 'string' ? one : one.id)) }
}

function byType<Answer>(
  method: (type: OperationType) => (input: InputOf[OperationType], options?: SubmitOptions) => Answer,
) {
  const types = Object.keys(submitPaths) as OperationType[]
  return Object.fromEntries(types.map((type) => [type, method(type)]))
}

/** The parameters of the path of the type, and the other fields of the input. */
export function placed(type: OperationType, input: object): { path: Record<string, string>; body: object } {
  const body: Record<string, unknown> = { ...input }
  const path: Record<string, string> = {}
  for (const [, name = ''] of submitPaths[type].matchAll(/\{(\w+)\}/g)) {
    path[name] = String(body[name])
    delete body[name]
  }
  return { path, body }
}
