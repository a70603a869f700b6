import type { CallToolResult } from '@modelcontextprotocol/server'
import type { WireOperation } from '../../contract/present/operation.ts'
import { problemText } from '../../contract/problem-text.ts'
import type { Status } from '../../domain/state-machine.ts'
import { cancelledDetail } from '../problems.ts'

const taskStatuses = {
  PENDING: 'working',
  RUNNING: 'working',
  WAITING: 'working',
  CANCELLING: 'working',
  COMPLETED: 'completed',
  COMPLETED_WITH_ERRORS: 'completed',
  // `failed` is for errors of the protocol.
  FAILED: 'completed',
  CANCELLED: 'cancelled',
} as const satisfies Record<Status, string>

/** An operation as a task of the extension `io.modelcontextprotocol/tasks`. `canAsk`: the client shows forms to its user. */
export function taskOf(operation: WireOperation, canAsk: boolean) {
  const { operationId: taskId, status, createdAt, updatedAt, expiresAt, pollInterval } = operation
  const inputRequests = canAsk ? inputRequestsOf(operation) : undefined
  return {
    taskId,
    status: inputRequests ? ('input_required' as const) : taskStatuses[status],
    statusMessage: stateOf(operation),
    createdAt,
    lastUpdatedAt: updatedAt,
    // How long it is kept is known once it has ended.
    ttlMs: expiresAt === undefined ? null : Date.parse(expiresAt) - Date.parse(createdAt),
    ...(pollInterval ? { pollIntervalMs: pollInterval.recommended * 1000 } : {}),
    ...(inputRequests ? { inputRequests } : {}),
    ...(taskStatuses[status] === 'completed' ? { result: { resultType: 'complete', ...toolResult(operation) } } : {}),
  }
}

/** The response to a call whose operation has ended, or goes on. */
export function toolResult(operation: WireOperation): CallToolResult {
  const { status, error } = operation
  if (status === 'FAILED' && error) return textResult(problemText(error), true)
  if (status === 'CANCELLED') return textResult(cancelledDetail(operation), true)
  const structuredContent = shown(operation)
  const texts = [...(operation.done ? [] : [howToGoOn(operation)]), JSON.stringify(structuredContent)]
  const fileIds = texts.flatMap((text) => [...text.matchAll(/\/files\/(file_[\w-]+)\?/g)].map(([, id]) => id))
  const links = [...new Set(fileIds)].map(linkOf)
  return { content: [...texts.map((text) => ({ type: 'text' as const, text })), ...links], structuredContent }
}

const linkOf = (id = '') => ({ type: 'resource_link' as const, uri: `longrun://files/${id}`, name: id })

export function textResult(text: string, isError = false): CallToolResult {
  return { content: [{ type: 'text', text }], ...(isError ? { isError } : {}) }
}

/** The fields of an operation that an agent needs, as JSON has them: without those that are undefined. */
export function shown(operation: WireOperation): Record<string, unknown> {
  const { operationId, type, status, done, progress, waits, expiresAt } = operation
  const result = 'result' in operation ? operation.result : undefined
  return JSON.parse(JSON.stringify({ operationId, type, status, done, progress, waits, result, expiresAt }))
}

function stateOf({ status, progress: { percentage, message, phase }, reason }: WireOperation): string {
  const details = [message ?? phase, status === 'RUNNING' ? `${percentage} %` : undefined, reason]
  return [status, ...details.filter((one) => one !== undefined)].join(', ')
}

function howToGoOn(operation: WireOperation): string {
  const { operationId } = operation
  const asked = inputsOf(operation).map(
    ({ name }) =>
      `It waits for the input ${name}: ask the user, then call completeWait with this name and a body that matches its schema in \`waits\`.`,
  )
  const next = `It continues without you. For its result, call getOperation with {"operationId": "${operationId}"}. Do not start it again.`
  return [`The operation has not ended: ${stateOf(operation)}.`, ...asked, next].join(' ')
}

/** What a person must answer before the operation continues. */
export const inputsOf = ({ waits = [] }: WireOperation) => waits.filter(({ kind }) => kind === 'INPUT')

const plainTypes: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean'])

type Form = { properties?: Record<string, Record<string, unknown>>; required?: string[]; description?: string }

/**
 * Forms for the inputs of an operation, by the name of the wait, which is unique within the operation. A form has fields of one value: any other
 * input is left to the tool `completeWait`. Undefined if there is no form.
 */
export function inputRequestsOf(operation: WireOperation) {
  const forms = inputsOf(operation).flatMap(({ name, who, schema = {} }) => {
    const { properties = {}, required = [], description = name } = schema as Form
    const fields = Object.entries(properties)
    if (fields.length === 0 || fields.some(([, { type }]) => !plainTypes.has(type))) return []
    // A form says nothing about these.
    const plain = fields.map(([field, { examples: _, pattern: __, ...shown }]) => [field, shown])
    const requestedSchema = { type: 'object', properties: Object.fromEntries(plain), required }
    const message = `${operation.summary ?? operation.type}: ${description}${who === undefined ? '' : ` Asked of: ${who}.`}`
    return [[name, { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } }] as const]
  })
  return forms.length > 0 ? Object.fromEntries(forms) : undefined
}
