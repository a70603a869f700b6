import { commonFields, type Document, operationsOf, type SpecOperation } from './assemble.ts'

type CodeSample = { lang: string; label: string; source: string }
type Parameter = { name: string; in: string; required?: boolean; example?: unknown; schema?: { type?: string } }
type Media = { example?: unknown; examples?: Record<string, { value?: unknown; $ref?: string }> }
type Body = { content: Record<string, Media> }

/** Of the operation whose file is downloaded. */
const exampleId = 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'

/** An operation with what its samples need: the values of its examples. */
type Sampled = {
  operationId: string
  method: string
  path: string
  /** Its path below the origin of the service. */
  url: string
  isSubmit: boolean
  isAnonymous: boolean
  pathValues: Record<string, string>
  query: Record<string, string>
  mediaType: string | undefined
  body: unknown
  takesKey: boolean
  isStream: boolean
}

/** Adds `x-codeSamples` to each operation: curl, the TypeScript client and, where it has the command, the command line. All from the examples. */
export function withCodeSamples(document: Document): Document {
  for (const found of operationsOf(document)) {
    const sampled = sampledOf(document, found)
    const cli = cliOf(sampled)
    const samples: CodeSample[] = [
      { lang: 'Shell', label: 'curl', source: curlOf(sampled) },
      { lang: 'TypeScript', label: 'TypeScript', source: typescriptOf(sampled) },
      ...(cli === undefined ? [] : [{ lang: 'Shell', label: 'CLI', source: cli }]),
    ]
    Object.assign(found.operation, { 'x-codeSamples': samples })
  }
  return document
}

function sampledOf(document: Document, at: { method: string; path: string; operation: SpecOperation }): Sampled {
  const { method, path, operation } = at
  const resolve = <T extends object>(value: T | { $ref: string }): T => {
    if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T
    const [, , section = '', name = ''] = value.$ref.split('/')
    return resolve(Reflect.get(Reflect.get(document.components, section), name))
  }
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(parameter as Parameter))
  const valuesOf = (place: string) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place && parameter.required)
        .map(({ name, example }) => [name, String(example)]),
    )
  const content = operation.requestBody && resolve(operation.requestBody as unknown as Body).content
  const [mediaType, media] = Object.entries(content ?? {})[0] ?? []
  const [first] = Object.values(media?.examples ?? {})
  const { responses } = operation as { responses: Record<string, { content?: object }> }
  const item = document.paths[path] as unknown as { servers?: { url: string }[] }
  const base = item.servers?.[0]?.url ?? document.servers[0]?.url ?? ''
  return {
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path,
    url: base.replace(/\/$/, '') + path,
    isSubmit: operation['x-long-running-operation'] !== undefined,
    isAnonymous: (operation as { security?: object[] }).security?.length === 0,
    pathValues: valuesOf('path'),
    query: valuesOf('query'),
    mediaType,
    body: media?.example ?? (first && resolve<{ value?: unknown }>(first as { value?: unknown }).value),
    takesKey: parameters.some(({ name }) => name === 'Idempotency-Key'),
    isStream: Object.values(responses).some((response) => 'text/event-stream' in (resolve(response).content ?? {})),
  }
}

function curlOf({
  operationId,
  method,
  url,
  isAnonymous,
  mediaType,
  body,
  takesKey,
  isStream,
  ...at
}: Sampled): string {
  const path = url.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(at.pathValues[name] ?? ''))
  const query = new URLSearchParams(at.query).toString()
  const options = operationId === 'getOperationResult' ? '-sSL' : isStream ? '-sSN' : '-sS'
  const isPlain = method === 'GET' || (method === 'POST' && body !== undefined)
  const lines = [
    `curl ${options} ${isPlain ? '' : `-X ${method} `}"$LONGRUN_URL${path}${query === '' ? '' : `?${query}`}"`,
    ...(isAnonymous ? [] : ['-H "Authorization: Bearer $LONGRUN_API_KEY"']),
    ...(takesKey ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(mediaType === undefined ? [] : [`-H 'Content-Type: ${mediaType}'`]),
    ...(operationId === 'openOperationSocket' ? upgrade : []),
    ...(body === undefined ? [] : [typeof body === 'string' ? '--data-binary @orders.csv' : `-d ${quoted(body)}`]),
  ]
  return lines.join(' \\\n  ')
}

/** curl prints the frames as they are. */
const upgrade = [
  '--http1.1 -N -H "Connection: Upgrade" -H "Upgrade: websocket"',
  '-H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)"',
]

const quoted = (value: unknown) => `'${JSON.stringify(value ?? {}, null, 2).replaceAll("'", String.raw`'\''`)}'`

const client = `import { createClient } from '@longrun/client'

const longrun = createClient({
  baseUrl: process.env.LONGRUN_URL ?? '',
  apiKey: process.env.LONGRUN_API_KEY ?? '',
})
`

function typescriptOf(sampled: Sampled): string {
  const { operationId, method, path, url, pathValues, body, isSubmit } = sampled
  const { operationId: id = exampleId } = pathValues
  const handle = `const operation = await longrun.operation(${literal(id)}, 'generateReport')\n`
  const own: Record<string, string> = {
    streamOperations: 'for await (const event of longrun.events()) console.log(event.operationId, event.status)',
    streamOperation: `${handle}for await (const { status, progress } of operation) console.log(status, progress.percentage)`,
    openOperationSocket: `${handle}for await (const event of operation.events()) console.log(event.sequence, event.event)`,
    getFile: `${handle}await operation.download('orders.csv')`,
    createUpload: `const { uploadId } = await longrun.upload(${literal(body)}, { mediaType: 'text/csv' })\nconsole.log(uploadId)`,
  }
  const special = own[operationId]
  if (special !== undefined) return `${client}${special}\n`
  if (isSubmit) return `${client}${submitOf(sampled)}\n`
  if (!url.startsWith('/api/')) {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathValues[name] ?? ''))
    return `const response = await fetch(new URL('${address}', process.env.LONGRUN_URL))\nconsole.log(await response.text())\n`
  }
  const params = Object.keys(pathValues).length > 0 ? { params: { path: pathValues } } : {}
  const init = { ...params, ...(body === undefined ? {} : { body }) }
  const more = Object.keys(init).length > 0 ? `, ${literal(init)}` : ''
  return `${client}const { data, error } = await longrun.api.${method}('${path}'${more})\nconsole.log(data ?? error)\n`
}

/** The fields that all submits share are options of the method, except `validateOnly`, which is a method of its own. */
function submitOf({ operationId, pathValues, body }: Sampled): string {
  const fields = Object.entries((body ?? {}) as Record<string, unknown>)
  const input = { ...pathValues, ...Object.fromEntries(fields.filter(([name]) => !commonFields.includes(name))) }
  const options = Object.fromEntries(fields.filter(([name]) => commonFields.includes(name) && name !== 'validateOnly'))
  const more = Object.keys(options).length > 0 ? `, ${literal(options)}` : ''
  return `const operation = await longrun.${operationId}(${literal(input)}${more})\nconsole.log(await operation.result())`
}

/** A value as TypeScript. */
function literal(value: unknown, indent = ''): string {
  const inner = `${indent}  `
  if (typeof value === 'string')
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, indent)).join(', ')}]`
  if (value === null || typeof value !== 'object') return String(value)
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  const lines = entries.map(
    ([name, held]) => `${inner}${/^\w+$/.test(name) ? name : literal(name)}: ${literal(held, inner)},`,
  )
  return `{\n${lines.join('\n')}\n${indent}}`
}

/** The command of an operation; undefined where the command line has none. A test parses each of them with the program. */
function cliOf({ operationId, pathValues, body, isSubmit }: Sampled): string | undefined {
  const { operationId: id = exampleId, name, scheduleId, batchId, keyId } = pathValues
  const key = body as { name?: string; scopes?: string[]; expiresAt?: string } | undefined
  const scopes = (key?.scopes ?? []).map((scope) => ` --scope ${scope}`).join('')
  const commands: Record<string, string> = {
    listOperations: 'list --status RUNNING',
    getOperation: `get ${id}`,
    streamOperation: `watch ${id}`,
    getOperationLogs: `logs ${id}`,
    cancelOperation: `cancel ${id}`,
    retryOperation: `retry ${id}`,
    getOperationResult: `download ${id}`,
    getFile: `download ${id} orders.csv`,
    createUpload: 'upload orders.csv',
    listWaits: `wait list ${id}`,
    completeWait: `wait complete ${id} ${name} ${quoted(body)}`,
    createSchedule: `schedule create ${quoted(body)}`,
    listSchedules: 'schedule list',
    getSchedule: `schedule get ${scheduleId}`,
    pauseSchedule: `schedule pause ${scheduleId}`,
    resumeSchedule: `schedule resume ${scheduleId}`,
    triggerSchedule: `schedule trigger ${scheduleId}`,
    deleteSchedule: `schedule delete ${scheduleId}`,
    batchCreateOperations: `batch create ${quoted(body)}`,
    getBatch: `batch get ${batchId}`,
    createKey: `keys create '${key?.name}'${scopes}${key?.expiresAt ? ` --expires ${key.expiresAt}` : ''}`,
    listKeys: 'keys list',
    revokeKey: `keys revoke ${keyId}`,
    getStatistics: 'statistics --window PT1H',
  }
  if (isSubmit) return `longrun submit ${operationId} ${quoted({ ...pathValues, ...(body as object) })}`
  const command = commands[operationId]
  return command === undefined ? undefined : `longrun ${command}`
}
