import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { csvOf } from '../handlers/order-lines.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Asking, ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

let service: TestService
let uploadId: string
/** An upload whose id is known before the service starts. */
const knownUpload = '01938f6e-4c90-7e12-b1aa-7d5e2b9c4f11'
beforeAll(async () => {
  service = await startTestService()
  uploadId = await upload('Row ID,Order ID\n')
  const copied = 'owner_id, media_type, size_bytes, sha256, storage_key, created_at, expires_at'
  await onDatabase(
    service,
    `insert into uploads (upload_id, ${copied}) select '${knownUpload}', ${copied} from uploads`,
  )
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

async function upload(body: string, key = service.apiKey) {
  const headers = { 'content-type': 'text/csv' }
  const answer = await ask(service, '/api/v1/uploads', { method: 'POST', body, headers, key })
  return String(answer.body.uploadId)
}

const reports = '/api/v1/reports:generate'
const analytics = '/api/v1/analytics:run'
const held = { startAfter: inAnHour() }
const candidate = { name: 'Erika Mustermann', birthDate: '1990-08-12' }
const input = {
  generateReport: () => ({ ...report, ...held }),
  analyzeOrders: () => ({ analysis: 'SALES_FORECAST', format: 'JSON', ...held }),
  exportCustomers: () => ({ format: 'NDJSON', ...held }),
  importOrders: () => ({ uploadId, ...held }),
  deliverOrder: () => held,
  screenCandidate: () => ({ candidate, ...held }),
}
const delivery = '/api/v1/orders/CA-2016-152156:deliver'
const screening = '/api/v1/candidates:screen'
const examples: Example[] = [
  { operationId: 'generateReport', path: () => reports, asking: { json: { ...report, ...held } } },
  {
    operationId: 'analyzeOrders',
    path: () => analytics,
    asking: { json: { analysis: 'RFM_SEGMENTS', format: 'CSV', ...held } },
  },
  {
    operationId: 'exportCustomers',
    path: () => '/api/v1/customers:export',
    asking: { json: { format: 'CSV', ...held } },
  },
  {
    operationId: 'importOrders',
    path: () => '/api/v1/orders:import',
    asking: { json: { uploadId: `upload_${knownUpload}`, ...held } },
  },
  { operationId: 'deliverOrder', path: () => delivery, asking: { json: held } },
  { operationId: 'screenCandidate', path: () => screening, asking: { json: { candidate, ...held } } },
]
describeRefusals(() => service, examples)

describe.each([
  { type: 'generateReport', path: reports },
  { type: 'analyzeOrders', path: analytics },
  { type: 'exportCustomers', path: '/api/v1/customers:export' },
  { type: 'importOrders', path: '/api/v1/orders:import' },
  { type: 'deliverOrder', path: delivery },
  { type: 'screenCandidate', path: screening },
] as const)('$type', ({ type, path }) => {
  it('202 with Location and Retry-After, as a PENDING operation', async () => {
    const { status, headers, body } = await ask(service, path, { json: { ...input[type](), labels: { team: 'crm' } } })
    expect(status).toBe(202)
    expect(headers.get('location')).toBe(body.statusUrl)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body).toMatchObject({ type, status: 'PENDING', done: false, attempt: 0, labels: { team: 'crm' } })
  })

  it('410 for a replay whose operation has expired, was purged, or has no tombstone any more; nothing is started', async () => {
    const body = { ...input[type](), labels: { gone: type } }
    const send = (json: object) => ask(service, path, { json, headers: { 'idempotency-key': `gone ${type}` } })
    const at = (await send(body)).headers.get('location') ?? ''
    const id = at.slice(-36)
    await ask(service, at, { method: 'DELETE' })
    const before = await total()
    await onDatabase(service, `update operations set expires_at = now() where operation_id = '${id}'`)
    expectProblem(await send(body), 410, 'OPERATION_EXPIRED')
    await onDatabase(
      service,
      `update operations set expires_at = now() + interval '1 day' where operation_id = '${id}'`,
    )
    expect((await ask(service, `${at}:purge`, { method: 'POST' })).status).toBe(204)
    const answer = await send(body)
    expectProblem(answer, 410, 'OPERATION_EXPIRED')
    expect(answer.body.expiredAt).toMatch(/Z$/)
    expectProblem(await send({ ...body, priority: 'LOW' }), 422, 'IDEMPOTENCY_MISMATCH')
    await onDatabase(service, `delete from tombstones where operation_id = '${id}'`)
    const forgotten = await send(body)
    expectProblem(forgotten, 410, 'OPERATION_EXPIRED')
    expect(forgotten.body).not.toHaveProperty('expiredAt')
    expect(await total()).toBe(Number(before) - 1)
  })

  it('200 for validateOnly, and nothing is started', async () => {
    const before = await total()
    const { status, body } = await ask(service, path, { json: { ...input[type](), validateOnly: true } })
    expect(status).toBe(200)
    expect(body).toEqual({ valid: true, estimate: expect.any(Object) })
    expect(await total()).toBe(before)
  })
})

it('workers are notified of operations that may start now, not of those that start later', async () => {
  const notified: string[] = []
  const notifications = openPostgresNotifier(service.databaseUrl)
  notifications.listen('submitted', (ids) => notified.push(...ids))
  try {
    const now = async () => (await submitted(service)).slice(-36)
    const first = await now()
    await expect.poll(async () => notified.includes(first) || notified.includes(await now())).toBe(true)
    const later = (await submitted(service, held)).slice(-36)
    const last = await now()
    await expect.poll(() => notified).toContain(last)
    expect(notified).not.toContain(later)
  } finally {
    await notifications.close()
  }
})

async function total() {
  return (await ask(service, '/api/v1/operations?includeTotal=true')).body.totalSize
}

describe('an invalid input', () => {
  it.each([
    ['an inverted date range', { dateRange: { fromDate: '2018-01-01', toDate: '2017-12-31' } }, '/dateRange'],
    ['an invalid date', { dateRange: { fromDate: '2017-02-29', toDate: '2017-12-31' } }, '/dateRange/fromDate'],
    ['an unknown report', { reportType: 'EVERYTHING' }, '/reportType'],
    ['a wrong type', { format: 1 }, '/format'],
    ['an unknown nested field', { filters: { planet: 'Earth' } }, '/filters/planet'],
    ['a start more than 30 days ahead', { startAfter: '2100-01-01T00:00:00Z' }, '/startAfter'],
    ['a label with an invalid name', { labels: { ' x': '1' } }, '/labels/ x'],
    ['a label that is too long', { labels: { x: 'x'.repeat(65) } }, '/labels/x'],
    ['a NUL', { filters: { country: 'a\u0000' } }, '/filters/country'],
    ['a lone surrogate', { filters: { country: '\ud800' } }, '/filters/country'],
  ])('422 for %s, with its pointer', async (_, change, pointer) => {
    const answer = await ask(service, reports, { json: { ...report, ...change } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.body.errors).toEqual([{ pointer, message: expect.any(String) }])
  })

  it.each([
    ['an inverted date range', { dateRange: { fromDate: '2018-01-01', toDate: '2017-12-31' } }, ['/dateRange']],
    ['a date range without an end', { dateRange: { fromDate: '2018-01-01' } }, ['/dateRange/toDate']],
    ['an unknown analysis', { analysis: 'ABC' }, ['/analysis']],
    ['an unknown format', { format: 'NDJSON' }, ['/format']],
    ['options of another analysis', { forecast: {}, cohorts: {} }, ['/cohorts', '/forecast']],
    ['options of no analysis', { rfm: {} }, ['/rfm']],
    ['no order', { baskets: { minOrders: 0 } }, ['/baskets/minOrders']],
    ['a share above 1', { baskets: { minSupport: 1.01 } }, ['/baskets/minSupport']],
    ['too many pairs', { baskets: { maxPairs: 10_001 } }, ['/baskets/maxPairs']],
    ['an unknown item', { baskets: { by: 'COLOUR' } }, ['/baskets/by']],
    ['a part of an order', { baskets: { minOrders: 1.5 } }, ['/baskets/minOrders']],
    ['too many periods', { analysis: 'COHORT_RETENTION', cohorts: { periods: 121 } }, ['/cohorts/periods']],
    ['an unknown period', { analysis: 'COHORT_RETENTION', cohorts: { period: 'WEEK' } }, ['/cohorts/period']],
    ['a long horizon', { analysis: 'SALES_FORECAST', forecast: { horizonMonths: 37 } }, ['/forecast/horizonMonths']],
    ['no backtest', { analysis: 'SALES_FORECAST', forecast: { holdoutMonths: 0 } }, ['/forecast/holdoutMonths']],
    ['a season of a month', { analysis: 'SALES_FORECAST', forecast: { seasonMonths: 1 } }, ['/forecast/seasonMonths']],
  ])('422 for an analysis with %s, with its pointer', async (_, change, pointers) => {
    const answer = await ask(service, analytics, { json: { analysis: 'BASKET_PAIRS', format: 'CSV', ...change } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.body.errors).toEqual(pointers.map((pointer) => ({ pointer, message: expect.any(String) })))
  })

  it('422 for all missing fields', async () => {
    const answer = await ask(service, reports, { json: {} })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect((answer.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/reportType',
      '/dateRange',
      '/format',
    ])
    expect(answer.body.detail).toContain('is missing')
  })

  it('422 for an unknown upload and another owner’s, with the same response', async () => {
    const foreign = await upload('a', service.otherKey)
    for (const id of [foreign, 'upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10', 'x']) {
      const answer = await ask(service, '/api/v1/orders:import', { json: { uploadId: id } })
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(answer.body.errors).toEqual([{ pointer: '/uploadId', message: expect.any(String) }])
    }
  })

  const raw = (body: string): Asking => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } })

  it.each([
    ['truncated JSON', '{"format":'],
    ['no JSON', 'format=CSV'],
    ['an empty body', ''],
    ['a duplicate name', '{"format":"CSV","format":"PDF"}'],
    ['2,000 levels', '['.repeat(2000) + ']'.repeat(2000)],
  ])('400 for %s', async (_, body) => {
    expectProblem(await ask(service, reports, raw(body)), 400, 'INVALID_REQUEST')
  })

  it.each([
    ['__proto__', '{"__proto__":{}}', '/__proto__'],
    ['a number beyond 64 bits', '{"priority":1e400}', '/priority'],
    ['an integer that loses digits', '{"priority":9007199254740993}', '/priority'],
  ])('422 for %s', async (_, body, pointer) => {
    const answer = await ask(service, reports, raw(body))
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.body.errors).toEqual([{ pointer, message: expect.any(String) }])
  })
})

describe('Idempotency-Key', () => {
  const send = (key: string, more: Record<string, unknown> = {}, asking: Asking = {}) =>
    ask(service, reports, { ...asking, json: { ...report, ...more }, headers: { 'idempotency-key': key } })

  it('replays the first 202 exactly, bare or quoted, after the operation has changed', async () => {
    const first = await send('replay')
    await ended(service, first.headers.get('location') ?? '')
    const again = await send('"replay"')
    expect([again.status, again.text]).toEqual([202, first.text])
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ])
  })

  it('replays regardless of the order of the fields', async () => {
    const { format, ...rest } = report
    const first = await send('order', held)
    const again = await ask(service, reports, {
      json: { ...held, format, ...rest },
      headers: { 'idempotency-key': 'order' },
    })
    expect([again.status, again.body.operationId]).toEqual([202, first.body.operationId])
  })

  it('422 with another body', async () => {
    await send('mismatch', held)
    expectProblem(await send('mismatch', { ...held, format: 'PDF' }), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('starts one operation for twenty concurrent requests, and all get its 202', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('once', held)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202))
    expect(new Set(answers.map(({ body }) => body.operationId)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(19)
  })

  it('is separate for each owner', async () => {
    const mine = await send('shared', held)
    const other = await send('shared', held, { key: service.otherKey })
    expect(other.body.operationId).not.toBe(mine.body.operationId)
  })

  it('400 when empty, quoted empty, over 255 characters, or not ASCII', async () => {
    for (const key of ['', '""', 'x'.repeat(256), 'schlüssel']) {
      const answer = await send(key, held)
      expectProblem(answer, 400, 'INVALID_REQUEST')
      expect(answer.body.errors).toEqual([
        { parameter: expect.stringMatching(/^idempotency-key$/i), message: expect.any(String) },
      ])
    }
    expect((await send('x'.repeat(255), held)).status).toBe(202)
  })

  it('replays even after the upload was deleted', async () => {
    const gone = await upload('Row ID\n')
    const asking = { json: { uploadId: gone, ...held }, headers: { 'idempotency-key': 'import' } }
    const first = await ask(service, '/api/v1/orders:import', asking)
    await onDatabase(service, `update uploads set expires_at = now() where upload_id = '${gone.slice(-36)}'`)
    const again = await ask(service, '/api/v1/orders:import', asking)
    expect([again.status, again.text]).toEqual([202, first.text])
    await ask(service, first.headers.get('location') ?? '', { method: 'DELETE' })
    await ask(service, `${first.headers.get('location')}:purge`, { method: 'POST' })
    expectProblem(await ask(service, '/api/v1/orders:import', asking), 410, 'OPERATION_EXPIRED')
  })
})

describe('the order of a delivery', () => {
  const of = (orderId: string) => `/api/v1/orders/${orderId}:deliver`

  it.each([
    'CA-0000-000000',
    'x',
    '%00',
    '%2F',
    'x'.repeat(10_000),
  ])('404 for an unknown order: %.20s', async (orderId) => {
    for (const json of [held, { validateOnly: true }]) {
      expectProblem(await ask(service, of(orderId), { json }), 404, 'NOT_FOUND')
    }
  })

  it('404 for another owner’s order, 202 for the owner’s own, for any id', async () => {
    const orderId = 'A/1:b c%'
    const headers = { 'content-type': 'text/csv' }
    const sent = await ask(service, '/api/v1/uploads', { method: 'POST', body: csvOf([{ orderId }]), headers })
    const submit = await ask(service, '/api/v1/orders:import', { json: { uploadId: sent.body.uploadId } })
    expect(await ended(service, submit.headers.get('location') ?? '')).toMatchObject({ status: 'COMPLETED' })
    const path = of(encodeURIComponent(orderId))
    expect((await ask(service, path, { json: held })).status).toBe(202)
    expectProblem(await ask(service, path, { json: held, key: service.otherKey }), 404, 'NOT_FOUND')
  })

  it('needs no body', async () => {
    const { status, body } = await ask(service, delivery, { method: 'POST' })
    expect([status, body.type]).toEqual([202, 'deliverOrder'])
  })

  it('422 for a choice that is not a string', async () => {
    const answer = await ask(service, delivery, { json: { warehouse: '', contact: 1 } })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.body.errors).toMatchObject([{ pointer: '/warehouse' }, { pointer: '/contact' }])
  })

  it('replays by its key; another order is a different request', async () => {
    const asking = { json: held, headers: { 'idempotency-key': 'delivery' } }
    const first = await ask(service, delivery, asking)
    expect((await ask(service, delivery, asking)).text).toBe(first.text)
    expectProblem(await ask(service, of('CA-2016-138688'), asking), 422, 'IDEMPOTENCY_MISMATCH')
  })
})

it('an operation with startAfter starts at that time', async () => {
  const path = await submitted(service, { startAfter: new Date(Date.now() + 300).toISOString() })
  expect(await ended(service, path)).toMatchObject({ status: 'COMPLETED' })
})

describeFaults(() => service, examples)
