import { and, eq, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { openStreams } from './schema/limits.ts'

/** The streams that a process has open for a key (a credential or an owner), and those that it wants. `limit` applies to all processes together. */
export type StreamRequest = { key: string; limit: number; open: number; wanted: number }

/** A process whose rows are older than this is considered dead. */
const aliveSeconds = 45

/**
 * Stores the open streams of a process, and grants as many of the wanted ones as the limit allows beside those of other live processes.
 * Returns the new numbers. Calls of one process must not overlap.
 */
export async function claimStreams(
  db: Db,
  { processId, wishes }: { processId: string; wishes: readonly StreamRequest[] },
): Promise<{ key: string; open: number }[]> {
  const given = JSON.stringify(wishes)
  return db.transaction(async (tx) => {
    // Sorted, to avoid deadlocks between processes.
    const locks = sql`select hashtextextended(value, 5) as hash from jsonb_array_elements_text(${wanting(wishes)}::jsonb) order by hash`
    await tx.select({ lock: sql`pg_advisory_xact_lock(hash)` }).from(sql`(${locks}) as locks`)
    const granted = sql`
      select key, ${processId}::uuid, greatest(open, least(wanted, "limit" - (
        select coalesce(sum(others.open), 0) from open_streams as others
        where others.credential = wish.key and others.process_id <> ${processId}::uuid
          and others.seen_at > clock_timestamp() - ${aliveSeconds} * interval '1 second'
      ))), clock_timestamp()
      from jsonb_to_recordset(${given}::jsonb) as wish(key text, "limit" int, open int, wanted int)`
    return tx
      .insert(openStreams)
      .select(granted)
      .onConflictDoUpdate({
        target: [openStreams.credential, openStreams.processId],
        set: { open: sql`excluded.open`, seenAt: sql`excluded.seen_at` },
      })
      .returning({ key: openStreams.credential, open: openStreams.open })
  })
}

/** The keys that must be locked: those for which more streams are wanted. */
function wanting(wishes: readonly StreamRequest[]): string {
  return JSON.stringify(wishes.filter(({ open, wanted }) => wanted > open).map(({ key }) => key))
}

/** Deletes the rows of dead processes, and those of this process without open streams. */
export async function deleteStreams(db: Db, processId: string): Promise<void> {
  const gone = sql`${openStreams.seenAt} < now() - ${2 * aliveSeconds} * interval '1 second'`
  const empty = and(eq(openStreams.processId, processId), eq(openStreams.open, 0))
  await db.delete(openStreams).where(sql`${gone} or (${empty})`)
}

/** Deletes all of a process's rows, when it stops. */
export async function deleteAllStreams(db: Db, processId: string): Promise<void> {
  await db.delete(openStreams).where(eq(openStreams.processId, processId))
}
