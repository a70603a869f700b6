import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, inAnHour, submitted } from './requests.ts'

let service: TestService
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

const examples: Example[] = [
  { operationId: 'getOperationEvents', path: () => `${completed}/events` },
  { operationId: 'getOperationLogs', path: () => `${completed}/logs` },
]
describeRefusals(() => service, examples)

type Event = { sequence: number; event: string; status: string; actor: string; data?: Record<string, unknown> }

async function read(path: string): Promise<{ items: Event[]; next: string | undefined }> {
  const { status, body, headers } = await ask(service, path)
  expect(status).toBe(200)
  const next = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
  return { items: (body.events ?? body.logs) as Event[], next }
}

/** Adds lines to the log of a finished operation. */
function addLines(path: string, lines: number) {
  const id = path.slice(-36)
  return onDatabase(
    service,
    `insert into events (operation_id, sequence, event, status, attempt, actor, data)
      select '${id}', last_sequence + n, 'log', 'RUNNING', 1, 'worker:018f0000-0000-7000-8000-000000000000',
        json_build_object('message', 'line ' || n, 'data', json_build_object('n', n))
      from operations, generate_series(1, ${lines}) n where operation_id = '${id}'`,
  )
}

describe('getOperationEvents', () => {
  it('200 with the complete history, from the creation to the end with its result', async () => {
    const { items, next } = await read(`${completed}/events`)
    expect(items.map(({ sequence }) => sequence)).toEqual(items.map((_, index) => index))
    expect(items[0]).toMatchObject({ event: 'status-update', status: 'PENDING', actor: service.actor, attempt: 0 })
    expect(items[1]).toMatchObject({ event: 'status-update', status: 'RUNNING', actor: 'worker', attempt: 1 })
    const { result } = (await ask(service, completed)).body
    expect(items.at(-1)).toMatchObject({ event: 'completed', status: 'COMPLETED', data: { result } })
    expect(next).toBeUndefined()
    expect(JSON.stringify(items)).not.toMatch(/worker:/)
  })

  it('200: the history of a failed operation ends with its error, of a cancelled one with the reason', async () => {
    const failed = await submitted(service, { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } })
    const { error } = await ended(service, failed)
    expect((await read(`${failed}/events`)).items.at(-1)).toMatchObject({ event: 'failed', data: { error } })
    const cancelled = await submitted(service, { startAfter: inAnHour() })
    await ask(service, `${cancelled}:cancel`, { json: { reason: 'superseded' } })
    const { items } = await read(`${cancelled}/events`)
    expect(items.map(({ event }) => event)).toEqual(['status-update', 'cancelled'])
    expect(items[1]).toMatchObject({ actor: service.actor, reason: 'superseded' })
  })

  it('200 names the bulk operation that cancelled it', async () => {
    const path = await submitted(service, { startAfter: inAnHour(), labels: { team: 'named' } })
    const json = { filter: { label: ['team:named'] } }
    const bulk = (await ask(service, '/api/v1/operations:cancel', { json })).headers.get('location') ?? ''
    await ended(service, bulk)
    const { items } = await read(`${path}/events`)
    expect(items.at(-1)?.actor).toBe(`operation:${bulk.split('/').at(-1)}`)
  })

  it('200 in pages by the last sequence, without gaps or duplicates', async () => {
    const all = (await read(`${completed}/events`)).items
    const collected: Event[] = []
    let at: string | undefined = `${completed}/events?pageSize=2`
    while (at) {
      const { items, next } = await read(at)
      expect(items.length).toBeLessThanOrEqual(2)
      collected.push(...items)
      at = next
    }
    expect(collected).toEqual(all)
    expect((await read(`${completed}/events?after=0`)).items).toEqual(all.slice(1))
    expect((await read(`${completed}/events?after=${all.length}`)).items).toEqual([])
  })
})

describe('getOperationLogs', () => {
  it('200 with the log lines only, pages by the last sequence, and is empty before the first line', async () => {
    expect((await read(`${waiting}/logs`)).items).toEqual([])
    const path = await submitted(service)
    await ended(service, path)
    await addLines(path, 5)
    const first = await read(`${path}/logs?pageSize=3`)
    expect(first.items).toMatchObject([1, 2, 3].map((n) => ({ message: `line ${n}`, data: { n } })))
    const second = await read(first.next ?? '')
    expect(second.items).toMatchObject([4, 5].map((n) => ({ message: `line ${n}`, attempt: 1 })))
    expect(second.next).toBeUndefined()
    expect((await read(`${path}/logs?after=${first.items.at(-1)?.sequence}`)).items).toEqual(second.items)
  })
})

describe.each(['events', 'logs'])('the %s', (part) => {
  it('404 for an unknown operation and another owner’s, with the same response', async () => {
    const unknown = '/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
    expectProblem(await ask(service, `${unknown}/${part}`), 404, 'OPERATION_NOT_FOUND')
    const foreign = await ask(service, `${completed}/${part}`, { key: service.otherKey })
    expectProblem(foreign, 404, 'OPERATION_NOT_FOUND')
  })

  it('410 for a deleted operation', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    await ask(service, `${path}:purge`, { method: 'POST' })
    expectProblem(await ask(service, `${path}/${part}`), 410, 'OPERATION_EXPIRED')
  })

  it('400 for a position that is not a sequence', async () => {
    for (const after of ['-1', 'x', '1.5', '2147483648']) {
      expectProblem(await ask(service, `${completed}/${part}?after=${after}`), 400, 'INVALID_REQUEST')
    }
  })
})

describeFaults(() => service, examples)
