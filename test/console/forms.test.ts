import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { submitTypes } from '../../console/contract-types.ts'
import { numberOf, parseJson, textOf } from '../../console/forms/exact-json.ts'
import { choicesOf, initialOf, isNullable, kindOf, resolved, variantsOf } from '../../console/forms/schema.ts'
import { pointerTo, violationsAt } from '../../console/forms/violations.ts'
import { submitPaths } from '../../generated/submit-paths.ts'

const contract = JSON.parse(readFileSync('generated/openapi.json', 'utf8'))

describe('numbers of forms', () => {
  it.each([
    '0',
    '-1',
    '9007199254740993',
    '-123456789012345678901234567890',
    '1.5',
    '1e3',
  ])('keep the digits of %s', (text) => {
    const value = numberOf(text)
    expect(JSON.stringify({ value })).toBe(`{"value":${text === '1e3' ? '1000' : text}}`)
    expect(textOf(value)).toBe(text === '1e3' ? '1000' : text)
  })

  it.each([
    'abc',
    '1.',
    '007',
    '0x10',
    '1,5',
    '--1',
    'Infinity',
    'NaN',
    '1e',
  ])('are the text %s, so that the service refuses it', (text) => {
    expect(numberOf(text)).toBe(text)
  })

  it('are not set without text', () => {
    expect(numberOf('  ')).toBeUndefined()
  })

  it('keep their digits within JSON', () => {
    const text = '{"a":[9007199254740993],"b":{"c":-9007199254740995},"d":1.25}'
    expect(JSON.stringify(parseJson(text))).toBe(text)
  })
})

describe('schemas of forms', () => {
  it('resolve references with what stands beside them, and circles end', () => {
    const root = {
      components: { schemas: { A: { type: 'string', description: 'a' }, 'x/y~': { $ref: '#/components/schemas/A' } } },
    }
    expect(resolved({ $ref: '#/components/schemas/x~1y~0', description: 'mine' }, root)).toEqual({
      type: 'string',
      description: 'mine',
    })
    const circle = { a: { $ref: '#/a' } }
    expect(kindOf(resolved({ $ref: '#/a' }, circle), circle)).toBe('json')
    for (const $ref of ['#/nowhere', 'other.yaml#/A', '#/__proto__/x', '#/constructor'])
      expect(resolved({ $ref }, root)).toEqual({})
  })

  it('merge allOf', () => {
    const schema = {
      allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }],
      properties: { b: { type: 'integer' } },
      required: ['b'],
    }
    expect(resolved(schema, schema)).toMatchObject({ required: ['a', 'b'], properties: { a: {}, b: {} } })
  })

  it.each([
    [{ enum: ['A'] }, 'choice'],
    [{ const: 'A' }, 'choice'],
    [{ type: 'string' }, 'text'],
    [{ type: ['integer', 'null'] }, 'number'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'array', items: { enum: ['A', 'B'] }, uniqueItems: true }, 'choices'],
    [{ properties: {} }, 'object'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'map'],
    [{ type: 'object', additionalProperties: true }, 'json'],
    [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, 'variants'],
    [{ type: ['string', 'integer'] }, 'variants'],
    [{}, 'json'],
  ] as const)('enter %j as %s', (schema, kind) => {
    expect(kindOf(schema, schema)).toBe(kind)
  })

  it('know null', () => {
    expect(isNullable({ type: ['string', 'null'] }, {})).toBe(true)
    expect(isNullable({ anyOf: [{ type: 'string' }, { type: 'null' }] }, {})).toBe(true)
    expect(isNullable({ type: 'string' }, {})).toBe(false)
    expect(variantsOf({ anyOf: [{ type: 'string' }, { type: 'null' }] }, {})).toEqual([{ type: 'string' }])
  })

  it('begin with what leaves no choice, and offer aliases once', () => {
    const schema = {
      type: 'object',
      required: ['kind', 'in', 'list'],
      properties: { kind: { const: 'A' }, in: { properties: {} }, list: { type: 'array' }, no: { const: 1 } },
    }
    expect(initialOf(schema, schema)).toEqual({ kind: 'A', in: {}, list: [] })
    expect(choicesOf({ enum: ['FAILED', 'failed', 'PENDING', null] })).toEqual(['FAILED', 'PENDING'])
  })

  it('cover every operation type of the contract, with all fields of its body and path', () => {
    const types = submitTypes(contract)
    expect(types.map(({ type }) => type).sort()).toEqual(Object.keys(submitPaths).sort())
    for (const { type, schema, examples } of types) {
      expect(examples.length, type).toBeGreaterThan(0)
      const kinds = Object.values(schema.properties ?? {}).map((one) => kindOf(resolved(one, contract), contract))
      expect(kinds, type).not.toContain('json')
    }
    expect(types.find(({ type }) => type === 'deliverOrder')?.schema.required).toEqual(['orderId'])
  })
})

describe('violations of forms', () => {
  const violations = [
    { pointer: '/a', message: 'one' },
    { pointer: '/a/b', message: 'two' },
    { pointer: '/ab', message: 'three' },
    { pointer: pointerTo('', 'x/y~z'), message: 'four' },
    { parameter: 'orderId', message: 'five' },
    { message: 'six' },
  ]
  const at = (pointer: string, shown?: string[]) =>
    violationsAt(violations, pointer, shown).map(({ message }) => message)

  it('are shown once, at the deepest field that is there', () => {
    expect(at('/a')).toEqual(['one', 'two'])
    expect(at('/a', ['/a/b'])).toEqual(['one'])
    expect(at('/a/b')).toEqual(['two'])
    expect(at('/x~1y~0z')).toEqual(['four'])
    expect(at('/orderId')).toEqual(['five'])
    expect(at('', ['/a', '/ab', '/orderId'])).toEqual(['four', 'six'])
    expect(violationsAt(violations, '/a')[1]).toEqual({ message: 'two', below: '/b' })
  })
})
