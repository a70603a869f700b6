import { acceptedSchema, commonFields, type Document, operationsOf, type Submit, submitsOf } from './assemble.ts'

/** The text of `generated/operations.ts`: the values and types of each operation type that the server and the client need. */
export function registry(document: Document): string {
  const submits = submitsOf(document)
  const ids = operationsOf(document).map(({ operation }) => operation.operationId)
  const imported = submits.some(({ path }) => path.includes('{')) ? 'components, operations' : 'components'
  return `import type { ${imported} } from './schema.ts'

/** Every operation type: its \`x-long-running-operation\`, and the path of its submit. */
export const operationTypes = {
${submits.map((submit) => `  ${submit.operation.operationId}: ${literal(submit)},`).join('\n')}
} as const

export type OperationType = keyof typeof operationTypes

/** The operationId of every request of the contract. */
export type OperationId =
${ids.map((id) => `  | '${id}'`).join('\n')}

/** The input of a handler: the request fields of the type and its path parameters. */
export type InputOf = {
${submits.map((submit) => `  ${submit.operation.operationId}: ${input(submit)}`).join('\n')}
}

/** The \`result\` of a completed operation, by type. */
export type ResultOf = {
${submits.map(({ operation, longRunning }) => `  ${operation.operationId}: ${schema(longRunning.result)}`).join('\n')}
}

export type PhaseOf = {
${submits.map(({ operation, longRunning }) => `  ${operation.operationId}: ${phases(longRunning.phases)}`).join('\n')}
}

/** The bodies of the callbacks and of the inputs that operations wait for, by type and name. */
export type CallbackOf = {
${submits.map((submit) => `  ${submit.operation.operationId}: ${bodies(submit, 'CALLBACK')}`).join('\n')}
}

export type InputWaitOf = {
${submits.map((submit) => `  ${submit.operation.operationId}: ${bodies(submit, 'INPUT')}`).join('\n')}
}

/** The operation, by type. */
export type OperationOf = {
${submits.map((submit) => `  ${submit.operation.operationId}: ${schema(name(acceptedSchema(submit).$ref))}`).join('\n')}
}

export type Warning = ${schema('Warning')}
`
}

/** The text of `generated/submit-paths.ts`: all that the client needs at run time. */
export function submitPaths(document: Document): string {
  return `/** The path of the submit of each operation type. */
export const submitPaths = {
${submitsOf(document)
  .map(({ path, operation }) => `  ${operation.operationId}: '${path}',`)
  .join('\n')}
} as const
`
}

function literal({ path, operation, longRunning }: Submit): string {
  const { result: resultSchema, summary: _, waits, ...rules } = longRunning
  const declared = waits && { waits: waits.map(({ schema, ...wait }) => ({ ...wait, schema: name(schema.$ref) })) }
  const entry = { type: operation.operationId, method: 'POST', path, resultSchema, ...rules, ...declared }
  return JSON.stringify(entry, null, 2)
    .replaceAll(/"(\w+)":/g, '$1:')
    .replaceAll(/([}\]"\d]|true|false)\n/g, '$1,\n')
    .replaceAll('"', "'")
    .replaceAll('\n', '\n  ')
}

function input(submit: Submit): string {
  const { operationId } = submit.operation
  const request = name(submit.operation.requestBody?.content['application/json'].schema.$ref ?? '')
  const own = `Omit<${schema(request)}, ${commonFields.map((field) => `'${field}'`).join(' | ')}>`
  return submit.path.includes('{') ? `${own} & operations['${operationId}']['parameters']['path']` : own
}

function bodies({ longRunning }: Submit, kind: string): string {
  const fields = (longRunning.waits ?? []).filter((wait) => wait.kind === kind)
  const typed = fields.map((wait) => `${wait.name}: ${schema(name(wait.schema.$ref))}`)
  return typed.length > 0 ? `{ ${typed.join('; ')} }` : 'Record<never, never>'
}

const name = (ref: string) => ref.split('/').at(-1) ?? ref
const schema = (name: string) => `components['schemas']['${name}']`
const phases = (phases: { name: string }[]) => phases.map(({ name }) => `'${name}'`).join(' | ')
