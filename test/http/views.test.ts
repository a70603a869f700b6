import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

let service: TestService
let waiting: string
let completed: string
beforeAll(async () => {
  service = await startTestService()
  waiting = await submitted(service, { startAfter: inAnHour() })
  completed = await submitted(service)
  await ended(service, completed)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const full = (path: string) => `${path}?view=FULL`
const summary = 'ORDERS_SUMMARY report, 2017-01-01 to 2017-12-31, CSV'

describe('getOperation with view=FULL', () => {
  it('200 with the input as it was accepted, without the fields of every submit', async () => {
    for (const path of [waiting, completed]) {
      const { status, body } = await ask(service, full(path))
      expect(status).toBe(200)
      expect(body).toMatchObject({ input: report, summary })
      expect(body.input).toEqual(report)
    }
  })

  it('200 with the path parameters of the type, and every field of its input', async () => {
    const body = { warehouse: 'east', paymentMethod: 'tok_1', carrierService: 'express', contact: 'claire@example.com' }
    const options = { labels: { team: 'crm' }, priority: 'LOW', startAfter: inAnHour() }
    const path = '/api/v1/orders/CA-2016-152156:deliver'
    const { headers } = await ask(service, path, { json: { ...body, ...options } })
    const read = await ask(service, full(headers.get('location') ?? ''))
    expect(read.body.input).toEqual({ ...body, orderId: 'CA-2016-152156' })
    expect(read.body.summary).toBe('Delivery of order CA-2016-152156, from east, by express')
  })

  it('200 without input for BASIC, which is the default, in lists, and in every other response with the operation', async () => {
    const bodies = [
      (await ask(service, completed)).body,
      (await ask(service, `${completed}?view=BASIC`)).body,
      ...((await ask(service, '/api/v1/operations?view=BASIC')).body.operations as object[]),
      ...((await ask(service, '/api/v1/operations:batchGet', { json: { operationIds: [completed.slice(-39)] } })).body
        .operations as object[]),
      (await ask(service, `${completed}/result`)).body,
    ]
    expect(bodies.length).toBeGreaterThanOrEqual(5)
    for (const body of bodies) {
      expect(body).not.toHaveProperty('input')
      expect(body).toHaveProperty('summary')
    }
  })

  it('200 and 304 with its own ETag, also for an operation that has ended and was read before', async () => {
    for (const path of [waiting, completed]) {
      const tags = { basic: '', full: '' }
      tags.basic = (await ask(service, path)).headers.get('etag') ?? ''
      tags.full = (await ask(service, full(path))).headers.get('etag') ?? ''
      expect(tags.full).not.toBe(tags.basic)
      const statusOf = async (url: string, tag: string) =>
        (await ask(service, url, { headers: { 'if-none-match': tag } })).status
      expect(await statusOf(full(path), tags.full)).toBe(304)
      expect(await statusOf(path, tags.basic)).toBe(304)
      expect(await statusOf(full(path), tags.basic)).toBe(200)
      expect(await statusOf(path, tags.full)).toBe(200)
      const withOrder = await ask(service, `${path}?view=FULL&expand=resource`)
      expect(withOrder.body.input).toEqual(report)
      // An operation that has no resource yet is the same with and without it.
      if (path === completed) expect([tags.full, tags.basic]).not.toContain(withOrder.headers.get('etag'))
    }
  })

  it('200 to a HEAD, with the headers of the GET', async () => {
    const [head, get] = [await ask(service, full(completed), { method: 'HEAD' }), await ask(service, full(completed))]
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')])
  })

  it('200 to a long poll, with the input', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const etag = (await ask(service, full(path))).headers.get('etag') ?? ''
    const held = ask(service, full(path), { headers: { prefer: 'wait=20', 'if-none-match': etag } })
    await ask(service, `${path}:cancel`, { method: 'POST' })
    const { status, body } = await held
    expect([status, body.status]).toEqual([200, 'CANCELLED'])
    expect(body.input).toEqual(report)
  })

  it('404 for another owner, and 410 once it has expired or was purged', async () => {
    expectProblem(await ask(service, full(completed), { key: service.otherKey }), 404, 'OPERATION_NOT_FOUND')
    const gone = async (act: (path: string) => Promise<unknown>) => {
      const path = await submitted(service, { startAfter: inAnHour() })
      await ask(service, path, { method: 'DELETE' })
      await act(path)
      expectProblem(await ask(service, full(path)), 410, 'OPERATION_EXPIRED')
    }
    await gone((path) =>
      onDatabase(service, `update operations set expires_at = now() where operation_id = '${path.slice(-36)}'`),
    )
    await gone((path) => ask(service, `${path}:purge`, { method: 'POST' }))
  })

  it('400 for another view', async () => {
    for (const view of ['full', 'ALL', '']) {
      const refused = await ask(service, `${waiting}?view=${view}`)
      expectProblem(refused, 400, 'INVALID_REQUEST')
      expect(refused.body.detail).toBe('The query parameter view must be one of BASIC, FULL.')
    }
  })

  it('never shows a webhook, its secret or its URL', async () => {
    const webhook = {
      url: 'https://hooks.example.com/canary-path?token=canary-token',
      secret: 'canary-secret-0123456789',
    }
    const path = await submitted(service, { startAfter: inAnHour(), webhook })
    const texts = [
      (await ask(service, full(path))).text,
      (await ask(service, `${path}/events`)).text,
      (await ask(service, '/api/v1/operations')).text,
    ]
    for (const text of texts) expect(text).not.toContain('canary')
    expect(texts[0]).toContain('"registered":true')
  })

  it('is read by the client with the types of the contract', async () => {
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const handle = await longrun.operation(completed.slice(-39), 'generateReport')
    const { reportType, dateRange } = await handle.input()
    expect([reportType, dateRange.fromDate]).toEqual(['ORDERS_SUMMARY', '2017-01-01'])
  })
})

describe('listOperations', () => {
  it('200 with the summary of each operation, which a retry keeps', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    const retried = await ask(service, `${path}:retry`, { method: 'POST' })
    expect(retried.body.summary).toBe(summary)
    const { operations } = (await ask(service, '/api/v1/operations?type=generateReport')).body as {
      operations: object[]
    }
    for (const operation of operations) expect(operation).toMatchObject({ summary })
  })

  it('400 for view=FULL', async () => {
    const refused = await ask(service, '/api/v1/operations?view=FULL')
    expectProblem(refused, 400, 'INVALID_REQUEST')
    expect(refused.body.detail).toBe('The query parameter view must be BASIC.')
  })
})
