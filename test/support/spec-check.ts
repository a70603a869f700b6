import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { EventSocket, EventStream } from '../../server/contract/implementation.ts'
import { socketOf, withSocket } from '../../server/http/event-socket.ts'
import { streamOf, withStream } from '../../server/http/event-stream.ts'
import type { Fetch } from '../../server/http/listen.ts'

type Header = { required?: boolean; schema: object }
type Media = { schema: object }
type ResponseSpec = { headers?: Record<string, Header | Ref>; content?: Record<string, Media> }
type Ref = { $ref: string }
type OperationSpec = { operationId: string; responses: Record<string, ResponseSpec | Ref> }
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
type PathItem = { servers?: { url: string }[] } & { [M in (typeof methods)[number]]?: OperationSpec }
type Document = { servers: { url: string }[]; paths: Record<string, PathItem>; components: unknown }

const document: Document = JSON.parse(readFileSync(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8'))
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi.json')

type Endpoint = { method: string; pattern: RegExp; pointer: string; operation: OperationSpec }

const endpoints: Endpoint[] = Object.entries(document.paths)
  .flatMap(([path, item]) => {
    const base = (item.servers?.[0]?.url ?? document.servers[0]?.url ?? '').replace(/\/$/, '')
    const pattern = new RegExp(`^${(base + path).replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return methods.flatMap((method) => {
      const operation = item[method]
      const pointer = `#/paths/${pointerKey(path)}/${method}/responses`
      return operation ? [{ method: method.toUpperCase(), pattern, pointer, operation }] : []
    })
  })
  // A custom verb fits the path without it, too: the longer pattern first.
  .sort((a, b) => b.pattern.source.length - a.pattern.source.length)

/** The statuses that the spec declares for an operation. */
export function declaredStatuses(operationId: string): number[] {
  const found = endpoints.find(({ operation }) => operation.operationId === operationId)
  if (!found) throw new Error(`the spec has no operation ${operationId}`)
  return Object.keys(found.operation.responses).map(Number)
}

/** Looks at every answer of a service: what breaks the spec is collected, and which statuses have been seen. */
export type SpecCheck = {
  wrap(fetch: Fetch): Fetch
  violations: string[]
  /** `operationId status` of every answer to a request of the spec. */
  seen: Set<string>
  /** Throws what was collected since the last call. */
  assertKept(): void
}

const readOrder = 'getOrder'

export function createSpecCheck(): SpecCheck {
  const violations: string[] = []
  const seen = new Set<string>()
  return {
    violations,
    seen,
    wrap: (fetch) => async (request, peer) => {
      const { method, url } = request
      const response = await fetch(request, peer)
      const path = new URL(url).pathname.replaceAll(/%3a/gi, ':')
      const best = endpoints.find(({ pattern }) => pattern.test(path))?.pattern.source
      const fits = endpoints.filter(({ pattern }) => pattern.source === best)
      const asked = method === 'HEAD' ? 'GET' : method
      // An order is named by its owner, who may end the name as a verb does.
      const found =
        fits.find((endpoint) => endpoint.method === asked) ??
        endpoints.find(
          ({ pattern, operation }) => operation.operationId === readOrder && pattern.test(path) && asked === 'GET',
        )
      const socket = socketOf(response)
      const status = socket ? 101 : response.status
      if (found) seen.add(`${found.operation.operationId} ${status}`)
      const faults = found
        ? await faultsOf(found, response, { method, status })
        : await strayFaults(response, { method, known: fits.length > 0 })
      if (!socket) faults.push(...commonFaults(response))
      const requestId = response.headers.get('x-request-id')
      const told = (fault: string) => violations.push(`${method} ${path} ${status} (${requestId}): ${fault}`)
      for (const fault of faults) told(fault)
      const stream = streamOf(response)
      if (stream && found) withStream(response, checkedStream(stream, found, told))
      if (socket && found) withSocket(response, checkedSocket(socket, found, told))
      return response
    },
    assertKept() {
      const found = violations.splice(0)
      if (found.length > 0) throw new Error(`answers that the spec does not allow:\n${found.join('\n')}`)
    },
  }
}

async function faultsOf(
  { pointer, operation }: Endpoint,
  response: Response,
  { method, status }: { method: string; status: number },
): Promise<string[]> {
  const listed = operation.responses[status]
  if (!listed) return [`${operation.operationId} does not list this status`]
  const at = '$ref' in listed ? String(listed.$ref) : `${pointer}/${status}`
  const spec = resolve<ResponseSpec>(listed)
  const faults = Object.entries(spec.headers ?? {}).flatMap(([name, held]) =>
    headerFaults(response, name, resolve(held)),
  )
  if (method === 'HEAD') return faults
  const type = mediaType(response)
  if (!spec.content) return response.body === null ? faults : [...faults, 'the spec lists no body']
  const media = spec.content[type]
  if (!media) return [...faults, `the media type ${type || 'none'} is not listed`]
  if (!type.endsWith('json')) return faults
  return [...faults, ...(await bodyFaults(response, `${at}/content/${pointerKey(type)}/schema`))]
}

/** What every answer has, that of a switch to WebSocket aside. */
function commonFaults({ headers }: Response): string[] {
  const missing = common.filter((name) => !headers.has(name)).map((name) => `the header ${name} is missing`)
  const kept = headers.get('cache-control') ?? ''
  const isPrivate = !kept.startsWith('private') || headers.has('vary') || headers.has('content-disposition')
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

/** The same stream; each event that is sent must be what `x-event-schema` says, and the fields around it what it says itself. */
function checkedStream(stream: EventStream, { pointer }: Endpoint, told: (fault: string) => void): EventStream {
  const schema = `${pointer}/200/content/${pointerKey('text/event-stream')}/x-event-schema`
  return (sink) =>
    stream({
      ...sink,
      write(text) {
        for (const block of Buffer.from(text).toString().split('\n\n')) {
          const fields = new Map(
            block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
          )
          const data = fields.get('data')
          if (data === undefined) continue
          const event = JSON.parse(data)
          for (const fault of schemaFaults(event, schema)) told(fault)
          if (fields.get('event') !== event.event) told(`the event is named ${fields.get('event')}`)
        }
        return sink.write(text)
      },
    })
}

/** The same socket; each message that is sent must be what `x-event-schema` says. */
function checkedSocket(socket: EventSocket, { pointer }: Endpoint, told: (fault: string) => void): EventSocket {
  return (sink) =>
    socket({
      ...sink,
      send(text) {
        const message = JSON.parse(Buffer.from(text).toString())
        for (const fault of schemaFaults(message, `${pointer}/101/x-event-schema`)) told(fault)
        return sink.send(text)
      },
    })
}

/** What is no request of the spec is answered with a problem: 404, or 405 with `Allow`. The script of /docs is a page's part; a preflight is the browser's. */
async function strayFaults(response: Response, { method, known }: { method: string; known: boolean }) {
  if (response.status === 200 && mediaType(response) === 'text/javascript') return []
  if (response.status === 204 && response.headers.has('access-control-allow-methods')) return []
  if (response.status !== (known ? 405 : 404)) return ['this request is not in the spec']
  if (mediaType(response) !== 'application/problem+json') return ['this is not a problem document']
  if (known && !response.headers.has('allow')) return ['Allow is missing']
  return method === 'HEAD' ? [] : bodyFaults(response, '#/components/schemas/Problem')
}

function headerFaults(response: Response, name: string, { required, schema }: Header): string[] {
  const text = response.headers.get(name)
  if (text === null) return required ? [`the header ${name} is missing`] : []
  const value = 'type' in schema && schema.type === 'integer' ? Number(text) : text
  return ajv.validate(schema, value) ? [] : [`the header ${name} is "${text}": ${ajv.errorsText()}`]
}

const validators = new Map<string, ValidateFunction>()

async function bodyFaults(response: Response, pointer: string): Promise<string[]> {
  // A file may be large and may be anything: only documents of the API are read.
  if (response.headers.has('content-disposition')) return []
  return schemaFaults(await response.clone().json(), pointer)
}

function schemaFaults(value: unknown, pointer: string): string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `openapi.json${pointer}` })
  validators.set(pointer, validate)
  return validate(value) ? [] : [`the body breaks the schema: ${ajv.errorsText(validate.errors)}`]
}

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
}

function resolve<T extends object>(value: T | Ref): T {
  if (!('$ref' in value)) return value
  return resolve(byPointer(value.$ref) as T | Ref)
}

function byPointer(ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (at, key) => (at as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    )
}

function pointerKey(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}
