import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parameterOf, resolved } from '../../server/contract/document.ts'
import { type AbuseRig, endpoints, malformed, openAbuseRig, problemOf } from './rig.ts'

let rig: AbuseRig
beforeAll(async () => {
  rig = await openAbuseRig()
})
afterEach(() => rig.service.check.assertKept())
afterAll(() => rig.close())

const refusedIntegers = [
  '99999999999999999999',
  '9007199254740993',
  '-1',
  '1e3',
  '0x10',
  '1.5',
  '',
  '%201',
  '1,000',
  'NaN',
  'Infinity',
  'true',
  '%D9%A3',
]

describe.each(endpoints)('$operationId refuses a query:', ({ operationId, method, operation }) => {
  let path: string
  let headers: Record<string, string>
  let body: string | undefined
  beforeAll(async () => {
    const { path: full, asking } = await rig.call(operationId)
    path = full
    headers = { ...asking?.headers, ...(asking?.json ? { 'content-type': 'application/json' } : {}) }
    body = asking?.json ? JSON.stringify(asking.json) : asking?.body
  })

  const known = (operation.parameters ?? []).map(parameterOf).filter((parameter) => parameter.in === 'query')
  const typed = known.map(({ name, schema }) => ({ name, schema: resolved(schema) }))
  const all = typed.map(({ name }) => name)
  const single = typed.filter(({ schema }) => schema.type !== 'array').map(({ name }) => name)
  const integers = typed.filter(({ schema }) => schema.type === 'integer')

  /** The violations in the response; any other response fails the test. */
  async function violations(query: string): Promise<unknown[]> {
    const at = `${path}${path.includes('?') ? '&' : '?'}${query}`
    const response = await rig.knock({ path: at, method, headers, ...(body === undefined ? {} : { body }) })
    expect(problemOf(response), query).toEqual(malformed)
    return (JSON.parse(response.text) as { errors: { parameter: string }[] }).errors.map(({ parameter }) => parameter)
  }

  it('400 for an unknown parameter of any name', async () => {
    const strange = [
      'bogus',
      '__proto__',
      'constructor',
      'toString',
      'PAGESIZE',
      'operationId',
      'x[]',
      'x%5By%5D',
      '%00',
      '%F0%9F%A6%84',
    ]
    for (const name of strange) {
      expect(await violations(`${name}=1`)).toEqual([decodeURIComponent(name)])
      expect(await violations(name)).toEqual([decodeURIComponent(name)])
    }
    expect(await violations('=1')).toEqual([''])
    expect(await violations('%zz=1')).toEqual(['%zz'])
    expect(await violations('%e2%82=1')).toEqual(['%e2%82'])
    const long = await violations(`${'x'.repeat(8000)}=1`)
    expect(long).toEqual([`${'x'.repeat(64)}…`])
  })

  it('400 for more than 100 parameters', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, nth) => `bogus${nth}=1`).join('&')
    const before = path.includes('?') ? path.split('&').length : 0
    expect(await violations(many(100 - before))).toHaveLength(100 - before)
    const at = `${path}${path.includes('?') ? '&' : '?'}${many(101)}`
    const response = await rig.knock({ path: at, method, headers, ...(body === undefined ? {} : { body }) })
    expect(problemOf(response)).toEqual(malformed)
    expect(JSON.parse(response.text).detail).toContain('100 parameters')
  })

  it('400 for a credential in the query', async () => {
    for (const name of ['access_token', 'key', 'api_key', 'token']) {
      expect(await violations(`${name}=${rig.owner.key}`)).toEqual([name])
    }
  })

  if (single.length > 0) {
    it.each(single)('400 for a repeated %s', async (name) => {
      const first = path.includes(`${name}=`) ? '' : `${name}=1&`
      expect(await violations(`${first}${name}=1`)).toContain(name)
      expect(await violations(`${first}${encodeURIComponent(name).replace('e', '%65')}=1`)).toContain(name)
    })
  }

  if (integers.length > 0) {
    it.each(integers)('400 for $name that is not an integer in its range', async ({ name, schema }) => {
      const { maximum = Number.MAX_SAFE_INTEGER, minimum = 0 } = schema as { maximum?: number; minimum?: number }
      for (const text of ['01', '-0', '1.0', '+1', ...refusedIntegers, String(maximum + 1), String(minimum - 1)]) {
        expect(await violations(`${name}=${text}`), text).toContain(name)
      }
    })
  }

  if (all.length > 0) {
    it.each(all)('400 for NUL in %s', async (name) => {
      expect(await violations(`${name}=a%00b`)).toContain(name)
    })
  }

  if (all.includes('pageToken')) {
    it('400 for a page token that was changed or is too long', async () => {
      const at = (token: string) => `${path}${path.includes('?') ? '&' : '?'}pageToken=${encodeURIComponent(token)}`
      const tokens = [
        'x',
        '.',
        'a.b',
        'W10.',
        `W10.${'A'.repeat(43)}`,
        '../..',
        "' or 1=1",
        '🦄',
        `${'x'.repeat(500)}.${'y'.repeat(500)}`,
      ]
      for (const token of tokens) {
        const response = await rig.knock({ path: at(token) })
        expect(problemOf(response), token).toEqual({ status: 400, code: 'INVALID_PAGE_TOKEN' })
      }
      for (const huge of [1025, 8000]) {
        expect(problemOf(await rig.knock({ path: at('x'.repeat(huge)) }))).toEqual(malformed)
      }
    })
  }
})
