import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { contractDocument } from '../../server/contract/document.ts'
import type { WireOperation } from '../../server/contract/present/operation.ts'
import { dialects } from '../../server/dialects/index.ts'
import { jobOf } from '../../server/dialects/jobs/project.ts'
import { operationOf as lroOf } from '../../server/dialects/lro/project.ts'
import { operationOf as taskOf } from '../../server/dialects/tasks/project.ts'
import { statuses } from '../../server/domain/state-machine.ts'

type Examples = Record<string, { value: Record<string, unknown> }>

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
for (const { name, document } of dialects) ajv.addSchema(document.document, name)

/** The value as a client receives it, if it is valid. */
function received<T>(schema: string, value: T): T {
  const sent = JSON.parse(JSON.stringify(value))
  const validate = ajv.compile({ $ref: schema })
  expect(validate(sent), ajv.errorsText(validate.errors)).toBe(true)
  return sent
}

/** The operations that the contract shows. */
const operations = Object.values((contractDocument.components as unknown as { examples: Examples }).examples)
  .map(({ value }) => value)
  .filter((value) => 'operationId' in value && 'statusUrl' in value) as unknown as WireOperation[]

/** The statuses in the dialects of jobs, tasks and five statuses. */
const expected: Record<(typeof statuses)[number], [string, string, string]> = {
  PENDING: ['PENDING', 'pending', 'PENDING'],
  RUNNING: ['RUNNING', 'processing', 'RUNNING'],
  WAITING: ['RUNNING', 'processing', 'RUNNING'],
  CANCELLING: ['RUNNING', 'processing', 'RUNNING'],
  COMPLETED: ['COMPLETED', 'completed', 'COMPLETED'],
  COMPLETED_WITH_ERRORS: ['COMPLETED', 'completed', 'COMPLETED'],
  FAILED: ['FAILED', 'failed', 'FAILED'],
  CANCELLED: ['FAILED', 'cancelled', 'CANCELLED'],
}

describe('the dialects of the source texts', () => {
  it('are shown operations in every status', () => {
    expect(new Set(operations.map(({ status }) => status))).toEqual(new Set(statuses))
  })

  it.each(operations)('show $type $status', (operation) => {
    const job = received('jobs#/components/schemas/ReportJob', jobOf(operation))
    const task = received('tasks#/components/schemas/Operation', taskOf(operation))
    const lro = received('lro#/components/schemas/Operation', lroOf(operation))
    expect([job.status, task.status, lro.status]).toEqual(expected[operation.status])
    expect([job.errorCode !== undefined, task.error !== undefined, lro.error !== undefined]).toEqual([
      job.status === 'FAILED',
      task.status === 'failed',
      lro.status === 'FAILED',
    ])
    expect([job.downloadUrl ?? undefined, task.result?.reportUrl]).toEqual(
      operation.result && 'downloadUrl' in operation.result
        ? Array(2).fill(operation.result.downloadUrl)
        : [undefined, undefined],
    )
    expect([lro.result, lro.links.cancel !== undefined]).toEqual([operation.result, !operation.done])
  })

  it('have links that begin with the public address', () => {
    const [operation] = operations as [WireOperation]
    const links = lroOf({
      ...operation,
      status: 'RUNNING',
      statusUrl: `https://longrun.example.com${operation.statusUrl}`,
    }).links
    const self = `https://longrun.example.com/compat/lro/api/v1/operations/${operation.operationId}`
    expect(links).toEqual({ self, cancel: `${self}:cancel` })
  })

  it('say why an operation was cancelled, and what led to a failure', () => {
    const operation = operations.find(({ status }) => status === 'CANCELLED') as WireOperation
    expect(jobOf({ ...operation, reason: 'superseded' }).errorMessage).toBe('The operation was cancelled: superseded.')
    const failed = operations.find(({ error }) => error?.cause) as WireOperation
    expect(lroOf(failed).error?.details).toBe(failed.error?.cause?.detail)
  })
})
