import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OperationId } from '../../generated/operations.ts'

/** A JSON Schema (2020-12), read as data. */
export type Schema = { readonly [keyword: string]: unknown }

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }

type Ref = { $ref: string }

/** What requests are counted as, each with a limit of its own. */
export type RateClass = 'submits' | 'reads' | 'uploads'

export type SpecOperation = {
  operationId: OperationId
  security?: Record<string, string[]>[]
  parameters?: (Parameter | Ref)[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, unknown>
  'x-long-running-operation'?: Schema
  'x-rate-limit'?: RateClass
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

type PathItem = { servers?: { url: string }[] } & { [M in Method]?: SpecOperation }

type Document = {
  servers: { url: string }[]
  paths: Record<string, PathItem>
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> }
}

/** The bundled contract, as it is served. */
export const contractDocument: Document & Schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8'),
)

/** Where the API begins: `/api/v1`. System paths stand outside it. */
export const basePath = contractDocument.servers[0]?.url ?? ''

/** Every operation of the contract with its method, and its full path as the spec writes it. */
export function specOperations(): { method: Method; path: string; operation: SpecOperation }[] {
  return Object.entries(contractDocument.paths).flatMap(([path, item]) => {
    const base = item.servers?.[0]?.url ?? basePath
    return methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path: base.replace(/\/$/, '') + path, operation }] : []
    })
  })
}

export function parameterOf(parameter: Parameter | Ref): Parameter {
  if (!('$ref' in parameter)) return parameter
  const found = contractDocument.components.parameters[nameOf(parameter.$ref)]
  if (!found) throw new Error(`the contract refers to ${parameter.$ref}, which is not there`)
  return found
}

/**
 * The schema with all that it refers to as `$defs`, ready for `z.fromJSONSchema`. Without `format: uri-reference`, which zod
 * refuses.
 */
export function standalone(schema: Schema): Schema {
  return { ...(localRefs(schema) as Schema), $defs: definitions }
}

/** The schema itself, when it is only a reference to a component. */
export function resolved(schema: Schema): Schema {
  return typeof schema.$ref === 'string'
    ? resolved(contractDocument.components.schemas[nameOf(schema.$ref)] ?? {})
    : schema
}

const definitions = localRefs(contractDocument.components.schemas)

function localRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(localRefs)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, held]) => !(key === 'format' && held === 'uri-reference'))
      .map(([key, held]) =>
        key === '$ref' && typeof held === 'string' ? [key, `#/$defs/${nameOf(held)}`] : [key, localRefs(held)],
      ),
  )
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}
