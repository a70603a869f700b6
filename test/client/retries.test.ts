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
  proxy.requests.length = 0
})

/** Milliseconds between the first two requests. */
const pause = () => (proxy.requests[1]?.at ?? 0) - (proxy.requests[0]?.at ?? 0)
const keys = () => proxy.requests.map(({ headers }) => headers['idempotency-key'])
const later = () => ({ labels: { run: crypto.randomUUID() }, startAfter: new Date(Date.now() + 3_600_000) })

async function countOf(run: string): Promise<number> {
  const { data } = await longrun.api.GET('/operations', { params: { query: { label: [`run:${run}`] } } })
  return data?.operations.length ?? Number.NaN
}

describe('a submit', () => {
  it('whose response is lost creates one operation', async () => {
    proxy.faults.push('unanswered')
    const options = later()
    const operation = await longrun.generateReport(report, options)
    expect(keys()).toHaveLength(2)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(options.labels.run)).toBe(1)
    expect((await longrun.operation(operation.id)).snapshot.labels).toEqual(options.labels)
  })

  it('is repeated after broken connections and temporary errors, with the same key', async () => {
    proxy.faults.push('lost', { status: 502 }, { status: 429 }, 'unanswered')
    const options = later()
    await longrun.generateReport(report, options)
    expect(keys()).toHaveLength(5)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(options.labels.run)).toBe(1)
  })

  it('waits for Retry-After', async () => {
    proxy.faults.push({ status: 503, retryAfter: 1 })
    await longrun.generateReport(report, later())
    const [first, second] = proxy.requests
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990)
  })

  it('over the rate limit is repeated after Retry-After, with the same key', async () => {
    proxy.faults.push({ status: 429, retryAfter: 1 })
    const options = later()
    await longrun.generateReport(report, options)
    expect(pause()).toBeGreaterThanOrEqual(990)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(options.labels.run)).toBe(1)
  })

  it('throws the last error when the retries would take too long', async () => {
    proxy.faults.push({ status: 503, retryAfter: 3600 })
    await expect(longrun.generateReport(report, later())).rejects.toMatchObject({ status: 503, code: 'HTTP_503' })
    expect(proxy.requests).toHaveLength(1)
  })

  it('ends when the signal is aborted between two attempts', async () => {
    proxy.faults.push({ status: 503, retryAfter: 5 })
    const signal = AbortSignal.timeout(100)
    await expect(longrun.generateReport(report, { ...later(), signal })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(proxy.requests).toHaveLength(1)
  })

  it('with a client error is not repeated', async () => {
    await expect(longrun.importOrders({ uploadId: '' })).rejects.toMatchObject({ status: 422 })
    expect(proxy.requests).toHaveLength(1)
  })
})

describe('a request over the rate limit', () => {
  it('of a poll or a download is repeated after Retry-After', async () => {
    const operation = await longrun.generateReport(report)
    await operation.result()
    const folder = await mkdtemp(join(tmpdir(), 'longrun-limited-'))
    const path = join(folder, 'report.csv')
    // The signed link of the file has no rate limit.
    const download = async () => (await longrun.operation(operation.id, 'generateReport')).download(path)
    for (const ask of [() => operation.refresh(), download]) {
      proxy.requests.length = 0
      proxy.faults.push({ status: 429, retryAfter: 1 })
      await ask()
      expect(pause()).toBeGreaterThanOrEqual(990)
    }
    expect((await stat(path)).size).toBeGreaterThan(0)
    await rm(folder, { recursive: true })
  })

  it('is retried for longer than a request to an unavailable service', async () => {
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
  it('whose response is lost is repeated', async () => {
    const operation = await longrun.generateReport(report, later())
    proxy.faults.push('unanswered')
    expect((await operation.cancel()).status).toBe('CANCELLED')
  })
})

describe('an upload', () => {
  it('that breaks is not repeated, because its source is consumed', async () => {
    proxy.faults.push('lost')
    await expect(longrun.upload('Row ID\n', { mediaType: 'text/csv' })).rejects.toThrow()
    expect(proxy.requests).toHaveLength(1)
  })
})

describe('a subscriber', () => {
  it('survives broken connections', async () => {
    const operation = await longrun.generateReport(report)
    proxy.faults.push('lost', { status: 503 }, 'unanswered')
    expect((await operation.result()).rowCount).toBeGreaterThan(0)
  })

  it('uses long polls where streams do not work', async () => {
    await using idle = await withoutWorker()
    idle.behaviour.ofStreams = 'refused'
    const operation = await idle.longrun.generateReport(report)
    await operation.refresh()
    const end = expect(operation.result()).rejects.toThrow('was cancelled')
    await expect.poll(() => idle.requests.at(-1)?.headers.prefer).toBe('wait=10')
    await (await idle.longrun.operation(operation.id)).cancel()
    await end
    const [held] = idle.requests.filter(({ headers }) => headers.prefer)
    expect(held?.headers['if-none-match']).toBeDefined()
  })

  it('polls at Retry-After with the ETag where long polls do not work either', async () => {
    await using idle = await withoutWorker()
    idle.behaviour.ofStreams = 'refused'
    idle.behaviour.ofPreferences = 'dropped'
    const operation = await idle.longrun.generateReport(report)
    await operation.refresh()
    await expect(operation.result({ timeoutMs: 2500 })).rejects.toThrow('the operation continues')
    const [first, ...others] = idle.requests.slice(1).filter(({ path }) => !path.endsWith('/stream'))
    // One second, or two: the service adds jitter to Retry-After.
    expect([1, 2]).toContain(others.length)
    let last = first?.at ?? 0
    for (const { at, headers } of others) {
      expect(headers['if-none-match']).toBeDefined()
      expect(at - last).toBeGreaterThanOrEqual(980)
      last = at
    }
  })
})

/** A service where all operations stay PENDING, behind a separate proxy. */
async function withoutWorker() {
  const idle = await startTestService({ ROLES: 'api' })
  const before = await flakyProxy(idle.url)
  return {
    longrun: createClient({ baseUrl: before.url, apiKey: idle.apiKey }),
    requests: before.requests,
    behaviour: before.behaviour,
    async [Symbol.asyncDispose]() {
      await before.close()
      await idle.close()
    },
  }
}
