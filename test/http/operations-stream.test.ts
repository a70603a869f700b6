import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPageTokens } from '../../server/contract/page-token.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { openStream } from '../support/sse.ts'
import { pageTokenSecret } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, inAnHour, submitted } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const path = '/api/v1/operations/stream'
const examples: Example[] = [{ operationId: 'streamOperations', path: () => path, readsNoTable: true }]
describeRefusals(() => service, examples)

type StreamEvent = { id: string; name: string; operationId: string; sequence: number; status: string; type?: string }

async function open(query = '', lastEventId?: string, key = service.apiKey) {
  const stream = await openStream(`${service.url}${path}${query}`, { key, lastEventId })
  const seen: StreamEvent[] = []
  return {
    ...stream,
    seen,
    /** Reads up to the first event for which `is` holds. */
    async until(is: (event: StreamEvent) => boolean) {
      for (;;) {
        const { value, done } = await stream.blocks.next()
        if (done) throw new Error('the stream ended')
        if (value.data === undefined) continue
        const event = { ...JSON.parse(value.data), id: value.id, name: value.event }
        seen.push(event)
        if (is(event)) return event
      }
    },
  }
}

const idOf = (location: string) => location.split('/').at(-1) ?? ''
const isEndOf = (location: string) => (event: StreamEvent) =>
  event.operationId === idOf(location) && event.name === 'completed'
const cancelled = async (label: string) => {
  const location = await submitted(service, { startAfter: inAnHour(), labels: { team: label } })
  await ask(service, location, { method: 'DELETE' })
  return location
}

describe('streamOperations', () => {
  it('200 sends the events of the histories of all the owner’s operations', async () => {
    const stream = await open()
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    const strangers = await open('', undefined, service.otherKey)
    const location = await submitted(service)
    await stream.until(isEndOf(location))
    const { events } = (await ask(service, `${location}/events?pageSize=1000`)).body as { events: object[] }
    const mine = stream.seen.filter(({ operationId }) => operationId === idOf(location))
    expect(mine).toMatchObject(events)
    const theirs = await ask(service, '/api/v1/reports:generate', {
      key: service.otherKey,
      json: {
        reportType: 'ORDERS_SUMMARY',
        dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
        format: 'CSV',
      },
    })
    const first = await strangers.until(() => true)
    expect(first).toMatchObject({ operationId: idOf(theirs.headers.get('location') ?? ''), sequence: 0 })
    stream.cut()
    strangers.cut()
  })

  it('200 with only the events that match every filter', async () => {
    const stream = await open('?label=team:wanted&type=generateReport&status=cancelled')
    const other = await open('?createdBefore=2000-01-01T00:00:00Z')
    await cancelled('unwanted')
    const wanted = await cancelled('wanted')
    await stream.until(() => true)
    expect(stream.seen).toMatchObject([{ operationId: idOf(wanted), sequence: 1, status: 'CANCELLED' }])
    const all = await open()
    await all.until(({ operationId }) => operationId === idOf(wanted))
    expect(other.seen).toEqual([])
    for (const { cut } of [stream, other, all]) cut()
  })

  it('200 by problem code: the end of the operations that failed with it', async () => {
    const stream = await open('?problemCode=NO_DATA_IN_RANGE')
    const other = await open('?problemCode=TIMEOUT&problemCode=NO_ROUTE')
    await cancelled('without a problem')
    const noData = { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
    const failed = await submitted(service, noData)
    expect(await ended(service, failed)).toMatchObject({ error: { code: 'NO_DATA_IN_RANGE' } })
    await stream.until(() => true)
    expect(stream.seen).toMatchObject([{ operationId: idOf(failed), name: 'failed', status: 'FAILED' }])
    expect(other.seen).toEqual([])
    for (const { cut } of [stream, other]) cut()
  })

  it('200 by a label with a line break', async () => {
    const stream = await open(`?label=${encodeURIComponent('team:two\nlines')}`)
    await cancelled('two lines')
    const wanted = await cancelled('two\nlines')
    await stream.until(() => true)
    expect(stream.seen).toMatchObject([{ operationId: idOf(wanted), sequence: 0 }])
    stream.cut()
  })

  it('200 resumes from a cursor without gaps', async () => {
    const stream = await open()
    const one = await cancelled('one')
    const { id } = await stream.until(({ operationId, name }) => operationId === idOf(one) && name === 'cancelled')
    stream.cut()
    const two = await cancelled('two')
    const three = await submitted(service)
    await ended(service, three)
    for (const resumed of [await open('', id), await open(`?after=${encodeURIComponent(id)}`)]) {
      await resumed.until(isEndOf(three))
      const of = (location: string) =>
        resumed.seen.filter(({ operationId }) => operationId === idOf(location)).map(({ sequence }) => sequence)
      expect(of(two)).toEqual([0, 1])
      expect(of(three)).toEqual(of(three).map((_, index) => index))
      resumed.cut()
    }
  })

  it('200 starts with a cursor, so that nothing is missed after a time without events', async () => {
    const stream = await open()
    const cursorOf = async () => {
      for (;;) {
        const { value, done } = await stream.blocks.next()
        if (done) throw new Error('the stream ended')
        if (value.id !== undefined && value.data === undefined) return value.id
      }
    }
    const cursor = await cursorOf()
    stream.cut()
    const missed = await cancelled('missed')
    const resumed = await open('', cursor)
    await resumed.until(({ operationId, name }) => operationId === idOf(missed) && name === 'cancelled')
    resumed.cut()
  })

  it('400 for a cursor that was changed, or created for other filters or another owner', async () => {
    const stream = await open()
    await cancelled('cursor')
    const { id } = await stream.until(() => true)
    stream.cut()
    for (const [query, lastEventId, key] of [
      ['', `${id}x`, service.apiKey],
      ['', `${id}==`, service.apiKey],
      ['', `${id}.abc`, service.apiKey],
      ['', '41', service.apiKey],
      ['?type=generateReport', id, service.apiKey],
      ['', id, service.otherKey],
    ] as const) {
      const { status, body } = await open(query, lastEventId, key)
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_PAGE_TOKEN' })
      expect(body.errors).toMatchObject([{ parameter: 'Last-Event-ID' }])
    }
  })

  it('200 from now on with a cursor in the future, after a clock was set back', async () => {
    const tokens = createPageTokens(await pageTokenSecret(service))
    const scope = { ownerId: testOwner, endpoint: '/operations/stream', filters: {} }
    const stream = await open('', tokens.seal(scope, [String(Date.now() + 86_400_000)]))
    const one = await cancelled('after the clock was set back')
    const { id } = await stream.until(({ operationId, name }) => operationId === idOf(one) && name === 'cancelled')
    stream.cut()
    expect(Number(tokens.open(scope, id)?.[0])).toBeLessThanOrEqual(Date.now() + 1000)
  })

  it('410 for a cursor older than an hour', async () => {
    const tokens = createPageTokens(await pageTokenSecret(service))
    const seal = (ageMs: number) =>
      tokens.seal({ ownerId: testOwner, endpoint: '/operations/stream', filters: {} }, [String(Date.now() - ageMs)])
    const { status, body } = await open('', seal(3_700_000))
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'CURSOR_GONE' })
    const fresh = await open('', seal(3_500_000))
    expect(fresh.status).toBe(200)
    fresh.cut()
  })
})

describeFaults(() => service, examples)
