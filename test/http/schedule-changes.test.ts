import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { openStream } from '../support/sse.ts'
import { ask, expectProblem, inAnHour, report } from './requests.ts'

const schedules = '/api/v1/schedules'
const operation = { type: 'generateReport', body: report }

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

async function created(more: object = {}): Promise<string> {
  const { status, headers, text } = await ask(service, schedules, { json: { cron: '0 0 1 1 *', operation, ...more } })
  expect(status, text).toBe(201)
  return headers.get('location') ?? ''
}

const patch = (at: string, json: object) => ask(service, at, { method: 'PATCH', json })
const read = (at: string, etag?: string) =>
  ask(service, at, etag === undefined ? {} : { headers: { 'if-none-match': etag } })

describe('the ETag of a schedule', () => {
  it('stays until a field, a run or the state of an operation changes', async () => {
    const at = await created()
    const changes: [string, () => Promise<unknown>][] = [
      ['a name', () => patch(at, { name: 'x' })],
      ['a pause', () => ask(service, `${at}:pause`, { method: 'POST' })],
      ['a resume', () => ask(service, `${at}:resume`, { method: 'POST' })],
      ['a run', () => ask(service, `${at}:trigger`, { method: 'POST' })],
      [
        'the end of an operation',
        async () => {
          const { body } = await read(at)
          const [run] = body.lastRuns as { operationId: string }[]
          await ask(service, `/api/v1/operations/${run?.operationId}`, { method: 'DELETE' })
        },
      ],
    ]
    let etag = (await read(at)).headers.get('etag') ?? ''
    for (const [name, change] of changes) {
      const same = await read(at, etag)
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag])
      await change()
      const changed = await read(at, etag)
      expect(changed.status, name).toBe(200)
      expect(changed.headers.get('etag')).not.toBe(etag)
      etag = changed.headers.get('etag') ?? ''
    }
    expect((await read(at, '*')).status).toBe(304)
    expect((await read(at, `"other", ${etag}`)).status).toBe(304)
    expect((await read(at, etag.replace('W/', ''))).status).toBe(304)
    expect((await read(at, 'W/"other"')).status).toBe(200)
    await ask(service, at, { method: 'DELETE' })
    expectProblem(await read(at, etag), 404, 'NOT_FOUND')
  })
})

describe('changes at the same time', () => {
  const fields: [string, unknown][] = [
    ['name', 'renamed'],
    ['cron', '0 0 1 2 *'],
    ['timeZone', 'Europe/Berlin'],
    ['endAt', '2040-01-01T00:00:00.000Z'],
    ['jitterSeconds', 7],
    ['overlapPolicy', 'SKIP'],
    ['catchUp', 'ALL'],
    ['catchUpWindowSeconds', 77],
    ['operation', { type: 'exportCustomers', body: { format: 'NDJSON' } }],
  ]

  it('of different fields are all kept, in ten rounds', async () => {
    for (let round = 0; round < 10; round += 1) {
      const at = await created({ startAt: inAnHour() })
      const parts = round % 2 ? fields : fields.toReversed()
      const answers = await Promise.all([
        ...parts.map(([name, value]) => patch(at, { [name]: value })),
        patch(at, { remove: ['startAt'] }),
        ask(service, `${at}:pause`, { method: 'POST' }),
      ])
      expect(answers.map(({ status }) => status)).toEqual(Array(fields.length + 2).fill(200))
      const { body } = await read(at)
      expect(body).toMatchObject({ ...Object.fromEntries(fields), state: 'PAUSED' })
      expect(body).not.toHaveProperty('startAt')
    }
  })

  it('of which each alone is valid are refused if they contradict each other', async () => {
    const at = await created()
    const answers = await Promise.all([
      patch(at, { startAt: '2035-01-01T00:00:00.000Z' }),
      patch(at, { endAt: '2034-01-01T00:00:00.000Z' }),
    ])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422])
  })
})

describe('scheduleId', () => {
  it('filters the stream of events, together with the other filters; a foreign one matches nothing', async () => {
    const at = await created()
    const other = await created()
    const scheduleId = at.split('/').at(-1)
    const open = (query: string, key = service.apiKey) =>
      openStream(`${service.url}/api/v1/operations/stream?scheduleId=${scheduleId}${query}`, { key })
    const streams = [await open(''), await open('&status=CANCELLED'), await open('', service.otherKey)]
    const trigger = async (of: string) => (await ask(service, `${of}:trigger`, { method: 'POST' })).body.operationId
    await trigger(other)
    const ids = [await trigger(at), await trigger(at)]
    for (const id of ids) await ask(service, `/api/v1/operations/${id}`, { method: 'DELETE' })
    const [all, ends] = await Promise.all(
      [4, 2].map(async (count, index) => {
        const seen: { operationId: string; status: string }[] = []
        for await (const { data } of streams[index]?.blocks ?? []) {
          if (data !== undefined) seen.push(JSON.parse(data))
          if (seen.length === count) break
        }
        return seen
      }),
    )
    expect(new Set(all?.map(({ operationId }) => operationId))).toEqual(new Set(ids))
    expect(ends?.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED'])
    for (const stream of streams) stream.cut()
    for (const id of ['x', 'schedule_1', ids[0]]) {
      expectProblem(await ask(service, `/api/v1/operations/stream?scheduleId=${id}`), 400, 'INVALID_REQUEST')
    }
  })
})
