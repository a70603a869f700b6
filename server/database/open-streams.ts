import { and, eq, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { openStreams } from './limit-schema.ts'

/** What a process has open for a credential, and what it would like to have. */
export type StreamWish = { credential: string; open: number; wanted: number }

/** A process whose rows are older than this is gone. */
const aliveSeconds = 45

/**
 * Writes what a process has open, and grants of what it wants as much as the limit leaves beside the others that are alive; answers the
 * new numbers. One process's calls must not overlap.
 */
export async function claimStreams(
  db: Db,
  { processId, limit, wishes }: { processId: string; limit: number; wishes: readonly StreamWish[] },
): Promise<{ credential: string; open: number }[]> {
  const given = JSON.stringify(wishes)
  return db.transaction(async (tx) => {
    // Sorted, so that two processes never wait for each other.
    const keys = sql`select hashtextextended(value, 5) as key from jsonb_array_elements_text(${credentials(wishes)}::jsonb) order by key`
    await tx.select({ lock: sql`pg_advisory_xact_lock(key)` }).from(sql`(${keys}) as keys`)
    const granted = sql`
      select credential, ${processId}::uuid, greatest(open, least(wanted, ${limit}::int - (
        select coalesce(sum(others.open), 0) from open_streams as others
        where others.credential = wish.credential and others.process_id <> ${processId}::uuid
          and others.seen_at > clock_timestamp() - ${aliveSeconds} * interval '1 second'
      ))), clock_timestamp()
      from jsonb_to_recordset(${given}::jsonb) as wish(credential text, open int, wanted int)`
    return tx
      .insert(openStreams)
      .select(granted)
      .onConflictDoUpdate({
        target: [openStreams.credential, openStreams.processId],
        set: { open: sql`excluded.open`, seenAt: sql`excluded.seen_at` },
      })
      .returning({ credential: openStreams.credential, open: openStreams.open })
  })
}

/** Only credentials of which more is wanted have to be alone. */
function credentials(wishes: readonly StreamWish[]): string {
  return JSON.stringify(wishes.filter(({ open, wanted }) => wanted > open).map(({ credential }) => credential))
}

/** Deletes the rows of processes that are gone, and those of this one that count nothing. */
export async function forgetStreams(db: Db, processId: string): Promise<void> {
  const gone = sql`${openStreams.seenAt} < now() - ${2 * aliveSeconds} * interval '1 second'`
  const empty = and(eq(openStreams.processId, processId), eq(openStreams.open, 0))
  await db.delete(openStreams).where(sql`${gone} or (${empty})`)
}

/** Deletes all of a process's rows, when it stops. */
export async function leaveStreams(db: Db, processId: string): Promise<void> {
  await db.delete(openStreams).where(eq(openStreams.processId, processId))
}
