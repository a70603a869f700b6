import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { type Block, type OpenStream, openStream } from '../support/sse.ts'
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

const examples: Example[] = [{ operationId: 'streamOperation', path: () => `${completed}/stream` }]
describeRefusals(() => service, examples)

const open = (path: string, lastEventId?: string) =>
  openStream(`${service.url}${path}`, { key: service.apiKey, lastEventId })

/** Its events, until its end or at most `most`. */
async function read({ blocks }: OpenStream, most = Infinity): Promise<Block[]> {
  const events: Block[] = []
  for await (const block of blocks) {
    if (block.data !== undefined) events.push(block)
    if (events.length === most) break
  }
  return events
}

const dataOf = (events: Block[]) => events.map(({ data }) => JSON.parse(data ?? ''))

async function history(path: string) {
  return (await ask(service, `${path}/events?pageSize=1000`)).body.events
}

describe('streamOperation', () => {
  it('200 sends all events, exactly as the history, and ends', async () => {
    const stream = await open(`${completed}/stream`)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    const events = await read(stream)
    expect(dataOf(events)).toEqual(await history(completed))
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => String(index)))
    expect(events.at(-1)?.event).toBe('completed')
  })

  it('200 starts with the reconnection time', async () => {
    const { blocks, cut } = await open(`${waiting}/stream`)
    expect((await blocks.next()).value).toEqual({ retry: '1000' })
    cut()
  })

  it('200 sends events as they happen, up to the end', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const stream = await open(`${path}/stream`)
    expect(dataOf(await read(stream, 1))).toMatchObject([{ sequence: 0, status: 'PENDING' }])
    const rest = await open(`${path}/stream`, '0')
    await ask(service, `${path}:cancel`, { json: { reason: 'superseded' } })
    expect(dataOf(await read(rest))).toMatchObject([{ sequence: 1, event: 'cancelled', reason: 'superseded' }])
  })

  it('200 resumes after Last-Event-ID, which takes precedence over after', async () => {
    const all = (await history(completed)) as { sequence: number }[]
    expect(dataOf(await read(await open(`${completed}/stream`, '1')))).toEqual(all.slice(2))
    expect(dataOf(await read(await open(`${completed}/stream?after=0`)))).toEqual(all.slice(1))
    expect(dataOf(await read(await open(`${completed}/stream?after=0`, '1')))).toEqual(all.slice(2))
  })

  it('204 for a client that has the last event or requests later ones', async () => {
    const last = ((await history(completed)) as unknown[]).length - 1
    for (const id of [String(last), String(last + 5)]) {
      expect((await open(`${completed}/stream`, id)).status).toBe(204)
    }
    expect((await open(`${completed}/stream?after=${last}`)).status).toBe(204)
  })

  it('400 for an id that is not a sequence', async () => {
    for (const id of ['x', '-1', '1.5', '99999999999']) {
      const { status, body } = await open(`${completed}/stream`, id)
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' })
      expect(body.errors).toMatchObject([{ parameter: 'Last-Event-ID' }])
    }
  })

  it('404 for an unknown operation and another owner’s, with the same response', async () => {
    const unknown = '/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/stream'
    expectProblem(await ask(service, unknown), 404, 'OPERATION_NOT_FOUND')
    const foreign = await ask(service, `${completed}/stream`, { key: service.otherKey })
    expectProblem(foreign, 404, 'OPERATION_NOT_FOUND')
  })

  it('410 for an id beyond the history of an active operation', async () => {
    const { status, body } = await open(`${waiting}/stream`, '7')
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'CURSOR_GONE' })
  })

  it('410 once the operation was deleted', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    await ask(service, path, { method: 'DELETE' })
    await ask(service, `${path}:purge`, { method: 'POST' })
    const { status, body } = await open(`${path}/stream`, '0')
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'OPERATION_EXPIRED' })
  })

  it('HEAD returns the headers only', async () => {
    const { status, headers, text } = await ask(service, `${waiting}/stream`, { method: 'HEAD' })
    expect([status, headers.get('content-type'), text]).toEqual([200, 'text/event-stream; charset=utf-8', ''])
  })

  it('200 closes when the operation is purged while the client is behind', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const stream = await open(`${path}/stream`, '0')
    await onDatabase(service, `delete from operations where operation_id = '${path.slice(-36)}'`)
    expect(await read(stream)).toEqual([])
  })
})

describe('a service that stops', () => {
  it('ends event streams with a short reconnection time, and does not wait for clients', async () => {
    const other = await startTestService()
    const path = await submitted(other, { startAfter: inAnHour() })
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => openStream(`${other.url}${path}/stream`, { key: other.apiKey })),
    )
    for (const { blocks } of streams) expect((await blocks.next()).value).toEqual({ retry: '1000' })
    const beganMs = performance.now()
    await other.close()
    expect(performance.now() - beganMs).toBeLessThan(7500)
    for (const { blocks } of streams) {
      const last = (await Array.fromAsync(blocks)).at(-1)
      expect(Number(last?.retry)).toBeGreaterThanOrEqual(100)
      expect(Number(last?.retry)).toBeLessThan(1000)
    }
  })
})

describeFaults(() => service, examples)
