import { sql } from 'drizzle-orm'
import { Problem } from '../contract/problem.ts'
import type { Db } from '../database/db.ts'
import type { OperationRow } from '../database/operations/read.ts'
import { prepared } from '../database/prepared.ts'
import { createLoadingCache } from '../lib/cache.ts'

/**
 * How many webhook targets (origins) the operations of an owner may send to at the same time: those of operations that have not ended, and
 * those that still have deliveries to be sent.
 */
export type TargetQuota = {
  cap: number
  /**
   * Whether an operation with a webhook of this URL may be accepted; always, if the owner already uses its target. Counts are some seconds
   * old: each further process, and each submit at the same instant, may exceed the cap by what it accepts meanwhile.
   */
  admits(ownerId: string, url: string): Promise<boolean>
  /** The same for a retry, which keeps the webhook of its operation, unless the webhook was disabled by a 410. */
  admitsAgain(operation: Pick<OperationRow, 'ownerId' | 'webhook'>): Promise<boolean>
}

/** `admitted`: targets accepted since the count. */
type Known = { count: number; ttlMs: number; admitted: Set<string> }

const keptMs = 10_000
/** Of an owner near its cap, which waits for the next count. */
const nearMs = 1000
/** Counting takes at most a fiftieth of the time. */
const costFactor = 50
const maxOwners = 10_000

export function watchTargetQuota(db: Db, cap: number): TargetQuota {
  const owners = createLoadingCache<Known>({
    max: maxOwners,
    async load(ownerId) {
      const startMs = performance.now()
      const [row] = await countRows(db).execute({ ownerId, most: cap })
      const count = row?.total ?? 0
      const ttlMs = Math.max(count < cap / 2 ? keptMs : nearMs, costFactor * (performance.now() - startMs))
      return { count, ttlMs, admitted: new Set() }
    },
    ttlMs: ({ ttlMs }) => ttlMs,
  })

  async function admits(ownerId: string, url: string): Promise<boolean> {
    const known = await owners.get(ownerId)
    const { origin } = new URL(url)
    if (known.admitted.has(origin)) return true
    if (known.count + known.admitted.size < cap) {
      known.admitted.add(origin)
      return true
    }
    const [row] = await usedRows(db).execute({ ownerId, origin })
    return row?.used ?? false
  }

  return {
    cap,
    admits,
    admitsAgain: async ({ ownerId, webhook }) =>
      !webhook || webhook.disabledAt !== undefined || admits(ownerId, webhook.url),
  }
}

const value = sql.placeholder

const countRows = prepared('webhook_targets_count', (db) => {
  const found = db.$with('found', { total: sql<number>`total`.as('total') }).as(sql`
    select count_webhook_targets(${value('ownerId')}, ${value('most')}::int) as total`)
  return db.with(found).select().from(found)
})

const usedRows = prepared('webhook_targets_used', (db) => {
  const owner = sql`${value('ownerId')}::text`
  const target = sql`webhook_target(${owner}, ${value('origin')}::text)`
  // A target belongs to one owner. The order is that of the index, so that the planner uses no other.
  const found = db.$with('found', { used: sql<boolean>`used`.as('used') }).as(sql`
    select exists (select from deliveries where state = 'PENDING' and target = ${target}) or coalesce((
      select webhook_target(owner_id, webhook ->> 'url') from operations
      where webhook is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')
        and (owner_id, webhook_target(owner_id, webhook ->> 'url')) >= (${owner}, ${target})
      order by owner_id, webhook_target(owner_id, webhook ->> 'url') limit 1) = ${target}, false) as used`)
  return db.with(found).select().from(found)
})

const retrySeconds = 5

export function tooManyTargets(cap: number) {
  return new Problem(
    'TOO_MANY_WEBHOOK_TARGETS',
    `The webhooks of your unfinished operations and undelivered messages have ${cap.toLocaleString('en')} origins, which is the limit. Use one of these origins, register a webhook receiver, or wait until messages are delivered.`,
    { retryAfter: retrySeconds },
  )
}
