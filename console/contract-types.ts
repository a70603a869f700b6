/** What the forms need from the OpenAPI document of the service. */
import type { OperationType } from '../generated/operations.ts'
import { submitPaths } from '../generated/submit-paths.ts'
import { resolved, type Schema } from './forms/schema.ts'

type Parameter = {
  name: string
  in: string
  description?: string
  required?: boolean
  schema?: Schema
  example?: unknown
}

type Submit = {
  operationId: string
  summary?: string
  description?: string
  parameters?: ({ $ref: string } | Parameter)[]
  requestBody?: { content: Record<string, { schema: Schema; examples?: Record<string, Example> }> }
  'x-long-running-operation'?: { phases: { name: string }[]; compensates?: boolean; waits?: { phase?: string }[] }
}

export type Example = { summary?: string; value: Record<string, unknown> }

export type Contract = { paths: Record<string, Record<string, Submit>> }

/** How operations of a type are submitted. */
export type SubmitType = {
  type: OperationType
  path: string
  summary: string
  description: string
  /** Of the parameters of the path and the fields of the body, as the client takes them. */
  schema: Schema
  /** The fields that every submit has, such as `labels`. The others are the input. */
  options: readonly string[]
  idempotencyKey: Schema
  examples: readonly Example[]
  /** Whether an operation undoes its steps when it fails. */
  compensates: boolean
}

const optionNames = [
  'labels',
  'priority',
  'startAfter',
  'dependsOn',
  'dependencyPolicy',
  'concurrencyKey',
  'webhook',
] as const

/** The types that this version of the client can submit. */
export function submitTypes(contract: Contract): SubmitType[] {
  return Object.entries(contract.paths).flatMap(([path, methods]) => {
    const { post } = methods
    if (!post?.['x-long-running-operation'] || !Object.hasOwn(submitPaths, post.operationId)) return []
    return [submitType(contract, path, post)]
  })
}

function submitType(contract: Contract, path: string, post: Submit): SubmitType {
  const content = post.requestBody?.content['application/json']
  const body = resolved(content?.schema, contract)
  const parameters = (post.parameters ?? []).map((one) => resolved(one as Schema, contract) as unknown as Parameter)
  const ofPath = parameters.filter((one) => one.in === 'path')
  const { validateOnly: _validateOnly, ...properties } = body.properties ?? {}
  const asSchema = ({ schema, description = '', example }: Parameter): Schema => ({
    ...schema,
    description,
    ...(example !== undefined && { examples: [example] }),
  })
  const key = parameters.find(({ name }) => name === 'Idempotency-Key')
  return {
    type: post.operationId as OperationType,
    path,
    summary: post.summary ?? post.operationId,
    description: post.description ?? '',
    schema: {
      ...body,
      type: 'object',
      properties: { ...Object.fromEntries(ofPath.map((one) => [one.name, asSchema(one)])), ...properties },
      required: [...ofPath.map(({ name }) => name), ...(body.required ?? [])],
    },
    options: optionNames.filter((name) => Object.hasOwn(properties, name)),
    idempotencyKey: key ? asSchema(key) : { type: 'string' },
    examples: Object.values(content?.examples ?? {}).map(({ summary = 'Example', value }) => ({
      summary,
      value: { ...Object.fromEntries(ofPath.map(({ name, example }) => [name, example])), ...value },
    })),
    compensates: post['x-long-running-operation']?.compensates ?? false,
  }
}
