import { METHODS } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AbuseRig, endpoints, filledPath, openAbuseRig, problemOf } from './rig.ts'

let rig: AbuseRig
beforeAll(async () => {
  rig = await openAbuseRig()
})
afterEach(() => rig.service.check.assertKept())
afterAll(() => rig.close())

const uuid = '01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10'
const oddIds = [
  '%2F',
  'a%2Fb',
  '%00',
  'a%00b',
  '%zz',
  '%',
  '%e2%82',
  '%ed%a0%80',
  '%0d%0aX-Injected:%201',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%5c..%5c',
  '%27%20or%20%271%27=%271',
  '%F0%9F%A6%84',
  '__proto__',
  'null',
  'undefined',
  '-1',
  uuid,
  `op_${uuid.toUpperCase()}`,
  `op_${uuid}%20`,
  `op_${uuid}%00`,
  'x'.repeat(10_000),
]

const withId = endpoints.filter(({ path }) => path.includes('{'))

describe.each(withId)('$operationId', ({ operationId, method, path, operation }) => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([whole]) => whole)

  it.each(names)('404 for a malformed %s', async (name) => {
    const { asking, path: right } = await rig.call(operationId)
    const parts = path.split('/')
    const rightParts = right.split('?')[0]?.split('/') ?? []
    const query = right.includes('?') ? `?${right.split('?')[1]}` : ''
    const headers = { ...asking?.headers, ...(asking?.json ? { 'content-type': 'application/json' } : {}) }
    const body = asking?.json ? JSON.stringify(asking.json) : undefined
    for (const odd of oddIds) {
      const at = parts.map((part, nth) => (part.includes(name) ? part.replace(name, odd) : rightParts[nth])).join('/')
      // The path of the start page, once the dot segments are removed. RFC 3986 §5.2.4.
      if (new URL(at, 'http://localhost').pathname === '/') continue
      const response = await rig.knock({ path: at + query, method, headers, ...(body ? { body } : {}) })
      expect(response.status, odd.slice(0, 40)).toBe(404)
      expect(problemOf(response).code).toMatch(/^(OPERATION_|WAIT_)?NOT_FOUND$/)
      expect(response.headers['x-injected']).toBeUndefined()
    }
    expect(operation.responses).toHaveProperty('404')
  })
})

const paths = Map.groupBy(endpoints, ({ path }) => path)

describe.each([...paths.keys()])('%s', (path) => {
  const own = new Set((paths.get(path) ?? []).map(({ method }) => method))
  // The owner chooses order ids, and an id may end like a custom verb.
  if (path.endsWith('/orders/{orderId}:deliver')) own.add('GET')
  if (own.has('GET')) own.add('HEAD')
  // CONNECT requests have no path.
  const others = METHODS.filter((method) => !own.has(method) && method !== 'CONNECT')

  it('405 for every other method, with Allow', async () => {
    for (const method of others) {
      const response = await rig.knock({ path: filledPath(path), method })
      expect(response.status, method).toBe(405)
      expect(new Set(response.headers.allow?.split(', ')), method).toEqual(own)
      if (method !== 'HEAD') expect(problemOf(response)).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' })
    }
  })

  it('ignores headers that override the method', async () => {
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      for (const override of ['DELETE', 'PUT', 'GET', 'POST', 'TRACE']) {
        const asking = { path: `${filledPath(path)}?bogus=1`, method: [...own][0] ?? 'GET' }
        const plain = await rig.knock(asking)
        const overridden = await rig.knock({ ...asking, headers: { [name]: override } })
        expect(overridden.status).toBe(plain.status)
      }
    }
  })
})

describe.each(endpoints.filter(({ method }) => method === 'GET'))('$operationId', ({ operationId }) => {
  it('HEAD has the response of GET without the body', async () => {
    const { path, asking } = await rig.call(operationId)
    const common = (headers: Record<string, unknown>) => {
      const own = new Set(['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'])
      return Object.fromEntries(
        Object.entries(headers)
          .filter(([name]) => !own.has(name) && !name.startsWith('ratelimit'))
          // It grows with the age of a batch, also between two requests.
          .map(([name, value]) => [name, name === 'retry-after' ? 'seconds' : value]),
      )
    }
    // A WebSocket is opened with GET only.
    const headers = operationId === 'openOperationSocket' ? {} : (asking?.headers ?? {})
    for (const at of [path, `${path}${path.includes('?') ? '&' : '?'}bogus=1`]) {
      const got = await rig.knock({ path: at, headers })
      const head = await rig.knock({ path: at, method: 'HEAD', headers })
      expect(head.text).toBe('')
      expect({ status: head.status, ...common(head.headers) }).toEqual({ status: got.status, ...common(got.headers) })
      const length = head.headers['content-length']
      if (length !== undefined) expect(length).toBe(String(Buffer.byteLength(got.text)))
    }
  })
})
