import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from '../../spec/breaking.ts'
import type { Break } from '../../spec/breaking-extensions.ts'

/** Any JSON: the changes below go to places that the types of the contract do not describe. */
// biome-ignore lint/suspicious/noExplicitAny: as said above
type Any = any

const current = resolve(import.meta.dirname, '../../generated/openapi.json')
const folder = mkdtempSync(join(tmpdir(), 'longrun-breaking-'))
afterAll(() => rmSync(folder, { recursive: true }))

class Changed {
  document: Any = JSON.parse(readFileSync(current, 'utf8'))
  schema = (name: string): Any => this.document.components.schemas[name]
  parameter = (name: string): Any => this.document.components.parameters[name]
  operation(id: string): Any {
    const all = Object.values<Any>(this.document.paths).flatMap((item) => Object.values<Any>(item))
    return all.find(({ operationId }) => operationId === id)
  }

  compared() {
    const file = join(folder, 'changed.json')
    writeFileSync(file, JSON.stringify(this.document))
    return compare(current, file)
  }
}

type Change = readonly [title: string, change: (contract: Changed) => void, named: string]

const breaking: Change[] = [
  [
    'a path is gone',
    ({ document }) => delete document.paths['/files/{fileId}/metadata'],
    'Path `/files/{fileId}/metadata` was removed.',
  ],
  [
    'a method is gone',
    ({ document }) => delete document.paths['/keys/{keyId}'].delete,
    'Operation `DELETE /keys/{keyId}` was removed.',
  ],
  [
    'an operationId is renamed',
    (c) => Object.assign(c.operation('getUpload'), { operationId: 'readUpload' }),
    "`operationId` of operation `GET /uploads/{uploadId}` changed from 'getUpload' to 'readUpload'.",
  ],
  ['a response is gone', (c) => delete c.operation('getDelivery').responses['410'], 'Response `410` was removed.'],
  [
    'a body of a response is gone',
    (c) => delete c.operation('getReport').responses['200'].content,
    'All media types were removed.',
  ],
  [
    'a media type is replaced',
    (c) =>
      Object.assign(c.operation('getHome').responses['200'], {
        content: { 'text/plain': { schema: { type: 'string' } } },
      }),
    'Media type `text/html` became `text/plain`.',
  ],
  [
    'a schema of a response is gone',
    (c) => delete c.operation('getStatistics').responses['200'].content['application/json'].schema,
    'The schema of application/json was removed.',
  ],
  [
    'the schema of events is gone',
    (c) => delete c.operation('streamOperations').responses['200'].content['text/event-stream'].itemSchema,
    'The itemSchema of text/event-stream was removed.',
  ],
  [
    'a header of a response is gone',
    (c) => delete c.operation('analyzeOrders').responses['202'].headers.Location,
    'Response header `Location` was removed.',
  ],
  [
    'a parameter is gone',
    (c) => c.operation('listCustomers').parameters.shift(),
    '`source` query parameter was removed.',
  ],
  [
    'a parameter is new and required',
    (c) =>
      c.operation('getKey').parameters.push({ name: 'zone', in: 'query', required: true, schema: { type: 'string' } }),
    'Required `zone` query parameter was added.',
  ],
  [
    'a parameter becomes required',
    (c) => Object.assign(c.parameter('IdempotencyKey'), { required: true }),
    '`Idempotency-Key` header parameter became required.',
  ],
  [
    'a bound of a parameter is narrower',
    (c) => Object.assign(c.parameter('PageSize').schema, { maximum: 100 }),
    "Upper bound changed from '<= 1000' to '<= 100'.",
  ],
  [
    'a request field is new and required',
    (c) => {
      c.schema('CreateKeyRequest').required.push('zone')
      c.schema('CreateKeyRequest').properties.zone = { type: 'string' }
    },
    'Properties of `CreateKeyRequest` became required: `zone`.',
  ],
  [
    'a request field is gone',
    (c) => delete c.schema('ExportCustomersRequest').properties.filters,
    'Property `filters` of `ExportCustomersRequest` was removed.',
  ],
  ['a request enum is narrower', (c) => c.schema('Priority').enum.shift(), "Enum of `priority` lost values: 'LOW'."],
  [
    'a limit of a request is narrower',
    (c) => Object.assign(c.schema('Labels'), { maxProperties: 3 }),
    "`maxProperties` of `labels` changed from '16' to '3'.",
  ],
  [
    'a pattern of a request is new',
    (c) => Object.assign(c.schema('CancelReason'), { pattern: '^[a-z]+$' }),
    "`pattern` of `reason` was set to '^[a-z]+$'.",
  ],
  [
    'a response field is gone',
    (c) => delete c.schema('Order').properties.moreLines,
    'Property `moreLines` of `Order` was removed.',
  ],
  [
    'a response field may be absent',
    (c) => c.schema('Order').required.pop(),
    'Properties of `Order` are no longer required: `lines`.',
  ],
  [
    'a response field has another type',
    (c) => Object.assign(c.schema('Customer').properties, { customerId: { type: 'object' } }),
    "Type of `customerId` widened from 'string' to 'object'.",
  ],
  [
    'a response enum is wider',
    (c) => c.schema('Status').enum.push('PAUSED'),
    "Enum of `status` gained values: 'PAUSED'.",
  ],
  [
    'an event loses a field',
    (c) => c.schema('Event').required.pop(),
    'Properties of `Event` are no longer required: `status`.',
  ],
  [
    'a message of the WebSocket loses a field',
    (c) => c.schema('SocketEvent').required.pop(),
    'Properties of `SocketEvent` are no longer required: `sequence`.',
  ],
  [
    'a webhook message loses a field',
    (c) => c.schema('BatchMessageData').required.pop(),
    'Properties of `data` are no longer required: `batch`.',
  ],
  [
    'a webhook is gone',
    ({ document }) => delete document.webhooks['webhook.ping'],
    'Webhook `webhook.ping` was removed.',
  ],
  [
    'a scope is new',
    (c) =>
      Object.assign(c.operation('listSchedules'), {
        security: [{ bearer: ['admin'] }, { apiKey: ['operations:read'] }],
      }),
    "Security scheme `bearer` requires new scopes: 'admin'.",
  ],
  [
    'a way to authenticate is gone',
    ({ document }) => delete document.components.securitySchemes.subprotocol,
    'Security scheme `subprotocol` was removed.',
  ],
  [
    'the base path is another',
    ({ document }) => Object.assign(document.servers[0], { url: '/api/v2' }),
    'Server `/api/v1` became `/api/v2`.',
  ],
  [
    'a phase is gone',
    (c) => c.operation('importOrders')['x-long-running-operation'].phases.shift(),
    'The phase VALIDATION was removed.',
  ],
  [
    'a wait is gone',
    (c) => c.operation('screenCandidate')['x-long-running-operation'].waits.shift(),
    'The wait identity was removed.',
  ],
  [
    'the body of a wait has a new required field',
    (c) => {
      c.schema('ScreeningDecision').required.push('by')
      c.schema('ScreeningDecision').properties.by = { type: 'string' }
    },
    'The body that completes the wait decision has the new required field by.',
  ],
  [
    'a body may be smaller only',
    ({ document }) => Object.assign(document['x-body-limit'], { values: 100 }),
    'The limit of values of a body went from 250 to 100.',
  ],
]

const compatible: Change[] = [
  [
    'a new path',
    ({ document }) =>
      Object.assign(document.paths, { '/new': { get: { ...document.paths['/healthz'].get, operationId: 'getNew' } } }),
    '',
  ],
  [
    'a new method',
    (c) =>
      Object.assign(c.document.paths['/statistics'], {
        delete: { ...c.operation('getHealth'), operationId: 'deleteStatistics' },
      }),
    '',
  ],
  [
    'a new operation type',
    (c) => {
      c.document.components.schemas.CountOperation = structuredClone(c.schema('ReportOperation'))
      c.schema('Operation').oneOf.push({ $ref: '#/components/schemas/CountOperation' })
    },
    '',
  ],
  [
    'a new optional request field',
    (c) => Object.assign(c.schema('GenerateReportRequest').properties, { title: { type: 'string', maxLength: 9 } }),
    '',
  ],
  ['a request field that becomes optional', (c) => c.schema('CreateKeyRequest').required.pop(), ''],
  ['a wider limit of a request', (c) => Object.assign(c.schema('BatchGetIds'), { maxItems: 9999 }), ''],
  ['a wider enum of a request', (c) => c.schema('NewCatchUp').enum.push('ANY'), ''],
  [
    'a new optional parameter',
    (c) => c.operation('getOrder').parameters.push({ name: 'lines', in: 'query', schema: { type: 'boolean' } }),
    '',
  ],
  ['a new response field', (c) => Object.assign(c.schema('Order').properties, { note: { type: 'string' } }), ''],
  ['a response field that is always present now', (c) => c.schema('Order').required.push('moreLines'), ''],
  [
    'a new response header',
    (c) => Object.assign(c.operation('getOrder').responses['200'].headers, { 'X-New': { schema: { type: 'string' } } }),
    '',
  ],
  [
    'a new error response',
    (c) => Object.assign(c.operation('getHome').responses, { '503': { description: 'New.' } }),
    '',
  ],
  [
    'a new phase',
    (c) => c.operation('generateReport')['x-long-running-operation'].phases.push({ name: 'NEW', weight: 1 }),
    '',
  ],
  ['a larger body', ({ document }) => Object.assign(document['x-body-limit'], { bytes: 10 ** 6 }), ''],
  [
    'another description and example',
    (c) => Object.assign(c.operation('getKey'), { summary: 'Another', description: 'Another.' }),
    '',
  ],
  [
    'a new webhook',
    ({ document }) => Object.assign(document.webhooks, { 'key.expired': document.webhooks['webhook.ping'] }),
    '',
  ],
]

describe('a comparison with a released contract', () => {
  let breaks: Break[] = []
  let passed: { breaks: Break[]; additions: number }
  beforeAll(() => {
    // One run for all, because its start costs more than its work. No two changes are at the same place.
    const [broken, extended] = [new Changed(), new Changed()]
    for (const [, change] of breaking) change(broken)
    breaks = broken.compared().breaks
    for (const [, change] of compatible) change(extended)
    passed = extended.compared()
  })

  it.each(breaking)('names a break: %s', (_, __, named) => {
    expect(breaks.map(({ message }) => message)).toContain(named)
  })

  it('names each break with a place, once', () => {
    const changes = breaks.map(({ change }) => change)
    for (const change of changes) expect(change).toMatch(/^[a-z-]+ #\/\S+$/)
    expect(new Set(changes).size).toBe(changes.length)
  })

  it(`accepts ${compatible.length} compatible changes: ${compatible.map(([title]) => title).join(', ')}`, () => {
    expect(passed.breaks).toEqual([])
    expect(passed.additions).toBe(8)
  })

  it('finds nothing in the same document', () => {
    expect(new Changed().compared()).toEqual({ breaks: [], additions: 0 })
  })
})
