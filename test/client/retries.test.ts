import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Longrun } from '../../client/index.ts'
import { transport } from '../../client/transport.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { flakyProxy } from './flaky-proxy.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

let service: TestService
let proxy: Awaited<ReturnType<typeof flakyProxy>>
let longrun: Longrun
beforeAll(async () => {
  service = await startTestService()
  proxy = await flakyProxy(service.url)
  longrun = createClient({ baseUrl: `${proxy.url}/`, apiKey: service.apiKey })
})
afterAll(async () => {
  await proxy.close()
  await service.close()
})
beforeEach(() => {
  proxy.faults.length = 0
  proxy.passages.length = 0
})

/** Milliseconds between the first two requests. */
const pause = () => (proxy.passages[1]?.at ?? 0) - (proxy.passages[0]?.at ?? 0)
const keys = () => proxy.passages.map(({ headers }) => headers['idempotency-key'])
const later = () => ({ labels: { run: crypto.randomUUID() }, startAfter: new Date(Date.now() + 3_600_000) })

async function countOf(run: string): Promise<number> {
  const { data } = await longrun.api.GET('/operations', { params: { query: { label: [`run:${run}`] } } })
  return data?.operations.length ?? Number.NaN
}

describe('a submit', () => {
  it('whose answer is lost is made once', async () => {
    proxy.faults.push('unanswered')
    const options = later()
    const operation = await longrun.generateReport(report, options)
    expect(keys()).toHaveLength(2)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(options.labels.run)).toBe(1)
    expect((await longrun.operation(operation.id)).snapshot.labels).toEqual(options.labels)
  })

  it('is repeated after broken connections and passing failures, with the same key', async () => {
    proxy.faults.push('lost', { status: 502 }, { status: 429 }, 'unanswered')
    const options = later()
    await longrun.generateReport(report, options)
    expect(keys()).toHaveLength(5)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(options.labels.run)).toBe(1)
  })

  it('waits as long as Retry-After asks', async () => {
    proxy.faults.push({ status: 503, retryAfter: 1 })
    await longrun.generateReport(report, later())
    const [first, second] = proxy.passages
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990)
  })

  it('that is one too many is made after the seconds of Retry-After, with the same key', async () => {
    proxy.faults.push({ status: 429, retryAfter: 1 })
    const options = later()
    await longrun.generateReport(report, options)
    expect(pause()).toBeGreaterThanOrEqual(990)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(options.labels.run)).toBe(1)
  })

  it('is given up when that would take too long, with what came last', async () => {
    proxy.faults.push({ status: 503, retryAfter: 3600 })
    await expect(longrun.generateReport(report, later())).rejects.toMatchObject({ status: 503, code: 'HTTP_503' })
    expect(proxy.passages).toHaveLength(1)
  })

  it('ends with the signal between two tries', async () => {
    proxy.faults.push({ status: 503, retryAfter: 5 })
    const signal = AbortSignal.timeout(100)
    await expect(longrun.generateReport(report, { ...later(), signal })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(proxy.passages).toHaveLength(1)
  })

  it('that is refused for what it says is not repeated', async () => {
    await expect(longrun.importOrders({ uploadId: '' })).rejects.toMatchObject({ status: 422 })
    expect(proxy.passages).toHaveLength(1)
  })
})

describe('what is one too many', () => {
  it('of polls, and of what a download asks, comes after the seconds of Retry-After', async () => {
    const operation = await longrun.generateReport(report)
    await operation.result()
    const folder = await mkdtemp(join(tmpdir(), 'longrun-limited-'))
    const path = join(folder, 'report.csv')
    // The file itself comes by its link, which no limit is for.
    const download = async () => (await longrun.operation(operation.id, 'generateReport')).download(path)
    for (const ask of [() => operation.refresh(), download]) {
      proxy.passages.length = 0
      proxy.faults.push({ status: 429, retryAfter: 1 })
      await ask()
      expect(pause()).toBeGreaterThanOrEqual(990)
    }
    expect((await stat(path)).size).toBeGreaterThan(0)
    await rm(folder, { recursive: true })
  })

  it('is waited for longer than for a service that is away', async () => {
    const passing = (status: number) => {
      const statuses = [status, 200]
      return transport(
        async () => new Response(null, { status: statuses.shift() ?? 500, headers: { 'Retry-After': '1' } }),
        'key',
        500,
      )
    }
    const request = () => new Request('http://127.0.0.1/api/v1/operations')
    expect((await passing(429)(request())).status).toBe(200)
    expect((await passing(503)(request())).status).toBe(503)
  })
})

describe('a cancel', () => {
  it('whose answer is lost is repeated', async () => {
    const operation = await longrun.generateReport(report, later())
    proxy.faults.push('unanswered')
    expect((await operation.cancel()).status).toBe('CANCELLED')
  })
})

describe('an upload', () => {
  it('that breaks is not repeated: its bytes are gone', async () => {
    proxy.faults.push('lost')
    await expect(longrun.upload('Row ID\n', { mediaType: 'text/csv' })).rejects.toThrow()
    expect(proxy.passages).toHaveLength(1)
  })
})

describe('a follower', () => {
  it('survives broken connections', async () => {
    const operation = await longrun.generateReport(report)
    proxy.faults.push('lost', { status: 503 }, 'unanswered')
    expect((await operation.result()).rowCount).toBeGreaterThan(0)
  })

  it('where streams do not get through has the answer held back until something changes', async () => {
    await using idle = await withoutWorker()
    idle.way.ofStreams = 'refused'
    const operation = await idle.longrun.generateReport(report)
    await operation.refresh()
    const end = expect(operation.result()).rejects.toThrow('was cancelled')
    await expect.poll(() => idle.passages.at(-1)?.headers.prefer).toBe('wait=10')
    await (await idle.longrun.operation(operation.id)).cancel()
    await end
    const [held] = idle.passages.filter(({ headers }) => headers.prefer)
    expect(held?.headers['if-none-match']).toBeDefined()
  })

  it('where that is not to be had either asks at Retry-After, and for what changed since', async () => {
    await using idle = await withoutWorker()
    idle.way.ofStreams = 'refused'
    idle.way.ofPreferences = 'dropped'
    const operation = await idle.longrun.generateReport(report)
    await operation.refresh()
    await expect(operation.result({ timeoutMs: 2500 })).rejects.toThrow('it goes on')
    const [first, ...others] = idle.passages.slice(1).filter(({ path }) => !path.endsWith('/stream'))
    // One second, or two: what is recommended is spread by chance.
    expect([1, 2]).toContain(others.length)
    let last = first?.at ?? 0
    for (const { at, headers } of others) {
      expect(headers['if-none-match']).toBeDefined()
      expect(at - last).toBeGreaterThanOrEqual(980)
      last = at
    }
  })
})

/** A service where everything stays PENDING, behind a proxy of its own. */
async function withoutWorker() {
  const idle = await startTestService({ ROLES: 'api' })
  const before = await flakyProxy(idle.url)
  return {
    longrun: createClient({ baseUrl: before.url, apiKey: idle.apiKey }),
    passages: before.passages,
    way: before.way,
    async [Symbol.asyncDispose]() {
      await before.close()
      await idle.close()
    },
  }
}
