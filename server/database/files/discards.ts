import { and, eq, inArray, like, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { discards } from '../schema/files.ts'

/** Bytes that are about to be stored. They are deleted after `dueAt` unless a row refers to them by then. */
export type PlannedFile = { storageKey: string; dueAt: Date; reservedBytes: number }

/** Bytes of an owner's quota that are reserved for a file while it is written. */
export type Reservation = { ownerId: string; reservedBytes: number }

const inSeconds = (seconds: number) => sql`clock_timestamp() + ${seconds}::float8 * interval '1 second'`

/** Records that bytes will be stored under a new key, before the first one is stored: if the process dies, a sweep deletes them. */
export async function planFile(
  db: Db,
  storageKey: string,
  aheadSeconds: number,
  reservation?: Reservation,
): Promise<PlannedFile> {
  const [row] = await db
    .insert(discards)
    .values({ storageKey, dueAt: inSeconds(aheadSeconds), ...reservation })
    .returning()
  if (!row) throw new Error('the row of a planned file was not written')
  return row
}

/** Moves `dueAt` and reserves `moreBytes`. Undefined: too late, the bytes are being deleted or are deleted. */
export async function extendPlan(
  db: Db,
  planned: PlannedFile,
  aheadSeconds: number,
  moreBytes = 0,
): Promise<PlannedFile | undefined> {
  const [row] = await db
    .update(discards)
    .set({ dueAt: inSeconds(aheadSeconds), reservedBytes: planned.reservedBytes + moreBytes })
    .where(unchanged(planned))
    .returning()
  return row
}

/**
 * Ends a plan, in the transaction that writes the row which refers to the bytes. False: too late, the bytes are being deleted or are
 * deleted, and the transaction must not be committed.
 */
export async function fulfilPlan(tx: Db, planned: PlannedFile): Promise<boolean> {
  const rows = await tx.delete(discards).where(unchanged(planned)).returning()
  return rows.length > 0
}

// A process that takes a key to delete its bytes changes `due_at`, which makes the plan invalid.
const unchanged = ({ storageKey, dueAt }: PlannedFile) =>
  and(eq(discards.storageKey, storageKey), eq(discards.dueAt, dueAt))

/** After this time another process may take the keys: the first one is considered dead. */
const takenSeconds = 300

/**
 * Takes up to `limit` keys that are due, the earliest first, so that the caller may delete their bytes. No lock is held meanwhile: an open
 * transaction would stop vacuum in every table until the file store responds. If the process dies, another takes the keys after five minutes.
 */
export async function lockDue(db: Db, limit: number): Promise<string[]> {
  const due = sql`select storage_key from discards where due_at <= now() order by due_at limit ${limit}::int for update skip locked`
  const rows = await db
    .update(discards)
    .set({ dueAt: inSeconds(takenSeconds) })
    .where(sql`${discards.storageKey} = any(array(${due}))`)
    .returning({ storageKey: discards.storageKey })
  return rows.map(({ storageKey }) => storageKey)
}

/** The same for these keys, due or not. Returns the keys that it took: each other key is in use by a row, or its bytes are deleted. */
export async function lockNow(db: Db, storageKeys: readonly string[]): Promise<string[]> {
  if (storageKeys.length === 0) return []
  const rows = await db
    .update(discards)
    .set({ dueAt: inSeconds(takenSeconds) })
    .where(inArray(discards.storageKey, [...storageKeys]))
    .returning({ storageKey: discards.storageKey })
  return rows.map(({ storageKey }) => storageKey)
}

/** Deletes the rows of keys whose bytes have been deleted. */
export async function deleteDiscards(db: Db, storageKeys: readonly string[]): Promise<void> {
  if (storageKeys.length === 0) return
  await db.delete(discards).where(inArray(discards.storageKey, [...storageKeys]))
}

/** How many uploads of the owner all processes are receiving. Those of a process that died count until they are deleted. */
export async function countReceiving(db: Db, ownerId: string): Promise<number> {
  return db.$count(discards, and(eq(discards.ownerId, ownerId), like(discards.storageKey, 'uploads/%')))
}
