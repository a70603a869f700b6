import type { Tool } from '@modelcontextprotocol/server'
import { type OperationId, type OperationType, operationTypes } from '../../../generated/operations.ts'
import { inputSchema, operationSchema, specOperation } from '../../contract/call-schema.ts'
import { scopesOf } from '../../contract/routes.ts'
import { lazy } from '../../lib/lazy.ts'

/** A tool has the name of the operation of the contract that it calls. */
export type McpTool = { tool: Tool & { name: OperationId }; scopes: readonly string[] }

/** An agent polls. A webhook that a prompt made it send would give the result to a stranger. */
export const notHere: ReadonlySet<string> = new Set(['webhook', 'validateOnly'])

/** For clients that do not know tasks. */
const helpers = ['getOperation', 'cancelOperation', 'completeWait'] as const satisfies readonly OperationId[]

const howItRuns =
  'It runs in the background and may take minutes. The call returns a task, or waits up to 45 seconds and then says how to go on.'

export const isType = (name: string): name is OperationType => Object.hasOwn(operationTypes, name)

function toolOf(name: OperationId): McpTool {
  const operation = specOperation(name)
  const scopes = scopesOf(operation) ?? []
  const type = isType(name) ? name : undefined
  const { summary: title = name, description = '', 'x-agent-description': forAgents } = operation
  const about = forAgents ?? `${title}. ${description.split('\n\n')[0]}`
  const annotations = {
    readOnlyHint: name === 'getOperation',
    destructiveHint: scopes.includes('operations:cancel'),
    // Types whose steps are compensated act on systems of vendors.
    openWorldHint: type !== undefined && operationTypes[type].compensates,
  }
  // Without `progress` and `waits`, whose schemas are long.
  const outputSchema = operationSchema(type, ['operationId', 'status', 'done', 'result']) as Tool['outputSchema']
  const tool: McpTool['tool'] = {
    name,
    title,
    description: `${about}${type ? ` ${howItRuns}` : ''}`.replaceAll(/\s+/g, ' '),
    inputSchema: inputSchema(name, notHere) as Tool['inputSchema'],
    ...(name === 'completeWait' ? {} : { outputSchema }),
    annotations,
  }
  return { tool, scopes }
}

const names = [...Object.keys(operationTypes).filter(isType), ...helpers]
/** All tools by name. Built when first needed. */
export const tools = lazy(() => new Map<string, McpTool>(names.map((name) => [name, toolOf(name)])))
