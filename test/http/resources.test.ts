import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, submitted } from './requests.ts'

let service: TestService
let reportPath: string
beforeAll(async () => {
  service = await startTestService()
  const path = await submitted(service)
  const { result } = await ended(service, path)
  reportPath = (result as { url: string }).url
  await importOwnOrder()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

/** One order of the first owner, with the id of a sample order. */
async function importOwnOrder(orderId = 'CA-2016-152156', rowId = 1) {
  const order = { orderId, orderDate: '2018-05-01', shipDate: '2018-05-02', shipMode: 'Same Day' }
  const customer = { customerId: 'ZZ-1', customerName: 'Zoe', segment: 'Consumer' }
  const address = { country: 'Austria', city: 'Graz', state: 'Styria', postalCode: '8010', region: 'South' }
  const product = { productId: 'P-1', category: 'Furniture', subCategory: 'Chairs', productName: 'Chair' }
  const figures = { rowId, sales: '10.50', quantity: 1, discount: '0', profit: '1' }
  const line = { ...order, ...customer, ...address, ...product, ...figures }
  const headers = { 'content-type': 'application/x-ndjson' }
  const body = `${JSON.stringify(line)}\n`
  const upload = await ask(service, '/api/v1/uploads', { method: 'POST', body, headers })
  const json = { uploadId: upload.body.uploadId }
  const { headers: answered } = await ask(service, '/api/v1/orders:import', { json })
  expect(await ended(service, answered.get('location') ?? '')).toMatchObject({ result: { rowsLoaded: 1 } })
}

const examples: Example[] = [
  { operationId: 'getReport', path: () => reportPath },
  { operationId: 'listOrders', path: () => '/api/v1/orders' },
  { operationId: 'getOrder', path: () => '/api/v1/orders/CA-2016-152156' },
  { operationId: 'listCustomers', path: () => '/api/v1/customers' },
]
describeRefusals(() => service, examples)

describe('getReport', () => {
  it('200 with a link that downloads', async () => {
    const { status, body } = await ask(service, reportPath)
    expect(status).toBe(200)
    expect(body).toMatchObject({ reportType: 'ORDERS_SUMMARY', rowCount: 1687, url: reportPath, filters: {} })
    expect((await ask(service, String(body.downloadUrl), { key: null })).status).toBe(200)
  })

  it('404 for unknown and malformed ids, and another owner’s', async () => {
    expectProblem(await ask(service, reportPath, { key: service.otherKey }), 404, 'NOT_FOUND')
    for (const id of ['report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33', 'report_1', '%00']) {
      expectProblem(await ask(service, `/api/v1/reports/${id}`), 404, 'NOT_FOUND')
    }
  })

  it('410 with expiredAt once its retention is over', async () => {
    const uuid = reportPath.slice(-36)
    await onDatabase(service, `update reports set expires_at = now() - interval '1 day' where report_id = '${uuid}'`)
    const answer = await ask(service, reportPath)
    expectProblem(answer, 410, 'EXPIRED')
    expect(answer.body.expiredAt).toMatch(/Z$/)
    await onDatabase(service, `update reports set expires_at = now() + interval '1 day' where report_id = '${uuid}'`)
  })
})

describe('listOrders', () => {
  type Order = { orderId: string; orderDate: string; source: string }

  it('200 newest order date first, the sample’s and the owner’s own, page by page', async () => {
    const seen: Order[] = []
    let next: string | undefined = '/api/v1/orders?pageSize=400&fromDate=2017-10-01'
    while (next) {
      const { body, headers } = await ask(service, next)
      seen.push(...(body.orders as Order[]))
      next = /^<([^>]+)>/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(seen[0]).toMatchObject({ orderDate: '2018-05-01', source: 'IMPORTED' })
    expect(seen.map(({ orderDate }) => orderDate)).toEqual(
      seen
        .map(({ orderDate }) => orderDate)
        .sort()
        .reverse(),
    )
    expect(new Set(seen.map(({ orderId }) => orderId)).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(500)
  })

  it('200 by source, customer and dates', async () => {
    const of = async (query: string, key = service.apiKey) =>
      ((await ask(service, `/api/v1/orders?${query}`, { key })).body.orders as Order[]).map(({ orderId }) => orderId)
    expect(await of('source=IMPORTED')).toEqual(['CA-2016-152156'])
    expect(await of('source=IMPORTED', service.otherKey)).toEqual([])
    expect(await of('customerId=ZZ-1')).toEqual(['CA-2016-152156'])
    expect(await of('fromDate=2016-11-08&toDate=2016-11-08&customerId=CG-12520')).toEqual(['CA-2016-152156'])
  })

  it('400 for an invalid date, an invalid source, or NUL', async () => {
    for (const [name, value] of [
      ['fromDate', '2017-02-29'],
      ['source', 'ALL'],
      ['customerId', '%00'],
    ]) {
      const answer = await ask(service, `/api/v1/orders?${name}=${value}`)
      expectProblem(answer, 400, 'INVALID_REQUEST')
      expect(answer.body.errors).toEqual([{ parameter: name, message: expect.any(String) }])
    }
  })
})

describe('getOrder', () => {
  it('200 with its lines: the owner’s own order takes precedence over the sample’s', async () => {
    const mine = await ask(service, '/api/v1/orders/CA-2016-152156')
    expect(mine.body).toMatchObject({ source: 'IMPORTED', city: 'Graz', lines: [{ rowId: 1, sales: '10.5000' }] })
    const other = await ask(service, '/api/v1/orders/CA-2016-152156', { key: service.otherKey })
    expect(other.body).toMatchObject({ source: 'SAMPLE', city: 'Henderson', customerName: 'Claire Gute' })
  })

  it('200 for an id that ends like a custom verb; the verb itself is a POST', async () => {
    await importOwnOrder('ZZ-1:deliver', 2)
    for (const id of ['ZZ-1:deliver', 'ZZ-1%3Adeliver']) {
      const { status, body } = await ask(service, `/api/v1/orders/${id}`)
      expect({ status, body }).toMatchObject({ status: 200, body: { orderId: 'ZZ-1:deliver', lines: [{ rowId: 2 }] } })
      expect((await ask(service, `/api/v1/orders/${id}`, { method: 'HEAD' })).status).toBe(200)
      // Of the order ZZ-1, which does not exist.
      expectProblem(await ask(service, `/api/v1/orders/${id}`, { json: {} }), 404, 'NOT_FOUND')
      const json = { validateOnly: true }
      expect((await ask(service, `/api/v1/orders/${id}:deliver`, { json })).status).toBe(200)
    }
    const unknown = await ask(service, '/api/v1/orders/CA-2016-152156:deliver')
    expectProblem(unknown, 404, 'NOT_FOUND')
    await onDatabase(service, `delete from order_lines where row_id = 2 and owner_id = 'alice'`)
    await onDatabase(service, `delete from orders where order_id = 'ZZ-1:deliver'`)
  })

  it('404 for an unknown order', async () => {
    for (const id of ['CA-1', '%00', '%zz', "'; drop table orders", 'x'.repeat(10_000)]) {
      expectProblem(await ask(service, `/api/v1/orders/${id}`), 404, 'NOT_FOUND')
    }
  })
})

describe('listCustomers', () => {
  type Customer = { customerId: string; source: string }

  it('200 by id, page by page, and by segment and source', async () => {
    const seen: string[] = []
    let token: string | undefined
    do {
      const query: string = `segment=Consumer&pageSize=150${token === undefined ? '' : `&pageToken=${token}`}`
      const { body } = await ask(service, `/api/v1/customers?${query}`)
      seen.push(...(body.customers as Customer[]).map(({ customerId }) => customerId))
      token = body.nextPageToken as string | undefined
    } while (token !== undefined)
    expect(seen).toEqual([...new Set(seen)].sort())
    expect(seen).toContain('ZZ-1')
    const { body } = await ask(service, '/api/v1/customers?source=IMPORTED')
    expect(body.customers).toEqual([{ customerId: 'ZZ-1', name: 'Zoe', segment: 'Consumer', source: 'IMPORTED' }])
  })
})

describeFaults(() => service, examples)
