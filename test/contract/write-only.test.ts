import { describe, expect, it, test } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { filled, isConfidential, shownInput, summaryOf } from '../../server/contract/input.ts'
import { hasWriteOnly, withoutWriteOnly } from '../../server/contract/write-only.ts'

type Json = Record<string, unknown>

const secret = { type: 'string', writeOnly: true }
const text = { type: 'string' }
const canary = 'canary-5f1d'

/** Where a schema can mark a value `writeOnly` (OpenAPI 3.1, JSON Schema 2020-12), a value with the canary there, and what is left. */
const places: [name: string, schema: Json, value: unknown, left: unknown][] = [
  ['a property', { properties: { a: text, s: secret } }, { a: 'a', s: canary }, { a: 'a' }],
  ['a required property', { required: ['s'], properties: { s: secret } }, { s: canary }, {}],
  ['an object', { properties: { s: { writeOnly: true, properties: { a: text } } } }, { s: { a: canary } }, {}],
  ['a property of a property', { properties: { a: { properties: { s: secret } } } }, { a: { s: canary } }, { a: {} }],
  ['a $ref', { properties: { s: { $ref: '#/Secret' } } }, { s: canary }, {}],
  ['a $ref with writeOnly beside it', { properties: { s: { $ref: '#/Text', writeOnly: true } } }, { s: canary }, {}],
  ['a $ref to a $ref', { properties: { s: { $ref: '#/Alias' } } }, { s: canary }, {}],
  [
    'an object behind a $ref',
    { properties: { h: { $ref: '#/Hook' } } },
    { h: { url: 'u', s: canary } },
    { h: { url: 'u' } },
  ],
  ['a recursive schema', { $ref: '#/Tree' }, { s: canary, next: { s: canary, next: {} } }, { next: { next: {} } }],
  [
    'items of an array',
    { properties: { l: { items: { properties: { s: secret } } } } },
    { l: [{ s: canary, a: 1 }] },
    { l: [{ a: 1 }] },
  ],
  ['all items of an array', { properties: { l: { items: secret } } }, { l: [canary, canary] }, { l: [] }],
  [
    'prefixItems',
    { properties: { l: { prefixItems: [text, secret], items: text } } },
    { l: ['a', canary, 'b'] },
    { l: ['a', 'b'] },
  ],
  [
    'an array in an array',
    { properties: { l: { items: { items: { properties: { s: secret } } } } } },
    { l: [[{ s: canary }]] },
    { l: [[{}]] },
  ],
  [
    'additionalProperties',
    { additionalProperties: secret, properties: { a: text } },
    { a: 'a', x: canary },
    { a: 'a' },
  ],
  [
    'objects of additionalProperties',
    { additionalProperties: { properties: { s: secret } } },
    { x: { s: canary } },
    { x: {} },
  ],
  ['patternProperties', { patternProperties: { '^x-': secret } }, { 'x-key': canary, a: 1 }, { a: 1 }],
  ['unevaluatedProperties', { unevaluatedProperties: { properties: { s: secret } } }, { x: { s: canary } }, { x: {} }],
  ['allOf', { allOf: [{ properties: { a: text } }, { properties: { s: secret } }] }, { a: 'a', s: canary }, { a: 'a' }],
  ['allOf of a property', { properties: { s: { allOf: [text, { writeOnly: true }] } } }, { s: canary }, {}],
  ['oneOf', { oneOf: [{ properties: { a: text } }, { properties: { s: secret } }] }, { s: canary }, {}],
  ['anyOf of a property', { properties: { s: { anyOf: [{ type: 'null' }, secret] } } }, { s: canary }, {}],
  ['else', { if: {}, else: { properties: { s: secret } } }, { s: canary }, {}],
  ['dependentSchemas', { dependentSchemas: { a: { properties: { s: secret } } } }, { a: 1, s: canary }, { a: 1 }],
  [
    'oneOf in items behind a $ref',
    { properties: { l: { items: { oneOf: [{ $ref: '#/Hook' }, text] } } } },
    { l: ['a', { s: canary, url: 'u' }] },
    { l: ['a', { url: 'u' }] },
  ],
  [
    'a property with the name of a keyword',
    { properties: { properties: secret, items: text } },
    { properties: canary, items: 'a' },
    { items: 'a' },
  ],
]

const components: Json = {
  Secret: secret,
  Text: text,
  Alias: { $ref: '#/Secret' },
  Ring: { properties: { next: { $ref: '#/Ring' } } },
  Hook: { properties: { url: text, s: secret } },
  Tree: { properties: { s: secret, next: { $ref: '#/Tree' } } },
}
const resolve = ({ $ref, ...schema }: Json): Json =>
  typeof $ref === 'string' ? resolve(components[$ref.slice(2)] as Json) : schema

describe('withoutWriteOnly', () => {
  it.each(places)('removes %s', (_, schema, value, left) => {
    const shown = withoutWriteOnly(value, schema, resolve)
    expect(shown).toEqual(left)
    expect(JSON.stringify(shown)).not.toContain(canary)
  })

  it('keeps everything else, also false, null, empty values and fields without a schema', () => {
    const value = { a: null, b: false, c: 0, d: '', e: [], f: {}, readOnly: 1 }
    const schema = { properties: { a: text, readOnly: { readOnly: true }, f: { writeOnly: false } } }
    expect(withoutWriteOnly(value, schema, resolve)).toEqual(value)
  })

  it('does not change the value', () => {
    const value = { s: canary }
    withoutWriteOnly(value, { properties: { s: secret } }, resolve)
    expect(value).toEqual({ s: canary })
  })
})

describe('hasWriteOnly', () => {
  it.each(places)('finds %s', (_, schema) => {
    expect(hasWriteOnly(schema, resolve)).toBe(true)
  })

  it.each<[name: string, schema: Json]>([
    ['no keyword', { properties: { a: text, b: { $ref: '#/Text' } } }],
    ['writeOnly: false', { properties: { a: { writeOnly: false } } }],
    ['a property with that name', { properties: { writeOnly: text } }],
    [
      'an example, a default or a constant',
      { example: { writeOnly: true }, default: { writeOnly: true }, const: { writeOnly: true } },
    ],
    ['a recursive schema without it', { $ref: '#/Ring' }],
  ])('does not find %s', (_, schema) => {
    expect(hasWriteOnly(schema, resolve)).toBe(false)
  })
})

test('only types with a writeOnly field beside the secret of the webhook are confidential', () => {
  const confidential = Object.keys(operationTypes).filter(isConfidential)
  expect(confidential).toEqual(['screenCandidate'])
  expect(isConfidential('unknownType')).toBe(false)
})

test('the input of a real type is shown with its path parameters', () => {
  const input = { orderId: 'CA-1', contact: 'claire@example.com' }
  expect(shownInput('deliverOrder', input)).toEqual(input)
  expect(shownInput('unknownType', { a: 1 })).toEqual({})
  const candidate = { name: canary, birthDate: '1990-01-01', email: canary, nationalId: canary }
  const employment = [{ employer: canary, title: canary, fromDate: '2000-01-01', toDate: '2001-01-01' }]
  const education = [{ institution: canary, degree: canary, graduationYear: 2014 }]
  const open = { candidateId: 'cand-1', checks: ['IDENTITY'], identityPackage: 'standard' }
  expect(shownInput('screenCandidate', { candidate, employment, education, ...open })).toEqual(open)
})

describe('a summary', () => {
  it.each([
    [
      'generateReport',
      { reportType: 'SALES_BY_COUNTRY', dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' }, format: 'CSV' },
      'SALES_BY_COUNTRY report, 2017-01-01 to 2017-12-31, CSV',
    ],
    [
      'generateReport',
      {
        reportType: 'SALES_BY_COUNTRY',
        dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
        format: 'PDF',
        filters: { region: 'West', segment: 'Consumer' },
      },
      'SALES_BY_COUNTRY report, 2017-01-01 to 2017-12-31, PDF, region West, segment Consumer',
    ],
    [
      'exportCustomers',
      { format: 'CSV', columns: ['customerId', 'name'] },
      'Export of customers, CSV, columns customerId, name',
    ],
    ['analyzeOrders', { analysis: 'RFM_SEGMENTS', format: 'CSV' }, 'RFM_SEGMENTS analysis, CSV'],
    [
      'analyzeOrders',
      {
        analysis: 'SALES_FORECAST',
        format: 'PDF',
        dateRange: { fromDate: '2014-01-01', toDate: '2017-12-31' },
        filters: { category: 'Furniture' },
        forecast: { horizonMonths: 6 },
      },
      'SALES_FORECAST analysis, 2014-01-01 to 2017-12-31, PDF, category Furniture',
    ],
    ['importOrders', { uploadId: 'upload_1' }, 'Import of orders from upload_1'],
    [
      'deliverOrder',
      { orderId: 'CA-1', contact: 'claire@example.com', paymentMethod: 'tok_1' },
      'Delivery of order CA-1',
    ],
    [
      'deliverOrder',
      { orderId: 'CA-1', warehouse: 'east', carrierService: 'express' },
      'Delivery of order CA-1, from east, by express',
    ],
    ['screenCandidate', { candidate: { name: canary, birthDate: '1990-01-01' } }, 'Screening'],
    [
      'screenCandidate',
      { candidateId: 'cand-4711', checks: ['IDENTITY', 'EMPLOYMENT'] },
      'Screening of candidate cand-4711: IDENTITY, EMPLOYMENT',
    ],
    [
      'cancelOperations',
      { filter: { status: ['PENDING', 'RUNNING'], label: ['team:crm'] } },
      'Cancel operations: status PENDING, RUNNING, label team:crm',
    ],
  ])('of %s says what was asked: %j', (type, input, summary) => {
    expect(summaryOf(type, input)).toBe(summary)
  })

  it.each([
    ['a line break', 'a\nb', 'a b'],
    ['a carriage return', 'a\r\nb', 'a b'],
    ['a terminal escape', 'a\u001b[31mb', 'a [31mb'],
    ['a change of the writing direction', 'a\u202eb', 'a b'],
    ['a line separator', 'a\u2028b', 'a b'],
    ['NUL', 'a\u0000b', 'a b'],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
    ['braces', '{b}[c]', '{b}[c]'],
  ])('has no %s of the input as such', (_, value, shown) => {
    expect(filled('{a}[{a}]', { a: value, b: 'no' })).toBe(shown + shown)
  })

  it('has at most 120 characters, and is cut between characters', () => {
    const line = filled('{a}', { a: '😀'.repeat(200) })
    expect(Array.from(line)).toHaveLength(120)
    expect(line.isWellFormed()).toBe(true)
    expect(line.endsWith('😀…')).toBe(true)
  })

  it('does not read prototypes or missing fields', () => {
    expect(filled('x{a.constructor.name}{toString}{b.c}[ and {d}]', { a: {} })).toBe('x')
  })
})
