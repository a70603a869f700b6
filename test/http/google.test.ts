import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, type Asking, ask, ended, inAnHour, submitted } from './requests.ts'

let service: TestService
/** An operation that stays PENDING, and one that is completed. */
let waiting: string
let completed: string
beforeAll(async () => {
  service = await startTestService()
  waiting = nameOf(await submitted(service, { startAfter: inAnHour() }))
  const path = await submitted(service)
  await ended(service, path)
  completed = nameOf(path)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const base = '/compat/google/v1'
const nameOf = (path: string) => path.replace('/api/v1', base)
const post: Asking = { method: 'POST' }

function expectStatus(answer: Answer, http: number, reason: string) {
  const details = expect.arrayContaining([
    expect.objectContaining({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'longrun' }),
  ])
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status: http,
    body: { error: { code: http, message: expect.any(String), status: expect.stringMatching(/^[A-Z_]+$/), details } },
  })
  expect(answer.headers.get('content-type')).toBe('application/json')
}

const examples: Example[] = [
  { operationId: 'googleGetOperation', path: () => waiting, expectError: expectStatus },
  { operationId: 'googleListOperations', path: () => `${base}/operations`, expectError: expectStatus },
  {
    operationId: 'googleWaitOperation',
    path: () => `${waiting}:wait`,
    asking: { json: { timeout: '0s' } },
    expectError: expectStatus,
  },
  {
    operationId: 'googleCancelOperation',
    path: () => `${waiting}:cancel`,
    asking: { json: {} },
    expectError: expectStatus,
  },
  {
    operationId: 'googleDeleteOperation',
    path: () => completed,
    asking: { method: 'DELETE' },
    expectError: expectStatus,
  },
]
describeRefusals(() => service, examples)

describe.each([
  ['get', '', {}],
  ['wait', ':wait', post],
  ['cancel', ':cancel', post],
  ['delete', '', { method: 'DELETE' }],
])('%s', (_, suffix, init) => {
  it('404 for unknown and malformed ids and those of another owner, with the same response', async () => {
    const stranger = await ask(service, waiting + suffix, { ...init, key: service.otherKey })
    expectStatus(stranger, 404, 'OPERATION_NOT_FOUND')
    const ids = ['op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21', 'op_1', 'x', '%2F', '%zz', '%00', 'x'.repeat(10_000)]
    for (const id of ids) {
      const answer = await ask(service, `${base}/operations/${id}${suffix}`, init)
      expectStatus(answer, 404, 'OPERATION_NOT_FOUND')
    }
  })

  it('410 after a purge', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, `${path}:cancel`, post)
    expect((await ask(service, nameOf(path), { method: 'DELETE' })).body).toEqual({})
    const answer = await ask(service, nameOf(path) + suffix, init)
    expectStatus(answer, 410, 'OPERATION_EXPIRED')
    expect(answer.body.error).toMatchObject({ status: 'NOT_FOUND' })
  })
})

describe('list', () => {
  const list = async (query: Record<string, string>) => ask(service, `${base}/operations?${new URLSearchParams(query)}`)
  const names = ({ body }: Answer) => (body.operations as { name: string }[]).map(({ name }) => name)
  const named = (path: string) => path.slice(base.length + 1)

  it('pages, with the same filter', async () => {
    const first = await list({ pageSize: '1' })
    const token = String(first.body.nextPageToken)
    const second = await list({ pageSize: '1', pageToken: token, $alt: 'json;enum-encoding=int' })
    expect(names(second)).not.toEqual(names(first))
    for (const [pageToken, filter] of [
      ['nonsense', ''],
      [token, 'done=true'],
    ] as const)
      expectStatus(await list({ pageSize: '1', pageToken, filter }), 400, 'INVALID_PAGE_TOKEN')
  })

  it.each([
    ['done=true', true, false],
    ['done = false', false, true],
    [' done=false AND metadata.type="generateReport" ', false, true],
    ['metadata.type=generateReport', true, true],
    ['metadata.type="exportCustomers"', false, false],
    ['', true, true],
  ])('with the filter "%s"', async (filter, hasCompleted, hasWaiting) => {
    const found = names(await list({ filter, pageSize: '0' }))
    expect([found.includes(named(completed)), found.includes(named(waiting))]).toEqual([hasCompleted, hasWaiting])
  })

  it.each([
    'done',
    'NOT done',
    'done=TRUE',
    'done!=true',
    'done=true OR done=false',
    'done=true AND done=true',
    'done=true and metadata.type="x"',
    'metadata.type="a\\"b"',
    'metadata.labels.team="x"',
    'metadata.type="x" AND metadata.type="y"',
    '(done=true)',
    'AND',
    `metadata.type="${'x'.repeat(65)}"`,
  ])('400 with the filter "%s", and says what is supported', async (filter) => {
    const answer = await list({ filter })
    expectStatus(answer, 400, 'INVALID_REQUEST')
    const { message, details, status } = answer.body.error as Record<string, string>
    expect([message, status]).toEqual([
      expect.stringContaining('done=true, done=false and metadata.type'),
      'INVALID_ARGUMENT',
    ])
    expect(details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'filter', description: expect.any(String) }],
    })
  })

  it('cuts a page size over the limit, and refuses a negative one', async () => {
    expect((await list({ pageSize: '100000' })).status).toBe(200)
    for (const pageSize of ['-1', '1.5', 'x', '']) expectStatus(await list({ pageSize }), 400, 'INVALID_REQUEST')
  })

  it('has the operations of the caller only', async () => {
    expect((await ask(service, `${base}/operations`, { key: service.otherKey })).body).toEqual({ operations: [] })
  })
})

describe('wait', () => {
  it('returns when the operation is done', async () => {
    const path = nameOf(await submitted(service, { startAfter: inAnHour() }))
    const held = ask(service, `${path}:wait`, { json: { timeout: '60s', name: 'operations/x' } })
    await ask(service, `${path}:cancel`, { json: {} })
    const { body } = await held
    expect(body).toMatchObject({ done: true, error: { code: 1, message: 'The operation was cancelled.', details: [] } })
  })

  it('is held for longer than a statement may take', async () => {
    const { status, body } = await ask(service, `${waiting}:wait`, { json: { timeout: '5.5s' } })
    expect([status, body.done]).toEqual([200, false])
  })

  it('returns at once with the timeout 0, and without a body when the operation is done', async () => {
    expect((await ask(service, `${waiting}:wait`, { json: { timeout: '0.0s' } })).body.done).toBe(false)
    expect((await ask(service, `${completed}:wait`, post)).body.done).toBe(true)
  })

  it.each(['5', '-1s', '1m', '', 's', '1e3s', ' 1s', '9999999999999s'])('422 for the timeout "%s"', async (timeout) => {
    const answer = await ask(service, `${waiting}:wait`, { json: { timeout } })
    expectStatus(answer, 422, 'INVALID_INPUT')
    expect(answer.text).toContain('"field":"timeout"')
  })
})

it('a cancel of an operation that is done is a success, and changes nothing', async () => {
  const { status, body } = await ask(service, `${completed}:cancel`, { json: {} })
  expect([status, body]).toEqual([200, {}])
  expect((await ask(service, completed)).body).toMatchObject({ done: true, response: { value: { rowCount: 1687 } } })
})

it('a delete of an operation that is not done is a failed precondition', async () => {
  const answer = await ask(service, waiting, { method: 'DELETE' })
  expectStatus(answer, 409, 'CANNOT_PURGE')
  expect(answer.body.error).toMatchObject({ status: 'FAILED_PRECONDITION' })
})

it('paths and methods that the dialect lacks have its error shape', async () => {
  expectStatus(await ask(service, `${base}/nothing`), 404, 'NOT_FOUND')
  expectStatus(await ask(service, `${waiting}:undelete`, post), 405, 'METHOD_NOT_ALLOWED')
  expectStatus(await ask(service, `${base}/operations`, post), 405, 'METHOD_NOT_ALLOWED')
})

describeFaults(() => service, examples)
