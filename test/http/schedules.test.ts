import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, expectProblem, inAnHour, report } from './requests.ts'

const schedules = '/api/v1/schedules'
const post = { method: 'POST' }
const unknownId = 'schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13'
const operation = { type: 'generateReport', body: report }
const yearly = { cron: '0 0 1 1 *', operation }

let service: TestService
let path: string
beforeAll(async () => {
  service = await startTestService({
    OWNER_SCHEDULES: '60',
    SCHEDULE_MIN_SECONDS: '10',
    WEBHOOK_ALLOW_INSECURE: 'true',
  })
  path = await created()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

async function created(more: object = {}): Promise<string> {
  const { status, headers, text } = await ask(service, schedules, { json: { ...yearly, ...more } })
  expect(status, text).toBe(201)
  return headers.get('location') ?? ''
}

const patch = (at: string, json: object) => ask(service, at, { method: 'PATCH', json })
const validated = async (json: object) => {
  const { status, body, text } = await ask(service, schedules, { json: { ...json, validateOnly: true } })
  expect(status, text).toBe(200)
  return body.nextTimes as string[]
}

const examples: Example[] = [
  { operationId: 'createSchedule', path: () => schedules, asking: { json: yearly } },
  { operationId: 'listSchedules', path: () => schedules },
  { operationId: 'getSchedule', path: () => path },
  { operationId: 'updateSchedule', path: () => path, asking: { method: 'PATCH', json: { name: 'renamed' } } },
  { operationId: 'pauseSchedule', path: () => `${path}:pause`, asking: post },
  { operationId: 'resumeSchedule', path: () => `${path}:resume`, asking: post },
  { operationId: 'triggerSchedule', path: () => `${path}:trigger`, asking: post },
  { operationId: 'deleteSchedule', path: () => path, asking: { method: 'DELETE' } },
]
describeRefusals(() => service, examples)

it.each([
  ['interval', 'intervalSeconds'],
  ['every', 'intervalSeconds'],
  ['repeatEvery', 'intervalSeconds'],
  ['crontab', 'cron'],
  ['cron_expression', 'cron'],
  ['tz', 'timeZone'],
])('the name %s of other schedulers is answered by %s', async (name, right) => {
  const { status, body } = await ask(service, schedules, { json: { operation, [name]: 60 } })
  expect(status).toBe(422)
  const violations = body.errors as { pointer: string; message: string }[]
  expect(violations.find(({ pointer }) => pointer === `/${name}`)?.message).toContain(right)
})

describe('createSchedule', () => {
  it('201 with the defaults and the next due time', async () => {
    const { status, headers, body } = await ask(service, schedules, { json: { ...yearly, name: 'New year' } })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`${schedules}/${body.scheduleId}`)
    const nextYear = new Date().getUTCFullYear() + 1
    expect(body).toMatchObject({
      name: 'New year',
      state: 'ACTIVE',
      cron: '0 0 1 1 *',
      timeZone: 'UTC',
      jitterSeconds: 0,
      overlapPolicy: 'QUEUE',
      catchUp: 'NONE',
      catchUpWindowSeconds: 86_400,
      operation: { type: 'generateReport', body: { ...report, priority: 'NORMAL' } },
      nextTimes: [`${nextYear}-01-01T00:00:00.000Z`],
      lastRuns: [],
    })
  })

  it('200 with validateOnly: the next ten due times across a change of the clock, and nothing is created', async () => {
    const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', operation }
    const startAt = '2029-03-24T00:00:00+01:00'
    expect((await validated({ ...berlin, startAt })).slice(0, 3)).toEqual([
      '2029-03-24T01:30:00.000Z',
      '2029-03-25T01:00:00.000Z',
      '2029-03-26T00:30:00.000Z',
    ])
    expect(await validated({ ...berlin, startAt, endAt: '2029-03-26T00:30:00Z' })).toHaveLength(2)
    const interval = { intervalSeconds: 3600, startAt, operation }
    expect(await validated(interval)).toMatchObject({ 0: '2029-03-23T23:00:00.000Z', 9: '2029-03-24T08:00:00.000Z' })
    const { body } = await ask(service, `${schedules}?pageSize=1000`)
    expect((body.schedules as { startAt?: string }[]).every((schedule) => !schedule.startAt)).toBe(true)
  })

  it('201 the same schedule for the same Idempotency-Key, once for concurrent requests', async () => {
    const headers = { 'idempotency-key': 'schedule-1' }
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(service, schedules, { json: yearly, headers })))
    expect(new Set(answers.map(({ body }) => body.scheduleId)).size).toBe(1)
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(3)
    expectProblem(
      await ask(service, schedules, { json: { ...yearly, name: 'other' }, headers }),
      422,
      'IDEMPOTENCY_MISMATCH',
    )
    expectProblem(
      await ask(service, '/api/v1/reports:generate', { json: report, headers }),
      422,
      'IDEMPOTENCY_MISMATCH',
    )
    await ask(service, answers[0]?.headers.get('location') ?? '', { method: 'DELETE' })
    expectProblem(await ask(service, schedules, { json: yearly, headers }), 410, 'EXPIRED')
  })

  it('422 with the key of a submit', async () => {
    const headers = { 'idempotency-key': 'submit-1' }
    await ask(service, '/api/v1/reports:generate', { json: { ...report, startAfter: inAnHour() }, headers })
    expectProblem(await ask(service, schedules, { json: yearly, headers }), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('shows the secret of a webhook only in the response that sets it', async () => {
    const body = { ...report, webhook: { url: 'https://example.com/', format: 'CLOUDEVENTS' } }
    const made = await ask(service, schedules, { json: { ...yearly, operation: { type: 'generateReport', body } } })
    expect(made.text).toContain('whsec_')
    const read = await ask(service, String(made.headers.get('location')))
    expect(read.text).not.toContain('secret')
    expect(read.body).toMatchObject({ operation: { body: { webhook: { format: 'CLOUDEVENTS' } } } })
  })

  it('encrypts a confidential input, and shows no part of it', async () => {
    const candidate = { name: 'Erika Mustermann', birthDate: '1990-08-12' }
    const json = { cron: '@yearly', operation: { type: 'screenCandidate', body: { candidate } } }
    const { headers, text } = await ask(service, schedules, { json })
    expect(text).not.toContain('Mustermann')
    // A division by zero if the name is stored.
    await onDatabase(service, `select 1 / (1 - count(*)) from schedules where operation::text like '%Mustermann%'`)
    await ask(service, String(headers.get('location')), { method: 'DELETE' })
  })
})

const withBody = (body: object) => ({ ...yearly, operation: { type: 'generateReport', body } })
const refused: [what: string, json: object, pointer: string, message: RegExp][] = [
  [
    'a bad expression',
    { cron: '60 * * * *', operation },
    '/cron',
    /is not a cron expression: Invalid value for minute/,
  ],
  ['a seventh field', { cron: '0 0 0 1 1 * 2030', operation }, '/cron', /is not a cron expression/],
  ['an expression that is never due', { cron: '0 0 30 2 *', operation }, '/cron', /is never due/],
  ['a due time each second', { cron: '* * * * * *', operation }, '/cron', /at most once in 10 seconds/],
  ['two due times in ten seconds', { cron: '0,9 0 0 1 1 *', operation }, '/cron', /at most once in 10 seconds/],
  ['a short interval', { intervalSeconds: 9, operation }, '/intervalSeconds', /at most once in 10 seconds/],
  ['cron and interval', { ...yearly, intervalSeconds: 60 }, '/intervalSeconds', /together with cron/],
  ['neither', { operation }, '/cron', /is missing; send cron or intervalSeconds/],
  [
    'a zone of an interval',
    { intervalSeconds: 60, timeZone: 'Europe/Berlin', operation },
    '/timeZone',
    /only for cron/,
  ],
  ['an unknown zone', { ...yearly, timeZone: 'Europe/Atlantis' }, '/timeZone', /IANA/],
  ['an offset as a zone', { ...yearly, timeZone: '+02:00' }, '/timeZone', /IANA/],
  [
    'an end before the start',
    { ...yearly, startAt: '2030-01-02T00:00:00Z', endAt: '2030-01-01T00:00:00Z' },
    '/endAt',
    /must be after startAt/,
  ],
  ['an end without a due time', { ...yearly, endAt: inAnHour() }, '/endAt', /leaves no due time/],
  ['too much jitter', { ...yearly, jitterSeconds: 3601 }, '/jitterSeconds', /3600/],
  ['an unknown policy', { ...yearly, overlapPolicy: 'WAIT' }, '/overlapPolicy', /QUEUE/],
  ['a type that does not exist', { ...yearly, operation: { type: 'makeCoffee' } }, '/operation/type', /must be one of/],
  ['an invalid body', withBody({ ...report, format: 'XML' }), '/operation/body/format', /must be one of/],
  [
    'a rule beyond the schema',
    withBody({ ...report, dateRange: { fromDate: '2018-01-01', toDate: '2017-01-01' } }),
    '/operation/body/dateRange',
    /must not be before/,
  ],
  ['an unknown field in the body', withBody({ ...report, fromat: 1 }), '/operation/body/fromat', /not a known field/],
  ['startAfter', withBody({ ...report, startAfter: inAnHour() }), '/operation/body/startAfter', /not possible here/],
  ['validateOnly', withBody({ ...report, validateOnly: true }), '/operation/body/validateOnly', /not possible here/],
  [
    'a path that the type lacks',
    { ...yearly, operation: { ...operation, path: { orderId: 'x' } } },
    '/operation/path/orderId',
    /not a known field/,
  ],
  ['a missing path', { ...yearly, operation: { type: 'deliverOrder' } }, '/operation/path/orderId', /is missing/],
  [
    'an order that does not exist',
    { ...yearly, operation: { type: 'deliverOrder', path: { orderId: 'X' } } },
    '/operation/path',
    /must be the id of one of your orders/,
  ],
]

describe('422', () => {
  it.each(refused)('for %s', async (_, json, pointer, message) => {
    const answer = await ask(service, schedules, { json })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.body.errors).toEqual([{ pointer, message: expect.stringMatching(message) }])
  })

  it('UNSAFE_URL for a webhook that must not be called', async () => {
    const answer = await ask(service, schedules, {
      json: withBody({ ...report, webhook: { url: 'ftp://x.example/' } }),
    })
    expectProblem(answer, 422, 'UNSAFE_URL')
    expect(answer.body.errors).toMatchObject([{ pointer: '/operation/body/webhook/url' }])
  })
})

it('304 while the ETag matches', async () => {
  const at = await created()
  const etag = (await ask(service, at)).headers.get('etag') ?? ''
  expect((await ask(service, at, { headers: { 'if-none-match': etag } })).status).toBe(304)
})

describe('updateSchedule', () => {
  it('changes the next due time with the expression, and keeps what is absent', async () => {
    const at = await created({ name: 'kept', timeZone: 'Europe/Berlin' })
    const { status, body } = await patch(at, { cron: '0 0 1 2 *' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'kept', cron: '0 0 1 2 *', timeZone: 'Europe/Berlin' })
    expect((body.nextTimes as string[])[0]).toMatch(/^20\d\d-01-31T23:00:00.000Z$/)
    const interval = await patch(at, { intervalSeconds: 3600, remove: ['name'] })
    expect(interval.body).toMatchObject({ intervalSeconds: 3600, timeZone: 'UTC' })
    expect(interval.body).not.toHaveProperty('cron')
    expect(interval.body).not.toHaveProperty('name')
  })

  it('replaces the operation, and limits', async () => {
    const at = await created()
    const endAt = '2030-06-01T00:00:00.000Z'
    const exporting = { type: 'exportCustomers', body: { format: 'NDJSON' } }
    const { body } = await patch(at, { operation: exporting, endAt, overlapPolicy: 'SKIP' })
    expect(body).toMatchObject({ operation: exporting, endAt, overlapPolicy: 'SKIP' })
    expect((await patch(at, { remove: ['endAt'] })).body).not.toHaveProperty('endAt')
    expectProblem(await patch(at, { cron: 'x' }), 422, 'INVALID_INPUT')
    expectProblem(await patch(at, { endAt, remove: ['endAt'] }), 422, 'INVALID_INPUT')
    expectProblem(await patch(at, { operation: { type: 'x' } }), 422, 'INVALID_INPUT')
    expectProblem(await patch(at, {}), 422, 'INVALID_INPUT')
  })

  it('403 an operation that the credential could not submit', async () => {
    const { status, body } = await ask(service, '/api/v1/keys', {
      json: { name: 'writer', scopes: ['operations:read', 'operations:write'] },
    })
    expect(status).toBe(201)
    const key = String(body.secret ?? body.key)
    const cancelling = { type: 'cancelOperations', body: { filter: { type: 'importOrders' } } }
    expectProblem(
      await ask(service, schedules, { key, json: { ...yearly, operation: cancelling } }),
      403,
      'INSUFFICIENT_SCOPE',
    )
    const at = await created({ operation: cancelling })
    expectProblem(await ask(service, `${at}:trigger`, { key, method: 'POST' }), 403, 'INSUFFICIENT_SCOPE')
  })
})

describe('pause, resume, trigger and delete', () => {
  it('are repeatable', async () => {
    const at = await created()
    for (const _ of [1, 2]) {
      expect((await ask(service, `${at}:pause`, post)).body).toMatchObject({ state: 'PAUSED', nextTimes: [] })
    }
    expect((await patch(at, { cron: '0 0 1 3 *' })).body).toMatchObject({ state: 'PAUSED', nextTimes: [] })
    for (const _ of [1, 2]) {
      expect((await ask(service, `${at}:resume`, post)).body).toMatchObject({ state: 'ACTIVE', cron: '0 0 1 3 *' })
    }
    expect((await ask(service, at, { method: 'DELETE' })).status).toBe(204)
    expectProblem(await ask(service, at, { method: 'DELETE' }), 404, 'NOT_FOUND')
  })

  it('trigger submits now, while it is paused, and once for one key', async () => {
    const at = await created({ paused: true, name: 'paused' })
    const headers = { 'idempotency-key': 'trigger-1' }
    const [first, again] = [
      await ask(service, `${at}:trigger`, { ...post, headers }),
      await ask(service, `${at}:trigger`, { ...post, headers }),
    ]
    expect(first.status, first.text).toBe(202)
    const scheduleId = at.split('/').at(-1)
    expect(first.body).toMatchObject({ type: 'generateReport', scheduleId, scheduledFor: expect.any(String) })
    expect(again.body.operationId).toBe(first.body.operationId)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const { body } = await ask(service, at)
    expect(body.lastRuns).toMatchObject([{ outcome: 'STARTED', triggered: true, operationId: first.body.operationId }])
    const listed = await ask(service, `/api/v1/operations?scheduleId=${scheduleId}`)
    expect(listed.body.operations).toMatchObject([{ operationId: first.body.operationId, scheduleId }])
    const other = await ask(service, at, { key: service.otherKey })
    expectProblem(other, 404, 'NOT_FOUND')
    await ask(service, at, { method: 'DELETE' })
    expect((await ask(service, String(first.headers.get('location')))).body).toMatchObject({ scheduleId })
    // After the schedule was deleted, a replay is answered.
    expect((await ask(service, `${at}:trigger`, { ...post, headers })).status).toBe(202)
    await ask(service, '/api/v1/operations?pageSize=1')
  })

  it('422 a key that another schedule was triggered with, and 410 once its operation was purged', async () => {
    const [one, other] = [await created({ paused: true }), await created({ paused: true })]
    const headers = { 'idempotency-key': 'trigger-2' }
    const { headers: sent } = await ask(service, `${one}:trigger`, { ...post, headers })
    expectProblem(await ask(service, `${other}:trigger`, { ...post, headers }), 422, 'IDEMPOTENCY_MISMATCH')
    const made = String(sent.get('location'))
    while (!(await ask(service, made, { headers: { prefer: 'wait=10' } })).body.done);
    expect((await ask(service, `${made}:purge`, post)).status).toBe(204)
    expectProblem(await ask(service, `${one}:trigger`, { ...post, headers }), 410, 'OPERATION_EXPIRED')
  })

  it('404 an unknown, foreign or malformed id', async () => {
    for (const id of [unknownId, 'schedule_x', 'op_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13']) {
      const at = `${schedules}/${id}`
      expectProblem(await ask(service, at), 404, 'NOT_FOUND')
      expectProblem(await patch(at, { name: 'x' }), 404, 'NOT_FOUND')
      for (const verb of ['pause', 'resume', 'trigger']) {
        expectProblem(await ask(service, `${at}:${verb}`, post), 404, 'NOT_FOUND')
      }
    }
    for (const asking of [{}, { method: 'DELETE' }, { method: 'PATCH', json: { name: 'x' } }]) {
      expectProblem(await ask(service, path, { ...asking, key: service.otherKey }), 404, 'NOT_FOUND')
    }
    expectProblem(await ask(service, '/api/v1/operations?scheduleId=x'), 400, 'INVALID_REQUEST')
    expect((await ask(service, `/api/v1/operations?scheduleId=${unknownId}`)).body.operations).toEqual([])
  })
})

it('lists schedules by page, newest first, without runs', async () => {
  const first = await ask(service, `${schedules}?pageSize=2`)
  const ids = (first.body.schedules as { scheduleId: string }[]).map(({ scheduleId }) => scheduleId)
  expect(ids).toEqual([...ids].sort().reverse())
  const second = await ask(service, `${schedules}?pageSize=2&pageToken=${first.body.nextPageToken}`)
  expect(JSON.stringify(second.body)).not.toContain(ids[1])
  expect(first.text).not.toContain('lastRuns')
})

it('409 TOO_MANY_SCHEDULES at the limit, also for concurrent requests, but a replay is answered', async () => {
  const headers = { 'idempotency-key': 'last-one' }
  const kept = await ask(service, schedules, { json: yearly, headers })
  let full: Answer | undefined
  // On a busy machine some requests are a 503.
  while (!full) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(service, schedules, { json: yearly })))
    full = answers.find(({ status }) => status === 409)
  }
  expectProblem(full, 409, 'TOO_MANY_SCHEDULES')
  expect((await ask(service, `${schedules}?pageSize=1000`)).body.schedules).toHaveLength(60)
  expect((await ask(service, schedules, { json: yearly, headers })).body.scheduleId).toBe(kept.body.scheduleId)
})

describeFaults(() => service, examples)
