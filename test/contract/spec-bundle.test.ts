import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { problems } from '../../server/contract/problems.ts'
import { statuses } from '../../server/domain/state-machine.ts'

type Json = Record<string, unknown>

const top = resolve(import.meta.dirname, '../..')
const document = JSON.parse(readFileSync(join(top, 'generated/openapi.json'), 'utf8'))
const schemas: Record<string, Json> = document.components.schemas

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi.json')
const validator = (name: string) => ajv.compile({ $ref: `openapi.json#/components/schemas/${name}` })

/** Every object in `value`, including itself. */
function* objectsIn(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return
  yield value as Json
  for (const member of Object.values(value)) yield* objectsIn(member)
}

const examples: Json[] = Object.values(document.components.examples as Record<string, { value: Json }>).map(
  ({ value }) => value,
)
const operations = examples.filter((value) => 'operationId' in value && 'statusUrl' in value)

/** A zod schema as the routes build it: from JSON Schema, with the components as its definitions. */
function zodOf(schema: unknown) {
  const definitions = JSON.parse(JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/$defs/'))
  const own = JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'))
  return z.fromJSONSchema({ ...own, $defs: definitions })
}

describe('the bundled document, for validators of responses', () => {
  it('compiles every schema', () => {
    for (const name of Object.keys(schemas)) expect(() => validator(name), name).not.toThrow()
  })

  it('distinguishes operations by type: the result of another type is refused', () => {
    const operation = validator('Operation')
    const report = operations.find(({ type, status }) => type === 'generateReport' && status === 'COMPLETED')
    expect(operation(report), JSON.stringify(operation.errors)).toBe(true)
    expect(operation({ ...report, type: 'importOrders' })).toBe(false)
    expect(operation({ ...report, type: 'unheardOf' })).toBe(false)
    expect(operation({ ...report, input: {} })).toBe(false)
  })

  it('refuses an instant that is not UTC', () => {
    expect(validator('Timestamp')('2026-11-21T09:00:00+01:00')).toBe(false)
  })

  it('has an example of an operation in every state, each valid', () => {
    const operation = validator('Operation')
    for (const example of operations) expect(operation(example), JSON.stringify(operation.errors)).toBe(true)
    expect(new Set(operations.map(({ status }) => status))).toEqual(new Set(statuses))
  })

  it('has examples of operations whose fields match their state', () => {
    for (const { status, done, links, result, error, ...rest } of operations) {
      const completed = String(status).startsWith('COMPLETED')
      const code = (error as Json | undefined)?.code
      const active = ['PENDING', 'RUNNING', 'WAITING', 'CANCELLING'].includes(String(status))
      expect([status, done, result !== undefined, error !== undefined]).toEqual([
        status,
        !active,
        completed,
        status === 'FAILED',
      ])
      expect(Object.keys(links as Json)).toEqual([
        'self',
        'events',
        'logs',
        'stream',
        'socket',
        ...(status === 'WAITING' ? ['waits'] : []),
        ...(active ? ['cancel'] : []),
        ...(active || status === 'COMPLETED' || code === 'COMPENSATION_FAILED' ? [] : ['retry']),
        ...(active ? [] : ['purge']),
        ...(completed ? ['result'] : []),
      ])
      expect([status, 'pollInterval' in rest, 'expiresAt' in rest]).toEqual([status, active, !active])
    }
  })

  it('has the problems of the catalogue', () => {
    const shown = [...objectsIn(document)].filter(
      ({ code, title, status }) => code && title && typeof status === 'number',
    )
    expect(shown.length).toBeGreaterThan(20)
    for (const { code, type, title, status } of shown) {
      const kind = Object.entries(problems).find(([name]) => name === code)?.[1]
      expect({ code, type, title, status }).toEqual({
        code,
        type: `/problems/${code}`,
        title: kind?.title,
        status: kind?.status,
      })
    }
  })
})

describe('the bundled document, for validators of requests', () => {
  const bodies = Object.entries(schemas).filter(([name]) => name.endsWith('Request'))

  it.each(bodies)('%s becomes a zod schema that refuses unknown fields', (_, schema) => {
    const parsed = zodOf(schema).safeParse({ fromat: 'CSV' })
    expect(parsed.error?.issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys' }))
  })

  const report = {
    reportType: 'ORDERS_SUMMARY',
    dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
    format: 'CSV',
    startAfter: '2026-11-22T07:00:00+01:00',
    labels: { team: 'crm' },
  }

  it('accepts what the spec accepts', () => {
    expect(zodOf(schemas.GenerateReportRequest).safeParse(report).error).toBeUndefined()
  })

  it.each([
    ['an invalid date', { dateRange: { fromDate: '2017-02-30', toDate: '2017-12-31' } }],
    ['an unknown nested field', { dateRange: { ...report.dateRange, day: 1 } }],
    ['an unknown report', { reportType: 'EVERYTHING' }],
    ['17 labels', { labels: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) }],
    ['a label key with a space', { labels: { 'my team': 'crm' } }],
    ['a label value of 65 characters', { labels: { team: 'x'.repeat(65) } }],
    ['a number instead of a string', { filters: { country: 1 } }],
  ])('refuses %s', (_, change) => {
    expect(zodOf(schemas.GenerateReportRequest).safeParse({ ...report, ...change }).success).toBe(false)
  })

  it('turns the schema of every parameter into a zod schema', () => {
    const parameters = [...objectsIn(document)].filter(({ in: place, schema }) => place && schema)
    expect(parameters.length).toBeGreaterThan(20)
    for (const { name, schema } of parameters) expect(() => zodOf(schema), String(name)).not.toThrow()
  })
})
