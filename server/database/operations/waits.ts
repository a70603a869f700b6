import { and, asc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import type { Status } from '../../domain/state-machine.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations } from '../schema/operations.ts'
import { type WaitKind, waits } from '../schema/waits.ts'
import { type Attempt, resumePicked, transition, whileIn } from './transition.ts'

export type WaitState = 'PENDING' | 'COMPLETED' | 'EXPIRED' | 'CANCELLED'

export type WaitRow = typeof waits.$inferSelect & { state: WaitState }

/** `seconds`: until the timer is over or the wait expires. */
export type NewWait = { name: string; kind: WaitKind; seconds: number; who?: string | undefined }

/** `completedWaits`: of the operation, for the transition `wait`. */
export type BegunWait = {
  kind: WaitKind
  state: WaitState
  body: Record<string, unknown> | null
  /** From the begin to the end of a wait that is over. */
  waitedMs: number
  completedWaits: number
}

const value = sql.placeholder

/** From the clock: a statement may have waited for a lock. */
const stateNow = sql<WaitState>`case when waits.completed_at is not null then 'COMPLETED'
  when waits.expires_at > clock_timestamp() then 'PENDING' when waits.kind = 'TIMER' then 'COMPLETED' else 'EXPIRED' end`
const state = stateNow.as('state')
/** The states of an operation whose waits can be completed. */
const acceptsAnswers: Status[] = ['PENDING', 'RUNNING', 'WAITING']
/** Of a wait of any operation: one that was not over when the operation ended will not be. */
const shownState = sql<WaitState>`case when waits.completed_at is not null then 'COMPLETED'
  when waits.expires_at <= coalesce(${operations.finishedAt}, clock_timestamp()) then case when waits.kind = 'TIMER' then 'COMPLETED' else 'EXPIRED' end
  when ${inArray(operations.status, acceptsAnswers)} then 'PENDING' else 'CANCELLED' end`.as('state')
const ofOperation = eq(operations.operationId, waits.operationId)

/**
 * Begins a wait, or returns the state of one that an earlier attempt has begun or a callback has completed already. Undefined when the
 * attempt no longer runs the operation. Locks the operation's row, as a completion does, so one of the two sees the other.
 */
export async function beginWait(db: Db, wait: Attempt & NewWait): Promise<BegunWait | undefined> {
  const [row] = await begin(db).execute({ ...wait, who: wait.who ?? null })
  return row
}

const begin = prepared('waits_begin', (db) => {
  const fenced = db.$with('fenced', {}).as(sql`
    select operation_id, completed_waits from operations
    where operation_id = ${value('operationId')}::uuid and attempt = ${value('attempt')}::int and ${whileIn(['RUNNING'])}
    for update`)
  // A conflict returns the row as it is now, which may be newer than the statement's snapshot.
  const begun = db.$with('begun', { kind: waits.kind, state, body: waits.body }).as(sql`
    insert into waits (operation_id, name, kind, who, expires_at)
    select operation_id, ${value('name')}::text, ${value('kind')}::text, ${value('who')}::text,
      clock_timestamp() + ${value('seconds')}::float8 * interval '1 second' from fenced
    on conflict (operation_id, name) do update set name = excluded.name
    returning kind, body, ${stateNow} as state,
      greatest(0, round(extract(epoch from coalesce(completed_at, expires_at) - created_at) * 1000))::float8 as waited_ms`)
  const both = db
    .$with('both', {
      kind: waits.kind,
      state: sql<WaitState>`state`.as('state'),
      body: waits.body,
      waitedMs: sql<number>`waited_ms`.mapWith(Number).as('waited_ms'),
      completedWaits: operations.completedWaits,
    })
    .as(sql`
    select begun.kind, begun.state, begun.body, begun.waited_ms, fenced.completed_waits from begun cross join fenced`)
  return db.with(fenced, begun, both).select().from(both)
})

export type Completion = {
  operationId: string
  name: string
  /** A JSON object. */
  body: Readonly<Record<string, unknown>>
  /** The credential, or `callback`. */
  completedBy: string
  address?: string | undefined
  /** Whether the handler need not have begun the wait: then a callback is kept for it. */
  early: boolean
  /** The queue timeout of an operation of `type`, in seconds. */
  queueSeconds(type: string): number
}

/**
 * `completed`: by this call. `same`: before, with the same body. `different`: before, with another body. `closed`: the operation is being
 * cancelled or has ended. `unknown`: it has begun no such wait.
 */
export type CompletionOutcome =
  | { kind: 'completed' | 'same'; wait: WaitRow; resumed: boolean }
  | { kind: 'different' | 'timer' }
  | { kind: 'expired'; expiredAt: Date }
  | { kind: 'closed' | 'unknown' }

/**
 * Completes a wait and returns its operation to the queue if it is WAITING (send `submitted` and `moved` notifications then). Undefined when
 * the operation does not exist. Not limited to an owner: callers check that before.
 */
export function completeWait(
  db: Db,
  { operationId, name, body, completedBy, address, early, queueSeconds }: Completion,
): Promise<CompletionOutcome | undefined> {
  return db.transaction(async (tx) => {
    // The lock of every other write of the operation.
    const [operation] = await tx
      .select({ attempt: operations.attempt, status: operations.status, type: operations.type })
      .from(operations)
      .where(eq(operations.operationId, operationId))
      .for('update')
    if (!operation) return undefined
    const known = await findWait(tx, { operationId, name })
    if (!known && !early) return { kind: 'unknown' }
    if (known?.completedAt) return afterCompletion(tx, known, body)
    if (known?.kind === 'TIMER') return { kind: 'timer' }
    if (!acceptsAnswers.includes(operation.status)) return { kind: 'closed' }
    if (known?.state === 'EXPIRED') return { kind: 'expired', expiredAt: known.expiresAt }
    const completed = { body, completedAt: sql`clock_timestamp()`, completedBy }
    const [wait] = await tx
      .insert(waits)
      .values({ operationId, name, kind: 'CALLBACK', expiresAt: sql`clock_timestamp()`, ...completed })
      .onConflictDoUpdate({ target: [waits.operationId, waits.name], set: completed })
      .returning({ ...getTableColumns(waits), state })
    if (!wait) throw new Error('a wait was not stored')
    const resumed = operation.status === 'WAITING'
    if (resumed) {
      const attempt = { operationId, attempt: operation.attempt }
      const cause = { actor: completedBy, address, reason: `${name} was completed` }
      await transition(tx, 'resume', attempt, { queueSeconds: queueSeconds(operation.type) }, cause)
    } else {
      await tx
        .update(operations)
        .set({ completedWaits: sql`${operations.completedWaits} + 1` })
        .where(eq(operations.operationId, operationId))
    }
    return { kind: 'completed', wait, resumed }
  })
}

/** JSON values are equal whatever the order of their fields. */
async function afterCompletion(tx: Db, wait: WaitRow, body: object): Promise<CompletionOutcome> {
  const [row] = await tx
    .select({ same: sql<boolean>`${waits.body} = ${JSON.stringify(body)}::jsonb` })
    .from(waits)
    .where(and(eq(waits.operationId, wait.operationId), eq(waits.name, wait.name)))
  return row?.same ? { kind: 'same', wait, resumed: false } : { kind: 'different' }
}

/** A wait that an operation has begun, or that a callback has completed. */
export async function findWait(
  db: Db,
  { operationId, name }: { operationId: string; name: string },
): Promise<WaitRow | undefined> {
  const [row] = await db
    .select({ ...getTableColumns(waits), state: shownState })
    .from(waits)
    .innerJoin(operations, ofOperation)
    .where(and(eq(waits.operationId, operationId), eq(waits.name, name)))
  return row
}

/** The owner and type of an operation, for a callback, which names no owner. */
export async function ownerOf(db: Db, operationId: string): Promise<{ ownerId: string; type: string } | undefined> {
  const [row] = await ownerRow(db).execute({ operationId })
  return row
}

const ownerRow = prepared('waits_owner', (db) =>
  db
    .select({ ownerId: operations.ownerId, type: operations.type })
    .from(operations)
    .where(eq(operations.operationId, value('operationId'))),
)

/** The waits of an operation in the order in which they began, without their bodies, after the position `after`. */
export function waitsOf(
  db: Db,
  {
    operationId,
    limit,
    after,
  }: { operationId: string; limit: number; after?: { createdAt: string; name: string } | undefined },
): Promise<Omit<WaitRow, 'body'>[]> {
  const { body: _, ...columns } = getTableColumns(waits)
  const beyond: SQL | undefined =
    after && sql`(${waits.createdAt}, ${waits.name}) > (${after.createdAt}::timestamptz, ${after.name})`
  return db
    .select({ ...columns, state: shownState })
    .from(waits)
    .innerJoin(operations, ofOperation)
    .where(and(eq(waits.operationId, operationId), beyond))
    .orderBy(asc(waits.createdAt), asc(waits.name))
    .limit(limit)
}

/** The milliseconds until the first wait of a waiting operation is over, not above 0 if one is; undefined when none waits. */
export async function nextWaitMs(db: Db): Promise<number | undefined> {
  const [row] = await nextRow(db).execute({})
  return row?.ms ?? undefined
}

const nextRow = prepared('waits_next', (db) =>
  db
    .select({ ms: sql<number | null>`extract(epoch from min(due_at) - now()) * 1000`.mapWith(Number) })
    .from(operations)
    .where(sql`${operations.status} = 'WAITING'`),
)

/** Due operations that are looked at in one round: those of known types come first. */
const mostConsidered = 20_000

/**
 * Returns operations whose first wait is over to the queue, at most `limit`, and skips those that another worker has locked. `queueSeconds`: the
 * queue timeout of each type that the worker knows. These types come first, so that a backlog of other types delays none of them; in the queue,
 * the others are left to a worker that knows them.
 */
export async function resumeDueWaits(
  db: Db,
  due: { actor: string; queueSeconds: Readonly<Record<string, number>>; limit: number },
): Promise<string[]> {
  const rows = await resumeRows(db).execute({ ...due, queueSeconds: JSON.stringify(due.queueSeconds) })
  return rows.map(({ operationId }) => operationId)
}

const resumeRows = prepared('waits_resume', (db) => {
  const known = sql`${value('queueSeconds')}::jsonb`
  return resumePicked(
    db,
    sql`
    select held.operation_id as "operationId", held.attempt, ${value('actor')}::text as actor, null::text as address,
      'a wait is over' as reason, null::jsonb as failure, (${known} ->> held.type)::float8 as "queueSeconds"
    from (
      select operation_id from (
        select operation_id, type, due_at from operations
        where status = 'WAITING' and due_at <= now() order by due_at limit ${sql.raw(String(mostConsidered))}) as considered
      order by ${known} -> type is null, due_at limit ${value('limit')}::int) as due
    cross join lateral (
      select operation_id, attempt, type from operations
      where operations.operation_id = due.operation_id and ${whileIn(['WAITING'])} for update skip locked) as held`,
  )
})
