import { describe, expect, it } from 'vitest'
import type { TestService } from '../support/service.ts'
import { type Answer, ask, expectProblem, report } from './requests.ts'

type Violation = { pointer?: string; parameter?: string; message: string }

const violationsOf = ({ body }: Answer) => body.errors as Violation[]
const api = '/api/v1'
const submits = {
  generateReport: [`${api}/reports:generate`, report],
  exportCustomers: [`${api}/customers:export`, { format: 'CSV' }],
  importOrders: [`${api}/orders:import`, { uploadId: 'x' }],
  deliverOrder: [`${api}/orders/CA-2016-152156:deliver`, {}],
  cancelOperations: [`${api}/operations:cancel`, { filter: { status: ['PENDING'] } }],
  batchGetOperations: [`${api}/operations:batchGet`, { operationIds: ['op_1'] }],
  createWebhookReceiver: [`${api}/webhookReceivers`, { url: 'https://example.com/' }],
  createKey: [`${api}/keys`, { name: 'n', scopes: ['admin'] }],
} as const

const header = (name: string) => `send the header \`${name}\``
const use = (name: string) => `use \`${name}\``

/** Fields that callers send, with what they mean. Sources: other services, earlier drafts of this API, and their public bug reports. */
const fields: [operationId: keyof typeof submits, field: string, instead: string][] = [
  // Webhooks: GitHub (config.url), Replicate (webhook), Twilio (StatusCallback), AssemblyAI (webhook_url).
  ['generateReport', 'callbackUrl', use('webhook.url')],
  ['generateReport', 'callback_url', use('webhook.url')],
  ['generateReport', 'webhookUrl', use('webhook.url')],
  ['generateReport', 'webhook_url', use('webhook.url')],
  ['generateReport', 'WebhookURL', use('webhook.url')],
  ['generateReport', 'webhook-url', use('webhook.url')],
  ['generateReport', 'notification_url', use('webhook.url')],
  ['generateReport', 'StatusCallback', use('webhook.url')],
  ['generateReport', 'webhook_events', use('webhook.events')],
  ['generateReport', 'webhook_secret', use('webhook.secret')],
  ['createWebhookReceiver', 'webhook', use('url')],
  ['createWebhookReceiver', 'callback_url', use('url')],
  ['createWebhookReceiver', 'event_types', use('events')],
  // Idempotency: AWS (ClientRequestToken), Square (idempotency_key).
  ['generateReport', 'idempotencyKey', header('Idempotency-Key')],
  ['generateReport', 'idempotency_key', header('Idempotency-Key')],
  ['deliverOrder', 'ClientRequestToken', header('Idempotency-Key')],
  // Dates.
  ['generateReport', 'start_date', use('dateRange.fromDate')],
  ['generateReport', 'endDate', use('dateRange.toDate')],
  ['generateReport', 'from', use('dateRange.fromDate')],
  ['generateReport', 'to', use('dateRange.toDate')],
  ['generateReport', 'fromDate', use('dateRange.fromDate')],
  ['generateReport', 'date_range', use('dateRange')],
  ['cancelOperations', 'created_after', use('filter.createdAfter')],
  // Other words.
  ['generateReport', 'report_type', use('reportType')],
  ['generateReport', 'type', use('reportType')],
  ['generateReport', 'output_format', use('format')],
  ['generateReport', 'country', use('filters.country')],
  ['generateReport', 'dry_run', use('validateOnly')],
  ['generateReport', 'scheduled_at', use('startAfter')],
  ['generateReport', 'tags', use('labels')],
  ['generateReport', 'metadata', use('labels')],
  ['generateReport', 'wait', header('Prefer: wait=N')],
  ['exportCustomers', 'fields', use('columns')],
  ['importOrders', 'file_id', use('uploadId')],
  ['importOrders', 'upload_id', use('uploadId')],
  ['deliverOrder', 'order_id', '`orderId` is a part of the path'],
  ['deliverOrder', 'carrier', use('carrierService')],
  ['cancelOperations', 'status', use('filter.status')],
  ['cancelOperations', 'state', use('filter.status')],
  ['cancelOperations', 'comment', use('reason')],
  ['batchGetOperations', 'ids', use('operationIds')],
  ['createKey', 'permissions', use('scopes')],
  ['createKey', 'expires_at', use('expiresAt')],
  // Misspelt.
  ['generateReport', 'fromat', use('format')],
  ['generateReport', 'priorty', use('priority')],
  ['generateReport', 'reportTyp', use('reportType')],
  ['generateReport', 'Labels', use('labels')],
  // Nothing like it.
  ['generateReport', 'bogus', 'remove it or check its spelling'],
  ['generateReport', 'x'.repeat(64), 'remove it or check its spelling'],
  ['exportCustomers', 'page', 'remove it or check its spelling'],
]

const operation = `${api}/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21`
const parameters: [path: string, parameter: string, instead: string][] = [
  // Paging: page and limit, Stripe (starting_after), GitHub (per_page), Slack (cursor), Google (page_token), OData ($top, $skip).
  [`${api}/operations`, 'page', use('pageToken')],
  [`${api}/operations`, 'page_token', use('pageToken')],
  [`${api}/operations`, 'offset', use('pageToken')],
  [`${api}/operations`, 'cursor', use('pageToken')],
  [`${api}/operations`, 'starting_after', use('pageToken')],
  [`${api}/operations`, '%24skip', use('pageToken')],
  [`${api}/operations`, 'nextPageToken', use('pageToken')],
  [`${api}/operations`, 'limit', use('pageSize')],
  [`${api}/operations`, 'page_size', use('pageSize')],
  [`${api}/operations`, 'per_page', use('pageSize')],
  [`${api}/operations`, 'PageSize', use('pageSize')],
  [`${api}/operations`, '%24top', use('pageSize')],
  [`${api}/orders`, 'limit', use('pageSize')],
  [`${api}/webhookReceivers`, 'page', use('pageToken')],
  [`${operation}/events`, 'page', use('after')],
  [`${operation}/events`, 'offset', use('after')],
  // Filters.
  [`${api}/operations`, 'state', use('status')],
  [`${api}/operations`, 'statuses', use('status')],
  [`${api}/operations`, 'status[]', use('status')],
  [`${api}/operations`, 'filter[status]', use('status')],
  [`${api}/operations`, 'stauts', use('status')],
  [`${api}/operations`, 'from', use('createdAfter')],
  [`${api}/operations`, 'created_after', use('createdAfter')],
  [`${api}/operations`, 'to', use('createdBefore')],
  [`${api}/operations`, 'labels', use('label')],
  [`${api}/operations`, 'tag', use('label')],
  [`${api}/operations`, 'with_total', use('includeTotal')],
  [`${api}/orders`, 'start_date', use('fromDate')],
  [`${api}/orders`, 'customer_id', use('customerId')],
  [operation, 'include', use('expand')],
  [operation, 'wait', header('Prefer: wait=N')],
  [operation, 'prefer', header('Prefer: wait=N')],
  [`${api}/operations/stream`, 'lastEventId', header('Last-Event-ID')],
  [`${api}/operations`, 'api_key', header('Authorization: Bearer <key>')],
  // Nothing like it, and no parameters at all.
  [`${api}/operations`, 'bogus', 'remove it or check its spelling'],
  [`${api}/reports/report_1`, 'format', 'this request has none, so remove it'],
]

/** Values that a parameter must not have, with what the message says about it. */
const values: [query: string, parameter: string, message: string][] = [
  ['status=DONE', 'status', 'must be one of PENDING, RUNNING, WAITING, CANCELLING, COMPLETED, COMPLETED_WITH_ERRORS'],
  ['status=FAILED&status=DONE', 'status', 'must be one of PENDING, RUNNING'],
  ['status=', 'status', 'must be one of PENDING, RUNNING'],
  ['status=FAILED,CANCELLED', 'status', 'for several values repeat the parameter'],
  [Array(17).fill('status=FAILED').join('&'), 'status', 'must have at most 16 items'],
  ['type=import%20orders', 'type', 'must match ^[A-Za-z]{1,64}$, for example generateReport'],
  ['type=a&type=b', 'type', 'is repeated; send it once'],
  ['label=team', 'label', 'for example team:crm'],
  ['createdAfter=yesterday', 'createdAfter', 'must be a date-time like 2017-12-31T09:00:00Z'],
  ['createdAfter=0000-01-01T00:00:00Z', 'createdAfter', 'must be in the years 0001 to 9999'],
  ['pageSize=0', 'pageSize', 'must be at least 1'],
  ['pageSize=1001', 'pageSize', 'must be at most 1000'],
  ['pageSize=ten', 'pageSize', 'must be a whole number from 1 to 1000'],
  ['pageSize=2.5', 'pageSize', 'must be a whole number from 1 to 1000'],
  ['pageSize=1&pageSize=2', 'pageSize', 'is repeated; send it once'],
  ['includeTotal=yes', 'includeTotal', 'must be true or false'],
]

const bodies: [title: string, change: object, pointer: string, message: string][] = [
  ['a wrong choice', { format: 'XLS' }, '/format', 'must be one of CSV, PDF, JSON'],
  ['another type', { priority: 1 }, '/priority', 'must be one of LOW, NORMAL, HIGH'],
  ['text instead of an object', { webhook: 'https://example.com' }, '/webhook', 'must be an object with `url`'],
  [
    'a missing object',
    { dateRange: undefined },
    '/dateRange',
    'is missing; it must be an object with `fromDate`, `toDate`',
  ],
  ['a missing field of an object', { webhook: {} }, '/webhook/url', 'is missing; it must be text'],
  [
    'an event that does not exist',
    { webhook: { url: 'https://example.com/', events: ['DONE'] } },
    '/webhook/events/0',
    'must be one of PENDING, RUNNING',
  ],
  ['null', { startAfter: null }, '/startAfter', 'must be text'],
  [
    'an unknown field of an object',
    { dateRange: { ...report.dateRange, from: '2017-01-01' } },
    '/dateRange/from',
    use('dateRange.fromDate'),
  ],
  [
    'an unknown field of a webhook',
    { webhook: { url: 'https://example.com/', callbackUrl: 'x' } },
    '/webhook/callbackUrl',
    use('webhook.url'),
  ],
]

/** What a problem says about names and values that a request must not have. */
export function describeViolations(service: () => TestService) {
  describe('a violation', () => {
    it.each(fields)('of %s: the field %s: %s', async (operationId, field, instead) => {
      const [path, body] = submits[operationId]
      const answer = await ask(service(), path, { json: { ...body, [field]: 'x' } })
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(violationsOf(answer)).toEqual([{ pointer: `/${field}`, message: `is not a known field; ${instead}` }])
      expect(answer.body.detail).toContain(instead)
    })

    it.each(parameters)('of GET %s: the parameter %s: %s', async (path, parameter, instead) => {
      const answer = await ask(service(), `${path}?${parameter}=1`)
      expectProblem(answer, 400, 'INVALID_REQUEST')
      const [violation] = violationsOf(answer)
      expect(violation).toEqual({
        parameter: decodeURIComponent(parameter),
        message: `is not a known query parameter; ${instead}`,
      })
      expect(answer.body.detail).toContain(instead)
    })

    it.each(values)('of GET /operations?%s: %s %s', async (query, parameter, message) => {
      const answer = await ask(service(), `${api}/operations?${query}`)
      expectProblem(answer, 400, 'INVALID_REQUEST')
      expect(violationsOf(answer)).toEqual([{ parameter, message: expect.stringContaining(message) }])
      expect(answer.text).not.toContain('is missing')
    })

    it('of getFile: a missing parameter is called missing', async () => {
      const answer = await ask(service(), `${api}/files/file_1?expires=1`, { key: null })
      expect(violationsOf(answer)).toEqual([{ parameter: 'signature', message: 'is missing; it must be text' }])
    })

    it('of a header: it is named as in the spec, with what it must match', async () => {
      const answer = await ask(service(), `${operation}/stream`, { headers: { 'last-event-id': 'abc' } })
      expectProblem(answer, 400, 'INVALID_REQUEST')
      expect(violationsOf(answer)).toEqual([
        { parameter: 'Last-Event-ID', message: expect.stringMatching(/^must match .*, for example 41$/) },
      ])
    })

    it.each(bodies)('of generateReport: %s', async (_, change, pointer, message) => {
      const answer = await ask(service(), `${api}/reports:generate`, { json: { ...report, ...change } })
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(violationsOf(answer)).toEqual([{ pointer, message: expect.stringContaining(message) }])
    })
  })
}
