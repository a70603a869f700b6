import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createTaskSessionFromClient, type RawClientDispatch } from '@modelcontextprotocol/ext-tasks/client'
import type { TestService } from '../support/service.ts'
import { type Asking, ask } from './requests.ts'

/** Clients of MCP, of the packages that others use. */

export const protocolVersion = '2026-07-28'
const clientInfo = { name: 'test', version: '1.0.0' }
const extension = 'io.modelcontextprotocol/tasks'

type Where = Pick<TestService, 'url' | 'apiKey'>

/** A connected client: of this revision, or (`legacy`) of those that begin with `initialize`. */
export async function connect(
  { url, apiKey }: Where,
  { key = apiKey, mode = { pin: protocolVersion } }: { key?: string; mode?: 'legacy' | 'auto' | { pin: string } } = {},
): Promise<Client> {
  const client = new Client(clientInfo, { capabilities: {}, versionNegotiation: { mode } })
  const requestInit = { headers: { authorization: `Bearer ${key}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }))
  return client
}

type Message = { method: string; params?: Record<string, unknown> }

/** The headers and the body of a message as a client of this revision sends it. `meta`: more of its `_meta`. */
export function framed(
  { method, params = {} }: Message,
  capabilities: object = { extensions: { [extension]: {} } },
): Asking {
  const { name, uri, taskId, _meta } = params as Record<string, unknown>
  const named = name ?? uri ?? taskId
  const meta = {
    'io.modelcontextprotocol/protocolVersion': protocolVersion,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    ...(_meta as object | undefined),
  }
  return {
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': protocolVersion,
      'mcp-method': method,
      ...(typeof named === 'string' ? { 'mcp-name': named } : {}),
    },
    json: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } },
  }
}

export type RpcError = { code: number; message: string; data?: Record<string, unknown> }
export type Rpc = { status: number; headers: Headers; result: Record<string, unknown>; error?: RpcError }

/** Sends a message, and returns its response. */
export async function rpc(
  service: TestService,
  message: Message,
  more: Asking = {},
  capabilities?: object,
): Promise<Rpc> {
  const { headers = {}, json } = framed(message, capabilities)
  const {
    status,
    headers: received,
    text,
  } = await ask(service, '/mcp', { json, ...more, headers: { ...headers, ...more.headers } })
  const isStream = received.get('content-type')?.startsWith('text/event-stream')
  const last = isStream
    ? text
        .split('\n')
        .findLast((line) => line.startsWith('data: '))
        ?.slice(6)
    : text
  const { result = {}, error } = JSON.parse(last || '{}')
  return { status, headers: received, result, ...(error ? { error } : {}) }
}

type Form = { message: string; requestedSchema: Record<string, unknown> }

/** A session of `@modelcontextprotocol/ext-tasks`. `answer`: what the user enters into a form. */
export async function taskSession(
  service: Where,
  { key = service.apiKey, answer }: { key?: string; answer?: (form: Form) => Record<string, string> } = {},
) {
  const client = await connect(service, { key })
  let id = 0
  const rawDispatch: RawClientDispatch = async (request, { signal } = {}) => {
    const { method, params } = request as Message
    const { headers = {} } = framed({ method, ...(params ? { params } : {}) })
    id += 1
    const response = await fetch(`${service.url}/mcp`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      ...(signal ? { signal } : {}),
    })
    const { result, error } = (await response.json()) as { result: never; error?: never }
    return error ? { kind: 'error', error } : { kind: 'result', result }
  }
  const session = createTaskSessionFromClient(client, {
    endpointId: 'longrun',
    rawDispatch,
    v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities: { elicitation: {} } },
    onInputRequest: async (request) => {
      if (request.kind !== 'elicitation' || !answer) throw new Error(`no answer to ${request.kind}`)
      return { action: 'accept', content: answer(request.params as Form) } as never
    },
    onError: (error) => {
      throw error
    },
  })
  return {
    client,
    session,
    async [Symbol.asyncDispose]() {
      await session.close()
      await client.close()
    },
  }
}
