import { type SQL, sql } from 'drizzle-orm'
import { activeStatuses, terminalStatuses } from '../../domain/state-machine.ts'
import type { Db } from '../db.ts'

/**
 * Deletes expired rows in batches. Any number of processes may do so at the same time: locked rows are skipped. Each function returns the number
 * of deleted rows; if that is `limit`, more may be due.
 */

const listed = (statuses: readonly string[]) => sql.raw(statuses.map((status) => `'${status}'`).join(', '))
const seconds = (figure: number) => sql`${figure}::float8 * interval '1 second'`

/** Deletes expired terminal operations, earliest first, with all their rows. Tombstones keep their ids. */
export async function deleteExpired(db: Db, at: { limit: number; tombstoneSeconds: number }): Promise<number> {
  const expired = sql`
    select operation_id, owner_id, expires_at, batch_id, status from operations
    where expires_at <= now() and status in (${listed(terminalStatuses)})
    order by expires_at limit ${at.limit}::int for update skip locked`
  const [deleted] = await deletePicked(db, expired, at.tombstoneSeconds)
  return deleted?.operations ?? 0
}

/**
 * Deletes one terminal operation of this owner before its expiry. Returns the storage keys of its files, which are discarded. Undefined when
 * it does not exist or is active.
 */
export async function purge(
  db: Db,
  at: { ownerId: string; operationId: string; tombstoneSeconds: number },
): Promise<{ storageKeys: string[] } | undefined> {
  const named = sql`
    select operation_id, owner_id, expires_at, batch_id, status from operations
    where operation_id = ${at.operationId}::uuid and owner_id = ${at.ownerId} and status in (${listed(terminalStatuses)})
    for update`
  const [deleted] = await deletePicked(db, named, at.tombstoneSeconds)
  return deleted?.operations ? { storageKeys: deleted.storageKeys } : undefined
}

/**
 * One statement, so one short transaction and one round trip. Idempotency keys stay until their own expiry: a repeated submit must not create
 * the operation again. Arrays instead of joins, so that the planner uses the indexes at any size.
 */
function deletePicked(db: Db, pick: SQL, tombstoneSeconds: number) {
  const ids = sql`any(array(select operation_id from picked))`
  const expiry = sql`least(expires_at, now())`
  const totals = db
    .$with('totals', {
      operations: sql<number>`operations`.mapWith(Number).as('operations'),
      storageKeys: sql<string[]>`storage_keys`.mapWith((text: string) => JSON.parse(text)).as('storage_keys'),
    })
    .as(sql`
      select (select count(*) from removed) as operations,
        (select coalesce(json_agg(storage_key), '[]')::text from deleted_files) as storage_keys`)
  return db
    .with(
      db.$with('picked', {}).as(pick),
      db.$with('tombstoned', {}).as(sql`
        insert into tombstones (operation_id, owner_id, expired_at, forgotten_at)
        select operation_id, owner_id, ${expiry}, ${expiry} + ${seconds(tombstoneSeconds)} from picked
        on conflict (operation_id) do nothing`),
      db.$with('deleted_files', {}).as(sql`delete from files where operation_id = ${ids} returning storage_key`),
      db.$with('discarded', {}).as(discarding(sql`deleted_files`)),
      db.$with('deleted_reports', {}).as(sql`delete from reports where operation_id = ${ids}`),
      db.$with('deleted_steps', {}).as(sql`delete from steps where operation_id = ${ids}`),
      db.$with('deleted_waits', {}).as(sql`delete from waits where operation_id = ${ids}`),
      db.$with('deleted_dependencies', {}).as(sql`delete from dependencies where operation_id = ${ids}`),
      db.$with('deleted_events', {}).as(sql`delete from events where operation_id = ${ids}`),
      db.$with('deleted_deliveries', {}).as(sql`
        delete from deliveries where operation_id = ${ids} returning delivery_id`),
      db.$with('deleted_attempts', {}).as(sql`
        delete from delivery_attempts where delivery_id = any(array(select delivery_id from deleted_deliveries))`),
      db.$with('counted', {}).as(countInBatches),
      db.$with('removed', {}).as(sql`delete from operations where operation_id = ${ids} returning 1`),
      totals,
    )
    .select()
    .from(totals)
}

/**
 * Counts the deleted operations in their batches that have not ended, which count the rows of operations. The rows are locked in the order of
 * their ids, and after a wait for `end_batches` the condition is checked again.
 */
const countInBatches = sql`
  update batches set
    completed = completed + part.done, completed_with_errors = completed_with_errors + part.in_part,
    failed = failed + part.not_done, cancelled = cancelled + part.stopped
  from (
    select batch_id as id, count(*) filter (where status = 'COMPLETED') as done,
      count(*) filter (where status = 'COMPLETED_WITH_ERRORS') as in_part,
      count(*) filter (where status = 'FAILED') as not_done, count(*) filter (where status = 'CANCELLED') as stopped
    from picked where batch_id is not null group by batch_id order by batch_id) as part
  cross join lateral (
    select 1 from batches as held where held.batch_id = part.id and held.ended_at is null for update) as locked
  where batches.batch_id = part.id and batches.ended_at is null`

/** Deletes batches past their retention. Their operations have expired. */
export function deleteBatches(db: Db, limit: number): Promise<number> {
  const over = sql`select batch_id as id from batches
    where ended_at is not null and expires_at <= now() order by expires_at`
  return remove(db, over, limit, sql`delete from batches where batch_id = any(array(select id from picked))`)
}

/** Deletes tombstones past their retention. */
export function deleteTombstones(db: Db, limit: number): Promise<number> {
  const over = sql`select operation_id as id from tombstones where forgotten_at <= now() order by forgotten_at`
  return remove(db, over, limit, sql`delete from tombstones where operation_id = any(array(select id from picked))`)
}

/** Deletes expired idempotency keys. */
export function deleteIdempotencyKeys(db: Db, limit: number): Promise<number> {
  const over = sql`select owner_id, key from idempotency_keys where expires_at <= now() order by expires_at`
  // A submit may have reused the key since it was selected.
  const removing = sql`delete from idempotency_keys using picked
    where idempotency_keys.owner_id = picked.owner_id and idempotency_keys.key = picked.key and expires_at <= now()`
  return remove(db, over, limit, removing)
}

/** Deletes the finished pings of webhook receivers that are older than `keptSeconds`. */
export function deletePings(db: Db, { limit, keptSeconds }: { limit: number; keptSeconds: number }): Promise<number> {
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

/** Deletes circuit breakers that have not changed for `keptSeconds`. */
export function deleteTargets(db: Db, { limit, keptSeconds }: { limit: number; keptSeconds: number }): Promise<number> {
  const over = sql`select target as id from webhook_targets
    where updated_at <= now() - ${seconds(keptSeconds)} order by updated_at`
  return remove(db, over, limit, sql`delete from webhook_targets where target = any(array(select id from picked))`)
}

/** Deletes the runs of schedules that are older than `keptSeconds`. */
export function deleteRuns(db: Db, { limit, keptSeconds }: { limit: number; keptSeconds: number }): Promise<number> {
  const over = sql`select schedule_id, due_at, manual from schedule_runs
    where fired_at <= now() - ${seconds(keptSeconds)} order by fired_at`
  const removing = sql`delete from schedule_runs using picked where schedule_runs.schedule_id = picked.schedule_id
    and schedule_runs.due_at = picked.due_at and schedule_runs.manual = picked.manual`
  return remove(db, over, limit, removing)
}

/** How long a submit may take from the check of its upload to the insert of the operation. */
const submitSeconds = 10

/** Deletes expired uploads and discards their bytes, except uploads that an active operation references as `uploadId`. */
export function deleteUploads(db: Db, limit: number): Promise<number> {
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
 * Deletes expired files whose operation no longer exists, and discards their bytes: an abandoned handler may create one after its operation
 * was purged. Call it when no expired operation is left, because it would scan the files of all of those.
 */
export function deleteStrayFiles(db: Db, limit: number): Promise<number> {
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
  const totals = db
    .$with('totals', { total: sql<number>`total`.mapWith(Number).as('total') })
    .as(sql`select count(*) as total from picked`)
  const [row] = await db
    .with(picked, ...removed, totals)
    .select()
    .from(totals)
  return row?.total ?? 0
}

const discarding = (source: SQL) => sql`
  insert into discards (storage_key, due_at) select storage_key, now() from ${source}
  on conflict (storage_key) do update set due_at = excluded.due_at`
