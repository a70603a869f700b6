import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, ended, inAnHour, report, submitted } from './requests.ts'

let service: TestService
/** The status monitor of an operation that stays PENDING. */
let waiting: string
beforeAll(async () => {
  service = await startTestService({ CORS_ORIGINS: 'https://app.example.com' })
  waiting = monitorOf(await submitted(service, { startAfter: inAnHour() }))
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const monitorOf = (path: string) => path.replace('/api/v1/', '/compat/azure/')
const at = inAnHour()
const unknown = '/compat/azure/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'

function expectError(answer: Answer, status: number, code: string) {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { error: { code } } })
  expect(answer.headers.get('x-ms-error-code')).toBe(code)
  expect(answer.headers.get('content-type')).toBe('application/json')
}

const examples: Example[] = [
  { operationId: 'azureGetOperation', path: () => waiting, expectError },
  { operationId: 'azureCancelOperation', path: () => `${waiting}:cancel`, asking: { method: 'POST' }, expectError },
]
describeRefusals(() => service, examples)

describe('azureGetOperation', () => {
  it('200 with the operation in the words of Azure, from its 202 to its end', async () => {
    const accepted = await ask(service, '/api/v1/reports:generate', { json: report })
    const path = accepted.headers.get('operation-location') ?? ''
    expect(path).toBe(`/compat/azure/operations/${accepted.body.operationId}`)
    const operation = await ended(service, accepted.headers.get('location') ?? '')
    const { status, body, headers } = await ask(service, path)
    expect([status, headers.get('retry-after')]).toEqual([200, null])
    expect(body).toEqual({
      id: operation.operationId,
      kind: 'generateReport',
      status: 'Succeeded',
      createdDateTime: operation.createdAt,
      lastActionDateTime: operation.updatedAt,
      percentComplete: 100,
      result: { ...(operation.result as object), downloadUrl: expect.any(String) },
    })
  })

  it('200 with Retry-After while it is not done', async () => {
    const { body, headers } = await ask(service, `${waiting}?api-version=2024-06-01`)
    expect([body.status, headers.get('retry-after')]).toEqual(['NotStarted', '60'])
  })

  it('404 for unknown and malformed ids, those of another owner and other paths', async () => {
    const stranger = await ask(service, waiting, { key: service.otherKey })
    expectError(stranger, 404, 'OPERATION_NOT_FOUND')
    for (const id of ['op_1', 'x', '%2F', '%zz', '%00', 'x'.repeat(10_000)])
      expectError(await ask(service, `/compat/azure/operations/${id}`), 404, 'OPERATION_NOT_FOUND')
    expect((await ask(service, unknown)).body).toEqual(stranger.body)
    for (const path of ['/compat/azure/operations', `${waiting}/`, '/compat/azure/nothing'])
      expectError(await ask(service, path), 404, 'NOT_FOUND')
  })

  it('405 for a method that the path does not have', async () => {
    const answer = await ask(service, waiting, { method: 'PUT' })
    expectError(answer, 405, 'METHOD_NOT_ALLOWED')
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  })

  it('410 after a purge', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, `${path}:cancel`, { method: 'POST' })
    expect((await ask(service, monitorOf(path))).body.status).toBe('Canceled')
    await ask(service, `${path}:purge`, { method: 'POST' })
    expectError(await ask(service, monitorOf(path)), 410, 'OPERATION_EXPIRED')
  })
})

describe('azureCancelOperation', () => {
  it('200 with the status monitor, also when it was cancelled before', async () => {
    const path = monitorOf(await submitted(service, { startAfter: inAnHour() }))
    for (let n = 0; n < 2; n += 1) {
      const { status, body } = await ask(service, `${path}:cancel`, { method: 'POST' })
      expect([status, body.status]).toEqual([200, 'Canceled'])
    }
  })

  it('409 for an operation that is done, 410 after a purge', async () => {
    const path = await submitted(service)
    await ended(service, path)
    const cancel = () => ask(service, `${monitorOf(path)}:cancel`, { method: 'POST' })
    expectError(await cancel(), 409, 'CANNOT_CANCEL')
    await ask(service, `${path}:purge`, { method: 'POST' })
    expectError(await cancel(), 410, 'OPERATION_EXPIRED')
  })

  it('404 for unknown and malformed ids and those of another owner', async () => {
    const stranger = await ask(service, `${waiting}:cancel`, { method: 'POST', key: service.otherKey })
    expectError(stranger, 404, 'OPERATION_NOT_FOUND')
    for (const id of [unknown, '/compat/azure/operations/op_1'])
      expect((await ask(service, `${id}:cancel`, { method: 'POST' })).body).toEqual(stranger.body)
  })
})

it('a 202 has Operation-Location, also of a replay and a retry; an ended operation does not', async () => {
  const headers = { 'idempotency-key': 'azure-1' }
  for (let n = 0; n < 2; n += 1) {
    const answer = await ask(service, '/api/v1/reports:generate', { json: { ...report, startAfter: at }, headers })
    expect(answer.headers.get('operation-location')).toBe(`/compat/azure/operations/${answer.body.operationId}`)
    await ask(service, `${answer.headers.get('location')}:cancel`, { method: 'POST' })
    if (n === 0) continue
    const retried = await ask(service, `${answer.headers.get('location')}:retry`, { method: 'POST' })
    expect(retried.headers.get('operation-location')).toBe(`/compat/azure/operations/${retried.body.operationId}`)
  }
  const done = await ask(service, '/api/v1/reports:generate', { json: report, headers: { prefer: 'wait=30' } })
  expect([done.status, done.headers.get('operation-location')]).toEqual([200, null])
})

describeFaults(() => service, examples)
