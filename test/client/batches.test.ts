import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest'
import { createClient, type Longrun, LongrunProblem, type OperationHandle } from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const inAnHour = () => new Date(Date.now() + 3_600_000)

let service: TestService
let longrun: Longrun
beforeAll(async () => {
  service = await startTestService()
  longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
})
afterAll(() => service.close())

it('returns a typed handle or a problem for each item, and the state of the batch', async () => {
  const { id, results, accepted, refused } = await longrun.batchCreate([
    { type: 'generateReport', input: report },
    { type: 'deliverOrder', input: { orderId: 'CA-2016-152156' }, options: { startAfter: inAnHour() }, after: [0] },
    { type: 'deliverOrder', input: { orderId: 'none' } },
  ])
  expect({ accepted, refused }).toEqual({ accepted: 2, refused: 1 })
  const [first, second, third] = results
  expectTypeOf(first.operation).toEqualTypeOf<OperationHandle<'generateReport'> | undefined>()
  expectTypeOf(second.operation).toEqualTypeOf<OperationHandle<'deliverOrder'> | undefined>()
  expect((await first.operation?.result())?.rowCount).toBeGreaterThan(0)
  expect(second.operation?.snapshot).toMatchObject({ batchId: id, dependsOn: [first.operation?.id] })
  expect(third.problem).toMatchObject({ code: 'NOT_FOUND', status: 404 })
  const { counts, done, links } = await longrun.batch(id).get()
  expect(counts).toMatchObject({ COMPLETED: 1, PENDING: 1 })
  expect(done).toBe(false)
  expect(links.self).toBe(`${service.url}/api/v1/batches/${id}`)
})

it('throws when an all-or-nothing batch is refused, and repeats a request with the same key', async () => {
  const bad = { type: 'exportCustomers', input: { format: 'XLS' as 'CSV' } } as const
  const refused = longrun.batchCreate([bad], { allOrNothing: true })
  await expect(refused).rejects.toThrow(LongrunProblem)
  await expect(refused).rejects.toMatchObject({ code: 'BATCH_REFUSED' })
  const items = [{ type: 'exportCustomers', input: { format: 'CSV' } }] as const
  const [one, two] = [
    await longrun.batchCreate(items, { idempotencyKey: 'once' }),
    await longrun.batchCreate(items, { idempotencyKey: 'once' }),
  ]
  expect(two.id).toBe(one.id)
  expect(two.results[0].operation?.id).toBe(one.results[0].operation?.id)
})

it('waits for the end of a batch, also while the service holds no request, until its signal is aborted', async () => {
  const items = [
    { type: 'generateReport', input: report },
    { type: 'exportCustomers', input: { format: 'CSV' }, options: { startAfter: inAnHour() } },
  ] as const
  const { id, results } = await longrun.batchCreate(items)
  const waiting = new AbortController()
  const aborted = longrun.batch(id).ended({ signal: waiting.signal })
  const prefers: (string | null)[] = []
  const unheld = createClient({
    baseUrl: service.url,
    apiKey: service.apiKey,
    fetch(request) {
      prefers.push(request.headers.get('prefer'))
      request.headers.delete('prefer')
      return fetch(request)
    },
  })
  const polled = unheld.batch(id).ended()
  const ended = longrun.batch(id).ended()
  await results[0].operation?.result()
  waiting.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  await results[1].operation?.cancel()
  const counts = { COMPLETED: 1, CANCELLED: 1 }
  expect(await ended).toMatchObject({ batchId: id, done: true, counts })
  expect(await polled).toMatchObject({ done: true, counts })
  expect(new Set(prefers)).toEqual(new Set(['wait=10']))
  expect(await longrun.batch(id).ended()).toMatchObject({ done: true })
  await expect(longrun.batch('batch_x').ended()).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
