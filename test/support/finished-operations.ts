import { sql } from 'drizzle-orm'
import type { Db } from '../../server/database/db.ts'

/**
 * Inserts `count` completed operations of `owner-a`, each with `events` events. They expired a second ago or earlier, in the order of their
 * creation.
 */
export async function insertExpired(db: Db, { count, events = 5 }: { count: number; events?: number }) {
  // Like a UUIDv7: a timestamp in milliseconds and random bits.
  const id = sql`(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n * 1000), 12, '0') || '7'
    || substr(md5(random()::text), 1, 3) || 'a' || substr(md5(random()::text), 1, 15))::uuid`
  await db.execute(sql`
    with made as (
      insert into operations (operation_id, owner_id, type, status, max_attempts, input, result, last_sequence, created_at,
        started_at, finished_at, expires_at)
      select ${id}, 'owner-a', 'exportCustomers', 'COMPLETED', 3, '{"format": "CSV"}', '{"rowCount": 3}',
        ${events}::int, now() - interval '7 days', now() - interval '7 days', now() - interval '7 days', now() - n * interval '1 second'
      from generate_series(${count}::int, 1, -1) n
      returning operation_id)
    insert into events (operation_id, sequence, event, status, attempt, actor)
    select operation_id, sequence, 'status-update', 'RUNNING', 1, 'worker:x'
    from made, generate_series(1, ${events}::int) sequence`)
}
