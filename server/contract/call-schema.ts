import type { OperationId, OperationType } from '../../generated/operations.ts'
import { parameterOf, resolved, type Schema, type SpecOperation, selfContained, specOperations } from './document.ts'

const operations: ReadonlyMap<string, SpecOperation> = new Map(
  specOperations().map(({ operation }) => [operation.operationId, operation]),
)

export function specOperation(operationId: OperationId): SpecOperation {
  const found = operations.get(operationId)
  if (!found) throw new Error(`the contract has no operation ${operationId}`)
  return found
}

/**
 * The schema of the `input` of a `Call`, without references: the parameters of the path and the fields of the body together. A body that can have
 * any field is the field `body`. `without`: fields that are left out.
 */
export function inputSchema(operationId: OperationId, without: ReadonlySet<string> = new Set()) {
  const { parameters = [], requestBody } = specOperation(operationId)
  const path = parameters.map(parameterOf).filter((one) => one.in === 'path')
  const schema = requestBody?.content['application/json']?.schema
  const { properties: fields, required: needed = [], ...open } = schema ? resolved(schema) : { properties: {} }
  const own = fields ?? { body: { type: 'object', description: open.description } }
  const required = [...path.map(({ name }) => name), ...(fields ? (needed as string[]) : ['body'])]
  const inPath = path.map(({ name, description, schema }) => [name, { description, ...schema }])
  const kept = Object.entries(own).filter(([name]) => !without.has(name))
  const properties = selfContained(Object.fromEntries([...inPath, ...kept]))
  return { type: 'object' as const, properties, required, additionalProperties: false } satisfies Schema
}

/** The schema of an operation with these of its fields, without references. `result` is a field of the operations of one type only. */
export function operationSchema(type: OperationType | undefined, fields: readonly string[]) {
  const { discriminator } = resolved({ $ref: '#/components/schemas/Operation' })
  const { mapping } = discriminator as { mapping: Record<string, string> }
  const { properties, required } = resolved({ $ref: mapping[type ?? 'generateReport'] }) as Fields
  const kept = fields.filter((field) => type !== undefined || field !== 'result')
  return {
    type: 'object' as const,
    properties: selfContained(Object.fromEntries(kept.map((field) => [field, properties[field]]))),
    required: required.filter((field) => kept.includes(field)),
  } satisfies Schema
}

type Fields = { properties: Readonly<Record<string, Schema>>; required: readonly string[] }
