import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, report } from './requests.ts'
import { unknownIds } from './unknown-ids.ts'

let service: TestService
/** A job that stays PENDING: without a worker none is started. */
let waiting: string
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api', CORS_ORIGINS: 'https://app.example.com' })
  waiting = (await submit()).headers.get('location') ?? ''
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const path = '/compat/jobs/generate-report'
const submit = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  ask(service, path, { json: { ...report, ...more }, headers })
const canonical = (job: unknown) => `/api/v1/operations/${job}`

function expectError({ status, headers, body }: Answer, expected: number, errorCode: string) {
  expect({ status, body }).toMatchObject({ status: expected, body: { errorCode, errorMessage: expect.any(String) } })
  expect(headers.get('content-type')).toBe('application/json')
}

const examples: Example[] = [
  { operationId: 'jobsGenerateReport', path: () => path, asking: { json: report }, stores: true, expectError },
  { operationId: 'jobsGetReportJob', path: () => waiting, expectError },
]
describeRefusals(() => service, examples)

describe('jobsGenerateReport', () => {
  it('202 with the job, its URL and when to poll', async () => {
    const { status, headers, body } = await submit({ callbackUrl: null })
    expect({ status, body }).toEqual({
      status: 202,
      body: { jobId: expect.stringMatching(/^op_/), status: 'PENDING', downloadUrl: null },
    })
    expect(headers.get('location')).toBe(`/compat/jobs/report-jobs/${body.jobId}`)
    expect(headers.get('retry-after')).toBe('1')
  })

  it('is the submit of the API: the same operation, and the same key', async () => {
    const key = { 'idempotency-key': 'job-1' }
    const first = await submit({}, key)
    const again = await submit({}, key)
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([202, first.text, 'true'])
    const byApi = await ask(service, '/api/v1/reports:generate', { json: report, headers: key })
    expect([byApi.body.operationId, byApi.headers.get('idempotency-replayed')]).toEqual([first.body.jobId, 'true'])
    const read = await ask(service, `${canonical(first.body.jobId)}?view=FULL`)
    expect(read.body).toMatchObject({ type: 'generateReport', input: report })
    expectError(await submit({ format: 'PDF' }, key), 422, 'IDEMPOTENCY_MISMATCH')
    expectError(await submit({}, { 'idempotency-key': 'x'.repeat(256) }), 400, 'INVALID_REQUEST')
  })

  it('410 for the key of a job that was deleted', async () => {
    const key = { 'idempotency-key': 'job-2' }
    const { body, headers } = await submit({}, key)
    const job = headers.get('location') ?? ''
    await ask(service, `${canonical(body.jobId)}:cancel`, { method: 'POST' })
    expect((await ask(service, job)).body).toEqual({
      jobId: body.jobId,
      status: 'FAILED',
      downloadUrl: null,
      errorCode: 'OPERATION_CANCELLED',
      errorMessage: 'The operation was cancelled.',
    })
    await ask(service, `${canonical(body.jobId)}:purge`, { method: 'POST' })
    expectError(await submit({}, key), 410, 'OPERATION_EXPIRED')
    expectError(await ask(service, job), 404, 'OPERATION_NOT_FOUND')
  })

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown type', { reportType: 'x' }, 'reportType', 'INVALID_INPUT'],
    ['a missing format', { format: undefined }, 'format', 'INVALID_INPUT'],
    ['a format in lower case', { format: 'csv' }, 'format', 'INVALID_INPUT'],
    [
      'a day that does not exist',
      { dateRange: { fromDate: '2017-02-30', toDate: '2017-03-01' } },
      'dateRange.fromDate',
      'INVALID_INPUT',
    ],
    ['a reversed range', { dateRange: { fromDate: '2017-02-01', toDate: '2017-01-01' } }, 'dateRange', 'INVALID_INPUT'],
    ['an empty URL', { callbackUrl: '' }, 'callbackUrl', 'INVALID_INPUT'],
    ['a URL without TLS', { callbackUrl: 'http://example.com/' }, 'callbackUrl', 'UNSAFE_URL'],
    ['a private address', { callbackUrl: 'https://127.0.0.1/' }, 'callbackUrl', 'UNSAFE_URL'],
    ['a field of the API', { webhook: { url: 'https://example.com/' } }, 'webhook', 'INVALID_INPUT'],
    ['a name that objects have', JSON.parse('{"__proto__": 1}'), '__proto__', 'INVALID_INPUT'],
  ])('422 for %s, by the name of the field here', async (_, more, field, code) => {
    const answer = await submit(more)
    expectError(answer, 422, code)
    expect(answer.body.errors).toEqual([{ field, message: expect.any(String) }])
    expect(answer.body.errorMessage).toContain(field)
    expect(answer.text).not.toMatch(/webhook\.|\/callbackUrl/)
  })
})

describe('jobsGetReportJob', () => {
  it('200 with Retry-After while it is not done', async () => {
    const { status, headers, body } = await ask(service, waiting)
    expect([status, body.status, headers.get('retry-after')]).toEqual([200, 'PENDING', expect.stringMatching(/^\d+$/)])
  })

  it('reads operations of every type', async () => {
    const { body } = await ask(service, '/api/v1/customers:export', { json: { format: 'CSV' } })
    const read = await ask(service, `/compat/jobs/report-jobs/${body.operationId}`)
    expect(read.body).toEqual({ jobId: body.operationId, status: 'PENDING', downloadUrl: null })
  })

  it('404 for unknown and malformed ids, and those of another owner', async () => {
    const stranger = await ask(service, waiting, { key: service.otherKey })
    expectError(stranger, 404, 'OPERATION_NOT_FOUND')
    for (const id of unknownIds)
      expect((await ask(service, `/compat/jobs/report-jobs/${id}`)).body, id).toEqual(stranger.body)
    for (const other of ['/compat/jobs/report-jobs', `${waiting}/`, '/compat/jobs/', '/compat/jobs/openapi.json'])
      expectError(await ask(service, other), 404, 'NOT_FOUND')
  })

  it('405 for methods that the paths do not have', async () => {
    for (const [at, method, allow] of [
      [waiting, 'DELETE', 'GET, HEAD'],
      [path, 'GET', 'POST'],
    ] as const) {
      const answer = await ask(service, at, { method })
      expectError(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer.headers.get('allow')).toBe(allow)
    }
  })
})

describeFaults(() => service, examples)
