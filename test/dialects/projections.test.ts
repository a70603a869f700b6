import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { contractDocument } from '../../server/contract/document.ts'
import type { WireOperation } from '../../server/contract/present/operation.ts'
import { problemDocument } from '../../server/contract/problem.ts'
import { problems } from '../../server/contract/problems.ts'
import { errorOf, statusMonitor } from '../../server/dialects/azure/project.ts'
import { errorBody, operationOf } from '../../server/dialects/google/project.ts'
import { dialects } from '../../server/dialects/index.ts'
import { isTerminal, statuses } from '../../server/domain/state-machine.ts'

type Examples = Record<string, { value: Record<string, unknown> }>

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
for (const { name, document } of dialects) ajv.addSchema(document.document, name)
const valid = (pointer: string, value: unknown) => {
  const validate = ajv.compile({ $ref: pointer })
  // As a client receives it.
  expect(validate(JSON.parse(JSON.stringify(value))), ajv.errorsText(validate.errors)).toBe(true)
}

/** The operations that the contract shows, in every status. */
const operations = Object.values((contractDocument.components as unknown as { examples: Examples }).examples)
  .map(({ value }) => value)
  .filter((value) => 'operationId' in value && 'statusUrl' in value) as unknown as WireOperation[]

it('the examples have every status', () => {
  expect(new Set(operations.map(({ status }) => status))).toEqual(new Set(statuses))
})

describe('Azure', () => {
  it.each(operations)('shows $type $status', (operation) => {
    const monitor = statusMonitor(operation)
    valid('azure#/components/schemas/StatusMonitor', monitor)
    const { status, result, error } = monitor
    expect(['Succeeded', 'Failed', 'Canceled'].includes(status)).toBe(operation.done)
    expect([status, result !== undefined, error !== undefined]).toEqual([
      status,
      status === 'Succeeded',
      status === 'Failed',
    ])
    if (status === 'Canceled') expect(operation.status).toBe('CANCELLED')
  })

  it('has the violations and the cause of a problem as details', () => {
    const problem = problemDocument('INVALID_INPUT', {
      detail: 'x',
      errors: [
        { pointer: '/a/b', message: 'm' },
        { parameter: 'p', message: 'n' },
      ],
      cause: { code: 'NO_CARRIER', detail: 'c' },
    })
    expect(errorOf(problem)).toEqual({
      code: 'INVALID_INPUT',
      message: 'x',
      details: [
        { code: 'INVALID_INPUT', message: 'm', target: '/a/b' },
        { code: 'INVALID_INPUT', message: 'n', target: 'p' },
        { code: 'NO_CARRIER', message: 'c' },
      ],
    })
  })
})

describe('Google', () => {
  it.each(operations)('shows $type $status', (operation) => {
    const shown = operationOf(operation)
    valid('google#/components/schemas/Operation', shown)
    const outcomes = [shown.response, shown.error].filter((outcome) => outcome !== undefined)
    expect([shown.done, outcomes.length]).toEqual([isTerminal(operation.status), isTerminal(operation.status) ? 1 : 0])
    expect(shown.metadata.value).toMatchObject({ type: operation.type, status: operation.status })
    expect(Object.keys(shown.metadata.value)).not.toContain('links')
  })

  it('says why an operation was cancelled', () => {
    const operation = operations.find(({ status }) => status === 'CANCELLED') as WireOperation
    const error = operationOf({ ...operation, reason: 'superseded' }).error
    expect(error).toEqual({ code: 1, message: 'The operation was cancelled: superseded.', details: [] })
  })

  it.each(Object.keys(problems))('has a status for %s', (code) => {
    const body = errorBody(problemDocument(code, { detail: 'x' }))
    valid('google#/components/schemas/ErrorResponse', body)
    expect(body.error.status).not.toBe('UNKNOWN')
  })

  it('has the places, the cause and the time to wait of a problem as details', () => {
    const problem = problemDocument('UNAVAILABLE', {
      detail: 'x',
      retryAfter: 7,
      requestId: 'r',
      errors: [
        { pointer: '/a/b~1c/0', message: 'm' },
        { parameter: 'p', message: 'n' },
      ],
      cause: { code: 'NO_CARRIER', detail: 'c' },
    })
    const type = (name: string) => `type.googleapis.com/google.rpc.${name}`
    expect(errorBody(problem).error).toEqual({
      code: 503,
      message: 'x',
      status: 'UNAVAILABLE',
      details: [
        {
          '@type': type('ErrorInfo'),
          reason: 'UNAVAILABLE',
          domain: 'longrun',
          metadata: { requestId: 'r', causeReason: 'NO_CARRIER', causeMessage: 'c' },
        },
        {
          '@type': type('BadRequest'),
          fieldViolations: [
            { field: 'a.b/c.0', description: 'm' },
            { field: 'p', description: 'n' },
          ],
        },
        { '@type': type('RetryInfo'), retryDelay: '7s' },
      ],
    })
  })
})
