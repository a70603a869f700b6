import gax from 'google-gax'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, inAnHour, submitted } from '../http/requests.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { clientOf } from './google-client.ts'

let service: TestService
let google: ReturnType<typeof clientOf>
beforeAll(async () => {
  service = await startTestService()
  google = clientOf(service)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const { Status } = gax
const nameOf = (path: string) => path.replace('/api/v1/', '')
const failing = { dateRange: { fromDate: '1990-01-01', toDate: '1990-01-31' } }

/** What a call was rejected with. */
async function rejected(call: Promise<unknown>): Promise<Record<string, unknown>> {
  return call.then(
    () => ({ resolved: true }),
    (error: object) => error as Record<string, unknown>,
  )
}

describe('an operation of google-gax', () => {
  it('resolves with the result, and has the operation as metadata', async () => {
    const operation = google.operation(nameOf(await submitted(service)))
    const [result, metadata] = await operation.promise()
    expect(google.plain(result)).toMatchObject({ rowCount: 1687, format: 'CSV' })
    expect(google.plain(metadata)).toMatchObject({
      type: 'generateReport',
      status: 'COMPLETED',
      progress: { percentage: 100 },
    })
  })

  it('rejects with the error of a failed operation', async () => {
    const name = nameOf(await submitted(service, failing))
    const error = await rejected(google.operation(name).promise())
    expect(error).toBeInstanceOf(gax.GoogleError)
    expect(error).toMatchObject({ code: Status.INVALID_ARGUMENT, message: expect.stringMatching(/order/i) })
    const [operation] = await google.operations.getOperation({ name })
    expect(operation.error?.details?.map(({ type_url }) => type_url)).toEqual([
      'type.googleapis.com/google.rpc.ErrorInfo',
    ])
  })

  it('rejects with CANCELLED after its cancel, which may be repeated', async () => {
    const operation = google.operation(nameOf(await submitted(service, { startAfter: inAnHour() })))
    await operation.cancel()
    const error = await rejected(operation.promise())
    expect(error).toMatchObject({ code: Status.CANCELLED, message: 'The operation was cancelled.' })
    await operation.cancel()
  })

  it('goes on by its name after a restart of the service', async () => {
    const database = await createDatabase({ withSample: true })
    // Without a worker the operation cannot end before the restart.
    const before = await startTestService({ ROLES: 'api' }, database)
    const name = nameOf(await submitted(before))
    const [pending] = await clientOf(before).operations.getOperation({ name })
    expect(pending.done).toBe(false)
    await before.close()
    const after = await startTestService({}, database)
    try {
      const [result] = await clientOf(after).operation(name).promise()
      expect(google.plain(result)).toMatchObject({ rowCount: 1687 })
    } finally {
      await after.close()
      await database.drop()
    }
  })
})

describe('the client of operations of google-gax', () => {
  it('lists all pages, with a filter', async () => {
    const own = startTestService({ ROLES: 'api' })
    const other = await own
    try {
      const paths = [1, 2, 3].map(() => submitted(other, { startAfter: inAnHour() }))
      const names = (await Promise.all(paths)).map(nameOf)
      const request = { name: 'operations', filter: 'done=false AND metadata.type="generateReport"', pageSize: 2 }
      const { operations } = clientOf(other)
      const [all] = await operations.listOperations(request)
      expect(all.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
      const [page, next] = await operations.listOperations(request, { autoPaginate: false })
      expect([page.length, next]).toEqual([2, expect.objectContaining({ pageToken: expect.any(String) })])
      const [none] = await operations.listOperations({ name: 'operations', filter: 'done=true' })
      expect(none).toEqual([])
    } finally {
      await other.close()
    }
  })

  it('is refused with a filter that is not supported, with the field', async () => {
    const error = await rejected(google.operations.listOperations({ name: 'operations', filter: 'a=b' }))
    expect(error).toMatchObject({
      code: Status.INVALID_ARGUMENT,
      reason: 'INVALID_REQUEST',
      domain: 'longrun',
      statusDetails: expect.arrayContaining([
        expect.objectContaining({ fieldViolations: [expect.objectContaining({ field: 'filter' })] }),
      ]),
    })
  })

  it('deletes an operation that is done, and no other', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const name = nameOf(path)
    const refused = await rejected(google.operations.deleteOperation({ name }))
    expect(refused).toMatchObject({ code: Status.FAILED_PRECONDITION, reason: 'CANNOT_PURGE' })
    await google.operations.cancelOperation({ name })
    await google.operations.deleteOperation({ name })
    const gone = await rejected(google.operations.getOperation({ name }))
    expect(gone).toMatchObject({ code: Status.NOT_FOUND, reason: 'OPERATION_EXPIRED' })
    expect((await ask(service, path)).status).toBe(410)
  })

  it('gets NOT_FOUND for an unknown, malformed and foreign id', async () => {
    const own = nameOf(await submitted(service, { startAfter: inAnHour() }))
    const other = clientOf({ ...service, apiKey: service.otherKey })
    for (const [client, name] of [
      [google, 'operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'],
      [google, 'operations/op_1'],
      [other, own],
    ] as const) {
      const error = await rejected(client.operations.getOperation({ name }))
      expect(error).toMatchObject({ code: Status.NOT_FOUND, reason: 'OPERATION_NOT_FOUND' })
    }
  })

  it('gets UNAUTHENTICATED for a malformed token, and PERMISSION_DENIED without the scope', async () => {
    const request = { name: 'operations/op_1' }
    const malformed = await rejected(clientOf({ ...service, apiKey: 'x.y.z' }).operations.getOperation(request))
    expect(malformed).toMatchObject({ code: Status.UNAUTHENTICATED })
    const powerless = clientOf({ ...service, apiKey: service.powerlessKey })
    expect(await rejected(powerless.operations.getOperation(request))).toMatchObject({ code: Status.PERMISSION_DENIED })
  })
})
