import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, execute } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, inAnHour, submitted } from './requests.ts'

let service: TestService
/** An operation that stays PENDING. */
let waiting: string
let completed: string
beforeAll(async () => {
  service = await startTestService()
  waiting = await submitted(service, { startAfter: inAnHour() })
  completed = await submitted(service)
  await ended(service, completed)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const unknown = '/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
const malformed = ['op_1', 'x', '%2F', '%zz', '%00', 'op_01938F6E-5A01-7CC3-9F0B-3F5D0C9A7E21', 'x'.repeat(10_000)]

const examples: Example[] = [
  { operationId: 'getOperation', path: () => waiting },
  { operationId: 'listOperations', path: () => '/api/v1/operations' },
  {
    operationId: 'batchGetOperations',
    path: () => '/api/v1/operations:batchGet',
    asking: { json: { operationIds: ['op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'] } },
  },
  { operationId: 'cancelOperation', path: () => `${waiting}:cancel`, asking: { json: { reason: 'test' } } },
  { operationId: 'deleteOperation', path: () => waiting, asking: { method: 'DELETE' } },
  { operationId: 'purgeOperation', path: () => `${completed}:purge`, asking: { method: 'POST' } },
  { operationId: 'getOperationResult', path: () => `${completed}/result` },
]
describeRefusals(() => service, examples)

/** A request for each endpoint with an operation in its path. */
const onOperation = [
  { operationId: 'getOperation', suffix: '', init: {} },
  { operationId: 'cancelOperation', suffix: ':cancel', init: { method: 'POST' } },
  { operationId: 'deleteOperation', suffix: '', init: { method: 'DELETE' } },
  { operationId: 'purgeOperation', suffix: ':purge', init: { method: 'POST' } },
  { operationId: 'retryOperation', suffix: ':retry', init: { method: 'POST' } },
  { operationId: 'getOperationResult', suffix: '/result', init: {} },
]

describe.each(onOperation)('$operationId', ({ suffix, init }) => {
  it('404 for unknown and malformed ids and for those of another owner, with the same response', async () => {
    const stranger = await ask(service, waiting + suffix, { ...init, key: service.otherKey })
    expectProblem(stranger, 404, 'OPERATION_NOT_FOUND')
    for (const id of [unknown, ...malformed.map((id) => `/api/v1/operations/${id}`)]) {
      const answer = await ask(service, id + suffix, init)
      expectProblem(answer, 404, 'OPERATION_NOT_FOUND')
      expect(answer.body.detail).toBe(stranger.body.detail)
    }
  })

  it('410 with expiredAt once its retention is over', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    await expire(path)
    const answer = await ask(service, path + suffix, init)
    expectProblem(answer, 410, 'OPERATION_EXPIRED')
    expect(answer.body.expiredAt).toMatch(/Z$/)
  })

  it('410 with expiredAt once it was deleted, 404 for another owner, and for all once the tombstone was deleted', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    expect((await ask(service, `${path}:purge`, { method: 'POST' })).status).toBe(204)
    const answer = await ask(service, path + suffix, init)
    expectProblem(answer, 410, 'OPERATION_EXPIRED')
    expect(Math.abs(Date.now() - Date.parse(String(answer.body.expiredAt)))).toBeLessThan(10_000)
    const stranger = await ask(service, path + suffix, { ...init, key: service.otherKey })
    expectProblem(stranger, 404, 'OPERATION_NOT_FOUND')
    await onDatabase(service, `update tombstones set forgotten_at = now() where operation_id = '${path.slice(-36)}'`)
    const forgotten = await ask(service, path + suffix, init)
    expectProblem(forgotten, 404, 'OPERATION_NOT_FOUND')
    expect(forgotten.body.detail).toBe(stranger.body.detail)
  })
})

describe('getOperation', () => {
  it('200 with Retry-After and valid links while it is active', async () => {
    const { status, headers, body } = await ask(service, waiting)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'PENDING',
      done: false,
      links: { self: waiting, cancel: `${waiting}:cancel` },
    })
    expect(headers.get('cache-control')).toBe('private, no-cache')
    // It starts in an hour, so it need not be polled every second.
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(60)
  })

  it('200 with a result whose link downloads, once it has completed', async () => {
    const { headers, body } = await ask(service, completed)
    expect(body).toMatchObject({ status: 'COMPLETED', done: true, progress: { percentage: 100 } })
    expect(headers.has('retry-after')).toBe(false)
    const { events, logs, stream, socket, ...links } = body.links as Record<string, string>
    expect(links).toEqual({ self: completed, purge: `${completed}:purge`, result: `${completed}/result` })
    expect([events, logs, stream, socket].map((link) => link?.slice(completed.length))).toEqual([
      '/events',
      '/logs',
      '/stream',
      '/status',
    ])
    const { downloadUrl, size } = body.result as { downloadUrl: string; size: number }
    const file = await ask(service, downloadUrl, { key: null })
    expect([file.status, Buffer.byteLength(file.text)]).toEqual([200, size])
  })

  it('200 with queuePosition within the owner’s own queue', async () => {
    const paused = await startTestService({ ROLES: 'api' })
    const first = await submitted(paused)
    const second = await submitted(paused)
    const urgent = await submitted(paused, { priority: 'HIGH' })
    const positions = await Promise.all([urgent, first, second].map(async (path) => (await ask(paused, path)).body))
    expect(positions.map(({ queuePosition }) => queuePosition)).toEqual([1, 2, 3])
    await paused.close()
  })

  it('200 with an estimate from the type’s typical duration, as soon as it runs', async () => {
    const database = await createDatabase({ withSample: true })
    await execute(database.url, `insert into durations (type, typical_seconds) values ('generateReport', 1000)`)
    const other = await startTestService({ ROLES: 'api' }, database)
    const path = await submitted(other)
    expect((await ask(other, path)).body).not.toHaveProperty('estimatedCompletion')
    await onDatabase(other, `update operations set status = 'RUNNING', attempt = 1, turn_at = null, started_at = now()`)
    const read = async () => (await ask(other, path)).body
    await expect.poll(read).toHaveProperty('estimatedCompletion')
    const { startedAt, estimatedCompletion } = await read()
    expect(Date.parse(String(estimatedCompletion)) - Date.parse(String(startedAt))).toBe(1_000_000)
    await other.close()
    await database.drop()
  })

  it('304 while nothing has changed, with the same ETag; 200 after a change', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const etag = (await ask(service, path)).headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"/)
    for (const tag of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const answer = await ask(service, path, { headers: { 'if-none-match': tag } })
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', etag])
    }
    await ask(service, path, { method: 'DELETE' })
    const changed = await ask(service, path, { headers: { 'if-none-match': etag } })
    expect([changed.status, changed.body.status]).toEqual([200, 'CANCELLED'])
  })

  it('HEAD has the response of GET without the body', async () => {
    const { status, text, headers } = await ask(service, completed, { method: 'HEAD' })
    expect([status, text, headers.has('etag')]).toEqual([200, '', true])
  })
})

describe('listOperations', () => {
  const list = '/api/v1/operations'
  const idsOf = (body: Record<string, unknown>) =>
    (body.operations as { operationId: string }[]).map((o) => o.operationId)

  it('200 newest first, page by page, without gaps or duplicates', async () => {
    const label = 'page:walk'
    const paths: string[] = []
    for (let at = 0; at < 5; at += 1)
      paths.unshift(await submitted(service, { labels: { page: 'walk' }, startAfter: inAnHour() }))
    const seen: string[] = []
    let next: string | undefined = `${list}?label=${label}&pageSize=2&includeTotal=true`
    while (next) {
      const { body, headers } = await ask(service, next)
      expect(body.totalSize).toBe(5)
      seen.push(...idsOf(body))
      next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
      expect(next !== undefined).toBe(body.nextPageToken !== undefined)
    }
    expect(seen.map((id) => `${list}/${id}`)).toEqual(paths)
  })

  it('200 by status (any case, PROCESSING for RUNNING), type and time; another owner sees none of it', async () => {
    const done = idsOf((await ask(service, `${list}?status=completed&status=PROCESSING`)).body)
    expect(done).toContain(completed.split('/').at(-1))
    expect(done).not.toContain(waiting.split('/').at(-1))
    expect(idsOf((await ask(service, `${list}?type=exportCustomers`)).body)).toEqual([])
    expect(idsOf((await ask(service, `${list}?createdAfter=2100-01-01T00:00:00Z`)).body)).toEqual([])
    expect(idsOf((await ask(service, `${list}?createdBefore=2100-01-01T00:00:00%2B02:00`)).body)).not.toEqual([])
    expect(idsOf((await ask(service, list, { key: service.otherKey })).body)).toEqual([])
  })

  it('200 without operations past their retention', async () => {
    const path = await submitted(service, { labels: { gone: 'yes' }, startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    await expire(path)
    const { body } = await ask(service, `${list}?label=gone:yes&includeTotal=true`)
    expect(body).toEqual({ operations: [], totalSize: 0 })
  })

  it('400 for a page token that was changed, or made for other filters or another owner', async () => {
    const { body } = await ask(service, `${list}?pageSize=1`)
    const token = String(body.nextPageToken)
    for (const [path, key] of [
      [`${list}?pageToken=${token.slice(0, -2)}AA`, service.apiKey],
      [`${list}?pageToken=x`, service.apiKey],
      [`${list}?type=generateReport&pageToken=${token}`, service.apiKey],
      [`${list}?pageToken=${token}`, service.otherKey],
    ] as const) {
      expectProblem(await ask(service, path, { key }), 400, 'INVALID_PAGE_TOKEN')
    }
    expectProblem(await ask(service, `${list}?pageToken=${'x'.repeat(2000)}`), 400, 'INVALID_REQUEST')
  })

  it('200 by problem code, which only failed operations of the owner have', async () => {
    const codes = ['NO_DATA_IN_RANGE', 'TIMEOUT']
    const paths = await Promise.all(codes.map(() => submitted(service, { startAfter: inAnHour() })))
    for (const [at, path] of paths.entries()) {
      await ask(service, path, { method: 'DELETE' })
      await onDatabase(
        service,
        `update operations set status = 'FAILED', error = '{"code": "${codes[at]}"}'
          where operation_id = '${path.split('op_').at(-1)}'`,
      )
    }
    const found = async (query: string, key = service.apiKey) => {
      const { status, body } = await ask(service, `${list}?${query}&includeTotal=true`, { key })
      expect(status).toBe(200)
      const operations = body.operations as { links: { self: string } }[]
      expect(body.totalSize).toBe(operations.length)
      return operations.map(({ links }) => links.self)
    }
    const [noData, timeout] = paths
    expect(await found('problemCode=TIMEOUT')).toEqual([timeout])
    expect(await found('problemCode=TIMEOUT&problemCode=NO_DATA_IN_RANGE')).toEqual([timeout, noData])
    expect(await found('problemCode=TIMEOUT&status=failed&type=generateReport')).toEqual([timeout])
    expect(await found('problemCode=TIMEOUT&status=CANCELLED')).toEqual([])
    expect(await found('problemCode=HANDLER_ERROR')).toEqual([])
    expect(await found('problemCode=TIMEOUT', service.otherKey)).toEqual([])
    const { body } = await ask(service, `${list}?problemCode=TIMEOUT&problemCode=NO_DATA_IN_RANGE&pageSize=1`)
    const other = `${list}?problemCode=TIMEOUT&pageSize=1&pageToken=${body.nextPageToken}`
    expectProblem(await ask(service, other), 400, 'INVALID_PAGE_TOKEN')
  })

  it.each([
    ['line breaks', 'one\r\ntwo\u2028three'],
    ['a colon, a plus, an ampersand, a percent', 'a:b+c&d=e%41#f'],
    ['letters of any script', 'grün 緑 💚'],
    ['nothing', ''],
    ['of the maximum length', '\n'.repeat(64)],
  ])('200 by a label whose value is %s, and not by a similar value', async (_what, value) => {
    const path = await submitted(service, { labels: { any: value }, startAfter: inAnHour() })
    const found = async (text: string) => {
      const { status, body } = await ask(service, `${list}?label=${encodeURIComponent(`any:${text}`)}`)
      expect(status).toBe(200)
      return (body.operations as { links: { self: string } }[]).map(({ links }) => links.self)
    }
    expect(await found(value)).toEqual([path])
    expect(await found(`${value.slice(0, 63)}?`)).toEqual([])
    const json = { filter: { label: [`any:${value}`] }, validateOnly: true }
    const many = await ask(service, '/api/v1/operations:cancel', { json })
    expect(many.body).toEqual({ valid: true, estimate: { rows: 1 } })
  })

  it.each([
    ['pageSize=0', 'pageSize'],
    ['pageSize=1001', 'pageSize'],
    ['pageSize=99999999999999999999', 'pageSize'],
    ['pageSize=ten', 'pageSize'],
    ['pageSize=1&pageSize=2', 'pageSize'],
    ['status=DONE', 'status'],
    ['problemCode=timeout', 'problemCode'],
    ['problemCode=', 'problemCode'],
    [`problemCode=${'A'.repeat(65)}`, 'problemCode'],
    [Array.from({ length: 17 }, (_, at) => `problemCode=A${at}`).join('&'), 'problemCode'],
    ['problem=TIMEOUT', 'problem'],
    ['label=nocolon', 'label'],
    [`label=any:${'%0A'.repeat(65)}`, 'label'],
    ['label=an%0Ay:value', 'label'],
    ['createdAfter=yesterday', 'createdAfter'],
    ['includeTotal=perhaps', 'includeTotal'],
    ['type=%00', 'type'],
    ['__proto__=1', '__proto__'],
  ])('400 for %s, with the name of the parameter', async (query, parameter) => {
    const answer = await ask(service, `${list}?${query}`)
    expectProblem(answer, 400, 'INVALID_REQUEST')
    expect(answer.body.errors).toEqual([{ parameter, message: expect.any(String) }])
  })
})

describe('batchGetOperations', () => {
  it('200 in the requested order; unknown, foreign, malformed and expired ids are notFound', async () => {
    const idOf = (path: string) => path.split('/').at(-1) ?? ''
    const expired = await submitted(service, { startAfter: inAnHour() })
    await ask(service, expired, { method: 'DELETE' })
    await expire(expired)
    const operationIds = [idOf(completed), idOf(unknown), 'x', idOf(expired), idOf(waiting)]
    const path = '/api/v1/operations:batchGet'
    const { status, body } = await ask(service, path, { json: { operationIds } })
    expect(status).toBe(200)
    expect((body.operations as { operationId: string }[]).map((o) => o.operationId)).toEqual([
      idOf(completed),
      idOf(waiting),
    ])
    expect(body.notFound).toEqual([idOf(unknown), 'x', idOf(expired)])
    const foreign = await ask(service, path, { json: { operationIds: [idOf(completed)] }, key: service.otherKey })
    expect(foreign.body).toEqual({ operations: [], notFound: [idOf(completed)] })
  })
})

describe.each([
  { operationId: 'cancelOperation', status: 200, init: { method: 'POST' }, suffix: ':cancel' },
  { operationId: 'cancelOperation', status: 200, init: { method: 'POST' }, suffix: '%3Acancel' },
  { operationId: 'deleteOperation', status: 204, init: { method: 'DELETE' }, suffix: '' },
])('$operationId $suffix', ({ status, init, suffix }) => {
  it(`${status} for one that waits, and again`, async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    expect((await ask(service, path + suffix, init)).status).toBe(status)
    expect((await ask(service, path + suffix, init)).status).toBe(status)
    expect((await ask(service, path)).body).toMatchObject({ status: 'CANCELLED', done: true })
  })

  it('409 for an operation that has ended with another status', async () => {
    expectProblem(await ask(service, completed + suffix, init), 409, 'CANNOT_CANCEL')
  })
})

describe('cancelOperation', () => {
  it('keeps the reason', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const { body } = await ask(service, `${path}:cancel`, { json: { reason: 'superseded' } })
    expect(body).toMatchObject({ status: 'CANCELLED', reason: 'superseded' })
  })
})

describe('purgeOperation', () => {
  const filesOf = (path: string) => join(service.dataDir, 'files', 'operations', path.slice(-36))

  it('204 for a finished operation: its rows and files are deleted', async () => {
    const path = await submitted(service)
    await ended(service, path)
    expect(readdirSync(filesOf(path))).toHaveLength(1)
    const answer = await ask(service, `${path}:purge`, { method: 'POST' })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(existsSync(filesOf(path))).toBe(false)
    expectProblem(await ask(service, path), 410, 'OPERATION_EXPIRED')
    expectProblem(await ask(service, `${path}:purge`, { method: 'POST' }), 410, 'OPERATION_EXPIRED')
    const { body } = await ask(service, '/api/v1/operations:batchGet', {
      json: { operationIds: [path.split('/').at(-1)] },
    })
    expect(body).toEqual({ operations: [], notFound: [path.split('/').at(-1)] })
  })

  it('409 for an active one, which continues', async () => {
    expectProblem(await ask(service, `${waiting}:purge`, { method: 'POST' }), 409, 'CANNOT_PURGE')
    expect((await ask(service, waiting)).body).toMatchObject({ status: 'PENDING' })
  })

  it('its link is present exactly when it works', async () => {
    expect((await ask(service, waiting)).body.links).not.toHaveProperty('purge')
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    const { purge } = (await ask(service, path)).body.links as { purge: string }
    expect((await ask(service, purge, { method: 'POST' })).status).toBe(204)
  })
})

describe('getOperationResult', () => {
  it('303 to the report, with the operation as body', async () => {
    const { status, headers, body } = await ask(service, `${completed}/result`)
    expect(status).toBe(303)
    expect(headers.get('location')).toBe((body.result as { url: string }).url)
    expect((await ask(service, headers.get('location') ?? '')).status).toBe(200)
  })

  it('409 NOT_FINISHED with Retry-After while it is active', async () => {
    const answer = await ask(service, `${waiting}/result`)
    expectProblem(answer, 409, 'NOT_FINISHED')
    expect(Number(answer.headers.get('retry-after'))).toBe(answer.body.retryAfter)
  })

  it('409 when it failed or was cancelled', async () => {
    const failed = await submitted(service, { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } })
    expect(await ended(service, failed)).toMatchObject({ status: 'FAILED', error: { code: 'NO_DATA_IN_RANGE' } })
    expectProblem(await ask(service, `${failed}/result`), 409, 'OPERATION_FAILED')
    const cancelled = await submitted(service, { startAfter: inAnHour() })
    await ask(service, cancelled, { method: 'DELETE' })
    expectProblem(await ask(service, `${cancelled}/result`), 409, 'OPERATION_CANCELLED')
  })
})

describeFaults(() => service, examples)

/** Sets its expiry into the past, before the sweep runs. */
async function expire(path: string) {
  await onDatabase(
    service,
    `update operations set expires_at = now() - interval '1 second' where operation_id = '${path.slice(-36)}'`,
  )
  // An ended operation that was just read is kept for a second.
  await expect.poll(async () => (await ask(service, path)).status).toBe(410)
}
