import { type InputOf, type OperationType, operationTypes } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import { problemOf } from './errors.ts'
import { type Operation, OperationHandle, type Operations } from './operation.ts'
import type { Fetch } from './transport.ts'
import { retryAfterMs } from './waiting.ts'

type Schemas = components['schemas']

export type SubmitOptions = {
  /** To find the operation again. */
  labels?: Record<string, string>
  /** Orders your own operations among each other. */
  priority?: Schemas['Priority']
  /** Not before this instant. */
  startAfter?: Date | string
  /** Where to send what happens to it. A secret that is left out is made: it is in `snapshot.webhook`, then and never again. */
  webhook?: Schemas['Webhook']
  /** By default a random one for each call, the same for its automatic retries. */
  idempotencyKey?: string
  /** Ends the call, not the operation. */
  signal?: AbortSignal
}

/** One method per operation type. A type that the contract gains is here without a change to this file. */
export type Submits = {
  [T in OperationType]: (input: InputOf[T], options?: SubmitOptions) => Promise<OperationHandle<T>>
}

/** The same methods, starting nothing. */
export type Validations = {
  [T in OperationType]: (input: InputOf[T], options?: { signal?: AbortSignal }) => Promise<Schemas['Validation']>
}

/** The methods of all operation types, made from what the contract lists of each: its path and no more. */
export function submits(base: string, send: Fetch, operations: Operations): Submits & { validate: Validations } {
  async function post<T extends OperationType>(type: T, input: InputOf[T], common: object, options: SubmitOptions) {
    const { path, body } = placed(operationTypes[type].path, input)
    const headers = {
      'Content-Type': 'application/json',
      'Idempotency-Key': options.idempotencyKey ?? crypto.randomUUID(),
    }
    const init = { method: 'POST', headers, body: JSON.stringify({ ...body, ...common }), signal: options.signal }
    const response = await send(new Request(base + path, init))
    const answer: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw problemOf(response, answer)
    return { answer, askAgainMs: retryAfterMs(response.headers) }
  }

  async function submit<T extends OperationType>(type: T, input: InputOf[T], options: SubmitOptions = {}) {
    const { labels, priority, startAfter, webhook } = options
    const { answer, askAgainMs } = await post(type, input, { labels, priority, startAfter, webhook }, options)
    return new OperationHandle(operations, type, answer as Operation, { askAgainMs })
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

function byType<Answer>(
  method: (type: OperationType) => (input: InputOf[OperationType], options?: SubmitOptions) => Answer,
) {
  const types = Object.keys(operationTypes) as OperationType[]
  return Object.fromEntries(types.map((type) => [type, method(type)]))
}

/** The path with its parameters filled from the input, and the rest of the input, which is the body. */
function placed(template: string, input: object): { path: string; body: object } {
  const body: Record<string, unknown> = { ...input }
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(body[name]))
    delete body[name]
    return value
  })
  return { path, body }
}
