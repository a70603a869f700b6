import type { components } from '../../../generated/dialects/lro.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { isTerminal, type Status } from '../../domain/state-machine.ts'
import { urlOf } from '../submit.ts'

type Lro = components['schemas']

/** The path of operations. */
export const at = '/compat/lro/api/v1/operations'

const statuses: Readonly<Record<Status, Lro['Status']>> = {
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  WAITING: 'RUNNING',
  CANCELLING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  COMPLETED_WITH_ERRORS: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
}

/** The statuses of the API that are this one here. */
export function statusesOf(status: Lro['Status']): Status[] {
  return (Object.keys(statuses) as Status[]).filter((one) => statuses[one] === status)
}

export function operationOf(operation: WireOperation): Lro['Operation'] {
  const { operationId, status, progress, result, error, createdAt, startedAt, estimatedCompletion } = operation
  const { completedAt, failedAt, cancelledAt } = operation
  const self = urlOf(operation, at)
  return {
    operationId,
    status: statuses[status],
    ...(status === 'PENDING' ? {} : { progress: progress.percentage }),
    ...(result ? { result } : {}),
    ...(error ? { error: errorOf(error) } : {}),
    createdAt,
    // JSON leaves out what is undefined.
    ...({ startedAt, estimatedCompletion, completedAt, failedAt, cancelledAt } as Pick<Lro['Operation'], 'startedAt'>),
    links: { self, ...(isTerminal(status) ? {} : { cancel: `${self}:cancel` }) },
  }
}

function errorOf({ code, detail, cause }: NonNullable<WireOperation['error']>): Lro['OperationError'] {
  return { code, message: detail, ...(cause ? { details: cause.detail } : {}) }
}

/** A request with the webhook of the contract in place of the URL. */
export function withWebhook<Body extends { webhookUrl?: string }>({ webhookUrl, ...body }: Body) {
  return { ...body, ...(webhookUrl === undefined ? {} : { webhook: { url: webhookUrl } }) }
}
