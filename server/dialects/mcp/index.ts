import {
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
import type { Caller } from '../../contract/implementation.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import { documentOf, problemText } from '../../contract/problem-text.ts'
import { callTool } from './call-tool.ts'
import { inputRequestsOf, taskOf } from './projection.ts'
import { type Read, readResource, resourceTemplates } from './resources.ts'
import { tools } from './tools.ts'

/** A message to `/mcp` of a known caller. `failed`: the problem of an unexpected error, which it logs. */
export type McpMessage = {
  request: Request
  message: unknown
  caller: Pick<Caller, 'scopes'>
  call: Call
  failed(error: unknown): Problem
}

const tasks = 'io.modelcontextprotocol/tasks'
const extensions = { [tasks]: {} }
const instructions =
  'Each tool starts a long-running operation. It continues when you disconnect: keep its operationId and read it with getOperation, instead of starting it again. To repeat a call safely, send the same Idempotency-Key in `_meta`.'

/** Responds to one message. There are no sessions: the next message can reach another process. */
export function serveMcp(version: string, { request, message, call, caller, failed }: McpMessage): Promise<Response> {
  function newServer() {
    const capabilities = { tools: {}, resources: {}, extensions }
    const server = new Server({ name: 'longrun', title: 'Longrun', version }, { capabilities, instructions })
    for (const [method, handle] of Object.entries(handlersOf(call, caller))) {
      server.setRequestHandler(method, { params }, async (given, { mcpReq }) => {
        try {
          return { ...(await handle(given, mcpReq)) }
        } catch (error) {
          throw error instanceof ProtocolError ? error : rpcError(failed(error))
        }
      })
    }
    return server
  }
  // A stream of notifications would hold a connection: clients poll.
  return createMcpHandler(newServer, { maxSubscriptions: 0 }).fetch(request, { parsedBody: message })
}

const text = z.string().default('')
/** The parameters of all methods. */
const params = z.object({
  name: text,
  uri: text,
  taskId: text,
  arguments: z.record(z.string(), z.unknown()).default({}),
})

type Handler = (given: z.infer<typeof params>, request: ServerContext['mcpReq']) => object | Promise<object>

function handlersOf(call: Call, caller: McpMessage['caller']): Record<string, Handler> {
  const read: Read = async (operationId, input, ignored = []) => {
    const response = await call(operationId, input)
    if (!(response instanceof Problem)) return response
    if (ignored.includes(response.code)) return { status: 204 }
    throw rpcError(response)
  }
  const find = async (operationId: string) => (await read('getOperation', { operationId })).body as WireOperation
  const ofTask =
    (handle: Handler): Handler =>
    (given, request) => {
      if (clientOf(request).hasTasks) return handle(given, request)
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions } })
    }

  return {
    'tools/list'() {
      const usable = [...tools.get().values()].filter(({ scopes }) => scopes.every((scope) => caller.scopes.has(scope)))
      return { tools: usable.map(({ tool }) => tool) }
    },
    'tools/call'({ name, arguments: input }, request) {
      const found = tools.get().get(name)
      if (!found) throw new ProtocolError(INVALID_PARAMS, 'There is no tool of this name. Read the list of tools.')
      return callTool(call, { name: found.tool.name, input }, request, clientOf(request))
    },
    'resources/list': () => ({ resources: [] }),
    'resources/templates/list': () => ({ resourceTemplates }),
    'resources/read': ({ uri }) => readResource(read, uri),
    'tasks/get': ofTask(async ({ taskId }, request) => taskOf(await find(taskId), clientOf(request).canAsk)),
    'tasks/cancel': ofTask(async ({ taskId: operationId }) => {
      await read('cancelOperation', { operationId }, ['CANNOT_CANCEL'])
      return {}
    }),
    'tasks/update': ofTask(async ({ taskId: operationId }, { inputResponses = {} }) => {
      // Other responses are ignored, and one that the user declined leaves the operation waiting: another person may decide.
      for (const name of Object.keys(inputRequestsOf(await find(operationId)) ?? {})) {
        const { action, content: body = {} } = (inputResponses[name] ?? {}) as { action?: unknown; content?: unknown }
        if (action === 'accept') await read('completeWait', { operationId, name, body }, answeredMeanwhile)
      }
      return {}
    }),
  }
}

const answeredMeanwhile = ['WAIT_NOT_FOUND', 'WAIT_EXPIRED', 'CANNOT_COMPLETE_WAIT']
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

/** What the client of a request can do. Clients of earlier revisions declare it once, for a session, and sessions do not exist here. */
function clientOf({ envelope = {} }: ServerContext['mcpReq']) {
  const declared = Object(Reflect.get(envelope, capabilitiesKey)) as { extensions?: object; elicitation?: object }
  return { hasTasks: tasks in Object(declared.extensions), canAsk: declared.elicitation !== undefined }
}

function rpcError(problem: Problem): ProtocolError {
  const document = documentOf(problem)
  const code = document.status < 500 && document.status !== 429 ? INVALID_PARAMS : INTERNAL_ERROR
  return new ProtocolError(code, problemText(document), document)
}
