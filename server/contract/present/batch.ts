import type { components } from '../../../generated/schema.ts'
import { type PollInterval, pollInterval } from '../../domain/schedule.ts'
import { isTerminal, type Status, statuses } from '../../domain/state-machine.ts'
import type { WebhookFormat } from '../../domain/webhook-schedule.ts'
import { formatId } from '../ids.ts'
import type { Links } from '../links.ts'

export type WireBatch = components['schemas']['Batch']

/** A batch as stored in the database. `counts`: of the operations that exist; `percentages`: the sum of those that have not ended. */
export type BatchRecord = {
  batchId: string
  accepted: number
  replayed: number
  refused: number
  webhook: { format?: WebhookFormat; disabledAt?: string } | null
  completed: number
  completedWithErrors: number
  failed: number
  cancelled: number
  createdAt: Date
  endedAt: Date | null
  expiresAt: Date
  counts?: Partial<Record<Status, number>> | null
  percentages?: number | null
}

/** The batch in the API's format. */
export function wireBatch(row: BatchRecord, links: Links): WireBatch {
  const { accepted, replayed, refused, endedAt, expiresAt, webhook } = row
  const counts = countsOf(row)
  const ended = statuses.reduce((sum, status) => sum + (isTerminal(status) ? counts[status] : 0), 0)
  const percentage = endedAt ? 100 : (100 * ended + (row.percentages ?? 0)) / accepted
  return {
    batchId: formatId('batch', row.batchId),
    createdAt: row.createdAt.toISOString(),
    total: accepted + replayed + refused,
    accepted,
    replayed,
    refused,
    counts,
    done: endedAt !== null,
    // Below 100 until it is done.
    progress: { percentage: endedAt ? 100 : Math.min(99.9, Math.floor(10 * percentage) / 10) },
    ...(endedAt ? { completedAt: endedAt.toISOString(), expiresAt: expiresAt.toISOString() } : {}),
    ...(webhook ? { webhook: wireBatchWebhook(webhook) } : {}),
    links: batchLinks(row.batchId, links),
  }
}

export function wireBatchWebhook({ disabledAt, format = 'STANDARD' }: NonNullable<BatchRecord['webhook']>) {
  return { registered: disabledAt === undefined, format }
}

export function batchLinks(batchId: string, links: Links): WireBatch['links'] {
  return { self: links.batch(batchId), operations: links.operationsOf(batchId) }
}

/** The operations that have been deleted, or all if the batch has ended, are counted in the columns of the row. */
function countsOf({ counts, ...row }: BatchRecord): WireBatch['counts'] {
  const of = (status: Status, stored = 0) => (row.endedAt ? 0 : (counts?.[status] ?? 0)) + stored
  return {
    PENDING: of('PENDING'),
    RUNNING: of('RUNNING'),
    WAITING: of('WAITING'),
    CANCELLING: of('CANCELLING'),
    COMPLETED: of('COMPLETED', row.completed),
    COMPLETED_WITH_ERRORS: of('COMPLETED_WITH_ERRORS', row.completedWithErrors),
    FAILED: of('FAILED', row.failed),
    CANCELLED: of('CANCELLED', row.cancelled),
  }
}

/** When to poll a batch again; undefined once it is done. */
export function batchPollInterval({ createdAt, endedAt }: BatchRecord, now = new Date()): PollInterval | undefined {
  if (endedAt) return undefined
  return pollInterval('RUNNING', { ageMs: now.getTime() - createdAt.getTime() })
}
