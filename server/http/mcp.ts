import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { checkScopes } from '../auth/credential.ts'
import { bodyLimitOf, contractDocument } from '../contract/document.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem, type ProblemDocument } from '../contract/problem.ts'
import { problemText } from '../contract/problem-text.ts'
import type { Route } from '../contract/routes.ts'
import { requestFailed } from '../telemetry/events.ts'
import { startSend } from '../telemetry/traces.ts'
import { admitAddress } from './admit.ts'
import type { Backend } from './backend.ts'
import { beginExchange, type Env, type RequestContext } from './exchange.ts'
import { nestedCalls } from './nested-call.ts'
import { submitScopes } from './policy/submit-scopes.ts'
import { problemOf } from './response/problems.ts'
import type { Send } from './response/send.ts'

const path = '/mcp'
const metadataPath = '/.well-known/oauth-protected-resource'

/** Not in the contract: its messages are those of JSON-RPC, and their specification is that of MCP. The operation that a message calls has the scopes. */
const route: Route = {
  operationId: 'mcp',
  canonicalId: 'mcp',
  method: 'post',
  path,
  scopes: [],
  rateClass: 'reads',
  countsAddress: false,
  countsLink: false,
  countsCallback: false,
  bodyTypes: ['application/json'],
  bodyRequired: true,
  bodyLimit: bodyLimitOf({ operationId: 'mcp', responses: {} }),
  isWebSocket: false,
  checksOrigin: true,
  query: z.strictObject({}),
  request: {},
  names: [],
  headerNames: [],
  responses: {},
  heldSeconds: 0,
  renderProblem: (problem) => ({
    body: {
      jsonrpc: '2.0',
      id: null,
      error: { code: rpcCodeOf(problem), message: problemText(problem), data: problem },
    },
  }),
}

/** The codes of JSON-RPC 2.0 §5.1: parse error, invalid request and internal error. For any other problem the first code for servers. */
function rpcCodeOf({ status, errors }: ProblemDocument): number {
  if (status === 400) return errors?.[0]?.pointer === '' ? -32_700 : -32_600
  return status === 422 ? -32_600 : status === 500 ? -32_603 : -32_000
}

type Message = { method?: unknown; params?: { name?: unknown } | undefined }

/** The operation that a message calls, for its scopes. */
const operations: Readonly<Record<string, string>> = {
  'tasks/get': 'getOperation',
  'tasks/update': 'completeWait',
  'tasks/cancel': 'cancelOperation',
  'resources/read': 'getOperation',
}

type Mounting = {
  implementation: Implementation
  send: Send
  admit(route: Route): (c: RequestContext, next: () => Promise<void>) => Promise<unknown>
  /** The response to another method than those in `allow`. */
  otherMethod(c: RequestContext, allow: string): Response
}

/** MCP (Streamable HTTP, without sessions), and with an issuer the metadata that lead its clients to the issuer (RFC 9728). */
export function mountMcp(
  app: OpenAPIHono<Env>,
  backend: Backend,
  { implementation, send, admit, otherMethod }: Mounting,
) {
  const { addressLimits, issuer, links, log, trusts } = backend
  const { origin } = links
  const callsIn = nestedCalls(backend, implementation)
  // RFC 9728 §3: both must be absolute.
  const metadata = issuer !== undefined && origin !== '' ? metadataOf(origin, issuer) : undefined

  async function respond(c: RequestContext): Promise<Response> {
    const { caller, requestId, address, span } = c.get('exchange')
    if (!caller) throw new Error('a request to /mcp has no caller')
    const message: unknown = await c.req.json()
    const { method, params } = requireMessage(message)
    const called = method === 'tools/call' ? params?.name : operations[String(method)]
    checkScopes(caller, submitScopes(String(called)))
    const request = c.req.raw
    const call = callsIn({
      caller,
      requestId,
      address,
      signal: request.signal,
      startSend: (facts) => startSend(span, request.headers, facts),
    })
    const failed = (error: unknown) => {
      const problem = problemOf(error)
      requestFailed(log, { requestId, method: 'POST', route: path, cause: problem.cause })
      return problem
    }
    // Loaded when first needed: the import would delay the start.
    const { serveMcp } = await import('../dialects/mcp/index.ts')
    const { version } = contractDocument.info as { version: string }
    const response = await serveMcp(version, { request, message, caller, call, failed })
    const { connection: _, ...headers } = Object.fromEntries(response.headers)
    const isStream = headers['content-type']?.startsWith('text/event-stream')
    const body = isStream ? response.body : (await response.text()) || null
    return send(c, { status: response.status, headers, body })
  }

  /** Tells a client without an accepted credential where the metadata are. */
  const challenge: MiddlewareHandler<Env> = async (c, next) => {
    await next()
    const given = metadata && c.res.headers.get('www-authenticate')
    if (given) c.res.headers.set('www-authenticate', `${given}, resource_metadata="${origin}${metadataPath}${path}"`)
  }

  app.post(path, challenge, admit(route) as MiddlewareHandler<Env>, respond)
  app.all(path, (c) => otherMethod(c, 'POST'))
  for (const at of [metadataPath, metadataPath + path]) {
    app.get(at, (c) => {
      admitAddress(addressLimits, beginExchange(c, trusts).address)
      if (!metadata) throw new Problem('NOT_FOUND', 'The service accepts tokens of no issuer. Send an API key.')
      const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' }
      return send(c, { status: 200, headers, body: JSON.stringify(metadata) })
    })
    app.all(at, (c) => otherMethod(c, 'GET, HEAD'))
  }
}

/** JSON-RPC batches would count as one request. MCP has none since its revision 2025-06-18. */
function requireMessage(message: unknown): Message {
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message
  throw new Problem('INVALID_REQUEST', 'The body is not one message of JSON-RPC. Send an object.')
}

function metadataOf(origin: string, issuer: string) {
  return {
    resource: origin + path,
    resource_name: 'Longrun',
    resource_documentation: `${origin}/docs/guides/mcp`,
    authorization_servers: [issuer],
    scopes_supported: ['operations:read', 'operations:write', 'operations:cancel'],
    bearer_methods_supported: ['header'],
  }
}
