import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClient, OperationFailed } from '../../client/index.ts'
import { csvOf } from '../handlers/order-lines.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const reports = '/api/v1/reports:generate'
const idOf = (path: string) => path.split('/').at(-1) ?? ''
const held = () => submitted(service, { startAfter: inAnHour() })
const nothing = { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
const submit = (json: Record<string, unknown>, headers: Record<string, string> = {}) =>
  ask(service, reports, { json: { ...report, ...json }, headers })

async function upload(body: string) {
  const answer = await ask(service, '/api/v1/uploads', {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/csv' },
  })
  return String(answer.body.uploadId)
}

let rowId = 0
/** A file with one line of an order. */
const lineOf = (orderId: string) => {
  rowId += 1
  return csvOf([{ rowId: String(rowId), orderId }])
}

async function importing(orderId: string, more: Record<string, unknown> = {}) {
  const json = { uploadId: await upload(lineOf(orderId)), ...more }
  const { headers } = await ask(service, '/api/v1/orders:import', { json })
  return headers.get('location') ?? ''
}

const deliver = (orderId: string, json: Record<string, unknown>) =>
  ask(service, `/api/v1/orders/${orderId}:deliver`, { json })

describe('dependsOn', () => {
  it('202, PENDING, and shows its dependencies; replays and mismatches of its key', async () => {
    const dependency = await held()
    const dependsOn = [idOf(dependency)]
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await submit({ dependsOn }, headers)
    expect(first.status).toBe(202)
    expect(first.body).toMatchObject({ status: 'PENDING', dependsOn, dependencyPolicy: 'FAIL' })
    const path = first.headers.get('location') ?? ''
    const { body } = await ask(service, path)
    expect(body).toMatchObject({ status: 'PENDING', dependsOn, dependencyPolicy: 'FAIL' })
    expect(body).not.toHaveProperty('queuePosition')
    expect((await ask(service, `${path}?view=FULL`)).body.input).toEqual(report)
    expect((await submit({ dependsOn }, headers)).headers.get('idempotency-replayed')).toBe('true')
    expectProblem(await submit({ dependsOn, dependencyPolicy: 'CANCEL' }, headers), 422, 'IDEMPOTENCY_MISMATCH')
    await ask(service, dependency, { method: 'DELETE' })
    const failed = await ended(service, path)
    expect(failed).toMatchObject({
      status: 'FAILED',
      dependsOn,
      attempt: 0,
      error: { code: 'DEPENDENCY_FAILED', status: 409 },
    })
    expect((failed.error as { detail: string }).detail).toBe(
      `The dependency ${dependsOn[0]} ended CANCELLED. Retry the dependency first, then this operation.`,
    )
    // The dependency may be gone when a submit is repeated.
    await ask(service, `${dependency}:purge`, { method: 'POST' })
    expect((await submit({ dependsOn }, headers)).headers.get('idempotency-replayed')).toBe('true')
  })

  it('422 for ids that are unknown, foreign, expired or malformed, each with the same message', async () => {
    const mine = idOf(await held())
    const { headers } = await ask(service, reports, {
      json: { ...report, startAfter: inAnHour() },
      key: service.otherKey,
    })
    const foreign = idOf(headers.get('location') ?? '')
    const expired = idOf(await submitted(service))
    await ended(service, `/api/v1/operations/${expired}`)
    await onDatabase(
      service,
      `update operations set expires_at = now() - interval '1 second' where operation_id = '${expired.slice(3)}'`,
    )
    const unknown = 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
    const answer = await submit({ dependsOn: [mine, foreign, unknown, expired] })
    expectProblem(answer, 422, 'INVALID_INPUT')
    const message = 'names no operation of yours; use the operationId of one that you can read'
    expect(answer.body.errors).toEqual([1, 2, 3].map((index) => ({ pointer: `/dependsOn/${index}`, message })))
    const malformed = await submit({ dependsOn: [mine, 'op_1', unknown.toUpperCase()] })
    expectProblem(malformed, 422, 'INVALID_INPUT')
    expect((malformed.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/dependsOn/1',
      '/dependsOn/2',
    ])
  })

  it.each([
    ['an empty list', { dependsOn: [] }, '/dependsOn'],
    ['a text', { dependsOn: 'op_1' }, '/dependsOn'],
    ['null', { dependsOn: null }, '/dependsOn'],
    ['a policy alone', { dependencyPolicy: 'CANCEL' }, '/dependencyPolicy'],
    [
      '101 ids',
      {
        dependsOn: Array.from(
          { length: 101 },
          (_, index) => `op_01938f6e-5a01-7cc3-9f0b-${String(index).padStart(12, '0')}`,
        ),
      },
      '/dependsOn',
    ],
  ])('422 for %s', async (_, json, pointer) => {
    const answer = await submit(json)
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect((answer.body.errors as { pointer: string }[])[0]?.pointer).toBe(pointer)
  })

  it('422 for an id twice, and for an unknown policy', async () => {
    const id = idOf(await held())
    expectProblem(await submit({ dependsOn: [id, id] }), 422, 'INVALID_INPUT')
    expectProblem(await submit({ dependsOn: [id], dependencyPolicy: 'IGNORE' }), 422, 'INVALID_INPUT')
    expectProblem(
      await submit({ dependsOn: ['op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'], validateOnly: true }),
      422,
      'INVALID_INPUT',
    )
    expect((await submit({ dependsOn: [id], validateOnly: true })).status).toBe(200)
  })

  it('CANCEL cancels it, ANY_END starts it', async () => {
    const dependency = await submitted(service, nothing)
    const dependsOn = [idOf(dependency)]
    const cancelled = await submit({ dependsOn, dependencyPolicy: 'CANCEL' })
    const started = await submit({ dependsOn, dependencyPolicy: 'ANY_END' })
    expect(await ended(service, cancelled.headers.get('location') ?? '')).toMatchObject({
      status: 'CANCELLED',
      reason: expect.stringContaining(`${dependsOn[0]} ended FAILED`),
      attempt: 0,
    })
    expect(await ended(service, started.headers.get('location') ?? '')).toMatchObject({
      status: 'COMPLETED',
      dependsOn,
    })
  })

  it('of a failed operation fails it at once, and of a completed one starts it at once', async () => {
    const [bad, good] = [await submitted(service, nothing), await submitted(service)]
    await Promise.all([ended(service, bad), ended(service, good)])
    const failing = await submit({ dependsOn: [idOf(good), idOf(bad)] })
    expect(failing.status).toBe(202)
    expect(await ended(service, failing.headers.get('location') ?? '')).toMatchObject({
      error: { code: 'DEPENDENCY_FAILED' },
    })
    const starting = await submit({ dependsOn: [idOf(good)] })
    expect(await ended(service, starting.headers.get('location') ?? '')).toMatchObject({ status: 'COMPLETED' })
  })
})

describe('deliverOrder after importOrders', () => {
  it('delivers an order that did not exist when the delivery was submitted', async () => {
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const orderId = 'DEP-1'
    const imported = await longrun.importOrders(
      { uploadId: await upload(lineOf(orderId)) },
      { startAfter: new Date(Date.now() + 500) },
    )
    expectProblem(await deliver(orderId, {}), 404, 'NOT_FOUND')
    const delivery = await longrun.deliverOrder({ orderId }, { dependsOn: [imported] })
    expect(await delivery.result()).toMatchObject({ orderId, trackingNumber: expect.any(String) })
    expect(delivery.snapshot.dependsOn).toEqual([imported.id])
    expect(imported.snapshot.done || (await imported.refresh()).done).toBe(true)
  })

  it('fails like its submit would have, if the import brings another order', async () => {
    const imported = await importing('DEP-2', { startAfter: new Date(Date.now() + 500).toISOString() })
    const refused = await deliver('DEP-3', {})
    expectProblem(refused, 404, 'NOT_FOUND')
    const { status, headers } = await deliver('DEP-3', { dependsOn: [idOf(imported)] })
    expect(status).toBe(202)
    const failed = await ended(service, headers.get('location') ?? '')
    expect(failed).toMatchObject({
      status: 'FAILED',
      attempt: 1,
      error: { code: 'NOT_FOUND', detail: refused.body.detail },
    })
  })

  it('404 for the unknown order, when all dependencies have ended; 422 when a dependency is wrong', async () => {
    const imported = await importing('DEP-4')
    await ended(service, imported)
    expectProblem(await deliver('DEP-5', { dependsOn: [idOf(imported)] }), 404, 'NOT_FOUND')
    expectProblem(
      await deliver('DEP-5', { dependsOn: ['op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'] }),
      422,
      'INVALID_INPUT',
    )
  })

  it('fails with the import, and completes when both are retried: the import first', async () => {
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const labels = { chain: 'import' }
    const imported = await longrun.importOrders({ uploadId: await upload('not,a,valid,header\n') }, { labels })
    const delivery = await longrun.deliverOrder({ orderId: 'CA-2016-152156' }, { dependsOn: [imported], labels })
    await expect(delivery.result()).rejects.toThrow(OperationFailed)
    expect(delivery.snapshot.error).toMatchObject({ code: 'DEPENDENCY_FAILED' })
    // The bulk retry comes to the delivery first, because it is newer.
    const bulk = await ask(service, '/api/v1/operations:retry', { json: { filter: { label: ['chain:import'] } } })
    expect(await ended(service, bulk.headers.get('location') ?? '')).toMatchObject({
      result: { matched: 2, done: 2, skipped: 0 },
    })
    const newImport = (await imported.refresh()).retriedBy
    const newDelivery = (await delivery.refresh()).retriedBy
    const { body } = await ask(service, `/api/v1/operations/${newDelivery}`)
    expect(body.dependsOn).toEqual([newImport])
    expect(await ended(service, `/api/v1/operations/${newDelivery}`)).toMatchObject({
      error: { code: 'DEPENDENCY_FAILED' },
    })
  })
})
