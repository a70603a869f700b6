import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { type Asking, ask, expectProblem, inAnHour, report } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const path = '/api/v1/operations:batchCreate'
type Operation = { operationId: string; type: string; status: string; batchId: string; links: Record<string, string> }
type ItemProblem = { code: string; detail: string; errors?: { pointer: string }[]; retryAfter?: number }
type Result = { operation?: Operation; replayed?: true; problem?: ItemProblem }
type Created = { batchId: string; results: Result[]; accepted: number; replayed: number; refused: number }

/** A report that stays PENDING. */
const later = (more: object = {}) => ({ type: 'generateReport', body: { ...report, startAfter: inAnHour(), ...more } })
const send = (json: unknown, asking: Asking = {}) => ask(service, path, { ...asking, json })

async function created(operations: readonly unknown[], more: object = {}, asking: Asking = {}): Promise<Created> {
  const answer = await send({ operations, ...more }, asking)
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Created
}

const problemOf = (result: Result | undefined) => {
  const { code, errors = [] } = result?.problem ?? {}
  return { code, pointers: errors.map(({ pointer }) => pointer) }
}
const countOf = async (table: string) => Number((await onDatabase(service, `select count(*) from ${table}`))[0]?.count)
const countOperations = () => countOf('operations')
const countBatches = () => countOf('batches')

describe('a batch', () => {
  it('submits operations of several types and returns them in order, each as its own submit does', async () => {
    const items = [
      later(),
      { type: 'deliverOrder', path: { orderId: 'CA-2016-152156' }, body: { startAfter: inAnHour() } },
      { type: 'exportCustomers', body: { format: 'CSV', startAfter: inAnHour() } },
    ]
    const { batchId, results, ...counts } = await created(items)
    expect(counts).toMatchObject({ accepted: 3, replayed: 0, refused: 0 })
    expect(results.map(({ operation }) => operation?.type)).toEqual(items.map(({ type }) => type))
    for (const { operation } of results) {
      expect(operation).toMatchObject({ batchId, status: 'PENDING' })
      const read = await ask(service, operation?.links.self ?? '')
      const { queuePosition, pollInterval, ...rest } = read.body
      expect(operation).toMatchObject(rest)
    }
  })

  it('of a thousand items is one transaction, with ids in the order of the items', async () => {
    const { results } = await created(Array.from({ length: 1000 }, () => later()))
    const ids = results.map(({ operation }) => operation?.operationId ?? '')
    expect(new Set(ids).size).toBe(1000)
    expect(ids).toEqual(ids.toSorted())
    const [row] = await onDatabase(
      service,
      `select count(distinct xmin::text) as transactions from operations where operation_id = any('{${ids.map((id) => id.slice(3)).join()}}')`,
    )
    expect(Number(row?.transactions)).toBe(1)
  })

  it.each([
    ['no operations', { operations: [] }, '/operations'],
    ['1,001 operations', { operations: Array.from({ length: 1001 }, () => ({ type: 'x' })) }, '/operations'],
    ['an item without a type', { operations: [{ body: {} }] }, '/operations/0/type'],
    ['an item that is no object', { operations: [later(), 'x'] }, '/operations/1'],
    ['an unknown field of an item', { operations: [{ ...later(), headers: {} }] }, '/operations/0/headers'],
    ['a body that is no object', { operations: [{ type: 'generateReport', body: [] }] }, '/operations/0/body'],
    ['an empty key', { operations: [{ ...later(), idempotencyKey: '' }] }, '/operations/0/idempotencyKey'],
    ['validateOnly', { operations: [later()], validateOnly: true }, '/validateOnly'],
  ])('is refused as a whole with %s', async (_, json, pointer) => {
    const before = await countOperations()
    const answer = await send(json)
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect((answer.body.errors as { pointer: string }[]).map((one) => one.pointer)).toContain(pointer)
    expect(await countOperations()).toBe(before)
  })

  it('is a 413 above 1,000,000 bytes or 40,000 values, and a 400 nested deeper than 64 levels', async () => {
    expectProblem(
      await send({ operations: [later({ labels: { x: 'x'.repeat(1_000_000) } })] }),
      413,
      'CONTENT_TOO_LARGE',
    )
    expectProblem(
      await send({ operations: [later({ labels: Array.from({ length: 40_000 }, () => 0) })] }),
      413,
      'CONTENT_TOO_LARGE',
    )
    const deep = `{"operations":[{"type":"generateReport","body":{"labels":${'['.repeat(70)}${']'.repeat(70)}}}]}`
    const answer = await ask(service, path, {
      method: 'POST',
      body: deep,
      headers: { 'content-type': 'application/json' },
    })
    expectProblem(answer, 400, 'INVALID_REQUEST')
  })

  it('needs operations:write, and for each item the scope of its submit', async () => {
    expectProblem(await send({ operations: [later()] }, { key: service.readerKey }), 403, 'INSUFFICIENT_SCOPE')
    const key = await ask(service, '/api/v1/keys', { json: { name: 'writer', scopes: ['operations:write'] } })
    const cancel = { type: 'cancelOperations', body: { filter: { label: ['of:nobody'] }, startAfter: inAnHour() } }
    const { results } = await created([cancel, later()], {}, { key: String(key.body.key) })
    expect(problemOf(results[0])).toMatchObject({ code: 'INSUFFICIENT_SCOPE' })
    expect(results[1]?.operation?.type).toBe('generateReport')
  })
})

const bad: [string, object, string, string[]][] = [
  ['an unknown type', { type: 'makeCoffee' }, 'INVALID_INPUT', ['/type']],
  ['a name of Object', { type: 'constructor' }, 'INVALID_INPUT', ['/type']],
  [
    'the body of another type',
    { type: 'exportCustomers', body: report },
    'INVALID_INPUT',
    ['/body/reportType', '/body/dateRange'],
  ],
  ['a missing path parameter', { type: 'deliverOrder' }, 'INVALID_INPUT', ['/path/orderId']],
  ['a path where there is none', { ...later(), path: { orderId: 'x' } }, 'INVALID_INPUT', ['/path/orderId']],
  ['validateOnly', later({ validateOnly: true }), 'INVALID_INPUT', ['/body/validateOnly']],
  ['a start that is too late', later({ startAfter: '2199-01-01T00:00:00Z' }), 'INVALID_INPUT', ['/body/startAfter']],
  [
    'dates in the wrong order',
    later({ dateRange: { fromDate: '2018-01-01', toDate: '2017-01-01' } }),
    'INVALID_INPUT',
    ['/body/dateRange'],
  ],
  ['an unknown order', { type: 'deliverOrder', path: { orderId: 'none' } }, 'NOT_FOUND', []],
  ['an unsafe webhook', later({ webhook: { url: 'http://127.0.0.1/' } }), 'UNSAFE_URL', ['/body/webhook/url']],
  [
    'an unknown upload',
    { type: 'importOrders', body: { uploadId: 'upload_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21' } },
    'INVALID_INPUT',
    ['/body/uploadId'],
  ],
]

describe('an item that its own submit would refuse', () => {
  it('has the problem of that submit, and the others are submitted', async () => {
    const items = bad.flatMap(([, item]) => [item, later()])
    const { results, accepted, refused } = await created(items)
    expect({ accepted, refused }).toEqual({ accepted: bad.length, refused: bad.length })
    for (const [index, [name, , code, pointers]] of bad.entries()) {
      expect(problemOf(results[2 * index]), name).toMatchObject({ code, pointers: expect.arrayContaining(pointers) })
      expect(results[2 * index + 1]?.operation?.status, name).toBe('PENDING')
    }
  })

  it.each(bad)('refuses a batch with allOrNothing: %s', async (_, item, code, pointers) => {
    const [before, batches] = [await countOperations(), await countBatches()]
    const answer = await send({ operations: [later(), later(), item], allOrNothing: true })
    expectProblem(answer, 422, 'BATCH_REFUSED')
    const found = (answer.body.errors as { pointer: string; message: string }[]) ?? []
    const at = pointers.length > 0 ? pointers.map((pointer) => `/operations/2${pointer}`) : ['/operations/2']
    expect(found.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(at))
    if (pointers.length === 0) expect(found[0]?.message).toContain(code)
    expect(await countOperations()).toBe(before)
    expect(await countBatches()).toBe(batches)
  })

  it('names at most 100 places', async () => {
    const answer = await send({ operations: Array.from({ length: 200 }, () => ({ type: 'x' })), allOrNothing: true })
    expectProblem(answer, 422, 'BATCH_REFUSED')
    expect(answer.body.errors).toHaveLength(100)
  })
})

describe('dependencies between items', () => {
  it('start an item after others, by their index, in any order', async () => {
    const items = [
      { ...later(), dependsOn: [1, 2] },
      later(),
      { ...later({ dependencyPolicy: 'ANY_END' }), dependsOn: [1] },
    ]
    const { results } = await created(items)
    const [first, second, third] = results.map(({ operation }) => operation as Operation & { dependsOn?: string[] })
    expect(first?.dependsOn).toEqual([second?.operationId, third?.operationId])
    expect(third).toMatchObject({ dependsOn: [second?.operationId], dependencyPolicy: 'ANY_END' })
  })

  it('are explained when an index is in the body, where ids of other operations belong', async () => {
    const { results } = await created([later(), later({ dependsOn: [0] })])
    expect(results[1]?.problem?.errors).toEqual([
      {
        pointer: '/body/dependsOn/0',
        message: 'must be an operationId; the index of an item belongs in dependsOn beside body',
      },
    ])
  })

  it.each([
    ['itself', [{ ...later(), dependsOn: [0] }], ['/dependsOn/0']],
    ['no item', [{ ...later(), dependsOn: [7] }], ['/dependsOn/0']],
    [
      'each other',
      [
        { ...later(), dependsOn: [1] },
        { ...later(), dependsOn: [0] },
      ],
      ['/dependsOn', '/dependsOn'],
    ],
    [
      'a refused item, through another',
      [{ ...later(), dependsOn: [1] }, { ...later(), dependsOn: [2] }, { type: 'x' }],
      ['/dependsOn', '/dependsOn', '/type'],
    ],
    [
      'a cycle',
      [
        { ...later(), dependsOn: [1] },
        { ...later(), dependsOn: [2] },
        { ...later(), dependsOn: [1] },
      ],
      ['/dependsOn', '/dependsOn', '/dependsOn'],
    ],
  ])('refuse items that depend on %s', async (_, items, pointers) => {
    const { results } = await created([...items, later()])
    expect(results.slice(0, -1).map((one) => problemOf(one).pointers[0])).toEqual(pointers)
    expect(results.at(-1)?.operation).toBeDefined()
  })
})
