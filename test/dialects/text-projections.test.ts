import { expect, it } from 'vitest'
import type { WireOperation } from '../../server/contract/present/operation.ts'
import { jobOf } from '../../server/dialects/jobs/project.ts'
import { operationOf as lroOf } from '../../server/dialects/lro/project.ts'
import { operationOf as taskOf } from '../../server/dialects/tasks/project.ts'
import { type Status, statuses } from '../../server/domain/state-machine.ts'

const operationId = 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
const at = '2026-11-21T09:00:00.000Z'

function operation(status: Status): WireOperation {
  const fields = { operationId, status, progress: { percentage: 40 }, createdAt: at, updatedAt: at }
  return { ...fields, statusUrl: `https://longrun.example.com/api/v1/operations/${operationId}` } as WireOperation
}

it('every status of the API has one of the dialects', () => {
  const shown = statuses.map((status) => {
    const [job, task, lro] = [jobOf(operation(status)), taskOf(operation(status)), lroOf(operation(status))]
    return [status, job.status, task.status, lro.status]
  })
  expect(shown).toEqual([
    ['PENDING', 'PENDING', 'pending', 'PENDING'],
    ['RUNNING', 'RUNNING', 'processing', 'RUNNING'],
    ['WAITING', 'RUNNING', 'processing', 'RUNNING'],
    ['CANCELLING', 'RUNNING', 'processing', 'RUNNING'],
    ['COMPLETED', 'COMPLETED', 'completed', 'COMPLETED'],
    ['COMPLETED_WITH_ERRORS', 'COMPLETED', 'completed', 'COMPLETED'],
    ['FAILED', 'FAILED', 'failed', 'FAILED'],
    ['CANCELLED', 'FAILED', 'cancelled', 'CANCELLED'],
  ])
})

it('links begin with the public address', () => {
  const self = `https://longrun.example.com/compat/lro/api/v1/operations/${operationId}`
  expect(lroOf(operation('RUNNING')).links).toEqual({ self, cancel: `${self}:cancel` })
  expect(lroOf(operation('CANCELLED')).links).toEqual({ self })
})

it('a cancelled job says why it failed', () => {
  const { errorCode, errorMessage } = jobOf({ ...operation('CANCELLED'), reason: 'superseded' })
  expect([errorCode, errorMessage]).toEqual(['OPERATION_CANCELLED', 'The operation was cancelled: superseded.'])
})
