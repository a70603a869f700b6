import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { callbackKey, callbackToken, openCallbackToken } from '../../server/contract/callback-token.ts'
import { selfContained } from '../../server/contract/document.ts'
import { Problem } from '../../server/contract/problem.ts'
import { declaredWaits, queueSecondsOf, waitSchema } from '../../server/contract/waits.ts'
import { checkOf } from '../../server/http/request/wait-body.ts'

/** A type that declares waits whose bodies have schemas of the contract, one of them with references. */
const types = {
  approve: {
    queueTimeoutSeconds: 60,
    waits: [
      { name: 'decision', kind: 'INPUT', schema: 'CancelRequest' },
      { name: 'report', kind: 'CALLBACK', schema: 'GenerateReportRequest' },
    ],
  },
  plain: { queueTimeoutSeconds: 60 },
}

function wait(name: string) {
  const found = declaredWaits(types).get('approve')?.get(name)
  if (!found) throw new Error(name)
  return found
}

describe('the schema of a declared wait', () => {
  it('has no references', () => {
    const { schema } = wait('report')
    expect(JSON.stringify(schema)).not.toContain('$ref')
    expect(schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { dateRange: { type: 'object', properties: { fromDate: { type: 'string', format: 'date' } } } },
    })
  })

  it('keeps what stands beside a reference', () => {
    const beside = { $ref: '#/components/schemas/Timestamp', description: 'The time of the decision.' }
    expect(selfContained(beside)).toMatchObject({ type: 'string', description: 'The time of the decision.' })
  })

  it('is that of any object for a wait or a type that this version does not know', () => {
    expect(waitSchema('generateReport', 'decision')).toEqual({ type: 'object' })
    expect(waitSchema('unheardOf', 'decision')).toEqual({ type: 'object' })
    expect(queueSecondsOf('unheardOf')).toBe(86_400)
    expect(queueSecondsOf('generateReport')).toBe(86_400)
  })
})

describe('the body of a declared wait', () => {
  const range = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const report = { reportType: 'ORDERS_SUMMARY', dateRange: range, format: 'CSV' }

  it('is accepted if its schema allows it', () => {
    expect(checkOf(wait('decision'))({ reason: 'superseded' })).toEqual({ reason: 'superseded' })
    expect(checkOf(wait('report'))(report)).toMatchObject(report)
  })

  it.each<[string, string, object, { pointer: string; message: string }]>([
    ['an unknown field', 'decision', { bogus: 1 }, { pointer: '/bogus', message: 'is not a known field' }],
    ['a misspelt field', 'decision', { raeson: 'x' }, { pointer: '/raeson', message: 'use `reason`' }],
    ['another type', 'decision', { reason: 1 }, { pointer: '/reason', message: 'must be text' }],
    ['a text that is too long', 'decision', { reason: 'x'.repeat(201) }, { pointer: '/reason', message: '200' }],
    ['a missing field', 'report', { ...report, format: undefined }, { pointer: '/format', message: 'is missing' }],
    [
      'a field of an object',
      'report',
      { ...report, dateRange: { ...range, toDate: 'x' } },
      { pointer: '/dateRange/toDate', message: 'must be a date' },
    ],
  ])('is refused for %s, with its pointer', (_, name, body, { pointer, message }) => {
    const problem = checkOf(wait(name))({ ...body })
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({
      code: 'INVALID_INPUT',
      extra: { errors: [{ pointer, message: expect.stringContaining(message) }] },
    })
  })
})

describe('the token of a callback URL', () => {
  const secret = randomBytes(32)
  const operationId = '01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
  const tokenOf = (name: string, by = secret) => callbackToken(callbackKey(by, operationId), { operationId, name })

  it.each(['a', 'criminalRecords', `a${'B'.repeat(62)}`])('is opened to its operation and wait: %s', (name) => {
    expect(openCallbackToken(secret, tokenOf(name))).toEqual({ operationId, name })
    expect(tokenOf(name)).toBe(tokenOf(name))
    expect(tokenOf(name).length).toBeLessThanOrEqual(512)
  })

  it('is forged if any of its bits is another', () => {
    const token = tokenOf('decision')
    const [target = '', signature = ''] = token.split('.')
    for (const [part, join] of [
      [target, (changed: string) => `${changed}.${signature}`],
      [signature, (changed: string) => `${target}.${changed}`],
    ] as const) {
      const bytes = Buffer.from(part, 'base64url')
      for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
        const changed = Buffer.from(bytes)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(openCallbackToken(secret, join(changed.toString('base64url')))).toBeTypeOf('string')
      }
    }
  })

  it('is not valid with another secret, and not for another operation or wait', () => {
    const [target] = tokenOf('decision').split('.')
    const signatureOf = (token: string) => token.split('.')[1]
    const otherKey = callbackKey(secret, operationId.replace('01938f6e', '01938f6f'))
    const others = [
      tokenOf('decision', randomBytes(32)),
      tokenOf('approval'),
      callbackToken(otherKey, { operationId, name: 'decision' }),
    ]
    for (const other of others) {
      expect(openCallbackToken(secret, `${target}.${signatureOf(other)}`)).toBe('forged')
    }
  })

  it.each(['', 'a\u0000', 'a\n', 'A', 'a b', 'ü', 'a'.repeat(64)])('is malformed with the name %j', (name) => {
    expect(openCallbackToken(secret, tokenOf(name))).toBe('malformed')
  })

  it.each<[string, (token: string) => string]>([
    ['nothing', () => ''],
    ['one part', (token) => token.split('.')[0] ?? ''],
    ['three parts', (token) => `${token}.`],
    ['a truncated signature', (token) => token.slice(0, -1)],
    ['a longer signature', (token) => `${token}A`],
    ['bits beyond the last byte', (token) => token.replace(/.$/, '_')],
    ['a line break at the end', (token) => `${token}\n`],
    ['padding', (token) => `${token}=`],
    ['base64 instead of base64url', (token) => token.replace(/^../, '+/')],
  ])('is malformed: %s', (_, change) => {
    expect(openCallbackToken(secret, change(tokenOf('decision')))).toBe('malformed')
  })
})
