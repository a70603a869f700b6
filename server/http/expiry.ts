import { Problem } from '../contract/problem.ts'
import type { OperationRow } from '../database/operations.ts'

export function hasExpired({ expiresAt }: { expiresAt: Date | null }): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now()
}

/** The operation, or the problem that stands for one that is not there (any more). */
export function visible(
  row: OperationRow | undefined,
): OperationRow | Problem<'OPERATION_NOT_FOUND' | 'OPERATION_EXPIRED'> {
  if (!row) return new Problem('OPERATION_NOT_FOUND', 'There is no such operation, or it is not yours.')
  if (row.expiresAt === null || !hasExpired(row)) return row
  const detail = 'The operation expired; its record, result and files are gone.'
  return new Problem('OPERATION_EXPIRED', detail, { expiredAt: row.expiresAt })
}

/** The report, upload or file, or the problem that stands for one that is not there (any more). */
export function available<Row extends { expiresAt: Date }>(
  row: Row | undefined,
  what: string,
): Row | Problem<'NOT_FOUND' | 'EXPIRED'> {
  if (!row) return new Problem('NOT_FOUND', `There is no such ${what}, or it is not yours.`)
  if (!hasExpired(row)) return row
  return new Problem('EXPIRED', `The ${what} expired and is gone.`, { expiredAt: row.expiresAt })
}
