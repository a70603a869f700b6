import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, it as base, beforeAll, describe, expect } from 'vitest'
import { createApi } from '../../client/api.ts'
import type { Calls } from '../../client/calls.ts'
import { createClient, type Longrun } from '../../client/index.ts'
import { submits } from '../../client/submit.ts'
import { transport } from '../../client/transport.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { withWaits } from '../support/suspended.ts'
import { flakyProxy } from './flaky-proxy.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

/** A client behind a proxy of its own, so that tests can run at the same time. */
const it = base.extend<{ way: Awaited<ReturnType<typeof openWay>> }>({
  // Vitest reads the needed fixtures from the first parameter: none.
  way: async ({ task: _ }, use) => {
    const way = await openWay()
    await use(way)
    await way.proxy.close()
  },
})

async function openWay() {
  const proxy = await flakyProxy(service.url)
  return {
    proxy,
    longrun: createClient({ baseUrl: `${proxy.url}/`, apiKey: service.apiKey }),
    /** Milliseconds between the first two requests. */
    pause: () => (proxy.requests[1]?.at ?? 0) - (proxy.requests[0]?.at ?? 0),
    keys: () => proxy.requests.map(({ headers }) => headers['idempotency-key']),
  }
}

const later = () => ({ labels: { run: crypto.randomUUID() }, startAfter: new Date(Date.now() + 3_600_000) })

async function countOf(longrun: Longrun, run: string): Promise<number> {
  const { data } = await longrun.api.GET('/operations', { params: { query: { label: [`run:${run}`] } } })
  return data?.operations.length ?? Number.NaN
}

describe.concurrent('a submit', () => {
  it('whose response is lost creates one operation', async ({ way: { proxy, longrun, keys } }) => {
    proxy.faults.push('unanswered')
    const options = later()
    const operation = await longrun.generateReport(report, options)
    expect(keys()).toHaveLength(2)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(longrun, options.labels.run)).toBe(1)
    expect((await longrun.operation(operation.id)).snapshot.labels).toEqual(options.labels)
  })

  it('is repeated after broken connections and temporary errors, with the same key', async ({
    way: { proxy, longrun, keys },
  }) => {
    proxy.faults.push('lost', { status: 502 }, { status: 429 }, 'unanswered')
    const options = later()
    await longrun.generateReport(report, options)
    expect(keys()).toHaveLength(5)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(longrun, options.labels.run)).toBe(1)
  })

  it('waits for Retry-After', async ({ way: { proxy, longrun } }) => {
    proxy.faults.push({ status: 503, retryAfter: 1 })
    await longrun.generateReport(report, later())
    const [first, second] = proxy.requests
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990)
  })

  it('over the rate limit is repeated after Retry-After, with the same key', async ({
    way: { proxy, longrun, pause, keys },
  }) => {
    proxy.faults.push({ status: 429, retryAfter: 1 })
    const options = later()
    await longrun.generateReport(report, options)
    expect(pause()).toBeGreaterThanOrEqual(990)
    expect(new Set(keys()).size).toBe(1)
    expect(await countOf(longrun, options.labels.run)).toBe(1)
  })

  it('throws the last error when the retries would take too long', async ({ way: { proxy, longrun } }) => {
    proxy.faults.push({ status: 503, retryAfter: 3600 })
    await expect(longrun.generateReport(report, later())).rejects.toMatchObject({ status: 503, code: 'HTTP_503' })
    expect(proxy.requests).toHaveLength(1)
  })

  it('ends when the signal is aborted between two attempts', async ({ way: { proxy, longrun } }) => {
    proxy.faults.push({ status: 503, retryAfter: 5 })
    const signal = AbortSignal.timeout(100)
    await expect(longrun.generateReport(report, { ...later(), signal })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(proxy.requests).toHaveLength(1)
  })

  it.each([
    '0',
    '1.5',
    '-1',
    'soon',
    '',
    'Infinity',
    '1e1',
    '2',
    'Thu, 01 Jan 1970 00:00:00 GMT',
  ])('is repeated with growing pauses, whatever Retry-After says: "%s"', async (value) => {
    const requests: number[] = []
    const headers = { 'Retry-After': value }
    const refusing = async () => {
      requests.push(performance.now())
      return new Response('Sorry', { status: 503, headers })
    }
    await transport(refusing, { keyOf: async () => 'key', retryMs: 3000, origin: 'http://127.0.0.1' })(
      new Request('http://127.0.0.1/api/v1/operations'),
    )
    // Full jitter: the mean of the first five pauses is 3.1 s in all.
    expect(requests.length).toBeLessThan(60)
    expect(requests.length).toBeGreaterThan(value === '2' ? 1 : 2)
  })

  it('throws an error with key, type and input when nothing answers', async () => {
    const offline = async () => {
      throw new TypeError('fetch failed')
    }
    const sending = submits({ persistent: createApi('http://127.0.0.1/api/v1', offline) } as Calls).generateReport(
      report,
    )
    const error = await sending.catch((failure: unknown) => failure)
    expect(error).toMatchObject({ name: 'SubmitUnanswered', type: 'generateReport', input: report })
    expect(error).toHaveProperty('idempotencyKey', expect.stringMatching(/^[\w-]{36}$/))
    expect(String(error)).toMatch(/fetch failed.*Idempotency-Key/)
  })

  it('survives a service that is away for twelve seconds', { timeout: 60_000 }, async ({ way: { proxy, longrun } }) => {
    const options = { ...later(), idempotencyKey: 'away' }
    const { to } = proxy.behaviour
    proxy.behaviour.to = 'http://127.0.0.1:1'
    const submitting = longrun.generateReport(report, options)
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    proxy.behaviour.to = to
    await submitting
    expect(await countOf(longrun, options.labels.run)).toBe(1)
  })

  it.each<[string, number, string, string, string]>([
    ['a page', 502, 'text/html', '<h1>Sorry</h1>', 'Sorry'],
    ['a text', 403, 'text/plain', 'Blocked by policy 7', 'policy 7'],
    ['a text that says it is JSON', 400, 'application/json', 'not json', 'not json'],
    ['a JSON text', 400, 'application/json', '"refused"', 'refused'],
    ['a list', 400, 'application/json', '["first"]', 'first'],
    ['an object of a gateway', 429, 'application/json', '{"message":"Too many","errors":{"quota":"used"}}', 'Too many'],
    [
      'a problem whose errors are an object',
      400,
      'application/problem+json',
      '{"type":"about:blank","title":"Bad","code":"X","errors":{"a":["wrong"]}}',
      'wrong',
    ],
    [
      'a problem whose code is a number',
      400,
      'application/problem+json',
      '{"type":"about:blank","title":"Bad","code":7}',
      'Bad',
    ],
    [
      'a problem whose errors are texts',
      400,
      'application/problem+json',
      '{"type":"about:blank","title":"Bad","code":"X","errors":["wrong"]}',
      'wrong',
    ],
    ['a problem without a code', 400, 'application/problem+json', '{"type":"about:blank","title":"Bad"}', 'Bad'],
    ['nothing', 400, 'text/plain', '', 'HTTP_400'],
    ['a login page as a success', 200, 'text/html', '<h1>Sign in</h1>', 'Sign in'],
    ['malformed JSON as a success', 200, 'application/json', '{"operationId":', 'operationId'],
  ])('that gets %s from a proxy throws a LongrunProblem with its words', async (_, status, contentType, body, words) => {
    const once = createClient({
      baseUrl: 'http://127.0.0.1',
      apiKey: 'key',
      fetch: async () =>
        new Response(body, { status, headers: { 'Content-Type': contentType, 'Retry-After': '3600' } }),
    })
    for (const call of [
      () => once.generateReport(report),
      () => once.operation('op_1'),
      () => once.upload('x', { mediaType: 'text/csv' }),
    ]) {
      const error = await call().catch((failure: unknown) => failure)
      expect(error).toMatchObject({ name: 'LongrunProblem', status })
      expect(String(error)).toContain(words)
    }
  })

  it('with a client error is not repeated', async ({ way: { proxy, longrun } }) => {
    await expect(longrun.importOrders({ uploadId: '' })).rejects.toMatchObject({ status: 422 })
    expect(proxy.requests).toHaveLength(1)
  })
})

describe.concurrent('a request over the rate limit', () => {
  it('of a poll or a download is repeated after Retry-After', async ({ way: { proxy, longrun, pause } }) => {
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
        { keyOf: async () => 'key', retryMs: 500, origin: 'http://127.0.0.1' },
      )
    }
    const request = () => new Request('http://127.0.0.1/api/v1/operations')
    expect((await passing(429)(request())).status).toBe(200)
    expect((await passing(503)(request())).status).toBe(503)
  })
})

describe.concurrent('a cancel', () => {
  it('whose response is lost is repeated', async ({ way: { proxy, longrun } }) => {
    const operation = await longrun.generateReport(report, later())
    proxy.faults.push('unanswered')
    expect((await operation.cancel()).status).toBe('CANCELLED')
  })
})

describe.concurrent('the completion of a wait', () => {
  it('whose response is lost is repeated', async ({ way: { proxy, longrun } }) => {
    const { id } = await longrun.generateReport(report, later())
    await withWaits(service, (rig) => rig.suspend(id))
    const operation = await longrun.operation(id)
    proxy.faults.push('unanswered')
    expect(await operation.complete('decision', { decision: 'CLEAR' })).toMatchObject({ state: 'COMPLETED' })
  })
})

describe.concurrent('an upload', () => {
  it('that breaks is not repeated, because its source is consumed', async ({ way: { proxy, longrun } }) => {
    proxy.faults.push('lost')
    await expect(longrun.upload('Row ID\n', { mediaType: 'text/csv' })).rejects.toThrow()
    expect(proxy.requests).toHaveLength(1)
  })
})

describe.concurrent('a subscriber', () => {
  it('survives broken connections', async ({ way: { proxy, longrun } }) => {
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
    const held = () => idle.requests.filter(({ headers }) => headers.prefer === 'wait=10')
    await expect.poll(() => held().length).toBe(1)
    // The response is sent at the end, not at each change.
    expect(held()[0]?.headers).not.toHaveProperty('if-none-match')
    await (await idle.longrun.operation(operation.id)).cancel()
    await end
    expect(held()).toHaveLength(1)
  })

  it('that wants each state uses long polls for the next one', async () => {
    await using idle = await withoutWorker()
    idle.behaviour.ofStreams = 'refused'
    const operation = await idle.longrun.generateReport(report)
    await operation.refresh()
    const states = Array.fromAsync(operation, ({ status }) => status)
    await expect.poll(() => idle.requests.at(-1)?.headers.prefer).toBe('wait=10')
    expect(idle.requests.at(-1)?.headers['if-none-match']).toBeDefined()
    await (await idle.longrun.operation(operation.id)).cancel()
    expect(await states).toEqual(['PENDING', 'CANCELLED'])
  })

  it('does not poll faster where a proxy changes ETags', async () => {
    await using idle = await withoutWorker()
    idle.behaviour.ofStreams = 'refused'
    idle.behaviour.tagSuffix = '-gzip'
    const operation = await idle.longrun.generateReport(report)
    await expect(operation.result({ timeoutMs: 3500 })).rejects.toThrow('the operation continues')
    expect(idle.requests.filter(({ path }) => !path.endsWith('/stream')).length).toBeLessThanOrEqual(5)
  })

  it('polls at Retry-After with the ETag where long polls do not work either', async () => {
    await using idle = await withoutWorker()
    idle.behaviour.ofStreams = 'refused'
    idle.behaviour.ofPreferences = 'dropped'
    const operation = await idle.longrun.generateReport(report)
    await operation.refresh()
    await expect(operation.result({ timeoutMs: 2500 })).rejects.toThrow('the operation continues')
    // The first poll may be held until the end, without the ETag.
    const [first, ...others] = idle.requests.slice(2).filter(({ path }) => !path.endsWith('/stream'))
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
