import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Document, operationsOf, submitsOf } from '../../spec/assemble.ts'

type Schema = { enum?: string[]; required?: string[]; properties: Record<string, object> }
type Parameter = { name: string; $ref?: string }

const document = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../generated/openapi.json'), 'utf8'),
) as Document & { components: { parameters: Record<string, Parameter>; schemas: Record<string, Schema> } }
const { schemas, parameters } = document.components
const operations = operationsOf(document)
const ids = operations.map(({ operation }) => operation.operationId)
const takes = (operation: { parameters?: unknown }, name: string) =>
  ((operation.parameters ?? []) as Parameter[]).some(
    (parameter) => (parameters[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter).name === name,
  )

/** What `spec/rules` does not check, because it is about the whole contract. docs/style-guides.md names each difference from the guides. */
describe('the contract, beside the style guides for long-running operations', () => {
  it.each([
    'getOperation',
    'listOperations',
    'cancelOperation',
    'deleteOperation',
  ])('has %s, as google.longrunning.Operations does (AIP-151)', (id) => expect(ids).toContain(id))

  it('waits with `Prefer: wait` where AIP-151 has WaitOperation', () => {
    const read = operations.find(({ operation }) => operation.operationId === 'getOperation')
    expect(read && takes(read.operation, 'Prefer')).toBe(true)
    for (const { operation } of submitsOf(document))
      expect(takes(operation, 'Prefer'), operation.operationId).toBe(true)
  })

  it('declares result, progress, retention and a time limit of each type (AIP-151)', () => {
    for (const { longRunning, operation } of submitsOf(document)) {
      expect(schemas, operation.operationId).toHaveProperty(longRunning.result)
      expect(longRunning.phases.length).toBeGreaterThan(0)
      expect(longRunning.timeoutSeconds).toBeLessThanOrEqual(3600)
      for (const seconds of Object.values(longRunning.retentionSeconds)) expect(seconds).toBeLessThanOrEqual(2_592_000)
    }
  })

  it('never answers a submit with 201, and a GET or DELETE with 202 (az-lro-response-codes)', () => {
    for (const { operation } of submitsOf(document)) expect(operation.responses).not.toHaveProperty('201')
    const reads = operations.filter(({ method }) => method !== 'post')
    expect(reads.filter(({ operation }) => '202' in operation.responses)).toEqual([])
  })

  it('has one state field with states in UPPER_SNAKE_CASE, and `done` (AIP-151, AIP-216)', () => {
    for (const state of schemas.Status?.enum ?? []) expect(state).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    for (const { operation } of submitsOf(document)) {
      const accepted = operation.responses['202'] as { content: { 'application/json': { schema: { $ref: string } } } }
      const name = accepted.content['application/json'].schema.$ref.split('/').at(-1) ?? ''
      expect(schemas[name]?.required, name).toEqual(
        expect.arrayContaining(['operationId', 'status', 'done', 'statusUrl']),
      )
      expect(schemas[name]?.properties).toHaveProperty('error')
    }
  })

  /** Requests that create something and may be repeated only by the caller's own check. The page gives the reasons. */
  const withoutKey = ['createWebhookReceiver', 'pingWebhookReceiver', 'createKey', 'createUpload', 'redeliver']
  it('takes an Idempotency-Key wherever a request creates something (AIP-155)', () => {
    const creating = operations.filter(({ operation }) => '201' in operation.responses || '202' in operation.responses)
    const missing = creating.filter(({ operation }) => !takes(operation, 'Idempotency-Key'))
    expect(missing.map(({ operation }) => operation.operationId).sort()).toEqual(withoutKey.toSorted())
  })

  it('explains every exception', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/style-guides.md'), 'utf8')
    for (const id of withoutKey) expect(page).toContain(`\`${id}\``)
  })
})
