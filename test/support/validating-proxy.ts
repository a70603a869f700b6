import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import addFormats from 'ajv-formats'
import { OpenAPIBackend, type Document as OpenAPIDocument } from 'openapi-backend'
import { asOpenapi31 } from '../../server/contract/openapi31.ts'

type Declared = { content?: object; headers?: Record<string, { required?: boolean }> }
type Parsed = { status: number; headers: Record<string, string>; body: unknown }

/**
 * An HTTP proxy before the service that checks real traffic against the contract with a validator of others (openapi-backend): routing, parameters,
 * headers and bodies of the requests that the service accepts, and status, headers and JSON bodies of all responses. It shares no code with
 * `spec-check.ts`. Event streams and files pass through; only their status and headers are checked. `change` alters a response before the check.
 */
export async function validatingProxy(
  service: string,
  change: (operationId: string, response: Parsed) => void = () => {},
) {
  const contract = JSON.parse(readFileSync(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8'))
  const backend = new OpenAPIBackend<OpenAPIDocument>({
    // The validator reads OpenAPI 3.1.
    definition: asOpenapi31(contract) as never,
    apiRoot: '/api/v1',
    quick: true,
    ajvOpts: { strict: false },
    coerceTypes: true,
    customizeAjv: (ajv) => addFormats.default(ajv as never) as never,
  })
  await backend.init()
  // The validators of an operation take a second to compile, so traffic is checked later, when no client waits.
  const pending: (() => void)[] = []
  const violations: string[] = []
  const seen = new Set<string>()

  const check = (request: IncomingMessage, body: unknown, response: Parsed) => {
    const { method = '', url = '' } = request
    const asked = { method, path: url, headers: request.headers as Record<string, string>, body, query: queryOf(url) }
    const operation = backend.matchOperation(asked)
    const report = (what: string, errors: unknown) =>
      violations.push(`${method} ${url} ${response.status}: ${what}: ${JSON.stringify(errors)}`)
    if (!operation?.operationId) return void report('no operation of the contract', [])
    seen.add(operation.operationId)
    change(operation.operationId, response)
    const declared = operation.responses as Record<string, Declared>
    const { content } = declared[response.status] ?? {}
    if (!declared[response.status]) report('status', 'not listed')
    // The service may refuse what the contract accepts, and never the other way round.
    const sent = response.status < 400 ? backend.validator.validateRequest(asked, operation) : { valid: true }
    if (!sent.valid) report('request', sent.errors)
    const options = { statusCode: response.status, setMatchType: 'any' as never }
    const headers = backend.validator.validateResponseHeaders(response.headers, operation, options)
    if (!headers.valid) report('headers', headers.errors)
    // The validator knows headers that are all optional or all required.
    const missing = Object.entries(declared[response.status]?.headers ?? {}).filter(
      ([name, { required }]) => required && response.headers[name.toLowerCase()] === undefined,
    )
    if (missing.length > 0)
      report(
        'headers',
        missing.map(([name]) => name),
      )
    if (response.body === undefined || !content) return
    const got = backend.validator.validateResponse(response.body, operation, response.status)
    if (!got.valid) report('body', got.errors)
  }

  const forward = async (request: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url = '', headers } = request
    const isJson = headers['content-type']?.includes('json') === true
    const body = isJson ? await bytesOf(request) : undefined
    const streamed = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(request) as ReadableStream)
    const { host: _, connection: __, 'transfer-encoding': ___, ...rest } = headers
    const response = await fetch(service + url, {
      method,
      headers: { ...(rest as Record<string, string>), 'accept-encoding': 'identity' },
      body: body ?? streamed,
      redirect: 'manual',
      duplex: 'half',
    } as RequestInit)
    const parsed: Parsed = { status: response.status, headers: Object.fromEntries(response.headers), body: undefined }
    const json = mediaType(parsed).endsWith('json') && !response.headers.has('content-disposition')
    const bytes = json ? Buffer.from(await response.arrayBuffer()) : undefined
    if (bytes) parsed.body = JSON.parse(bytes.toString())
    pending.push(() => check(request, body ? JSON.parse(body.toString()) : undefined, parsed))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (bytes || !response.body) return outgoing.end(bytes)
    outgoing.flushHeaders()
    const source = Readable.fromWeb(response.body as never)
    outgoing.on('close', () => source.destroy())
    source.on('error', () => outgoing.destroy()).pipe(outgoing)
  }
  const server = createServer((request, outgoing) => {
    forward(request, outgoing).catch(() => outgoing.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Checks the traffic since the last call. */
    violations(): string[] {
      for (const exchange of pending.splice(0)) exchange()
      return violations.splice(0)
    },
    /** The operations of the traffic that has been checked. */
    seen,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const mediaType = ({ headers }: Parsed) => (headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''

async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return bytes.length > 0 ? bytes : undefined
}

/** A parameter that is sent several times is a list. */
function queryOf(url: string): Record<string, string | string[]> {
  const { searchParams } = new URL(url, 'http://localhost')
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const [first = '', ...others] = searchParams.getAll(name)
      return [name, others.length > 0 ? [first, ...others] : first]
    }),
  )
}
