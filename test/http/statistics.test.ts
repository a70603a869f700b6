import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { components } from '../../generated/schema.ts'
import { execute } from '../support/database.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

type Statistics = components['schemas']['Statistics']

const statistics = '/api/v1/statistics'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const examples: Example[] = [{ operationId: 'getStatistics', path: () => statistics }]
describeRefusals(() => service, examples)

const read = async (query = '', key?: string) => {
  const answer = await ask(service, statistics + query, key === undefined ? {} : { key })
  expect([query, answer.status]).toEqual([query, 200])
  return answer.body as Statistics
}
const minuteMs = 60_000

describe('getStatistics', () => {
  it('counts operations that have ended, and those that have not, of the caller’s owner only', async () => {
    const completed = [await submitted(service), await submitted(service)]
    const failed = await ask(service, '/api/v1/reports:generate', {
      json: { ...report, dateRange: { fromDate: '1990-01-01', toDate: '1990-01-02' } },
    })
    const failedPath = `/api/v1/operations/${failed.body.operationId}`
    for (const path of [...completed, failedPath]) await ended(service, path)
    const waiting = await submitted(service, { startAfter: inAnHour() })
    const cancelled = await submitted(service, { startAfter: inAnHour() })
    await ask(service, cancelled, { method: 'DELETE' })
    const body = await read()
    const figures = { COMPLETED: 2, COMPLETED_WITH_ERRORS: 0, FAILED: 1, CANCELLED: 1, total: 4 }
    expect(body).toMatchObject({
      interval: 'PT1M',
      active: { PENDING: 1, RUNNING: 0, WAITING: 0, CANCELLING: 0, total: 1, exact: true },
      ended: figures,
      problemCodes: [{ code: 'NO_DATA_IN_RANGE', count: 1 }],
      otherProblems: 0,
    })
    expect(body.types).toHaveLength(1)
    // The one that was cancelled was never started.
    expect(body.types[0]).toMatchObject({
      type: 'generateReport',
      ended: figures,
      runTime: { count: 3 },
      queueTime: { count: 3 },
    })
    expect(body.types[0]).not.toHaveProperty('oldestPending')
    const { duration } = (await ask(service, completed[0] ?? '')).body
    expect(body.types[0]?.runTime?.p99).toBeGreaterThan(0)
    expect(duration).toBeGreaterThan(0)
    expect(body.series.reduce((sum, point) => sum + point.total, 0)).toBe(4)
    for (const point of body.series) expect(point).not.toHaveProperty('runTime')
    const { series } = await read('?includeDurations=true')
    expect(series.reduce((sum, { runTime }) => sum + (runTime?.count ?? 0), 0)).toBe(3)
    expect(series.reduce((sum, { queueTime }) => sum + (queueTime?.count ?? 0), 0)).toBe(3)
    // A purged operation stays counted.
    await ask(service, `${completed[0]}:purge`, { method: 'POST' })
    expect((await read()).ended).toMatchObject(figures)
    expect(await read('', service.otherKey)).toMatchObject({ active: { total: 0 }, ended: { total: 0 }, types: [] })
    await ask(service, waiting, { method: 'DELETE' })
  })

  it('filters by type; an unknown type has no figures', async () => {
    const all = await read()
    expect((await read('?type=generateReport&type=generateReport&type=importOrders')).ended).toMatchObject({
      total: all.ended.total,
    })
    for (const type of ['importOrders', 'nothing', 'GENERATEREPORT']) {
      expect(await read(`?type=${type}`)).toMatchObject({ ended: { total: 0 }, types: [], problemCodes: [] })
    }
  })

  it.each([
    ['', 'PT1M', 60, 61],
    ['?window=PT1M', 'PT1M', 1, 2],
    ['?window=PT200M', 'PT1M', 200, 201],
    ['?window=PT201M', 'PT5M', 201, 42],
    ['?window=P1D', 'PT15M', 1440, 97],
    ['?window=PT24H', 'PT15M', 1440, 97],
    ['?window=P0DT0023H60M', 'PT15M', 1440, 97],
    ['?window=P7D', 'PT1H', 10_080, 169],
    ['?window=P31D', 'PT6H', 44_640, 125],
    ['?window=P30DT24H&interval=P1D', 'P1D', 44_640, 32],
    ['?window=PT7M&interval=PT5M', 'PT5M', 7, 3],
  ])('%s has intervals of %s that begin at their multiples, without gaps', async (query, interval, window, most) => {
    const { from, to, series, ...body } = await read(query)
    expect(body.interval).toBe(interval)
    const lengthMs = ({ PT1M: 1, PT5M: 5, PT15M: 15, PT1H: 60, PT6H: 360, P1D: 1440 }[interval] as number) * minuteMs
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
    expect(fromMs % lengthMs).toBe(0)
    expect(toMs - fromMs).toBeGreaterThanOrEqual(window * minuteMs)
    expect(toMs - fromMs).toBeLessThan(window * minuteMs + lengthMs + minuteMs)
    const starts = series.map((point) => Date.parse(point.from))
    expect(starts).toEqual(series.map((_, at) => fromMs + at * lengthMs))
    const last = starts.at(-1) ?? 0
    expect(last).toBeLessThan(toMs)
    expect(last + lengthMs).toBeGreaterThanOrEqual(toMs)
    expect([most, most - 1]).toContain(series.length)
  })

  it.each([
    ['window=P0D', 'window'],
    ['window=PT0M', 'window'],
    ['window=P', 'window'],
    ['window=PT', 'window'],
    ['window=', 'window'],
    ['window=-PT1H', 'window'],
    ['window=P-1D', 'window'],
    ['window=PT1.5H', 'window'],
    ['window=pt1h', 'window'],
    ['window=3600', 'window'],
    ['window=1h', 'window'],
    ['window=P1M', 'window'],
    ['window=P1Y', 'window'],
    ['window=P1W', 'window'],
    ['window=PT30S', 'window'],
    ['window=P1DT', 'window'],
    ['window=P1DT0H', 'interval', 200],
    ['window=P32D', 'window'],
    ['window=P31DT1M', 'window'],
    ['window=P999D', 'window'],
    ['window=PT9999H99999M', 'window'],
    [`window=P${'9'.repeat(1000)}D`, 'window'],
    ['window=P１D', 'window'],
    ['window=P1D%00', 'window'],
    ['window=P1D%0A', 'window'],
    ["window=P1D'%20or%201=1", 'window'],
    ['window=PT1H&window=PT2H', 'window'],
    ['window[]=PT1H', 'window[]'],
    ['from=2026-11-21T00:00:00Z', 'from'],
    ['to=9999-12-31T00:00:00Z', 'to'],
    ['interval=PT2M', 'interval'],
    ['interval=PT60M', 'interval'],
    ['interval=0', 'interval'],
    ['interval=-PT1M', 'interval'],
    ['interval=pt1m', 'interval'],
    ['interval=PT1M&interval=PT1M', 'interval'],
    ['window=PT201M&interval=PT1M', 'interval'],
    ['window=P31D&interval=PT1H', 'interval'],
    ['window=PT4M&interval=PT5M', 'window'],
    ['window=PT23H&interval=P1D', 'window'],
    ['type=', 'type'],
    ['type=a-b', 'type'],
    ['type=%27', 'type'],
    [`type=${'x'.repeat(65)}`, 'type'],
    [Array(17).fill('type=a').join('&'), 'type'],
    ['includeDurations=perhaps', 'includeDurations'],
    ['types=generateReport', 'types'],
    ['status=FAILED', 'status'],
  ])('400 for %s', async (query, parameter, status = 400) => {
    const answer = await ask(service, `${statistics}?${query}`)
    if (status === 200) return expect(answer.status).toBe(200)
    expectProblem(answer, 400, 'INVALID_REQUEST')
    expect(JSON.stringify(answer.body.errors)).toContain(`"parameter":"${parameter}`)
  })

  it('shows the twenty most frequent codes, and the sum of the others', async () => {
    const minute = Math.floor(Date.now() / minuteMs)
    await execute(
      service.databaseUrl,
      `insert into operation_ends (owner_id, minute, type, status, code, ended)
       select '${testOwner}', ${minute}, 'importOrders', 'FAILED', 'CODE_' || chr(64 + n), 10 + n from generate_series(1, 23) n`,
    )
    const { problemCodes, otherProblems } = await read('?type=importOrders')
    expect(problemCodes).toHaveLength(20)
    expect(problemCodes[0]).toEqual({ code: 'CODE_W', count: 33 })
    expect(problemCodes.at(-1)).toEqual({ code: 'CODE_D', count: 14 })
    expect(otherProblems).toBe(13 + 12 + 11)
  })

  it('says that it has not counted all of very many active operations', async () => {
    await execute(
      service.databaseUrl,
      `insert into operations (operation_id, owner_id, type, max_attempts, input, due_at)
       select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + n), 12, '0') || '7000' || '8' || substr(md5(n::text), 1, 15))::uuid,
         '${testOwner}', 'exportCustomers', 3, '{}', now() + interval '1 day' from generate_series(1, 20001) n`,
    )
    expect((await read()).active).toMatchObject({ PENDING: 20_000, exact: false })
    expect((await read('?type=generateReport')).active).toMatchObject({ exact: false })
    expect((await read('', service.otherKey)).active).toMatchObject({ PENDING: 0, exact: true })
  })
})

describeFaults(() => service, examples)
