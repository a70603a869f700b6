import { and, count, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import type { Idempotency } from '../operations/idempotency.ts'
import { idempotencyKeys, operations } from '../schema/operations.ts'
import { scheduleRuns, schedules } from '../schema/schedules.ts'

export type ScheduleRow = typeof schedules.$inferSelect

export type NewSchedule = typeof schedules.$inferInsert

/** A schedule of the owner. */
export type ScheduleAt = { ownerId: string; scheduleId: string }

/** `replayed`: the key was used for the same request. Its schedule is undefined if it was deleted since. `full`: the owner has `most`. */
export type InsertOutcome =
  | { kind: 'created'; schedule: ScheduleRow }
  | { kind: 'replayed'; schedule: ScheduleRow | undefined }
  | { kind: 'mismatch' }
  | { kind: 'full' }

/** The time of the database in milliseconds since 1970, which alone decides what is due. Within a transaction, of its start. */
export async function databaseNow(db: Db): Promise<number> {
  const clock = db
    .$with('clock', { nowMs: sql<number>`now_ms`.mapWith(Number).as('now_ms') })
    .as(sql`select floor(extract(epoch from now()) * 1000) as now_ms`)
  const [row] = await db.with(clock).select().from(clock)
  return row?.nowMs ?? 0
}

/** Inserts what `build` makes at the time of the database, unless the owner has `most` schedules. Concurrent requests with one key insert one. */
export function insertSchedule(
  db: Db,
  build: (nowMs: number) => NewSchedule,
  { ownerId, most, idempotency }: { ownerId: string; most: number; idempotency: Idempotency | undefined },
): Promise<InsertOutcome> {
  return db.transaction(async (tx): Promise<InsertOutcome> => {
    // A separate statement: a count in the statement that waits for the lock would use a snapshot from before the wait.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('schedules:' || ${ownerId}::text, 0))`)
    const known = await replayOf(tx, ownerId, idempotency)
    if (known) return known
    const [row] = await tx.select({ total: count() }).from(schedules).where(eq(schedules.ownerId, ownerId))
    if ((row?.total ?? 0) >= most) return { kind: 'full' }
    const made = build(await databaseNow(tx))
    // The lock excludes other schedules of the owner: a submit has used the key since the look-up.
    if (idempotency && !(await holdKey(tx, made, idempotency))) return { kind: 'mismatch' }
    const [schedule] = await tx.insert(schedules).values(made).returning()
    if (!schedule) throw new Error('an insert returned no row')
    return { kind: 'created', schedule }
  })
}

/** What an earlier request with this key did; undefined without one. */
export async function replayOf(
  db: Db,
  ownerId: string,
  idempotency: Idempotency | undefined,
): Promise<Extract<InsertOutcome, { kind: 'replayed' | 'mismatch' }> | undefined> {
  if (!idempotency) return undefined
  const { key, fingerprint } = idempotency
  const [known] = await db
    .select({ fingerprint: idempotencyKeys.fingerprint, schedule: getTableColumns(schedules) })
    .from(idempotencyKeys)
    .leftJoin(schedules, eq(schedules.scheduleId, idempotencyKeys.operationId))
    .where(
      and(
        eq(idempotencyKeys.ownerId, ownerId),
        eq(idempotencyKeys.key, key),
        sql`${idempotencyKeys.expiresAt} > now()`,
      ),
    )
  if (!known) return undefined
  if (!known.fingerprint.equals(fingerprint)) return { kind: 'mismatch' }
  return { kind: 'replayed', schedule: known.schedule ?? undefined }
}

/** Stores the key for the schedule, in the column of the operation: keys of all kinds of requests are one name space. */
async function holdKey(
  tx: Db,
  { ownerId, scheduleId }: ScheduleAt,
  { key, fingerprint, keepSeconds }: Idempotency,
): Promise<boolean> {
  const expiresAt = sql`now() + ${keepSeconds}::float8 * interval '1 second'`
  const held = await tx
    .insert(idempotencyKeys)
    .values({ ownerId, key, fingerprint, operationId: scheduleId, expiresAt })
    .onConflictDoUpdate({
      target: [idempotencyKeys.ownerId, idempotencyKeys.key],
      set: { fingerprint, operationId: scheduleId, expiresAt },
      setWhere: sql`${idempotencyKeys.expiresAt} <= now()`,
    })
    .returning({ key: idempotencyKeys.key })
  return held.length > 0
}

/** A page of the owner's schedules, newest first, older than `before`. */
export function listSchedules(
  db: Db,
  { ownerId, before, limit }: { ownerId: string; before?: string | undefined; limit: number },
): Promise<ScheduleRow[]> {
  const older = before === undefined ? undefined : lt(schedules.scheduleId, before)
  return db
    .select()
    .from(schedules)
    .where(and(eq(schedules.ownerId, ownerId), older))
    .orderBy(desc(schedules.scheduleId))
    .limit(limit)
}

/** Undefined if it is unknown or belongs to another owner. */
export async function findSchedule(db: Db, at: ScheduleAt): Promise<ScheduleRow | undefined> {
  const [row] = await db.select().from(schedules).where(isMine(at))
  return row
}

/**
 * Writes what `change` returns for the schedule at the time of the database; nothing if that is undefined. While the row is locked, it does not fire.
 * Returns the row; undefined if it is unknown or belongs to another owner.
 */
export function updateSchedule(
  db: Db,
  at: ScheduleAt,
  change: (row: ScheduleRow, nowMs: number) => Partial<NewSchedule> | undefined,
): Promise<ScheduleRow | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(schedules).where(isMine(at)).for('update')
    const changed = row && change(row, await databaseNow(tx))
    if (!changed) return row
    const [written] = await tx
      .update(schedules)
      .set({ ...changed, updatedAt: sql`now()` })
      .where(isMine(at))
      .returning()
    return written
  })
}

/** Deletes it with its runs. Its operations stay. Returns whether it existed. */
export function deleteSchedule(db: Db, at: ScheduleAt): Promise<boolean> {
  return db.transaction(async (tx) => {
    const gone = await tx.delete(schedules).where(isMine(at)).returning({ scheduleId: schedules.scheduleId })
    if (gone.length === 0) return false
    await tx.delete(scheduleRuns).where(eq(scheduleRuns.scheduleId, at.scheduleId))
    return true
  })
}

/** The latest runs of a schedule, newest first, with the states of their operations as far as these exist. */
export function lastRuns(db: Db, scheduleId: string, limit: number) {
  const { dueAt, manual, firedAt, outcome, operationId, code } = scheduleRuns
  const { status, finishedAt } = operations
  return db
    .select({ dueAt, manual, firedAt, outcome, operationId, code, status, finishedAt })
    .from(scheduleRuns)
    .leftJoin(operations, eq(operations.operationId, scheduleRuns.operationId))
    .where(eq(scheduleRuns.scheduleId, scheduleId))
    .orderBy(desc(scheduleRuns.dueAt), desc(scheduleRuns.manual))
    .limit(limit)
}

export function isMine({ ownerId, scheduleId }: ScheduleAt) {
  return and(eq(schedules.scheduleId, scheduleId), eq(schedules.ownerId, ownerId))
}
