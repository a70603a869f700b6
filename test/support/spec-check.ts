import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { EventStream } from '../../server/contract/implementation.ts'
import type { Fetch } from '../../server/http/server.ts'

type Header = { required?: boolean; schema: object }
type Media = { schema: object }
type ItemSchema = { properties: { data: { contentSchema: Ref } } }
type ResponseSpec = { headers?: Record<string, Header | Ref>; content?: Record<string, Media> }
type Ref = { $ref: string }
type OperationSpec = { operationId: string; responses: Record<string, ResponseSpec | Ref> }
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
type PathItem = { servers?: { url: string }[] } & { [M in (typeof methods)[number]]?: OperationSpec }
type Document = {
  servers: { url: string }[]
  'x-any-path': Record<string, Ref>
  paths: Record<string, PathItem>
  components: unknown
}

const generated = join(import.meta.dirname, '../../generated')
/** The contract, and the documents of the dialects. */
const names = ['openapi.json', ...readdirSync(join(generated, 'dialects')).filter((name) => name.endsWith('.json'))]
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
const documents = names.map((name) => {
  const path = join(generated, name === 'openapi.json' ? '' : 'dialects', name)
  const document: Document = JSON.parse(readFileSync(path, 'utf8'))
  ajv.addSchema(document, name)
  return { name, document }
})
const document = documents[0]?.document as Document

/** `pointer`: with the name of its document. */
type Endpoint = { method: string; pattern: RegExp; pointer: string; operation: OperationSpec; document: Document }

const endpoints: Endpoint[] = documents
  .flatMap(({ name, document }) =>
    Object.entries(document.paths).flatMap(([path, item]) => {
      const base = (item.servers?.[0]?.url ?? document.servers[0]?.url ?? '').replace(/\/$/, '')
      const pattern = new RegExp(`^${(base + path).replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
      return methods.flatMap((method) => {
        const operation = item[method]
        const pointer = `${name}#/paths/${pointerKey(path)}/${method}/responses`
        return operation ? [{ method: method.toUpperCase(), pattern, pointer, operation, document }] : []
      })
    }),
  )
  // A path with a custom verb also matches the pattern without the verb, so longer patterns come first.
  .sort((a, b) => b.pattern.source.length - a.pattern.source.length)

/** The statuses that the spec declares for an operation. */
export function declaredStatuses(operationId: string): number[] {
  const found = endpoints.find(({ operation }) => operation.operationId === operationId)
  if (!found) throw new Error(`the spec has no operation ${operationId}`)
  return Object.keys(found.operation.responses).map(Number)
}

/** A kind of response: `operationId status media-type`, without a media type if there is no body. */
type AnswerKind = string

const kindOf = (operationId: string, status: number | string, type: string): AnswerKind =>
  `${operationId} ${status} ${type}`.trim()

/** The responses that the spec declares, of one operation or of all. Webhooks are answered by others. */
export function declaredAnswers(operationId?: string): AnswerKind[] {
  const all = [
    ...endpoints,
    { operation: { operationId: anyPath, responses: document['x-any-path'] }, document },
  ].filter(({ operation }) => operationId === undefined || operation.operationId === operationId)
  return all.flatMap(({ operation, document }) =>
    Object.entries(operation.responses).flatMap(([status, held]) => {
      const types = Object.keys(resolve<ResponseSpec>(held, document).content ?? { '': {} })
      return types.map((type) => kindOf(operation.operationId, status, type))
    }),
  )
}

/** In place of an operationId, for requests that match no operation. */
const anyPath = 'any path'

/** Checks each response of a service against the spec; collects the violations and the seen kinds of responses. */
export type SpecCheck = {
  wrap(fetch: Fetch): Fetch
  violations: string[]
  /** The kinds of the responses. A HEAD has no body, so its response does not count. */
  seen: Set<AnswerKind>
  /** Throws the violations since the last call. */
  assertKept(): void
}

const readOrder = 'getOrder'

/** Paths with a specification of their own: MCP, and RFC 9728. Their tests check the responses. */
const outside: ReadonlySet<string> = new Set([
  '/mcp',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
])

export function createSpecCheck(): SpecCheck {
  const violations: string[] = []
  const seen = new Set<string>()
  return {
    violations,
    seen,
    wrap: (fetch) => async (request, bindings) => {
      const { method, url } = request
      const response = await fetch(request, bindings)
      const path = new URL(url).pathname.replaceAll(/%3a/gi, ':')
      const best = endpoints.find(({ pattern }) => pattern.test(path))?.pattern.source
      const fits = endpoints.filter(({ pattern }) => pattern.source === best)
      const specMethod = method === 'HEAD' ? 'GET' : method
      // The id of an order may end with a verb.
      const found =
        fits.find((endpoint) => endpoint.method === specMethod) ??
        endpoints.find(
          ({ pattern, operation }) => operation.operationId === readOrder && pattern.test(path) && specMethod === 'GET',
        )
      const { stream, webSocket } = bindings
      const status = webSocket ? 101 : response.status
      if (method !== 'HEAD' && !outside.has(path))
        seen.add(kindOf(found?.operation.operationId ?? anyPath, status, mediaType(response)))
      const isElsewhere = outside.has(path) && status !== 405
      const faults = isElsewhere
        ? []
        : found
          ? await violationsOf(found, response, { method, status })
          : await violationsOfUnknown(response, { method, path, known: fits.length > 0 || outside.has(path) })
      if (!webSocket) faults.push(...commonViolations(response))
      const requestId = response.headers.get('x-request-id')
      const report = (violation: string) => violations.push(`${method} ${path} ${status} (${requestId}): ${violation}`)
      for (const violation of faults) report(violation)
      if (stream && found) bindings.stream = checkedStream(stream, found, report)
      if (webSocket && found) bindings.webSocket = checkedSocket(webSocket, found, report)
      return response
    },
    assertKept() {
      const found = violations.splice(0)
      if (found.length > 0) throw new Error(`answers that the spec does not allow:\n${found.join('\n')}`)
    },
  }
}

async function violationsOf(
  { pointer, operation, document }: Endpoint,
  response: Response,
  { method, status }: { method: string; status: number },
): Promise<string[]> {
  const listed = operation.responses[status]
  if (!listed) return [`${operation.operationId} does not list this status`]
  const at = '$ref' in listed ? pointer.split('#')[0] + String(listed.$ref) : `${pointer}/${status}`
  const spec = resolve<ResponseSpec>(listed, document)
  const headers = spec.headers ?? {}
  const faults = Object.entries(headers).flatMap(([name, held]) =>
    headerViolations(response, name, resolve(held, document)),
  )
  const declared = new Set([...everywhere, ...Object.keys(headers).map((name) => name.toLowerCase())])
  for (const name of response.headers.keys()) {
    if (!declared.has(name) && !name.startsWith('access-control-')) faults.push(`the header ${name} is not listed`)
  }
  if (method === 'HEAD') return faults
  const type = mediaType(response)
  if (!spec.content) return response.body === null ? faults : [...faults, 'the spec lists no body']
  const media = spec.content[type]
  if (!media) return [...faults, `the media type ${type || 'none'} is not listed`]
  if (!type.endsWith('json')) return faults
  return [...faults, ...(await bodyViolations(response, `${at}/content/${pointerKey(type)}/schema`))]
}

/** Checks that apply to all responses except a switch to WebSocket. */
function commonViolations({ headers, status }: Response): string[] {
  // A 304 has no policy: the browser keeps the one that came with the page.
  const due = status === 304 ? common.filter((name) => name !== 'content-security-policy') : common
  const missing = due.filter((name) => !headers.has(name)).map((name) => `the header ${name} is missing`)
  const kept = headers.get('cache-control') ?? ''
  // Files depend on their link, and not on the credential. Their tags are strong, those of resources weak.
  const isFile = headers.has('content-disposition') || (status === 304 && !headers.get('etag')?.startsWith('W/'))
  const isPrivate = !kept.startsWith('private') || headers.has('vary') || isFile
  return isPrivate ? missing : [...missing, 'it may be kept, and does not say that it depends on the credential']
}

const common = [
  'cache-control',
  'content-security-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
  'x-request-id',
]

/** Headers that the spec describes once for all responses, and those of HTTP itself. `close` is said by a connection that closes. */
const everywhere = [
  ...common,
  'connection',
  'content-length',
  'content-type',
  'cross-origin-opener-policy',
  'strict-transport-security',
  'vary',
]

/** Wraps a stream; each block must match the `itemSchema`, its `data` the `contentSchema`, and its SSE fields must match the event. */
function checkedStream(stream: EventStream, { pointer }: Endpoint, report: (violation: string) => void): EventStream {
  const item = `${pointer}/200/content/${pointerKey('text/event-stream')}/itemSchema`
  const { properties } = resolve(byPointer(decodeURIComponent(item).replace(/^[^#]*/, '')) as ItemSchema | Ref)
  return (sink) =>
    stream({
      ...sink,
      write(text) {
        for (const lines of Buffer.from(text).toString().split('\n\n')) {
          const fields = new Map(
            lines.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
          )
          // A comment is not a part of the block.
          fields.delete(':')
          fields.delete('')
          const { retry, ...texts } = Object.fromEntries(fields)
          const block = retry === undefined ? texts : { ...texts, retry: Number(retry) }
          for (const violation of schemaViolations(block, item)) report(violation)
          const data = fields.get('data')
          if (data === undefined) continue
          const event = JSON.parse(data)
          for (const violation of schemaViolations(event, `openapi.json${properties.data.contentSchema.$ref}`))
            report(violation)
          if (fields.get('event') !== event.event) report(`the event is named ${fields.get('event')}`)
        }
        return sink.write(text)
      },
    })
}

/** Wraps a socket; each message must match `x-event-schema`. */
function checkedSocket(stream: EventStream, { pointer }: Endpoint, report: (violation: string) => void): EventStream {
  return (sink) =>
    stream({
      ...sink,
      write(text) {
        const message = JSON.parse(Buffer.from(text).toString())
        for (const violation of schemaViolations(message, `${pointer}/101/x-event-schema`)) report(violation)
        return sink.write(text)
      },
    })
}

/** A request that is not in the spec gets a problem: 404, 405 with `Allow`, or 429 with `Retry-After`. Preflights are exempt. */
async function violationsOfUnknown(
  response: Response,
  { method, path, known }: { method: string; path: string; known: boolean },
) {
  const dialect = documents.find(
    ({ name, document: { servers } }) => name !== 'openapi.json' && path.startsWith(`${servers[0]?.url}/`),
  )
  if (response.status === 204 && response.headers.has('access-control-allow-methods')) return []
  const limited = response.status === 429 && response.headers.has('retry-after')
  if (!limited && response.status !== (known ? 405 : 404)) return ['this request is not in the spec']
  const type = dialect ? 'application/json' : 'application/problem+json'
  if (mediaType(response) !== type) return [`this is not ${type}`]
  if (known && !limited && !response.headers.has('allow')) return ['Allow is missing']
  // Each document of a dialect has a schema of this name.
  const schema = dialect
    ? `${dialect.name}#/components/schemas/ErrorResponse`
    : 'openapi.json#/components/schemas/Problem'
  return method === 'HEAD' ? [] : bodyViolations(response, schema)
}

function headerViolations(response: Response, name: string, { required, schema }: Header): string[] {
  const text = response.headers.get(name)
  if (text === null) return required ? [`the header ${name} is missing`] : []
  const value = 'type' in schema && schema.type === 'integer' ? Number(text) : text
  return ajv.validate(schema, value) ? [] : [`the header ${name} is "${text}": ${ajv.errorsText()}`]
}

const validators = new Map<string, ValidateFunction>()

async function bodyViolations(response: Response, pointer: string): Promise<string[]> {
  // Files may be large and of any type, so only documents of the API are read.
  if (response.headers.has('content-disposition')) return []
  const body: unknown = JSON.parse(await decodedText(response.clone()))
  const retryAfter = isObject(body) && 'retryable' in body ? (body.retryAfter ?? null) : undefined
  const sent = response.headers.get('retry-after')
  const wrong = retryAfter !== undefined && retryAfter !== (sent === null ? null : Number(sent))
  return [...schemaViolations(body, pointer), ...(wrong ? ['Retry-After is not the retryAfter of the problem'] : [])]
}

/** Every problem, also inside of another document, has `retryAfter` exactly if it is retryable. */
function retryViolations(value: unknown): string[] {
  if (!isObject(value)) return []
  const { retryable, retryAfter } = value
  const isWrong = typeof retryable === 'boolean' && retryable !== Number(retryAfter) >= 1
  return [
    ...(isWrong ? ['a problem is retryable without retryAfter, or not and with it'] : []),
    ...Object.values(value).flatMap(retryViolations),
  ]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

async function decodedText(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer())
  const coding = response.headers.get('content-encoding')
  if (coding === 'br') return brotliDecompressSync(bytes).toString()
  return (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString()
}

function schemaViolations(value: unknown, pointer: string): string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: pointer })
  validators.set(pointer, validate)
  const faults = retryViolations(value)
  return validate(value) ? faults : [...faults, `the body breaks the schema: ${ajv.errorsText(validate.errors)}`]
}

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
}

function resolve<T extends object>(value: T | Ref, of = document): T {
  if (!('$ref' in value)) return value
  return resolve(byPointer(value.$ref, of) as T | Ref, of)
}

function byPointer(ref: string, of = document): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')], of)
}

function pointerKey(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}
