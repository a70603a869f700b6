/** What `x-long-running-operation` says about an operation type; the spec's rules check it. */
export type LongRunning = {
  /** Name of the result's schema. */
  result: string
  /** Where `/result` redirects to: a template filled from the result's fields. Left out, to the operation itself. */
  resultLocation?: string
  /** What it makes or works on: where its id is, `input.<field>` or `result.<field>`. Left out, nothing that is read by itself. */
  resource?: { type: string; id: string }
  /** The weights are shares of the whole work. */
  phases: { name: string; weight: number }[]
  timeoutSeconds: number
  queueTimeoutSeconds: number
  maxAttempts: number
  priority: string
  /** Whether finished steps are undone when it does not complete. */
  compensates: boolean
  /** Whether a retry of the operation takes over its finished steps; they are not, unless it says so. */
  reusesSteps?: boolean
  retentionSeconds: { completed: number; failed: number }
}

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

/** Every operation of the document with its method and path, in the document's order. */
export function operationsOf(document: Document): { method: string; path: string; operation: SpecOperation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [{ method, path, operation: item[method] }] : [])),
  )
}

/** The operations that start something long, sorted by name. */
export function submitsOf(document: Document): Submit[] {
  return operationsOf(document)
    .flatMap(({ path, operation }) => {
      const longRunning = operation['x-long-running-operation']
      return longRunning ? [{ path, operation, longRunning }] : []
    })
    .sort((a, b) => a.operation.operationId.localeCompare(b.operation.operationId, 'en'))
}

/** The schema that a submit's 202 answers: the operation of that type, with its result typed. */
export function acceptedSchema(submit: Submit): Ref {
  return (submit.operation.responses['202'] as Json).content['application/json'].schema
}

/** The bundled document with `Operation` made the union of all types, so that a result is typed by `type`. */
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
  return document
}
