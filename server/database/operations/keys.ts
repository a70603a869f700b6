import { type SQL, sql } from 'drizzle-orm'
import type { Status } from '../../domain/state-machine.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations, waitsForKey } from '../schema/operations.ts'

const isKeyed = sql`concurrency_key is not null`

/**
 * The assignments of an operation's turn: an operation with a concurrency key waits for it. Call `release_keys` (`releaseKeys`) in the same
 * statement.
 */
export function takeTurn(turn: SQL, { waits = isKeyed }: { waits?: SQL } = {}): SQL[] {
  return [
    sql`turn_at = case when not (${waits}) then ${turn} end`,
    sql`key_turn_at = case when ${waits} then ${turn} end`,
  ]
}

/**
 * The CTE that releases the keys of the rows of the CTE `changed`, which has `owner_id` and `concurrency_key`. A SELECT in a CTE is executed only if the
 * main query reads it: add `keysReleased` to its conditions. Without a row with a key, the function is not called.
 */
export function releaseKeys(db: Db, changed: string) {
  return db.$with('released', {}).as(sql`
    select release_keys(array_agg(owner_id), array_agg(concurrency_key)) as moved
    from ${sql.raw(changed)} where ${isKeyed} having count(*) > 0`)
}

/** Always true. */
export const keysReleased = sql`(select coalesce(sum(moved), 0) from released) >= 0`

/** Whether the end of this cancelled operation may have freed its key for another one. */
export function freesKey({ status, concurrencyKey }: { status: Status; concurrencyKey: string | null }): boolean {
  return status === 'CANCELLED' && concurrencyKey !== null
}

type KeyPosition = { ownerId: string; concurrencyKey: string }

/** Before the first key. */
export const firstKey: KeyPosition = { ownerId: '', concurrencyKey: '' }

/**
 * Of the first `limit` keys after `after` that operations wait for, those that admit one more, and the position to continue from; undefined after the
 * last key. `release_keys` leaves such a key when a waiting row was locked, and processes of an earlier version, which do not know keys, leave one
 * whenever an operation ends. Reads `limit` entries of two indexes, however many operations wait.
 */
export async function freeKeys(
  db: Db,
  { after, limit }: { after: KeyPosition; limit: number },
): Promise<{ keys: KeyPosition[]; next: KeyPosition | undefined }> {
  const rows = await waitingKeys(db).execute({ ...after, limit })
  const keys = rows.filter(({ isFree }) => isFree)
  return { keys, next: rows.length < limit ? undefined : rows.at(-1) }
}

/** Puts operations that wait for one of these keys into the queue, as many as their limits admit. Returns how many. */
export async function releaseEach(db: Db, keys: readonly KeyPosition[]): Promise<number> {
  const [row] = await releaseNamed(db).execute({ keys: JSON.stringify(keys) })
  return row?.moved ?? 0
}

const value = sql.placeholder

const waitingKeys = prepared('operations_waiting_keys', (db) => {
  const nextAfter = (owner: SQL, key: SQL) => sql`
    select owner_id, concurrency_key from operations
    where ${waitsForKey} and (owner_id, concurrency_key) > (${owner}, ${key}) order by owner_id, concurrency_key limit 1`
  const found = db
    .$with('found', {
      ownerId: operations.ownerId,
      concurrencyKey: sql<string>`concurrency_key`.as('concurrency_key'),
      isFree: sql<boolean>`is_free`.as('is_free'),
    })
    .as(sql`
    with recursive keys as (
      (${nextAfter(sql`${value('ownerId')}::text`, sql`${value('concurrencyKey')}::text`)})
      union all
      select following.* from keys cross join lateral (${nextAfter(sql`keys.owner_id`, sql`keys.concurrency_key`)}) as following
    )
    select keys.owner_id, keys.concurrency_key, occupied.total < first.concurrency_limit as is_free
    from (select * from keys limit ${value('limit')}::int) as keys
    cross join lateral (
      select concurrency_limit from operations
      where owner_id = keys.owner_id and concurrency_key = keys.concurrency_key and ${waitsForKey}
      order by key_turn_at, operation_id limit 1
    ) as first
    cross join lateral (
      select count(*) as total from (
        select from operations
        where owner_id = keys.owner_id and concurrency_key = keys.concurrency_key
          and concurrency_key is not null and (turn_at is not null or status in ('RUNNING', 'CANCELLING'))
        limit first.concurrency_limit
      ) as occupying
    ) as occupied`)
  return db.with(found).select().from(found).orderBy(found.ownerId, found.concurrencyKey)
})

const releaseNamed = prepared('operations_release_keys', (db) => {
  const released = db.$with('released', { moved: sql<number>`moved`.as('moved') }).as(sql`
    select release_keys(array_agg("ownerId"), array_agg("concurrencyKey")) as moved
    from json_to_recordset(${value('keys')}::json) as named ("ownerId" text, "concurrencyKey" text)`)
  return db.with(released).select().from(released)
})
