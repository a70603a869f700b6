import { flatten } from './flatten.ts'

/** The value of `x-long-running-operation`, which declares an operation type. The lint rules check it. */
export type LongRunning = {
  /** Name of the schema of the result. */
  result: string
  /** Where `/result` redirects to: a template of fields of the result. Default: the operation itself. */
  resultLocation?: string
  /** The resource that the operation creates or works on. `id` is `input.<field>` or `result.<field>`. Default: no resource. */
  resource?: { type: string; id: string }
  /** One line about an input: text with fields such as `{dateRange.fromDate}`, and parts in [ ] that need their fields. Default: the submit's. */
  summary?: string
  /** The weights are percentages of the whole work. */
  phases: { name: string; weight: number }[]
  /** What the operation may wait for, besides timers. `schema`: of the body that completes the wait. `phase`: in progress until then. */
  waits?: { name: string; kind: 'CALLBACK' | 'INPUT'; schema: Ref; phase?: string }[]
  timeoutSeconds: number
  queueTimeoutSeconds: number
  maxAttempts: number
  priority: string
  /** Whether finished steps are compensated when the operation does not complete. */
  compensates: boolean
  /** Whether a retry of the operation reuses its finished steps. Default: false. */
  reusesSteps?: boolean
  retentionSeconds: { completed: number; failed: number }
  /**
   * At most `limit` operations with the same key run at the same time; the others wait in the queue. `key`: `owner`, or `owner/` and fields of the
   * request or path parameters, joined by `/`. The submit of the type then has no `concurrencyKey`. Default: no key.
   */
  concurrency?: { key: string; limit: number }
}

/** Fields that every submit has. They are not part of the input. */
export const commonFields = [
  'priority',
  'labels',
  'startAfter',
  'dependsOn',
  'dependencyPolicy',
  'concurrencyKey',
  'webhook',
  'validateOnly',
]

type Ref = { $ref: string }
type Json = { content: { 'application/json': { schema: Ref } } }

export type SpecOperation = {
  operationId: string
  'x-long-running-operation'?: LongRunning
  parameters?: ({ name: string; in: string; schema?: unknown } | Ref)[]
  requestBody?: Json
  responses: Record<string, unknown>
}

export type Document = {
  servers: { url: string }[]
  paths: Record<string, Record<string, SpecOperation>>
  components: { schemas: Record<string, Record<string, unknown>> }
}

export type Submit = { path: string; operation: SpecOperation; longRunning: LongRunning }

const methods = ['get', 'put', 'post', 'delete', 'patch']

/** Every operation of the document with its method and path, in the order of the document. */
export function operationsOf(document: Document): { method: string; path: string; operation: SpecOperation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [{ method, path, operation: item[method] }] : [])),
  )
}

/** The operations that submit a long-running operation, sorted by name. */
export function submitsOf(document: Document): Submit[] {
  return operationsOf(document)
    .flatMap(({ path, operation }) => {
      const longRunning = operation['x-long-running-operation']
      return longRunning ? [{ path, operation, longRunning }] : []
    })
    .sort((a, b) => a.operation.operationId.localeCompare(b.operation.operationId, 'en'))
}

/** The schema of the 202 of a submit: the operation of that type, with a typed result. */
export function acceptedSchema(submit: Submit): Ref {
  return (submit.operation.responses['202'] as Json).content['application/json'].schema
}

/**
 * Makes `Operation` of the bundled document the union of all operation types, so that `type` determines the schema of `result`, and flattens the
 * schemas.
 */
export function assemble(document: Document): Document {
  const submits = submitsOf(document)
  const description = document.components.schemas.Operation?.description
  const mapping = Object.fromEntries(
    submits.map((submit) => [submit.operation.operationId, acceptedSchema(submit).$ref] as const),
  )
  document.components.schemas.Operation = {
    description,
    oneOf: submits.map(acceptedSchema),
    discriminator: { propertyName: 'type', mapping },
  }
  return flatten(document)
}
