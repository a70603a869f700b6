import {
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Call } from '../../contract/call.ts'
import type { AnyResponse, Caller } from '../../contract/implementation.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import { documentOf, problemText } from '../../contract/problem-text.ts'
import { callTool } from './call-tool.ts'
import { inputRequestsOf, taskOf } from './projection.ts'
import { readResource, resourceTemplates } from './resources.ts'
import { tools } from './tools.ts'

/** A message to `/mcp` of a known caller. `failed`: the problem of an unexpected error, which it logs. */
export type McpMessage = {
  request: Request
  message: unknown
  caller: Pick<Caller, 'scopes'>
  call: Call
  failed(error: unknown): Problem
}

/** A call whose problem is an error of the protocol. */
export type Read = (...given: Parameters<Call>) => Promise<AnyResponse>

const extension = 'io.modelcontextprotocol/tasks'
const capabilities = { tools: {}, resources: {}, extensions: { [extension]: {} } }
const instructions =
  'Each tool starts a long-running operation. It continues when you disconnect: keep its operationId and read it with getOperation, instead of starting it again. To repeat a call safely, send the same Idempotency-Key in `_meta`.'

/** Responds to one message. There are no sessions: the next message can reach another process. */
export function serveMcp(version: string, { request, message, ...rest }: McpMessage): Promise<Response> {
  return createMcpHandler(() => serverFor(version, rest), { maxSubscriptions: 0 }).fetch(request, {
    parsedBody: message,
  })
}

function serverFor(version: string, { caller, call, failed }: Omit<McpMessage, 'request' | 'message'>): Server {
  const server = new Server({ name: 'longrun', title: 'Longrun', version }, { capabilities, instructions })

  const read: Read = async (...given) => {
    const response = await call(...given)
    if (response instanceof Problem) throw rpcError(response)
    return response
  }
  const guarded =
    <Given extends unknown[], T>(work: (...given: Given) => Promise<T>) =>
    (...given: Given): Promise<T> =>
      work(...given).catch((error) => {
        throw error instanceof ProtocolError ? error : rpcError(failed(error))
      })

  server.setRequestHandler('tools/list', () => {
    const usable = [...tools().values()].filter(({ scopes }) => scopes.every((scope) => caller.scopes.has(scope)))
    return { tools: usable.map(({ tool }) => tool) }
  })
  const callNamed = guarded(
    async (params: { name: string; arguments?: Record<string, unknown> | undefined }, ctx: ServerContext) => {
      const found = tools().get(params.name)
      if (!found) throw new ProtocolError(INVALID_PARAMS, 'There is no tool of this name. Read the list of tools.')
      return callTool(call, { name: found.tool.name, input: params.arguments ?? {} }, ctx, clientOf(ctx))
    },
  )
  server.setRequestHandler('tools/call', ({ params }, ctx) => callNamed(params, ctx))
  server.setRequestHandler('resources/list', () => ({ resources: [] }))
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }))
  server.setRequestHandler(
    'resources/read',
    guarded(({ params }) => readResource(read, params.uri)),
  )

  const onTask = (method: string, work: (operationId: string, ctx: ServerContext) => Promise<object>) => {
    const respond = guarded(async (operationId: string, ctx: ServerContext) => {
      if (clientOf(ctx).hasTasks) return { ...(await work(operationId, ctx)) }
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [extension]: {} } } })
    })
    server.setRequestHandler(method, { params: z.object({ taskId: z.string() }) }, ({ taskId }, ctx) =>
      respond(taskId, ctx),
    )
  }
  const find = async (operationId: string) => (await read('getOperation', { operationId })).body as WireOperation
  onTask('tasks/get', async (operationId, ctx) => taskOf(await find(operationId), clientOf(ctx).canAsk))
  onTask('tasks/cancel', async (operationId) => {
    const cancelled = await call('cancelOperation', { operationId })
    // A cancel that comes too late is not an error.
    if (cancelled instanceof Problem && cancelled.code !== 'CANNOT_CANCEL') throw rpcError(cancelled)
    return {}
  })
  onTask('tasks/update', async (operationId, { mcpReq }) => {
    // Other responses are ignored, and one that the user declined leaves the operation waiting: somebody else may decide.
    for (const name of Object.keys(inputRequestsOf(await find(operationId)) ?? {})) {
      const response = mcpReq.inputResponses?.[name] as Answer | undefined
      if (response?.action !== 'accept') continue
      const completed = await call('completeWait', { operationId, name, body: response.content ?? {} })
      if (completed instanceof Problem && !tooLate.has(completed.code)) throw rpcError(completed)
    }
    return {}
  })
  return server
}

type Answer = { action?: unknown; content?: unknown }

/** Somebody else has answered meanwhile. */
const tooLate: ReadonlySet<string> = new Set(['WAIT_NOT_FOUND', 'WAIT_EXPIRED', 'CANNOT_COMPLETE_WAIT'])

type Envelope = Partial<Record<string, { extensions?: Record<string, unknown>; elicitation?: unknown }>>

/** What the client of a request can do. Clients of earlier revisions declare it once, for a session, and sessions do not exist here. */
function clientOf({ mcpReq }: ServerContext) {
  const declared = (mcpReq.envelope as Envelope | undefined)?.[CLIENT_CAPABILITIES_META_KEY]
  return { hasTasks: declared?.extensions?.[extension] !== undefined, canAsk: declared?.elicitation !== undefined }
}

const clientErrors: ReadonlySet<string> = new Set([
  'OPERATION_NOT_FOUND',
  'OPERATION_EXPIRED',
  'NOT_FOUND',
  'EXPIRED',
  'INVALID_INPUT',
  'INVALID_REQUEST',
])

function rpcError(problem: Problem): ProtocolError {
  const code = clientErrors.has(problem.code) ? INVALID_PARAMS : INTERNAL_ERROR
  return new ProtocolError(code, problemText(problem), documentOf(problem))
}
