import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, ended, year } from './requests.ts'
import { unknownIds } from './unknown-ids.ts'

let service: TestService
/** An operation that stays PENDING: without a worker none is started. */
let waiting: string
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
  waiting = (await submit()).headers.get('location') ?? ''
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const base = '/compat/lro/api/v1'
const path = `${base}/reports/ORDERS_SUMMARY:generateReport`
const delivery = `${base}/orders/CA-2016-152156:deliver`
const report = { dateRange: year, format: 'CSV' }
const submit = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  ask(service, path, { json: { ...report, ...more }, headers })
const cancel = (at: string, key = service.apiKey) => ask(service, `${at}:cancel`, { method: 'POST', key })

function expectError({ status, headers, body }: Answer, expected: number, error: string) {
  const shape = { error, message: expect.any(String), timestamp: expect.stringMatching(/Z$/) }
  expect({ status, body }).toMatchObject({ status: expected, body: shape })
  expect(headers.get('content-type')).toBe('application/json')
}

const examples: Example[] = [
  { operationId: 'lroGenerateReport', path: () => path, asking: { json: report }, stores: true, expectError },
  { operationId: 'lroDeliverOrder', path: () => delivery, asking: { json: {} }, stores: true, expectError },
  { operationId: 'lroListOperations', path: () => `${base}/operations?page=2`, expectError },
  {
    operationId: 'lroBatchGetOperations',
    path: () => `${base}/operations:batchGet`,
    asking: { json: { operationIds: ['op_00000000-0000-7000-8000-000000000000'] } },
    expectError,
  },
  { operationId: 'lroGetOperation', path: () => waiting, expectError },
  { operationId: 'lroCancelOperation', path: () => `${waiting}:cancel`, asking: { method: 'POST' }, expectError },
]
describeRefusals(() => service, examples)

const withoutTime = ({ timestamp: _, ...body }: Record<string, unknown>) => body

describe('the submits', () => {
  it('202 with the operation and its links, and the report that the API would have', async () => {
    const { status, headers, body } = await submit({ filters: { category: 'Furniture' } })
    const { operationId, createdAt } = body
    const self = `${base}/operations/${operationId}`
    expect({ status, body }).toEqual({
      status: 202,
      body: { operationId, status: 'PENDING', createdAt, links: { self, cancel: `${self}:cancel` } },
    })
    expect([headers.get('location'), headers.get('retry-after')]).toEqual([self, '1'])
    const { input } = (await ask(service, `/api/v1/operations/${operationId}?view=FULL`)).body
    expect(input).toEqual({ reportType: 'ORDERS_SUMMARY', ...report, filters: { category: 'Furniture' } })
  })

  it('202 for an order, also without a body', async () => {
    const { status, body } = await ask(service, delivery, { method: 'POST' })
    expect(status).toBe(202)
    const read = await ask(service, `/api/v1/operations/${body.operationId}`)
    expect(read.body).toMatchObject({ type: 'deliverOrder', resource: { type: 'order', id: 'CA-2016-152156' } })
  })

  it.each([
    path,
    delivery,
  ])('returns the operation of a key that was used, and 410 when it was deleted: %s', async (at) => {
    const json = at === path ? report : {}
    const keyed = (more = {}) => ask(service, at, { json: { ...json, ...more }, headers: { 'idempotency-key': at } })
    const first = await keyed()
    const again = await keyed()
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([202, first.text, 'true'])
    expectError(await keyed({ webhookUrl: 'https://93.184.216.34/' }), 422, 'IDEMPOTENCY_MISMATCH')
    const own = first.headers.get('location') ?? ''
    await cancel(own)
    await ask(service, `/api/v1/operations/${first.body.operationId}:purge`, { method: 'POST' })
    expectError(await keyed(), 410, 'OPERATION_EXPIRED')
    expectError(await ask(service, own), 404, 'OPERATION_NOT_FOUND')
    expectError(await cancel(own), 404, 'OPERATION_NOT_FOUND')
  })

  it('an unknown report type, or one in other letters, is answered by those that exist', async () => {
    for (const type of ['orders-summary', 'orders_summary', 'NOPE', '__proto__', '%20']) {
      const { status, body } = await ask(service, `/compat/lro/api/v1/reports/${type}:generateReport`, { json: report })
      expect({ type, status, message: body.message }).toEqual({
        type,
        status: 404,
        message: 'reportType: must be one of ORDERS_SUMMARY, SALES_BY_PRODUCT, SALES_BY_COUNTRY, CUSTOMER_ACTIVITY.',
      })
    }
  })

  it('404 for an unknown report type, order, resource and action', async () => {
    for (const at of [
      `${base}/reports/SALES:generateReport`,
      `${base}/orders/XX-0000:deliver`,
      `${base}/reports/x:export`,
    ]) {
      const answer = await ask(service, at, { json: at.includes('orders') ? {} : report })
      expectError(answer, 404, 'NOT_FOUND')
    }
  })

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown format', { format: 'XML' }, 'format', 'INVALID_INPUT'],
    ['a missing range', { dateRange: undefined }, 'dateRange', 'INVALID_INPUT'],
    ['a reversed range', { dateRange: { fromDate: '2017-02-01', toDate: '2017-01-01' } }, 'dateRange', 'INVALID_INPUT'],
    ['the type in the body too', { reportType: 'ORDERS_SUMMARY' }, 'reportType', 'INVALID_INPUT'],
    ['a private address', { webhookUrl: 'https://169.254.169.254/' }, 'webhookUrl', 'UNSAFE_URL'],
    ['a URL that is none', { webhookUrl: 'x' }, 'webhookUrl', 'UNSAFE_URL'],
  ])('422 for %s, by the name of the field here', async (_, more, field, error) => {
    const answer = await submit(more)
    expectError(answer, 422, error)
    expect(answer.body.errors).toEqual([{ field, message: expect.any(String) }])
    expect(answer.body.message).toContain(field)
    expect(answer.text).not.toMatch(/webhook\./)
  })
})

describe('lroListOperations and lroBatchGetOperations', () => {
  const list = (query: string, key = service.otherKey) => ask(service, `${base}/operations?${query}`, { key })
  const operationsOf = ({ operations }: Record<string, unknown>) => operations as { operationId: string }[]
  const idsOf = (body: Record<string, unknown>) => operationsOf(body).map(({ operationId }) => operationId)
  /** The newest first. */
  let own: string[] = []
  beforeAll(async () => {
    for (const _ of Array.from({ length: 5 })) {
      const { body } = await ask(service, path, { json: report, key: service.otherKey })
      own = [String(body.operationId), ...own]
    }
    await cancel(`${base}/operations/${own[1]}`, service.otherKey)
  })

  it('pages by number, each operation as it is read', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list(`page=${page}&pageSize=2`)))
    expect(pages.map(({ body }) => [idsOf(body), body.page, body.pageSize, body.hasMore])).toEqual([
      [own.slice(0, 2), 1, 2, true],
      [own.slice(2, 4), 2, 2, true],
      [own.slice(4), 3, 2, false],
      [[], 4, 2, false],
    ])
    const read = await ask(service, `${base}/operations/${own[0]}`, { key: service.otherKey })
    expect(operationsOf(pages[0]?.body ?? {})[0]).toEqual(read.body)
    expect((await list('')).body).toMatchObject({ page: 1, pageSize: 20, hasMore: false })
  })

  it('filters by the statuses of the dialect', async () => {
    expect(idsOf((await list('status=CANCELLED')).body)).toEqual([own[1]])
    expect(idsOf((await list('status=PENDING&page=2&pageSize=3')).body)).toEqual([own[4]])
    await onDatabase(service, `update operations set status = 'CANCELLING' where operation_id = '${own[2]?.slice(3)}'`)
    expect(idsOf((await list('status=RUNNING')).body)).toEqual([own[2]])
    expect((await list('status=FAILED')).body).toMatchObject({ operations: [], hasMore: false })
  })

  it.each([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=x', 'page'],
    ['page=', 'page'],
    ['page=1&page=2', 'page'],
    ['pageSize=0', 'pageSize'],
    ['pageSize=1001', 'pageSize'],
    ['page=11&pageSize=100', 'page'],
    ['page=1000&pageSize=1000', 'page'],
    ['page=99999999999999999999', 'page'],
    ['status=WAITING', 'status'],
    ['status=running', 'status'],
    ['status=', 'status'],
    ['pageToken=x', 'pageToken'],
  ])('400 for %s, by its name', async (query, parameter) => {
    const answer = await list(query)
    expectError(answer, 400, 'INVALID_REQUEST')
    expect(answer.body.errors).toEqual([{ field: parameter, message: expect.any(String) }])
  })

  it('reads many, in the order of the request, and says which are not there', async () => {
    const batchGet = (operationIds: unknown) =>
      ask(service, `${base}/operations:batchGet`, { json: { operationIds }, key: service.otherKey })
    const foreign = waiting.split('/').at(-1)
    const { status, body } = await batchGet([own[4], foreign, own[0], 'x', own[4]])
    expect([status, idsOf(body), body.notFound]).toEqual([200, [own[4], own[0]], [foreign, 'x']])
    const read = await ask(service, `${base}/operations/${own[0]}`, { key: service.otherKey })
    expect(operationsOf(body)[1]).toEqual(read.body)
    for (const ids of [undefined, 'x', [], [1], Array.from({ length: 1001 }, () => 'x')])
      expectError(await batchGet(ids), 422, 'INVALID_INPUT')
  })
})

describe('a list of which few operations match', () => {
  const filled = (limits: Record<string, string>) => startTestService({ ROLES: 'api', ...limits })
  /** Of the owner of `apiKey`: a completed operation, and 25,000 newer ones that wait. A page of the API reads 10,000. */
  async function fill(own: TestService) {
    await onDatabase(
      own,
      `insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, result, finished_at, turn_at)
       select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '${testOwner}', 'generateReport',
         case when n = 0 then 'COMPLETED' else 'PENDING' end, 0, 3, '{}', case when n = 0 then '{}'::jsonb end,
         case when n = 0 then now() end, case when n > 0 then now() end
       from generate_series(0, 25000) n`,
    )
  }
  const completed = (own: TestService) => ask(own, `${base}/operations?status=COMPLETED`)

  it('reads on, and counts each further page of the API as a read', async () => {
    const own = await filled({ LIMIT_READS: '10' })
    try {
      await fill(own)
      const { status, headers, body } = await completed(own)
      expect([status, (body.operations as unknown[]).length, body.hasMore]).toEqual([200, 1, false])
      expect(headers.get('ratelimit')).toContain('"reads";r=7;')
    } finally {
      await own.close()
    }
  })

  it('429 when the reads do not suffice', async () => {
    const own = await filled({ LIMIT_READS: '2' })
    try {
      await fill(own)
      const refused = await completed(own)
      expectError(refused, 429, 'RATE_LIMITED')
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    } finally {
      await own.close()
    }
  })
})

describe('lroGetOperation and lroCancelOperation', () => {
  it('200 with Retry-After while it is not done', async () => {
    const { status, headers, body } = await ask(service, waiting)
    expect([status, body.status, headers.get('retry-after')]).toEqual([200, 'PENDING', expect.stringMatching(/^\d+$/)])
  })

  it('404 for unknown and malformed ids, and those of another owner', async () => {
    const stranger = await ask(service, waiting, { key: service.otherKey })
    expectError(stranger, 404, 'OPERATION_NOT_FOUND')
    expectError(await cancel(waiting, service.otherKey), 404, 'OPERATION_NOT_FOUND')
    for (const id of unknownIds) {
      for (const { body } of [await ask(service, `${base}/operations/${id}`), await cancel(`${base}/operations/${id}`)])
        expect(withoutTime(body), id).toEqual(withoutTime(stranger.body))
    }
  })

  it('cancels, repeatedly', async () => {
    const own = (await submit()).headers.get('location') ?? ''
    const [first, again] = [await cancel(own), await cancel(own)]
    expect(first.body).toEqual({
      operationId: own.split('/').at(-1),
      status: 'CANCELLED',
      progress: 0,
      createdAt: expect.any(String),
      cancelledAt: expect.any(String),
      links: { self: own },
    })
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text])
    expect((await ask(service, own)).text).toBe(first.text)
  })

  it('400 for an operation that has ended, as the clients expect', async () => {
    const own = (await submit()).headers.get('location') ?? ''
    const canonical = own.replace('/compat/lro', '')
    const worker = await startTestService({}, { url: service.databaseUrl, drop: async () => {} })
    try {
      await ended(worker, canonical)
    } finally {
      await worker.close()
    }
    expect((await ask(service, own)).body.status).toBe('COMPLETED')
    expectError(await cancel(own), 400, 'CANNOT_CANCEL')
    expect((await ask(service, `${canonical}:cancel`, { method: 'POST' })).status).toBe(409)
  })

  it('405 for methods that the paths do not have', async () => {
    for (const [at, method, allow] of [
      [waiting, 'DELETE', 'GET, HEAD'],
      [`${waiting}:cancel`, 'PUT', 'POST'],
      [path, 'PUT', 'POST'],
    ] as const) {
      const answer = await ask(service, at, { method })
      expectError(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer.headers.get('allow')).toBe(allow)
    }
  })
})

describeFaults(() => service, examples)
