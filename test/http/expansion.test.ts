import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { ask, ended, expectProblem, inAnHour, submitted } from './requests.ts'

const orderId = 'CA-2016-152156'

let service: TestService
/** An operation that stays PENDING. */
let delivery: string
let completed: string
beforeAll(async () => {
  service = await startTestService()
  delivery = await delivering({ startAfter: inAnHour() })
  completed = await submitted(service)
  await ended(service, completed)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

async function delivering(json: Record<string, unknown>, headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask(service, `/api/v1/orders/${orderId}:deliver`, { json, headers })
  expect(answer.body.resource).toEqual({ type: 'order', id: orderId })
  return answer.headers.get('location') ?? ''
}

const read = (path: string, headers: Record<string, string> = {}) => ask(service, path, { headers })

describe('the resource of an operation', () => {
  it('of a delivery is the order from its submit on, in each replay and in lists', async () => {
    const key = { 'idempotency-key': 'the-same' }
    const json = { startAfter: inAnHour() }
    expect(await delivering(json, key)).toBe(await delivering(json, key))
    expect((await read(delivery)).body.resource).toEqual({ type: 'order', id: orderId })
    const { body } = await read('/api/v1/operations?type=deliverOrder')
    expect(body.operations).toMatchObject([{ resource: { id: orderId } }, { resource: { id: orderId } }])
    const operationId = delivery.slice(delivery.lastIndexOf('/') + 1)
    const { body: batch } = await ask(service, '/api/v1/operations:batchGet', { json: { operationIds: [operationId] } })
    expect(batch.operations).toMatchObject([{ resource: { type: 'order', id: orderId } }])
  })

  it('of a report is the report once it exists', async () => {
    const waiting = await submitted(service, { startAfter: inAnHour() })
    expect((await read(waiting)).body).not.toHaveProperty('resource')
    const { resource, result } = (await read(completed)).body
    expect(resource).toEqual({ type: 'report', id: (result as { reportId: string }).reportId })
  })

  it('of an export does not exist, expanded or not', async () => {
    const { headers } = await ask(service, '/api/v1/customers:export', { json: { format: 'CSV' } })
    const path = headers.get('location') ?? ''
    await ended(service, path)
    const [plain, expanded] = [await read(path), await read(`${path}?expand=resource`)]
    expect(plain.body).not.toHaveProperty('resource')
    expect(expanded.body).toEqual(plain.body)
  })
})

describe('expand=resource', () => {
  it('200 with the order as in its own endpoint', async () => {
    const { status, body } = await read(`${delivery}?expand=resource`)
    const { body: order } = await read(`/api/v1/orders/${orderId}`)
    expect(status).toBe(200)
    expect(order).toMatchObject({ orderId, lines: expect.any(Array) })
    expect(body.resource).toEqual({ type: 'order', id: orderId, order })
  })

  it('200 with the report as in its own endpoint', async () => {
    const { body } = await read(`${completed}?expand=resource`)
    const { reportId, url } = body.result as { reportId: string; url: string }
    expect(body.resource).toEqual({ type: 'report', id: reportId, report: (await read(url)).body })
  })

  it('304 with separate ETags: the ETag of one representation does not match the other', async () => {
    for (const path of [delivery, completed]) {
      const tagOf = async (url: string) => (await read(url)).headers.get('etag') ?? ''
      // Read several times, because finished operations are cached for a moment.
      for (const [url, other] of [
        [path, `${path}?expand=resource`],
        [`${path}?expand=resource`, path],
      ] as const) {
        const tag = await tagOf(url)
        expect((await read(url, { 'if-none-match': tag })).status).toBe(304)
        const crossed = await read(other, { 'if-none-match': tag })
        expect(crossed.status).toBe(200)
        expect(crossed.headers.get('etag')).not.toBe(tag)
      }
    }
  })

  it('200 with the reference only when the resource was deleted before the operation', async () => {
    const path = await submitted(service)
    const { resource } = await ended(service, path)
    const { id } = resource as { id: string }
    await onDatabase(service, `update reports set expires_at = now() where report_id = '${id.slice(-36)}'`)
    expect((await read(`${path}?expand=resource`)).body.resource).toEqual({ type: 'report', id })
  })

  it('404 for another owner, and 400 for any other value', async () => {
    const stranger = await ask(service, `${delivery}?expand=resource`, { key: service.otherKey })
    expectProblem(stranger, 404, 'OPERATION_NOT_FOUND')
    for (const query of ['expand=order', 'expand=', 'expand=resource&expand=resource', 'expand=resource,result']) {
      const answer = await read(`${delivery}?${query}`)
      expectProblem(answer, 400, 'INVALID_REQUEST')
      expect(answer.body.errors).toEqual([{ parameter: 'expand', message: expect.any(String) }])
    }
  })
})
