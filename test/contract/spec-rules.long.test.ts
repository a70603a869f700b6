import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lint, SpecCopy } from './spec-copy.ts'

type Change = readonly [title: string, file: string, from: string, to: string, message: string]

const unchanged = new SpecCopy()
const copies: SpecCopy[] = []
const findings = new Map<SpecCopy, string[]>()

/** A test for each change: the linter reports the message for the changed spec. */
function refuses(rule: string | undefined, changes: readonly Change[]) {
  const changed = changes.map(([title, file, from, to, message]) => {
    const copy = new SpecCopy()
    copies.push(copy)
    copy.edit(file, from, to)
    return { title, copy, finding: rule ? `${rule}: ${message}` : message }
  })
  it.each(changed)('refuses $title', ({ copy, finding }) => {
    expect(findings.get(copy)).toContain(finding)
  })
}

beforeAll(async () => {
  const found = await lint(copies, expensive)
  for (const [at, copy] of copies.entries()) findings.set(copy, found[at] ?? [])
}, 120_000)
afterAll(() => {
  for (const copy of [unchanged, ...copies]) copy[Symbol.dispose]()
})

/** The linter's own rules that take three quarters of its time. The changed specs are for the rules of the project. */
const expensive = [
  'struct',
  'no-invalid-media-type-examples',
  'no-invalid-parameter-examples',
  'no-invalid-schema-examples',
]

const reports = 'spec/paths/reports.yaml'
const operations = 'spec/paths/operations.yaml'
const components = (name: string) => `spec/components/${name}.yaml`

describe('lint', () => {
  it('finds nothing in the unchanged spec', async () => {
    expect(await lint([unchanged])).toEqual([[]])
  })

  refuses(undefined, [
    [
      'an operationId that is not lowerCamel',
      reports,
      'operationId: getReport',
      'operationId: get_report',
      'longrun/operation-id-camel: operationId "get_report" must be lowerCamelCase.',
    ],
    [
      'a custom verb that is not a POST',
      operations,
      'cancel:\n  post:',
      'cancel:\n  put:',
      'longrun/custom-verb-is-post: /operations/{operationId}:cancel has a custom verb and must be a POST, not a PUT.',
    ],
    [
      'an operation that does not declare its credential',
      reports,
      "    security: [{ bearer: ['operations:write'] }, { apiKey: ['operations:write'] }]\n",
      '',
      'longrun/security-stated: The operation must declare `security`.',
    ],
  ])
})

describe('lint of submits', () => {
  refuses('longrun/long-running', [
    [
      'a 202 that declares no operation type',
      reports,
      'x-long-running-operation:',
      'x-something-else:',
      'A 202 needs x-long-running-operation.',
    ],
    [
      'an operation type that is not accepted with 202',
      reports,
      "'202':",
      "'201':",
      'x-long-running-operation needs a 202.',
    ],
    [
      'a 202 without Location',
      reports,
      '          Location: { $ref: ../components/headers.yaml#/Location }\n',
      '',
      'A 202 must have the required header Location.',
    ],
    [
      'a 202 whose Retry-After may be absent',
      reports,
      'headers.yaml#/RetryAfter }',
      'headers.yaml#/RetryAfterWhileActive }',
      'A 202 must have the required header Retry-After.',
    ],
    [
      'a submit without Idempotency-Key',
      reports,
      'parameters.yaml#/IdempotencyKey',
      'parameters.yaml#/IfNoneMatch',
      'A request that starts an operation must take an Idempotency-Key.',
    ],
    [
      'a submit without a 410 for a replay of an expired operation',
      reports,
      "      '410': { $ref: ../components/operation-errors.yaml#/OperationExpired }\n",
      '',
      'A request that starts an operation must list the response 410.',
    ],
    [
      'a result that is not the schema of the response',
      reports,
      'result: ReportResult',
      'result: Report',
      '`result: Report` must be the schema of `result` in the 202.',
    ],
    [
      'a response of another type',
      components('reports'),
      'const: generateReport',
      'const: makeReport',
      '`type` in the 202 must be "generateReport".',
    ],
    [
      'a result location with unknown fields',
      reports,
      '/reports/{reportId}',
      '/reports/{id}',
      '{id} in resultLocation must be a field of ReportResult.',
    ],
    [
      'a result location that is neither a path nor a link',
      reports,
      'resultLocation: /reports/{reportId}',
      'resultLocation: reports/{reportId}',
      'resultLocation must be a path, or one field that is a link.',
    ],
    [
      'a resource that the 202 does not contain',
      components('reports'),
      "    resource: { $ref: '#/ReportReference' }\n",
      '',
      '`resource` must have the same type in the declaration and in the 202, and a property with the name of the type.',
    ],
    [
      'a resource of another type than the 202 shows',
      reports,
      'resource: { type: report,',
      'resource: { type: order,',
      '`resource` must have the same type in the declaration and in the 202, and a property with the name of the type.',
    ],
    [
      'a resource whose id is not in any field',
      reports,
      'id: result.reportId',
      'id: input.reportId',
      'resource.id must be input.<field> or result.<field> of the type, not "input.reportId".',
    ],
    [
      'a summary with a field that the request lacks',
      reports,
      '{dateRange.fromDate} to',
      '{dateRange.from} to',
      '{dateRange.from} in summary must be a field of the request that is not writeOnly, or a path parameter.',
    ],
    [
      'a summary with a field that is writeOnly',
      components('reports'),
      "    reportType: { $ref: '#/ReportType' }\n    dateRange: { $ref: '#/DateRange' }\n    format: { $ref: '#/ReportFormat' }\n    filters",
      "    reportType: { type: string, maxLength: 9, writeOnly: true, description: Secret. }\n    dateRange: { $ref: '#/DateRange' }\n    format: { $ref: '#/ReportFormat' }\n    filters",
      '{reportType} in summary must be a field of the request that is not writeOnly, or a path parameter.',
    ],
    [
      'a retry without Idempotency-Key',
      operations,
      'parameters.yaml#/OperationIdParameter\n      - $ref: ../components/parameters.yaml#/IdempotencyKey\n',
      'parameters.yaml#/OperationIdParameter\n',
      'A request that starts an operation must take an Idempotency-Key.',
    ],
    [
      'a type with an invalid reusesSteps',
      'spec/paths/orders.yaml',
      'compensates: true',
      'compensates: true\n      reusesSteps: perhaps',
      'reusesSteps must be true or false.',
    ],
    [
      'a type with a declared key whose submit takes another one',
      components('orders'),
      '    startAfter: { $ref: operation.yaml#/StartAfter }\n    webhook: { $ref: webhooks.yaml#/Webhook }\n    validateOnly: { $ref: operation.yaml#/ValidateOnly }\n\nDeliverOrderRequest:',
      '    startAfter: { $ref: operation.yaml#/StartAfter }\n    concurrencyKey: { $ref: operation.yaml#/ConcurrencyKey }\n    webhook: { $ref: webhooks.yaml#/Webhook }\n    validateOnly: { $ref: operation.yaml#/ValidateOnly }\n\nDeliverOrderRequest:',
      'A request that starts an operation must have the field `concurrencyKey`, unless its type declares `concurrency`.',
    ],
    [
      'a type without a declared key whose submit takes none',
      components('reports'),
      '    concurrencyKey: { $ref: operation.yaml#/ConcurrencyKey }\n',
      '',
      'A request that starts an operation must have the field `concurrencyKey`, unless its type declares `concurrency`.',
    ],
    ...[
      ['a key that does not begin with the owner', '{ key: uploadId, limit: 1 }'],
      ['a key without a limit', '{ key: owner }'],
      ['a limit of zero', '{ key: owner/uploadId, limit: 0 }'],
    ].map(
      ([title = '', declared = '']) =>
        [
          title,
          'spec/paths/orders.yaml',
          '{ key: owner, limit: 1 }',
          declared,
          'concurrency must have a `key` that begins with `owner`, and a `limit`, an integer of at least 1.',
        ] as const,
    ),
    ...['orderId', 'webhook', 'labels.team', ''].map(
      (name) =>
        [
          `a key of "${name}", which is no field with one value`,
          'spec/paths/orders.yaml',
          '{ key: owner, limit: 1 }',
          `{ key: owner/${name}, limit: 2 }`,
          `"${name}" in concurrency.key must be a field of the request with one value, or a path parameter.`,
        ] as const,
    ),
    [
      'a result without warnings',
      components('reports'),
      '    warnings: { $ref: operation.yaml#/Warnings }\n',
      '',
      'A result must have `warnings`.',
    ],
    [
      'two waits with one phase',
      'spec/paths/candidates.yaml',
      'kind: CALLBACK, phase: EDUCATION',
      'kind: CALLBACK, phase: EMPLOYMENT',
      'A wait must have a unique name in camelCase, the kind CALLBACK or INPUT, a phase of the type that no other wait has if any, and the schema of a closed object.',
    ],
    ['phases that do not add up', reports, 'weight: 70', 'weight: 71', 'The weights of the phases must add up to 100.'],
    [
      'two phases with one name',
      reports,
      'name: DATA_PROCESSING',
      'name: VALIDATION',
      'Phases must have unique names in UPPER_SNAKE_CASE.',
    ],
    [
      'a missing rule of the type',
      reports,
      '      timeoutSeconds: 1800\n',
      '',
      'timeoutSeconds must be an integer of at least 1.',
    ],
  ])
})

describe('lint of requests', () => {
  refuses('longrun/request-closed', [
    [
      'an open object',
      components('operation'),
      'CancelRequest:\n  type: object\n  description: The optional body of a cancel.\n  additionalProperties: false\n',
      'CancelRequest:\n  type: object\n  description: The optional body of a cancel.\n',
      'A request must have additionalProperties: false.',
    ],
    [
      'a nested open object',
      components('reports'),
      'additionalProperties: false\n  required: [fromDate, toDate]',
      'required: [fromDate, toDate]',
      'A request must have additionalProperties: false.',
    ],
    [
      'a property that is not a $ref',
      components('orders'),
      '{ $ref: uploads.yaml#/UploadId }',
      '{ type: string }',
      'The property uploadId of a request must be a $ref.',
    ],
    [
      'a property with the name of an encrypted input',
      components('orders'),
      'uploadId: { $ref: uploads.yaml#/UploadId }',
      'sealed: { $ref: uploads.yaml#/UploadId }',
      'A request must not have the property sealed.',
    ],
    [
      'composition',
      components('operation'),
      'CancelRequest:\n',
      'CancelRequest:\n  allOf: [{ $ref: "#/Validation" }]\n',
      'A request must be flat, without allOf.',
    ],
  ])
})

describe('lint of responses', () => {
  const problem = 'application/problem+json:\n      schema: { $ref: problem.yaml#/Problem }'

  refuses(undefined, [
    [
      'an error that is plain JSON',
      components('responses'),
      problem,
      problem.replace('problem+json', 'json'),
      'longrun/problem-response: 400 must be application/problem+json with the schema Problem.',
    ],
    [
      'an error of another schema',
      components('responses'),
      problem,
      problem.replace('#/Problem', '#/ProblemPlace'),
      'longrun/problem-response: 400 must be application/problem+json with the schema Problem.',
    ],
    [
      'a success without an example',
      'spec/paths/files.yaml',
      '            examples:\n              file: { $ref: ../components/examples.yaml#/FileExample }\n',
      '',
      'longrun/success-example: 200 application/json must have an example.',
    ],
    [
      'an operation that cannot succeed',
      reports,
      "      '200':\n        description: The report.",
      "      '302':\n        description: The report.",
      'longrun/success-status: The operation must have a 2xx response.',
    ],
    [
      'a response without the header X-Request-Id',
      operations,
      '        description: The operation is cancelled or being cancelled.\n        headers:\n          X-Request-Id: { $ref: ../components/headers.yaml#/RequestId }\n',
      '        description: The operation is cancelled or being cancelled.\n        headers:\n',
      'longrun/request-id-header: 204 must have the header X-Request-Id.',
    ],
    [
      'a submit without a 422',
      reports,
      "      '422': { $ref: ../components/responses.yaml#/UnprocessableSubmit }\n",
      '',
      'longrun/expected-errors: The operation must list the responses 422.',
    ],
    [
      'a submit without a 409 for a full storage quota',
      reports,
      "      '409': { $ref: ../components/quota-errors.yaml#/StorageFull }\n",
      '',
      'longrun/expected-errors: The operation must list the responses 409.',
    ],
    [
      'a path with an id and without a 404',
      reports,
      "      '404': { $ref: ../components/responses.yaml#/NotFound }\n",
      '',
      'longrun/expected-errors: The operation must list the responses 404.',
    ],
    [
      'a 401 without WWW-Authenticate',
      components('responses'),
      '    WWW-Authenticate: { $ref: headers.yaml#/WWWAuthenticate }\n',
      '',
      'longrun/expected-errors: A 401 must have the header WWW-Authenticate.',
    ],
    [
      'a read without a 503',
      'spec/paths/uploads.yaml',
      "      '503': { $ref: ../components/responses.yaml#/Unavailable }\n",
      '',
      'longrun/unavailable: The operation must list the response 503.',
    ],
    [
      'a 503 without Retry-After',
      components('responses'),
      'Unavailable:\n  description: The service cannot reach its database, is starting or stopping, or could not process the request in time.\n  headers:\n    X-Request-Id: { $ref: headers.yaml#/RequestId }\n    RateLimit: { $ref: headers.yaml#/RateLimit }\n    RateLimit-Policy: { $ref: headers.yaml#/RateLimitPolicy }\n    Retry-After: { $ref: headers.yaml#/RetryAfter }\n',
      'Unavailable:\n  description: The service cannot reach its database, is starting or stopping, or could not process the request in time.\n  headers:\n    X-Request-Id: { $ref: headers.yaml#/RequestId }\n    RateLimit: { $ref: headers.yaml#/RateLimit }\n    RateLimit-Policy: { $ref: headers.yaml#/RateLimitPolicy }\n',
      'longrun/unavailable: A 503 must have the header Retry-After.',
    ],
    [
      'a request with a credential and without a 429',
      reports,
      "      '429': { $ref: ../components/responses.yaml#/TooManyRequests }\n",
      '',
      'longrun/rate-limited: The operation must list the response 429.',
    ],
    [
      'a 429 without Retry-After',
      components('responses'),
      '    Retry-After: { $ref: headers.yaml#/RetryAfterRefused }\n',
      '',
      'longrun/rate-limited: A 429 must have the required header Retry-After.',
    ],
    [
      'a response without the header RateLimit',
      reports,
      '          RateLimit: { $ref: ../components/headers.yaml#/RateLimit }\n',
      '',
      'longrun/rate-limited: 202 must have the header RateLimit.',
    ],
    [
      'a rate limit of an unknown class',
      operations,
      'x-rate-limit: reads',
      'x-rate-limit: lookups',
      'longrun/rate-limited: x-rate-limit must be submits, reads or uploads.',
    ],
    [
      'a request without a credential and without a 429',
      'spec/paths/system.yaml',
      "      '429': { $ref: ../components/responses.yaml#/TooManyFromAddress }\n",
      '',
      'longrun/rate-limited: The operation must list the response 429.',
    ],
    [
      'a request without a credential and without x-rate-limit',
      'spec/paths/system.yaml',
      '    x-rate-limit: address\n',
      '',
      'longrun/rate-limited: Without a credential, x-rate-limit must be address, link or callback.',
    ],
  ])
})

describe('lint of the size of requests', () => {
  refuses('longrun/request-bounded', [
    [
      'a body limit without values',
      operations,
      'x-body-limit: { bytes: 131072, values: 1200 }',
      'x-body-limit: { bytes: 131072 }',
      'x-body-limit of a JSON body must be {bytes, values} with integers from 1 to 1,000,000.',
    ],
    [
      'a body limit that is too large',
      operations,
      'x-body-limit: { bytes: 131072,',
      'x-body-limit: { bytes: 10000000,',
      'x-body-limit of a JSON body must be {bytes, values} with integers from 1 to 1,000,000.',
    ],
    [
      'an array without maxItems',
      components('webhooks'),
      '  maxItems: 9\n',
      '',
      'An array in a request must have maxItems.',
    ],
    [
      'a map without maxProperties',
      components('operation'),
      '  maxProperties: 16\n',
      '',
      'A map in a request must have maxProperties.',
    ],
  ])
})

describe('lint of lists', () => {
  refuses('longrun/list-pages', [
    [
      'pages without a maximum size',
      components('paging'),
      'maximum: 1000, default',
      'default',
      'A list must take pageSize (1–1000) and pageToken.',
    ],
    [
      'a list without a page token',
      'spec/paths/customers.yaml',
      '      - $ref: ../components/paging.yaml#/PageToken\n',
      '',
      'A list must take pageSize (1–1000) and pageToken.',
    ],
    [
      'an array that is not named after its resource',
      components('orders'),
      '  required: [orders]\n  properties:\n    orders:',
      '  required: [items]\n  properties:\n    items:',
      'A list must return {orders, nextPageToken?}.',
    ],
  ])
})
