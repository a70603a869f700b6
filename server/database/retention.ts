import { type SQL, sql } from 'drizzle-orm'
import { activeStatuses, terminalStatuses } from '../lifecycle/states.ts'
import type { Db } from './db.ts'

/**
 * What goes, in batches that any number of processes may take at once: each passes over the rows that another holds, so nobody
 * waits and nothing goes twice. Each function answers how many went; as many as `limit` means that there may be more.
 */

const listed = (statuses: readonly string[]) => sql.raw(statuses.map((status) => `'${status}'`).join(', '))
const seconds = (figure: number) => sql`${figure}::float8 * interval '1 second'`

/** Removes finished operations that have expired, the earliest first, with all that belongs to them. Their ids stay as tombstones. */
export async function buryExpired(db: Db, at: { limit: number; tombstoneSeconds: number }): Promise<number> {
  const expired = sql`
    select operation_id, owner_id, expires_at from operations
    where expires_at <= now() and status in (${listed(terminalStatuses)})
    order by expires_at limit ${at.limit}::int for update skip locked`
  const [buried] = await bury(db, expired, at.tombstoneSeconds)
  return buried?.operations ?? 0
}

/**
 * The same for one finished operation of this owner, at once. Answers the storage keys of its files, which are discarded.
 * Undefined: there is none, or not any more, or it has not finished.
 */
export async function purge(
  db: Db,
  at: { ownerId: string; operationId: string; tombstoneSeconds: number },
): Promise<{ storageKeys: string[] } | undefined> {
  const named = sql`
    select operation_id, owner_id, expires_at from operations
    where operation_id = ${at.operationId}::uuid and owner_id = ${at.ownerId} and status in (${listed(terminalStatuses)})
    for update`
  const [buried] = await bury(db, named, at.tombstoneSeconds)
  return buried?.operations ? { storageKeys: buried.storageKeys } : undefined
}

/**
 * One statement, so one short transaction and one round trip. Idempotency keys stay until their own time is over: a submit that is
 * repeated must not start anew what has gone. (Arrays instead of joins: the planner then goes by the indexes at any size.)
 */
function bury(db: Db, pick: SQL, tombstoneSeconds: number) {
  const ids = sql`any(array(select operation_id from picked))`
  const gone = sql`least(expires_at, now())`
  const answer = db
    .$with('answer', {
      operations: sql<number>`operations`.mapWith(Number).as('operations'),
      storageKeys: sql<string[]>`storage_keys`.mapWith((text: string) => JSON.parse(text)).as('storage_keys'),
    })
    .as(sql`
      select (select count(*) from removed) as operations,
        (select coalesce(json_agg(storage_key), '[]')::text from forgotten_files) as storage_keys`)
  return db
    .with(
      db.$with('picked', {}).as(pick),
      db.$with('buried', {}).as(sql`
        insert into tombstones (operation_id, owner_id, expired_at, forgotten_at)
        select operation_id, owner_id, ${gone}, ${gone} + ${seconds(tombstoneSeconds)} from picked
        on conflict (operation_id) do nothing`),
      db.$with('forgotten_files', {}).as(sql`delete from files where operation_id = ${ids} returning storage_key`),
      db.$with('discarded', {}).as(discarding(sql`forgotten_files`)),
      db.$with('forgotten_reports', {}).as(sql`delete from reports where operation_id = ${ids}`),
      db.$with('forgotten_steps', {}).as(sql`delete from steps where operation_id = ${ids}`),
      db.$with('forgotten_events', {}).as(sql`delete from events where operation_id = ${ids}`),
      db.$with('forgotten_deliveries', {}).as(sql`
        delete from deliveries where operation_id = ${ids} returning delivery_id`),
      db.$with('forgotten_attempts', {}).as(sql`
        delete from delivery_attempts where delivery_id = any(array(select delivery_id from forgotten_deliveries))`),
      db.$with('removed', {}).as(sql`delete from operations where operation_id = ${ids} returning 1`),
      answer,
    )
    .select()
    .from(answer)
}

/** Forgets operations whose ids have answered 410 for long enough. */
export function forgetTombstones(db: Db, limit: number): Promise<number> {
  const over = sql`select operation_id as id from tombstones where forgotten_at <= now() order by forgotten_at`
  return remove(db, over, limit, sql`delete from tombstones where operation_id = any(array(select id from picked))`)
}

/** Forgets idempotency keys that are over their time. */
export function forgetIdempotencyKeys(db: Db, limit: number): Promise<number> {
  const over = sql`select owner_id, key from idempotency_keys where expires_at <= now() order by expires_at`
  // A submit may have taken the key over since it was picked; then it is not over its time any more.
  const removing = sql`delete from idempotency_keys using picked
    where idempotency_keys.owner_id = picked.owner_id and idempotency_keys.key = picked.key and expires_at <= now()`
  return remove(db, over, limit, removing)
}

/** Forgets pings of webhook receivers that came to their end so long ago. */
export function forgetPings(db: Db, { limit, keptSeconds }: { limit: number; keptSeconds: number }): Promise<number> {
  const over = sql`select delivery_id as id from deliveries
    where operation_id is null and created_at <= now() - ${seconds(keptSeconds)} and state <> 'PENDING' order by created_at`
  const ids = sql`any(array(select id from picked))`
  return remove(
    db,
    over,
    limit,
    sql`delete from deliveries where delivery_id = ${ids}`,
    sql`delete from delivery_attempts where delivery_id = ${ids}`,
  )
}

/** Forgets circuit breakers that nobody has asked for longer than any delivery is tried. */
export function forgetTargets(db: Db, { limit, keptSeconds }: { limit: number; keptSeconds: number }): Promise<number> {
  const over = sql`select target as id from webhook_targets
    where updated_at <= now() - ${seconds(keptSeconds)} order by updated_at`
  return remove(db, over, limit, sql`delete from webhook_targets where target = any(array(select id from picked))`)
}

/** How long a submit may take from the look at its upload to the operation's row. */
const submitSeconds = 10

/** Forgets uploads that are over their time, and discards their bytes. One that an unfinished operation names as its `uploadId` stays. */
export function forgetUploads(db: Db, limit: number): Promise<number> {
  const over = sql`
    select upload_id as id, storage_key from uploads
    where expires_at <= now() - ${seconds(submitSeconds)} and not exists (
      select 1 from operations
      where operations.owner_id = uploads.owner_id and status in (${listed(activeStatuses)})
        and right(input ->> 'uploadId', 36) = uploads.upload_id::text)
    order by expires_at`
  return remove(
    db,
    over,
    limit,
    sql`delete from uploads where upload_id = any(array(select id from picked))`,
    discarding(sql`picked`),
  )
}

/**
 * Forgets expired files whose operation has gone, and discards their bytes: a handler that nobody could stop may have made one
 * after its operation was purged. Call it when no operation waits to be buried: it would look at the files of all of those.
 */
export function forgetStrayFiles(db: Db, limit: number): Promise<number> {
  const stray = sql`
    select file_id as id, storage_key from files
    where expires_at <= now() and not exists (select 1 from operations where operations.operation_id = files.operation_id)
    order by expires_at`
  return remove(
    db,
    stray,
    limit,
    sql`delete from files where file_id = any(array(select id from picked))`,
    discarding(sql`picked`),
  )
}

async function remove(db: Db, pick: SQL, limit: number, ...removing: SQL[]): Promise<number> {
  const picked = db.$with('picked', {}).as(sql`${pick} limit ${limit}::int for update skip locked`)
  const removed = removing.map((statement, index) => db.$with(`removed_${index}`, {}).as(statement))
  const answer = db
    .$with('answer', { total: sql<number>`total`.mapWith(Number).as('total') })
    .as(sql`select count(*) as total from picked`)
  const [row] = await db
    .with(picked, ...removed, answer)
    .select()
    .from(answer)
  return row?.total ?? 0
}

const discarding = (source: SQL) => sql`
  insert into discards (storage_key, due_at) select storage_key, now() from ${source}
  on conflict (storage_key) do update set due_at = excluded.due_at`
