import { and, asc, eq, gt } from 'drizzle-orm'
import type { Db } from './db.ts'
import { events } from './schema.ts'

export type EventRow = typeof events.$inferSelect

/** An operation's history after sequence `after`, oldest first. Its creation is not in it: the row tells that. */
export function eventsOf(
  db: Db,
  { operationId, after = 0, limit = 1000 }: { operationId: string; after?: number; limit?: number },
): Promise<EventRow[]> {
  return db
    .select()
    .from(events)
    .where(and(eq(events.operationId, operationId), gt(events.sequence, after)))
    .orderBy(asc(events.sequence))
    .limit(limit)
}
