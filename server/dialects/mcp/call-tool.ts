import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import type { OperationId } from '../../../generated/operations.ts'
import type { Call } from '../../contract/call.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import { problemText } from '../../contract/problem-text.ts'
import { changesOf } from '../changes.ts'
import { inputsOf, taskOf, textResult, toolResult } from './projection.ts'
import { isType, notHere } from './tools.ts'

/** How long a call may wait for the end of its operation: less than the minute after which clients give up. */
const waitSeconds = 45

/** Calls the operation of a tool. A client that knows tasks gets a task, any other one the end of the operation, if it comes in time. */
export async function callTool(
  call: Call,
  { name, input }: { name: OperationId; input: Readonly<Record<string, unknown>> },
  mcpReq: ServerContext['mcpReq'],
  client: { hasTasks: boolean; canAsk: boolean },
): Promise<CallToolResult> {
  const { signal, _meta: { 'Idempotency-Key': key } = {} } = mcpReq
  const wrong = Object.keys(input).find((field) => notHere.has(field))
  if (wrong !== undefined) return textResult(`INVALID_INPUT: ${wrong} is not possible here; remove it.`, true)
  if (key !== undefined && typeof key !== 'string')
    return textResult('INVALID_INPUT: Idempotency-Key must be text.', true)
  const headers: Record<string, string> = isType(name) && key !== undefined ? { 'idempotency-key': key } : {}
  const response = await call(name, input, { headers, signal })
  if (response instanceof Problem) return textResult(problemText(response), true)
  if (name === 'completeWait') return textResult('The answer is recorded. For the result, call getOperation.')
  const operation = response.body as WireOperation
  if (name === 'cancelOperation') return toolResult(operation)
  if (isType(name) && client.hasTasks) return { resultType: 'task', content: [], ...taskOf(operation, client.canAsk) }
  return toolResult(await lastOf(call, operation, mcpReq))
}

/** The operation when it has ended, needs an input, or the call has waited long enough. Reports its progress if the client asks for it. */
async function lastOf(call: Call, operation: WireOperation, { signal, notify, _meta }: ServerContext['mcpReq']) {
  const progressToken = _meta?.progressToken
  let last = operation
  let reached = -1
  for await (last of changesOf(call, operation.operationId, { seconds: waitSeconds, signal })) {
    const { percentage: progress, message } = last.progress
    if (progressToken !== undefined && progress > reached) {
      reached = progress
      const params = { progressToken, progress, total: 100, ...(message === undefined ? {} : { message }) }
      await notify({ method: 'notifications/progress', params })
    }
    if (last.done || inputsOf(last).length > 0) break
  }
  return last
}
