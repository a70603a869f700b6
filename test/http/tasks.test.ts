import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, ended } from './requests.ts'
import { unknownIds } from './unknown-ids.ts'

let service: TestService
/** An operation that stays pending: without a worker none is started. */
let waiting: string
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
  waiting = (await submit()).headers.get('location') ?? ''
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const path = '/compat/tasks/reports'
const plain = { type: 'annual-sales' }
const submit = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  ask(service, path, { json: { ...plain, ...more }, headers })

function expectError({ status, headers, body }: Answer, expected: number, code: string) {
  const error = { type: `/problems/${code}`, message: expect.any(String), code }
  expect({ status, body }).toMatchObject({ status: expected, body: { error } })
  expect(headers.get('content-type')).toBe('application/json')
}

const examples: Example[] = [
  { operationId: 'tasksGenerateReport', path: () => path, asking: { json: plain }, stores: true, expectError },
  { operationId: 'tasksGetOperation', path: () => waiting, expectError },
  { operationId: 'tasksCancelOperation', path: () => waiting, asking: { method: 'DELETE' }, expectError },
]
describeRefusals(() => service, examples)

describe('tasksGenerateReport', () => {
  it('202 with the operation and its URL, and the report that the API would have', async () => {
    const { status, headers, body } = await submit()
    const { id, created_at } = body
    expect({ status, body }).toEqual({
      status: 202,
      body: { id: expect.stringMatching(/^op_/), status: 'pending', progress: 0, created_at, updated_at: created_at },
    })
    expect([headers.get('location'), headers.get('retry-after')]).toEqual([`${path}/operations/${id}`, '1'])
    const read = await ask(service, `/api/v1/operations/${id}?view=FULL`)
    const dateRange = { fromDate: '0001-01-01', toDate: '9999-12-31' }
    expect(read.body.input).toEqual({ reportType: 'SALES_BY_PRODUCT', dateRange, format: 'PDF' })
  })

  it('maps every field', async () => {
    const date_range = { from_date: '2017-01-01', to_date: '2017-12-31' }
    const filters = { category: 'Furniture' }
    const { body } = await submit({ type: 'customer-activity', date_range, filters, format: 'json' })
    const read = await ask(service, `/api/v1/operations/${body.id}?view=FULL`)
    const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
    expect(read.body.input).toEqual({ reportType: 'CUSTOMER_ACTIVITY', dateRange, format: 'JSON', filters })
  })

  it('returns the operation of a key that was used, and 410 when it was deleted', async () => {
    const key = { 'idempotency-key': '"task-1"' }
    const first = await submit({}, key)
    const again = await submit({}, key)
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([202, first.text, 'true'])
    expectError(await submit({ type: 'orders-summary' }, key), 422, 'IDEMPOTENCY_MISMATCH')
    await ask(service, first.headers.get('location') ?? '', { method: 'DELETE' })
    await ask(service, `/api/v1/operations/${first.body.id}:purge`, { method: 'POST' })
    expectError(await submit({}, key), 410, 'OPERATION_EXPIRED')
    expectError(await ask(service, first.headers.get('location') ?? ''), 404, 'OPERATION_NOT_FOUND')
  })

  const day = '2017-01-01'
  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown type', { type: 'ORDERS_SUMMARY' }, 'type', 'INVALID_INPUT'],
    ['a missing type', { type: undefined }, 'type', 'INVALID_INPUT'],
    ['a format in upper case', { format: 'PDF' }, 'format', 'INVALID_INPUT'],
    ['half of a range', { date_range: { from_date: day } }, 'date_range.to_date', 'INVALID_INPUT'],
    ['the year 0', { date_range: { from_date: '0000-01-01', to_date: day } }, 'date_range.from_date', 'INVALID_INPUT'],
    ['a reversed range', { date_range: { from_date: '2017-02-01', to_date: day } }, 'date_range', 'INVALID_INPUT'],
    ['camelCase', { dateRange: {} }, 'dateRange', 'INVALID_INPUT'],
    ['a filter that does not exist', { filters: { city: 'x' } }, 'filters.city', 'INVALID_INPUT'],
    ['a private address', { webhook_url: 'https://10.0.0.1/' }, 'webhook_url', 'UNSAFE_URL'],
    ['a null', { webhook_url: null }, 'webhook_url', 'INVALID_INPUT'],
  ])('422 for %s, by the name of the field here', async (_, more, field, code) => {
    const answer = await submit(more)
    expectError(answer, 422, code)
    const { errors, message } = answer.body.error as { errors: unknown; message: string }
    expect(errors).toEqual([{ field, message: expect.any(String) }])
    expect(message).toContain(field)
    expect(answer.text).not.toMatch(/webhook\.|fromDate|toDate|reportType/)
  })
})

describe('tasksGetOperation and tasksCancelOperation', () => {
  it('200 with Retry-After while it is not done', async () => {
    const { status, headers, body } = await ask(service, waiting)
    expect([status, body.status, headers.get('retry-after')]).toEqual([200, 'pending', expect.stringMatching(/^\d+$/)])
  })

  it('404 for unknown and malformed ids, and those of another owner, and 204 for the own one, repeatedly', async () => {
    const { headers } = await submit()
    const own = headers.get('location') ?? ''
    for (const method of ['GET', 'DELETE']) {
      const stranger = await ask(service, own, { method, key: service.otherKey })
      expectError(stranger, 404, 'OPERATION_NOT_FOUND')
      for (const id of unknownIds)
        expect((await ask(service, `${path}/operations/${id}`, { method })).body, id).toEqual(stranger.body)
    }
    for (const _ of ['first', 'again']) {
      const { status, text } = await ask(service, own, { method: 'DELETE' })
      expect([status, text]).toEqual([204, ''])
    }
    const { status, cancelled_at, updated_at } = (await ask(service, own)).body
    expect([status, cancelled_at]).toEqual(['cancelled', updated_at])
  })

  it('403 for a key that may only read', async () => {
    expectError(await ask(service, waiting, { method: 'DELETE', key: service.readerKey }), 403, 'INSUFFICIENT_SCOPE')
  })

  it('405 for methods that the paths do not have', async () => {
    for (const [at, allow] of [
      [waiting, 'GET, HEAD, DELETE'],
      [path, 'POST'],
    ] as const) {
      const answer = await ask(service, at, { method: 'PUT' })
      expectError(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer.headers.get('allow')).toBe(allow)
    }
  })

  it('409 when it has ended', async () => {
    const { body, headers } = await submit({ type: 'sales-by-country', format: 'json' })
    const own = headers.get('location') ?? ''
    const worker = await startTestService({}, { url: service.databaseUrl, drop: async () => {} })
    try {
      await ended(worker, `/api/v1/operations/${body.id}`)
    } finally {
      await worker.close()
    }
    expect((await ask(service, own)).body.status).toBe('completed')
    expectError(await ask(service, own, { method: 'DELETE' }), 409, 'CANNOT_CANCEL')
  })
})

describeFaults(() => service, examples)
