import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { discards } from './schema.ts'

/** Bytes that are about to be stored, and go after `dueAt` unless a row has come to need them. */
export type Announcement = { storageKey: string; dueAt: Date }

const inSeconds = (seconds: number) => sql`clock_timestamp() + ${seconds}::float8 * interval '1 second'`

/** Says that bytes will be stored under a new key, before the first of them is: whoever dies after this leaves nothing for good. */
export async function announce(db: Db, storageKey: string, aheadSeconds: number): Promise<Announcement> {
  const [row] = await db
    .insert(discards)
    .values({ storageKey, dueAt: inSeconds(aheadSeconds) })
    .returning()
  if (!row) throw new Error('an announcement was not written')
  return row
}

/** Undefined: it came too late, and the bytes are being deleted or gone. */
export async function prolong(
  db: Db,
  announced: Announcement,
  aheadSeconds: number,
): Promise<Announcement | undefined> {
  const [row] = await db
    .update(discards)
    .set({ dueAt: inSeconds(aheadSeconds) })
    .where(unchanged(announced))
    .returning()
  return row
}

/**
 * Ends an announcement, in the transaction that writes the row which needs the bytes. False: it came too late, the bytes are
 * being deleted or gone, and that transaction must not be committed.
 */
export async function redeem(tx: Db, announced: Announcement): Promise<boolean> {
  const rows = await tx.delete(discards).where(unchanged(announced)).returning()
  return rows.length > 0
}

// Whoever takes a key to delete its bytes moves `due_at`: the announcement is void from then on.
const unchanged = ({ storageKey, dueAt }: Announcement) =>
  and(eq(discards.storageKey, storageKey), eq(discards.dueAt, dueAt))

/** For as long nobody else takes what one has taken; then it is taken to have failed, and tried again. */
const takenSeconds = 300

/**
 * Takes up to `limit` keys that are due, the earliest first: their bytes may be deleted now. No lock is held meanwhile (an open
 * transaction would keep vacuum from every table for as long as a file store takes to answer); whoever dies is followed by another after five minutes.
 */
export async function takeDue(db: Db, limit: number): Promise<string[]> {
  const due = sql`select storage_key from discards where due_at <= now() order by due_at limit ${limit}::int for update skip locked`
  const rows = await db
    .update(discards)
    .set({ dueAt: inSeconds(takenSeconds) })
    .where(sql`${discards.storageKey} = any(array(${due}))`)
    .returning({ storageKey: discards.storageKey })
  return rows.map(({ storageKey }) => storageKey)
}

/** The same for these keys, due or not. Answers those that are there: what is not has a row that needs it, or is gone. */
export async function takeNow(db: Db, storageKeys: readonly string[]): Promise<string[]> {
  if (storageKeys.length === 0) return []
  const rows = await db
    .update(discards)
    .set({ dueAt: inSeconds(takenSeconds) })
    .where(inArray(discards.storageKey, [...storageKeys]))
    .returning({ storageKey: discards.storageKey })
  return rows.map(({ storageKey }) => storageKey)
}

/** Forgets keys whose bytes have been deleted. */
export async function forgetDiscards(db: Db, storageKeys: readonly string[]): Promise<void> {
  if (storageKeys.length === 0) return
  await db.delete(discards).where(inArray(discards.storageKey, [...storageKeys]))
}
