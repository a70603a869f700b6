import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { SpecCopy } from './spec-copy.ts'

const top = resolve(import.meta.dirname, '../..')
const names = ['openapi.json', 'schema.ts', 'operations.ts']
const written = (copy: SpecCopy) => names.map((name) => copy.read(join('generated', name)))

/** Everything that a new operation type needs in the contract. */
const newType = `
run:
  post:
    operationId: countStock
    summary: Count the stock of a warehouse
    description: Starts a count.
    tags: [Orders]
    security: [{ bearer: ['operations:write'] }, { apiKey: ['operations:write'] }]
    x-long-running-operation:
      result: CountResult
      resultLocation: /orders
      phases: [{ name: COUNTING, weight: 100 }]
      timeoutSeconds: 60
      queueTimeoutSeconds: 3600
      maxAttempts: 1
      priority: LOW
      compensates: false
      retentionSeconds: { completed: 604800, failed: 2592000 }
    parameters:
      - { name: warehouseId, in: path, required: true, description: Which one., schema: { type: string } }
      - $ref: ../components/parameters.yaml#/IdempotencyKey
      - $ref: ../components/parameters.yaml#/Prefer
    requestBody:
      required: true
      content:
        application/json:
          schema: { $ref: '#/CountRequest' }
          example: { depth: DEEP }
    responses:
      '200': { $ref: ../components/responses.yaml#/ValidatedOrEnded }
      '202':
        description: Accepted.
        headers:
          X-Request-Id: { $ref: ../components/headers.yaml#/RequestId }
          RateLimit: { $ref: ../components/headers.yaml#/RateLimit }
          RateLimit-Policy: { $ref: ../components/headers.yaml#/RateLimitPolicy }
          Location: { $ref: ../components/headers.yaml#/Location }
          Operation-Location: { $ref: ../components/headers.yaml#/OperationLocation }
          Retry-After: { $ref: ../components/headers.yaml#/RetryAfter }
        content:
          application/json:
            schema: { $ref: '#/CountOperation' }
            example:
              operationId: op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
              type: countStock
              status: PENDING
              done: false
              attempt: 0
              failures: 0
              maxAttempts: 1
              priority: LOW
              labels: {}
              progress: { percentage: 0 }
              createdAt: '2026-11-21T09:00:00.000Z'
              updatedAt: '2026-11-21T09:00:00.000Z'
              statusUrl: /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
              links: { self: /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21, events: /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/events, logs: /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/logs, stream: /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/stream, socket: /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/status }
      '400': { $ref: ../components/responses.yaml#/BadRequest }
      '401': { $ref: ../components/responses.yaml#/Unauthorized }
      '403': { $ref: ../components/responses.yaml#/Forbidden }
      '404': { $ref: ../components/responses.yaml#/NotFound }
      '408': { $ref: ../components/quota-errors.yaml#/RequestTimeout }
      '409': { $ref: ../components/quota-errors.yaml#/StorageFull }
      '410': { $ref: ../components/operation-errors.yaml#/OperationExpired }
      '413': { $ref: ../components/responses.yaml#/ContentTooLarge }
      '415': { $ref: ../components/responses.yaml#/UnsupportedMediaType }
      '422': { $ref: ../components/responses.yaml#/UnprocessableSubmit }
      '429': { $ref: ../components/quota-errors.yaml#/TooManyRequestsOrOperations }
      '500': { $ref: ../components/responses.yaml#/InternalError }
      '503': { $ref: ../components/responses.yaml#/Unavailable }
CountRequest:
  type: object
  additionalProperties: false
  required: [depth]
  properties:
    depth: { $ref: '#/Depth' }
    priority: { $ref: ../components/operation.yaml#/Priority }
    labels: { $ref: ../components/operation.yaml#/Labels }
    startAfter: { $ref: ../components/operation.yaml#/StartAfter }
    concurrencyKey: { $ref: ../components/operation.yaml#/ConcurrencyKey }
    validateOnly: { $ref: ../components/operation.yaml#/ValidateOnly }
Depth: { type: string, enum: [DEEP, SHALLOW] }
CountResult:
  type: object
  additionalProperties: false
  required: [pieces]
  properties:
    pieces: { type: integer, format: int32 }
    warnings: { $ref: ../components/operation.yaml#/Warnings }
CountOperation:
  type: object
  allOf: [{ $ref: ../components/operation.yaml#/OperationFields }]
  properties:
    type: { const: countStock }
    result: { $ref: '#/CountResult' }
  unevaluatedProperties: false
`

it('the committed files equal the generated ones', async () => {
  using copy = new SpecCopy()
  expect(await copy.generate()).toMatchObject({ code: 0 })
  for (const [index, text] of written(copy).entries()) {
    expect(text === readFileSync(join(top, 'generated', names[index] ?? ''), 'utf8'), names[index]).toBe(true)
  }
}, 180_000)

it('a new operation type needs one path file and one line', async () => {
  using copy = new SpecCopy()
  copy.write('spec/paths/stock.yaml', newType)
  copy.edit(
    'spec/openapi.yaml',
    '  /uploads: {',
    '  /warehouses/{warehouseId}:count: { $ref: paths/stock.yaml#/run }\n  /uploads: {',
  )
  expect(await copy.generate()).toEqual(expect.objectContaining({ code: 0, stderr: '' }))

  const [openapi = '', schema, operations] = written(copy)
  const { Operation } = JSON.parse(openapi).components.schemas
  expect(Operation.oneOf).toContainEqual({ $ref: '#/components/schemas/CountOperation' })
  expect(Operation.discriminator.mapping.countStock).toBe('#/components/schemas/CountOperation')
  expect(schema).toContain('CountResult: {')
  expect(operations).toContain("path: '/warehouses/{warehouseId}:count'")
  expect(operations).toContain("resultSchema: 'CountResult'")
  expect(operations).toContain("& operations['countStock']['parameters']['path']")
  expect(operations).toContain("countStock: 'COUNTING'")
}, 180_000)

it('a spec that breaks a rule generates nothing', async () => {
  using copy = new SpecCopy()
  copy.edit('spec/paths/reports.yaml', 'operationId: getReport', 'operationId: get_report')
  const { code, stderr } = await copy.generate()
  expect(code).not.toBe(0)
  expect(stderr).toContain('operationId "get_report" must be lowerCamelCase')
  expect(() => written(copy)).toThrow('ENOENT')
}, 180_000)
