import { makersOf, parseId } from '../contract/ids.ts'
import { Problem } from '../contract/problem.ts'
import * as operations from '../database/operations.ts'
import { expiredAt, tombstoneAmong } from '../database/tombstones.ts'
import type { Backend } from './backend.ts'

export function hasExpired({ expiresAt }: { expiresAt: Date | null }): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now()
}

/** `find`: another way to read one, such as together with others. */
export type Reading = Pick<Backend, 'db'> & {
  find?: (at: { ownerId: string; operationId: string }) => Promise<operations.OperationRow | undefined>
}

/**
 * The owner's operation of an id as callers write it, or the problem that stands for one that is not there (any more). Every
 * endpoint that has an operation in its path begins with this.
 */
export async function findOperation(
  { db, find = (at) => operations.find(db, at) }: Reading,
  ownerId: string,
  id: string,
): Promise<operations.OperationRow | Problem<'OPERATION_NOT_FOUND' | 'OPERATION_EXPIRED'>> {
  const operationId = parseId('operation', id)
  const row = operationId ? await find({ ownerId, operationId }) : undefined
  if (row) return hasExpired(row) ? operationGone(row.expiresAt) : row
  // In this order: whoever removes a row leaves the tombstone with the same commit.
  const gone = operationId ? await expiredAt(db, { ownerId, operationId }) : undefined
  return gone
    ? operationGone(gone)
    : new Problem('OPERATION_NOT_FOUND', 'There is no such operation, or it is not yours.')
}

/** For an operation whose retention is over, or which was purged; `when`, if that is still known. */
export function operationGone(when: Date | null): Problem<'OPERATION_EXPIRED'> {
  const detail = 'The operation expired or was purged; its record, result and files are gone.'
  return new Problem('OPERATION_EXPIRED', detail, when ? { expiredAt: when } : {})
}

/** The operation that made the report or file of this UUID, if it has gone: whose it was, and when it went. */
export function goneMaker({ db }: Pick<Backend, 'db'>, uuid: string | undefined) {
  return uuid === undefined ? undefined : tombstoneAmong(db, makersOf(uuid))
}

/** The owner's report or file, or the problem that stands for one that is not there (any more); also when it went with its operation. */
export async function availableMade<Row extends { expiresAt: Date }>(
  backend: Pick<Backend, 'db'>,
  { row, uuid, ownerId }: { row: Row | undefined; uuid: string | undefined; ownerId: string },
  what: string,
): Promise<Row | Problem<'NOT_FOUND' | 'EXPIRED'>> {
  // In this order: whoever removes a row leaves the tombstone with the same commit.
  const gone = row ? undefined : await goneMaker(backend, uuid)
  return gone?.ownerId === ownerId ? expired(what, gone.expiredAt) : available(row, what)
}

/** For what its retention, or the purge of its operation, has removed. */
export function expired(what: string, when: Date): Problem<'EXPIRED'> {
  return new Problem('EXPIRED', `The ${what} expired and is gone.`, { expiredAt: when })
}

/** The report, upload or file, or the problem that stands for one that is not there (any more). */
export function available<Row extends { expiresAt: Date }>(
  row: Row | undefined,
  what: string,
): Row | Problem<'NOT_FOUND' | 'EXPIRED'> {
  if (!row) return new Problem('NOT_FOUND', `There is no such ${what}, or it is not yours.`)
  if (!hasExpired(row)) return row
  return expired(what, row.expiresAt)
}
