import type { ResourceLocationConfig } from '@azure/core-lro'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, inAnHour } from '../http/requests.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { clientOf, pollerOf, submitReport } from './azure-poller.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const failing = { dateRange: { fromDate: '1990-01-01', toDate: '1990-01-31' } }
const unknownId = 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'

describe('the poller of @azure/core-lro, over @azure-rest/core-client', () => {
  it('resolves with the operation of the API, which Location names', async () => {
    const client = clientOf(service)
    const poller = pollerOf(client, await submitReport(client))
    const { body } = await poller.pollUntilDone()
    expect(body).toMatchObject({ status: 'COMPLETED', result: { rowCount: 1687 } })
    expect(poller.operationState).toMatchObject({ status: 'succeeded' })
  })

  it.each<ResourceLocationConfig>([
    'operation-location',
    'azure-async-operation',
  ])('resolves with the status monitor, with resourceLocationConfig %s', async (resourceLocationConfig) => {
    const client = clientOf(service)
    const poller = pollerOf(client, await submitReport(client), { resourceLocationConfig })
    const { body } = await poller.pollUntilDone()
    expect(body).toMatchObject({ status: 'Succeeded', percentComplete: 100, result: { rowCount: 1687 } })
  })

  it('ends with a 405 with resourceLocationConfig original-uri, because a submit creates no resource at its URL', async () => {
    const client = clientOf(service)
    const poller = pollerOf(client, await submitReport(client), { resourceLocationConfig: 'original-uri' })
    expect((await poller.pollUntilDone()).status).toBe('405')
  })

  it('resolves relative URLs with baseUrl, where the endpoint of the client has a path', async () => {
    const endpoint = `${service.url}/api/v1`
    const client = clientOf(service, endpoint)
    const first = await client.pathUnchecked('/customers:export').post({ body: { format: 'CSV' } })
    const { body } = await pollerOf(client, first, { baseUrl: service.url }).pollUntilDone()
    expect(body).toMatchObject({ type: 'exportCustomers', status: 'COMPLETED' })
  })

  it('rejects with the error of a failed operation', async () => {
    const client = clientOf(service)
    const poller = pollerOf(client, await submitReport(client, failing))
    await expect(poller.pollUntilDone()).rejects.toThrow(/NO_DATA_IN_RANGE|No order/)
    expect(poller.operationState).toMatchObject({ status: 'failed' })
    expect(poller.operationState?.error?.message).toMatch(/No order|no order/)
  })

  it('polls as often as Retry-After says, and stops when the operation was cancelled', async () => {
    const client = clientOf(service)
    const first = await submitReport(client, { startAfter: inAnHour() })
    const poller = pollerOf(client, first)
    expect(await poller.poll()).toMatchObject({ status: 'running' })
    const monitor = first.headers['operation-location'] ?? ''
    const cancelled = await client.pathUnchecked(`${monitor}:cancel`).post()
    expect([cancelled.status, cancelled.body.status]).toEqual(['200', 'Canceled'])
    await expect(poller.poll()).rejects.toThrow('Operation was canceled')
    expect(poller.operationState).toMatchObject({ status: 'canceled' })
  })

  it('goes on from its serialized state after a restart of the service', async () => {
    const database = await createDatabase({ withSample: true })
    // Without a worker the operation cannot end before the restart.
    const before = await startTestService({ ROLES: 'api' }, database)
    const client = clientOf(before)
    const poller = pollerOf(client, await submitReport(client))
    expect(await poller.poll()).toMatchObject({ status: 'running' })
    const restoreFrom = await poller.serialize()
    await before.close()
    const after = await startTestService({}, database)
    try {
      const resumed = pollerOf(clientOf(after), undefined, { restoreFrom })
      expect((await resumed.pollUntilDone()).body).toMatchObject({ status: 'COMPLETED', result: { rowCount: 1687 } })
    } finally {
      await after.close()
      await database.drop()
    }
  })

  it('stops with the error of an id that is unknown, malformed, purged or of another owner', async () => {
    const client = clientOf(service)
    const first = await submitReport(client, { startAfter: inAnHour() })
    const own = first.headers['operation-location'] ?? ''
    const state = async (path: string, of = client) => {
      const text = await pollerOf(client, first).serialize()
      const poller = pollerOf(of, undefined, { restoreFrom: text.replace(own, path) })
      return poller.pollUntilDone().then(
        () => 'succeeded',
        (error: Error) => error.message,
      )
    }
    const unknown = await state(`/compat/azure/operations/${unknownId}`)
    expect(unknown).toContain('There is no such operation, or it is not yours.')
    expect(await state('/compat/azure/operations/op_1')).toBe(unknown)
    expect(await state(own, clientOf({ ...service, apiKey: service.otherKey }))).toBe(unknown)
    await ask(service, `${own}:cancel`, { method: 'POST' })
    await ask(service, `${own.replace('/compat/azure', '/api/v1')}:purge`, { method: 'POST' })
    expect(await state(own)).toContain('expired or was purged')
  })

  it('stops with the error of a credential that is not valid', async () => {
    const client = clientOf(service)
    const first = await submitReport(client)
    const restoreFrom = await pollerOf(client, first).serialize()
    for (const [apiKey, error] of [
      ['malformed token', /Authorization|API key/],
      [service.powerlessKey, /operations:read/],
    ] as const) {
      const poller = pollerOf(clientOf({ ...service, apiKey }), undefined, { restoreFrom })
      await expect(poller.pollUntilDone()).rejects.toThrow(error)
    }
  })
})
