import fc from 'fast-check'
import {
  basePath,
  type Parameter,
  parameterOf,
  resolved,
  type Schema,
  type SpecOperation,
  type specOperations,
} from '../../server/contract/document.ts'
import { arbitraryOf } from './arbitrary.ts'
import { handshake } from './knock.ts'
import { change, changed, oddHeaderText, oddPart, oddText } from './odd.ts'

type Endpoint = ReturnType<typeof specOperations>[number]

/** A random request. When it is sent, `{{name:3}}` is replaced by the third existing resource of the kind `name`. */
export type FuzzRequest = { method: string; path: string; headers: Record<string, string>; body: string | undefined }

/** A placeholder that is replaced by an existing resource when the request is sent. */
const existing = (name: string) => fc.nat(999).map((nth) => `{{${name}:${nth}}}`)

/** Paths whose parameters belong together, with the kind of their resource. */
const places: [part: string, name: string][] = [
  ['/operations/{operationId}/waits/{name}', 'wait'],
  ['/callbacks/{token}', 'callback'],
  ['/operations/{operationId}/deliveries/{deliveryId}', 'delivery'],
  ['/webhookReceivers/{receiverId}/pings/{deliveryId}', 'ping'],
  ['/operations/{operationId}', 'operation'],
  ['/webhookReceivers/{receiverId}', 'receiver'],
  ['/uploads/{uploadId}', 'upload'],
  ['/reports/{reportId}', 'report'],
  ['/orders/{orderId}', 'order'],
  ['/files/{fileId}', 'file'],
  ['/keys/{keyId}', 'key'],
  ['/schedules/{scheduleId}', 'schedule'],
]

const overrides = {
  uploadId: fc.oneof(existing('uploadId'), oddText),
  // Large pages have the same fields as small pages and take longer.
  pageSize: fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.constant(1000) },
  ),
  operationIds: fc.uniqueArray(fc.oneof(existing('operationId'), oddText), { maxLength: 20 }),
  startAfter: existing('later'),
  // A rare event, so that few messages are sent.
  events: fc.constant(['FAILED']),
  url: fc.oneof(
    fc.constantFrom(
      '{{hook:0}}',
      'http://user:pw@127.0.0.1/',
      'ftp://127.0.0.1/',
      'http://',
      'https://exämple/',
      'https://e.com/#f',
    ),
    oddText,
  ),
  wait: fc.constantFrom(
    'wait=0',
    'wait=1',
    'wait=-1',
    'wait="x"',
    'respond-async',
    'wait=1, wait=2',
    'handling=lenient; x',
  ),
}

const kept = ['startAfter', 'validateOnly', 'events']

/** Random requests to one endpoint. Most are nearly valid, so that they pass the first checks. */
export function arbitraryRequest(endpoint: Endpoint): fc.Arbitrary<FuzzRequest> {
  const { operation } = endpoint
  const parameters = (operation.parameters ?? []).map(parameterOf)
  return fc
    .record({
      path: pathOf(endpoint),
      query: queryOf(parameters),
      headers: headersOf(parameters),
      body: bodyOf(operation),
      credential: credential(operation),
      method: fc.oneof(
        { weight: 19, arbitrary: fc.constant(endpoint.method.toUpperCase()) },
        { weight: 1, arbitrary: oddMethod },
      ),
      more: fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
    })
    .map(({ path, query, headers, body: { type, text }, credential, method, more }) => ({
      method,
      path: path + (query ? `${path.includes('{{link') ? '&' : '?'}${query}` : ''),
      headers: {
        ...('101' in operation.responses ? handshake : {}),
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
        ...credential,
        ...more,
      },
      body: text,
    }))
}

function pathOf({ path, operation }: Endpoint): fc.Arbitrary<string> {
  const signed = operation.operationId === 'getFile'
  const known = signed
    ? (['/files/{fileId}', 'link'] as const)
    : places.find(([part]) => path.startsWith(basePath + part))
  const odd = fc
    .array(oddPart, { minLength: 4, maxLength: 4 })
    .map((parts) => path.replaceAll(/\{\w+\}/g, () => parts.pop() ?? ''))
  if (!path.includes('{')) {
    return fc.oneof(
      { weight: 30, arbitrary: fc.constant(path) },
      { weight: 1, arbitrary: oddPart.map((part) => path + part) },
    )
  }
  if (!known)
    return fc.oneof(
      odd,
      fc.constantFrom('NOT_FOUND', 'INTERNAL_ERROR').map((code) => path.replace('{code}', code)),
    )
  // Purged operations come from a separate kind; otherwise other endpoints would soon get ids of purged operations only.
  const kind = operation.operationId === 'purgeOperation' ? 'spare' : known[1]
  const right = existing(kind).map((name) => path.replace(basePath + known[0], name))
  return fc.oneof({ weight: 8, arbitrary: right }, { weight: 2, arbitrary: odd })
}

/** Values that only the service creates; random ones are refused at once. */
const opaque = ['pageToken', 'after', 'expires', 'signature']

const named = new Map<string, fc.Arbitrary<unknown>>(Object.entries(overrides))

const valuesOf = (name: string, schema: Schema) => named.get(name) ?? arbitraryOf(schema, overrides)

function queryOf(parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query')
  const written = ({ name, schema }: Parameter) =>
    valuesOf(name, schema).map((value) =>
      [value].flat().map((one) => `${name}=${encodeURIComponent(String(one).toWellFormed())}`),
    )
  const some = (chosen: readonly Parameter[]) =>
    fc.subarray(chosen.map(written)).chain((those) => fc.tuple(...those).map((parts) => parts.flat()))
  const right = some(known.filter(({ name }) => !opaque.includes(name)))
  const names = [
    ...known.map(({ name }) => name),
    'bogus',
    '__proto__',
    'pageSize',
    '%00',
    '',
    'page',
    'limit',
    'page_size',
  ]
  const value = fc.oneof(oddPart, fc.constant(''))
  const odd = fc.tuple(fc.constantFrom(...names), value).map(([name, value]) => `${name}=${value}`)
  const wrong = fc.oneof(
    some(known),
    fc.tuple(right, odd).map(([parts, one]) => [...parts, one]),
    right.map((parts) => [...parts, ...parts]),
    oddPart.map((part) => [part.replaceAll('?', '')]),
  )
  return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: wrong }).map((parts) => parts.join('&'))
}

function headersOf(parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
  const known = parameters.filter((parameter) => parameter.in === 'header')
  const model = known.map(({ name, schema }) => {
    const right = name === 'Prefer' ? overrides.wait : arbitraryOf(schema, overrides).map(String)
    const odd = oddHeaderText.filter((text) => name !== 'Prefer' || !text.includes('wait'))
    const latin = right.map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, '').trim())
    return [name, fc.oneof({ weight: 4, arbitrary: latin }, { weight: 1, arbitrary: odd })]
  })
  return fc.record<Record<string, string>>(Object.fromEntries(model), {
    requiredKeys: [],
    noNullPrototype: true,
  }) as fc.Arbitrary<Record<string, string>>
}

type Body = Record<string, unknown>
const asItIs = (body: Body) => body

/** Random ids name no operation, and a policy needs dependencies: nearly every submit with one of both would be refused at once. */
const dependencies = fc.oneof(
  { weight: 4, arbitrary: fc.constant(({ dependsOn, dependencyPolicy, ...rest }: Body) => rest) },
  { weight: 2, arbitrary: existing('operationId').map((id) => (body: Body) => ({ ...body, dependsOn: [id] })) },
  { weight: 1, arbitrary: fc.constant(asItIs) },
)

function bodyOf({ requestBody }: SpecOperation): fc.Arbitrary<{ type?: string; text?: string }> {
  const stray = fc.constantFrom({}, {}, {}, {}, {}, { text: '{}' }, { type: 'application/json', text: '{}' })
  if (!requestBody) return stray
  const json = requestBody.content['application/json']?.schema
  if (!json) {
    const type = fc.constantFrom(...Object.keys(requestBody.content), 'application/json', 'text/html')
    return fc.record({ type, text: oddText })
  }
  const { properties = {} } = resolved(json) as { properties?: object }
  // Submits have a future start or only validate, because this test checks responses and not the work.
  const hold = fc.oneof(
    { weight: 2, arbitrary: existing('later').map((startAfter) => ({ startAfter })) },
    { weight: 1, arbitrary: fc.constant({ validateOnly: true }) },
  )
  const right = fc
    .tuple(
      arbitraryOf(json, overrides),
      'startAfter' in properties ? hold : fc.constant({}),
      'dependencyPolicy' in properties ? dependencies : fc.constant(asItIs),
    )
    .map(([body, more, depending]) => depending(Object.assign({}, body, more)))
  const wrong = fc
    .tuple(right, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([body, changes]) => changed(body, changes, kept))
  const text = fc.oneof(
    { weight: 4, arbitrary: right.map((body) => JSON.stringify(body)) },
    { weight: 4, arbitrary: wrong.map((body) => JSON.stringify(body) ?? '') },
    { weight: 1, arbitrary: fc.tuple(right, fc.nat(200)).map(([body, end]) => JSON.stringify(body).slice(0, end)) },
    { weight: 1, arbitrary: oddText },
  )
  const type = fc.oneof(
    { weight: 19, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'application/json; charset=utf-8',
        'application/json;charset=utf-16',
        'text/csv',
        '',
        ';;',
      ),
    },
  )
  return fc.record({ type, text })
}

function credential({ security = [] }: SpecOperation): fc.Arbitrary<Record<string, string>> {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  const odd = fc.oneof(
    fc.constantFrom<Record<string, string>[]>(
      {},
      bearer('nobody-0123456789abcdef'),
      { authorization: 'Basic YTpi' },
      { 'x-api-key': '{{credential:0}}' },
      bearer('{{weak:0}}'),
      { ...bearer('{{credential:0}}'), 'x-api-key': '{{credential:1}}' },
      bearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.'),
    ),
    oddHeaderText.map((authorization) => ({ authorization })),
  )
  const right = security.length === 0 ? fc.constant({}) : existing('credential').map(bearer)
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: odd })
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
const oddMethod = fc.constantFrom(...methods)

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constantFrom<Record<string, string>[]>(
    { 'x-http-method-override': 'DELETE' },
    { 'content-encoding': 'gzip' },
    { range: 'bytes=0-3', 'if-range': '"other"' },
    { range: 'bytes=-5', 'if-range': 'W/"weak"' },
    { range: 'bytes=5-1,x' },
    { 'if-none-match': '*' },
    { 'if-none-match': 'W/"a", "b"' },
    { 'if-match': '"a"' },
    { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    { 'transfer-encoding': 'chunked' },
    { connection: 'close, x-request-id' },
    { forwarded: 'for="[::1]";proto=https;host=evil.example' },
    { accept: 'image/png' },
    { origin: 'https://evil.example' },
    { host: 'evil.example' },
    { host: 'a b' },
    { host: '[' },
    { expect: '100-continue' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-original-url': '/healthz' },
    { range: 'bytes=0-0,5-9', 'if-range': '"x"' },
    { cookie: 'a=b; __proto__=1' },
    { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings' },
  ),
  fc
    .record({
      name: fc.constantFrom('x-request-id', 'traceparent', 'accept-language', 'origin', 'referer', 'x-api-key'),
      value: oddHeaderText,
    })
    .map(({ name, value }) => ({ [name]: value })),
)
