import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createClient, type Longrun, LongrunProblem } from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { validatingProxy } from '../support/validating-proxy.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const candidate = { name: 'Erika Mustermann', birthDate: '1990-08-12' }

let service: TestService
let proxy: Awaited<ReturnType<typeof validatingProxy>>
let longrun: Longrun
const seen = new Set<string>()

const open = async (change?: Parameters<typeof validatingProxy>[1]) => {
  proxy = await validatingProxy(service.url, change)
  longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
}
beforeAll(async () => {
  service = await startTestService()
  await open()
})
afterEach(() => {
  expect(proxy.violations()).toEqual([])
  for (const id of proxy.seen) seen.add(id)
})
afterAll(async () => {
  await proxy.close()
  await service.close()
})

it('submits a report, waits, reads and downloads it', async () => {
  const operation = await longrun.generateReport(report, { labels: { team: 'crm' } })
  const { reportId, rowCount } = await operation.result()
  expect(rowCount).toBe(1687)
  expect((await longrun.getReport(reportId)).rowCount).toBe(1687)
  const bytes: Uint8Array[] = []
  await operation.download(new WritableStream({ write: (chunk: Uint8Array) => void bytes.push(chunk) }))
  expect(Buffer.concat(bytes).toString().split('\n').length).toBeGreaterThan(1687)
  const path = { operationId: operation.id }
  for (const at of ['/operations/{operationId}/events', '/operations/{operationId}/logs'] as const) {
    expect((await longrun.api.GET(at, { params: { path } })).error).toBeUndefined()
  }
  await longrun.api.GET('/operations/{operationId}', { params: { path, query: { view: 'FULL', expand: 'resource' } } })
})

it('follows the events of an operation to its end', async () => {
  const operation = await longrun.exportCustomers({ format: 'CSV' })
  const names: string[] = []
  for await (const { event } of operation.events()) names.push(event)
  expect(names.at(-1)).toBe('completed')
})

it('uploads a file and imports it', async () => {
  const csv = await readFile(resolve(import.meta.dirname, '../../samples/orders.csv')).catch(() => 'orderId\r\nx\r\n')
  const { uploadId } = await longrun.upload(csv, { mediaType: 'text/csv' })
  await longrun.api.GET('/uploads/{uploadId}', { params: { path: { uploadId } } })
  const operation = await longrun.importOrders({ uploadId })
  await operation.result().catch((error: unknown) => error)
  expect((await longrun.operation(operation.id)).snapshot.done).toBe(true)
})

it('cancels, retries and purges', async () => {
  const operation = await longrun.screenCandidate({
    candidate,
    checks: ['IDENTITY'],
    identityPackage: 'test_no_callback',
  })
  await operation.cancel()
  await expect(operation.result()).rejects.toThrow()
  const retried = await operation.retry()
  await retried.cancel()
  await expect(retried.result()).rejects.toThrow()
  await retried.purge()
  await expect(longrun.operation(retried.id)).rejects.toThrow()
})

it('completes a wait', async () => {
  const operation = await longrun.screenCandidate({
    candidate,
    checks: ['CRIMINAL_RECORDS'],
    criminalRecordsPackage: 'test_review',
  })
  await expect.poll(async () => (await operation.waits()).map(({ name }) => name)).toContain('decision')
  await operation.complete('decision', { decision: 'CLEAR', note: 'Another person.' })
  expect((await operation.result()).overall).toBe('CLEAR')
})

it('submits a batch, and lists by each filter', async () => {
  const batch = await longrun.batchCreate([
    { type: 'exportCustomers', input: { format: 'CSV' } },
    { type: 'generateReport', input: report },
  ])
  await batch.ended()
  const query = { status: ['COMPLETED', 'FAILED'], type: 'generateReport', batchId: batch.id, pageSize: 1 } as const
  const found = await Array.fromAsync(longrun.operations({ ...query, status: [...query.status] }))
  expect(found).toHaveLength(1)
})

it('creates, changes and deletes schedules, receivers and keys', async () => {
  const schedule = await longrun.schedules.create({
    name: 'Nightly',
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    operation: { type: 'generateReport', body: report },
  })
  await longrun.schedules.pause(schedule.scheduleId)
  await longrun.schedules.delete(schedule.scheduleId)
  const { data: key } = await longrun.api.POST('/keys', { body: { name: 'proxy', scopes: ['operations:read'] } })
  await longrun.api.DELETE('/keys/{keyId}', { params: { path: { keyId: key?.keyId ?? '' } } })
  for (const path of ['/keys', '/schedules', '/webhookReceivers', '/orders', '/customers'] as const) {
    const { error } = await longrun.api.GET(path, { params: { query: { pageSize: 2 } } })
    expect(error).toBeUndefined()
  }
  await longrun.api.GET('/statistics')
})

it('reports what the service refuses as problems of the contract', async () => {
  const wrong = { ...report, dateRange: { fromDate: '2017-12-31', toDate: '2017-01-01' } }
  await expect(longrun.generateReport(wrong)).rejects.toThrow(LongrunProblem)
  await expect(longrun.operation('op_nonsense')).rejects.toThrow(LongrunProblem)
})

it('covers a good part of the contract', () => {
  expect(seen.size).toBeGreaterThanOrEqual(25)
})

it.each<[string, NonNullable<Parameters<typeof validatingProxy>[1]>, string]>([
  ['a missing field', (_, { body }) => void delete (body as { status?: string }).status, 'body'],
  ['an unknown field', (_, { body }) => void Object.assign(body as object, { stauts: 'PENDING' }), 'body'],
  ['a wrong type', (_, { body }) => void Object.assign(body as object, { attempt: 'one' }), 'body'],
  ['a missing header', (_, { headers }) => void delete headers.location, 'headers'],
  ['an unlisted status', (_, response) => void Object.assign(response, { status: 418 }), 'status'],
])('finds %s in a response', async (_, change, found) => {
  await proxy.close()
  await open(change)
  await longrun.generateReport(report, { startAfter: new Date(Date.now() + 3_600_000) })
  expect(proxy.violations().map((text) => text.split(': ')[1])).toContain(found)
})
