import { type SQL, sql } from 'drizzle-orm'
import { deliverySeconds, type WebhookEvent } from '../../domain/webhook-schedule.ts'

export type DeliverySource = {
  /** The name of a CTE that holds `operation_id`, `owner_id`, `webhook` and `status` of operations, and the two below. */
  from: string
  event: WebhookEvent
  /** The event's sequence and time, as expressions over the row. */
  sequence: SQL
  at: SQL
  /**
   * Rows for which a pending delivery that no process has claimed makes another one unnecessary, because it shows the operation when it is
   * sent. The event of such a delivery has no reason: the others show their event. A delivery that is sent again as the same CloudEvent shows the
   * operation as it was.
   */
  coalesced?: SQL
}

/** The delay of a progress update's delivery. Further updates within this time share it. */
const coalesceMs = 1000

/**
 * Inserts the deliveries of events. The statement that writes the events must include it, because the process may die after the commit. One
 * delivery for the operation's own webhook and one for each enabled receiver of its owner, if they subscribe to the event.
 */
export function insertDeliveries({ from, event, sequence, at, coalesced }: DeliverySource): SQL {
  const name = sql.raw(`'${event}'`)
  const source = sql.raw(from)
  const due = coalesced
    ? sql`${at} + case when ${coalesced} then ${milliseconds(coalesceMs)} else interval '0' end`
    : at
  const waiting = sql`
    where not (${coalesced}) or not exists (
      select 1 from deliveries as other
      where other.operation_id = ${source}.operation_id and other.target = hook.target and other.event = ${name}
        and other.state = 'PENDING' and other.tries = 0 and other.locked_until is null and other.cloud_event is null
        and exists (
          select 1 from events where events.operation_id = other.operation_id and events.sequence = other.sequence
            and events.reason is null))`
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

/**
 * Inserts the deliveries of the ends of batches: to the webhook of each batch and to each enabled receiver of its owner that subscribes to
 * them. `from`: a FROM item with the columns that `end_batches` returns.
 */
export function insertBatchDeliveries(from: SQL): SQL {
  return sql`
    insert into deliveries (delivery_id, owner_id, batch_id, receiver_id, target, sequence, event, occurred_at, due_at, give_up_at)
    select ${newId}, ended_owner, ended_batch, hook.receiver_id, hook.target, 0, 'BATCH_COMPLETED', ended_time, ended_time,
      ended_time + ${milliseconds(deliverySeconds * 1000)}
    from ${from} cross join lateral (
      select null::uuid as receiver_id, webhook_target(ended_owner, ended_webhook ->> 'url') as target
      where ended_webhook is not null
      union all
      select receiver_id, receiver_id::text from webhook_receivers
      where webhook_receivers.owner_id = ended_owner and disabled_at is null and events ? 'BATCH_COMPLETED'
    ) as hook`
}

/** One target for each owner and origin, whatever the path. */
function ownTarget(source: SQL): SQL {
  return sql`webhook_target(${source}.owner_id, ${source}.webhook ->> 'url')`
}

const milliseconds = (figure: number) => sql.raw(`interval '${figure} ms'`)

/** A UUIDv7, which PostgreSQL generates itself only since 18: a random UUID whose first 48 bits are the time in milliseconds, with version 7. */
const newId = sql`encode(set_bit(set_bit(
  overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
  52, 1), 53, 1), 'hex')::uuid`
