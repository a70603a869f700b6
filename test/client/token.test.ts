import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, LongrunProblem } from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { flakyProxy } from './flaky-proxy.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const expired = 'expired-0123456789abcdef'

let service: TestService
let proxy: Awaited<ReturnType<typeof flakyProxy>>
beforeAll(async () => {
  service = await startTestService()
  proxy = await flakyProxy(service.url)
})
afterAll(async () => {
  await proxy.close()
  await service.close()
})
beforeEach(() => {
  proxy.requests.length = 0
})

const statuses = () => proxy.requests.map(({ method, path }) => `${method} ${path.replace(/op_[\w-]+/, 'id')}`)
const client = (apiKey: () => string | Promise<string>) => createClient({ baseUrl: proxy.url, apiKey })

/** Gives the tokens one after the other, and then the last one. */
function tokens(...values: string[]) {
  const calls = { count: 0 }
  const apiKey = () => values[Math.min(calls.count++, values.length - 1)] as string
  return { calls, apiKey }
}

describe('a function as `apiKey`', () => {
  it('is called for each request, and concurrent requests share a call', async () => {
    let calls = 0
    const longrun = client(async () => {
      calls += 1
      await sleep(20)
      return service.apiKey
    })
    await Promise.all([1, 2, 3].map(() => longrun.api.GET('/operations')))
    expect(calls).toBe(1)
    await longrun.api.GET('/operations')
    expect(calls).toBe(2)
  })

  it('may return the token without a promise', async () => {
    const { data } = await client(() => service.apiKey).api.GET('/operations')
    expect(data?.operations).toEqual([])
  })

  it('is called again after a 401, and the request repeated with the new token: reads, submits and streams', async () => {
    const { apiKey, calls } = tokens(expired, service.apiKey)
    const longrun = client(apiKey)
    const operation = await longrun.generateReport(report)
    expect(statuses()).toEqual(['POST /api/v1/reports:generate', 'POST /api/v1/reports:generate'])
    const [first, second] = proxy.requests.map(({ headers }) => headers['idempotency-key'])
    expect(first).toBe(second)
    expect(calls.count).toBe(2)
    await operation.result()

    const reading = client(tokens(expired, service.apiKey).apiKey)
    expect((await reading.operation(operation.id)).snapshot.status).toBe('COMPLETED')
    const following = client(tokens(service.apiKey, expired, service.apiKey).apiKey)
    const submitted = await following.generateReport(report)
    await expect(submitted.result()).resolves.toMatchObject({ format: 'CSV' })
  })

  it('repeats a request that is not idempotent, because a 401 has no effect', async () => {
    const longrun = client(tokens(expired, service.apiKey).apiKey)
    const { data, error } = await longrun.api.POST('/keys', {
      body: { name: 'made once', scopes: ['operations:read'] },
    })
    expect(error).toBeUndefined()
    expect(data).toMatchObject({ name: 'made once' })
    const named = []
    for await (const key of longrun.list('/keys')) if (key.name === 'made once') named.push(key)
    expect(named).toHaveLength(1)
  })

  it('does not repeat an upload, whose bytes are gone', async () => {
    const longrun = client(tokens(expired, service.apiKey).apiKey)
    const upload = () => longrun.upload(new Blob(['a,b\n']).stream(), { mediaType: 'text/csv' })
    await expect(upload()).rejects.toMatchObject({ status: 401 })
    expect(statuses()).toHaveLength(1)
    await expect(upload()).resolves.toHaveProperty('uploadId')
  })

  it('that returns the same token after a 401 ends the call with the problem', async () => {
    const { apiKey, calls } = tokens(expired)
    const failure = await client(apiKey)
      .operation('op_01890000-0000-7000-8000-000000000000')
      .catch((error) => error)
    expect(failure).toBeInstanceOf(LongrunProblem)
    expect(failure).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    expect([statuses().length, calls.count]).toEqual([1, 2])
  })

  it('repeats once: other tokens that are refused end the call, too', async () => {
    const longrun = client(tokens(expired, 'other-0123456789abcdef', service.apiKey).apiKey)
    const { error } = await longrun.api.GET('/operations')
    expect(error).toMatchObject({ status: 401 })
    expect(statuses()).toHaveLength(2)
  })

  it.each([
    ['rejects', async () => Promise.reject(new Error('The session has ended'))],
    [
      'throws',
      () => {
        throw new Error('The session has ended')
      },
    ],
  ])('that %s ends the call with its error at once, without a request', async (_, apiKey) => {
    const longrun = client(apiKey)
    await expect(longrun.operation('op_01890000-0000-7000-8000-000000000000')).rejects.toThrow('The session has ended')
    await expect(longrun.api.GET('/operations')).rejects.toThrow('The session has ended')
    expect(proxy.requests).toEqual([])
  })

  it('is asked again by the request after one that was rejected', async () => {
    let calls = 0
    const longrun = client(async () => {
      calls += 1
      if (calls === 1) throw new Error('offline')
      return service.apiKey
    })
    await expect(longrun.api.GET('/operations')).rejects.toThrow('offline')
    await expect(longrun.api.GET('/operations')).resolves.toHaveProperty('data')
  })

  it('that never settles does not hold a call beyond its signal or its time', async () => {
    const longrun = client(() => new Promise(() => {}))
    await expect(longrun.api.GET('/operations', { timeoutMs: 20 })).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(longrun.generateReport(report, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
