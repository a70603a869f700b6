import { operationIdRangeOf, parseId } from '../../contract/ids.ts'
import { Problem } from '../../contract/problem.ts'
import * as operations from '../../database/operations/read.ts'
import { expiredAt, tombstoneAmong } from '../../database/operations/tombstones.ts'
import type { Backend } from '../backend.ts'

export function hasExpired({ expiresAt }: { expiresAt: Date | null }): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now()
}

/** `find`: replaces the query for one operation, for example by a batched one. */
export type OperationReader = Pick<Backend, 'db'> & {
  find?: (at: { ownerId: string; operationId: string }) => Promise<operations.OperationRow | undefined>
}

/**
 * The owner's operation with an id of the API, or the problem if it is unknown or expired. Every endpoint with an operation in its path
 * starts with this.
 */
export async function findOperation(
  { db, find = (at) => operations.find(db, at) }: OperationReader,
  ownerId: string,
  id: string,
): Promise<operations.OperationRow | Problem<'OPERATION_NOT_FOUND' | 'OPERATION_EXPIRED'>> {
  const operationId = parseId('operation', id)
  const row = operationId ? await find({ ownerId, operationId }) : undefined
  if (row) return hasExpired(row) ? operationGone(row.expiresAt) : row
  // In this order: the row is removed and the tombstone inserted by the same commit.
  const gone = operationId ? await expiredAt(db, { ownerId, operationId }) : undefined
  return gone
    ? operationGone(gone)
    : new Problem('OPERATION_NOT_FOUND', 'There is no such operation, or it is not yours.')
}

/** For an expired or purged operation; `when`, if it is still known. */
export function operationGone(when: Date | null): Problem<'OPERATION_EXPIRED'> {
  const detail = 'The operation expired or was purged. Its record, result and files are deleted.'
  return new Problem('OPERATION_EXPIRED', detail, when ? { expiredAt: when } : {})
}

/** The tombstone of the operation that created the report or file of this UUID, if the operation was removed. */
export function tombstoneOfCreator({ db }: Pick<Backend, 'db'>, uuid: string | undefined) {
  return uuid === undefined ? undefined : tombstoneAmong(db, operationIdRangeOf(uuid))
}

/** The owner's report or file, or the problem if it is unknown or expired, or was removed with its operation. */
export async function availableResult<Row extends { expiresAt: Date }>(
  backend: Pick<Backend, 'db'>,
  { row, uuid, ownerId }: { row: Row | undefined; uuid: string | undefined; ownerId: string },
  what: string,
): Promise<Row | Problem<'NOT_FOUND' | 'EXPIRED'>> {
  // In this order: the row is removed and the tombstone inserted by the same commit.
  const gone = row ? undefined : await tombstoneOfCreator(backend, uuid)
  return gone?.ownerId === ownerId ? expired(what, gone.expiredAt) : available(row, what)
}

/** For what was removed by retention or by the purge of its operation. */
export function expired(what: string, when: Date): Problem<'EXPIRED'> {
  return new Problem('EXPIRED', `The ${what} expired and was deleted.`, { expiredAt: when })
}

/** The report, upload or file, or the problem if it is unknown or expired. */
export function available<Row extends { expiresAt: Date }>(
  row: Row | undefined,
  what: string,
): Row | Problem<'NOT_FOUND' | 'EXPIRED'> {
  if (!row) return new Problem('NOT_FOUND', `There is no such ${what}, or it is not yours.`)
  if (!hasExpired(row)) return row
  return expired(what, row.expiresAt)
}
