import { type SQL, sql } from 'drizzle-orm'
import { deliverySeconds, type WebhookEvent } from '../lifecycle/deliveries.ts'

export type Announcement = {
  /** The name of a CTE that holds `operation_id`, `owner_id`, `webhook` and `status` of operations, and the two below. */
  from: string
  event: WebhookEvent
  /** Of the event, from the row. */
  sequence: SQL
  at: SQL
  /** Whether a delivery that nobody has taken up yet says it all: it is rendered when it is sent. */
  coalesced?: boolean
}

/** How long a progress update waits for the next, which then needs no delivery of its own. */
const coalesceMs = 1000

/**
 * The deliveries of events, to be inserted by the very statement that writes those: a process may die after any commit, and nobody would
 * know what it had meant to send. One for the operation's own webhook and one for each of its owner's enabled receivers,
 * where they ask for the event.
 */
export function announcing({ from, event, sequence, at, coalesced = false }: Announcement): SQL {
  const name = sql.raw(`'${event}'`)
  const source = sql.raw(from)
  const due = coalesced ? sql`${at} + ${milliseconds(coalesceMs)}` : at
  const waiting = sql`
    where not exists (
      select 1 from deliveries as other
      where other.operation_id = ${source}.operation_id and other.target = hook.target and other.event = ${name}
        and other.state = 'PENDING' and other.tries = 0 and other.locked_until is null)`
  return sql`
    insert into deliveries (delivery_id, owner_id, operation_id, receiver_id, target, sequence, event, status, occurred_at,
      due_at, give_up_at)
    select ${newId}, ${source}.owner_id, ${source}.operation_id, hook.receiver_id, hook.target, ${sequence}, ${name},
      ${source}.status, ${at}, ${due}, ${at} + ${milliseconds(deliverySeconds * 1000)}
    from ${source} cross join lateral (
      select null::uuid as receiver_id, ${ownTarget(source)} as target
      where ${source}.webhook -> 'events' ? ${name} and not ${source}.webhook ? 'disabledAt'
      union all
      select receiver_id, receiver_id::text from webhook_receivers
      where webhook_receivers.owner_id = ${source}.owner_id and disabled_at is null and events ? ${name}
    ) as hook ${coalesced ? waiting : sql``}`
}

/** Whoever submits many operations with one webhook, however its path differs, is one target; never two owners together. */
function ownTarget(source: SQL): SQL {
  return sql`${source}.owner_id || ' ' || lower(substring(${source}.webhook ->> 'url' from '^[^:]+://[^/?#]*'))`
}

const milliseconds = (figure: number) => sql.raw(`interval '${figure} ms'`)

/** A UUIDv7, which PostgreSQL makes itself only from 18 on: the time's milliseconds over the first 48 bits of a random one, and version 7. */
const newId = sql`encode(set_bit(set_bit(
  overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
  52, 1), 53, 1), 'hex')::uuid`
