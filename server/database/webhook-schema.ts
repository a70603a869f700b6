import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import {
  type DeliveryEvent,
  deliveryOutcomes,
  deliveryStates,
  type StatusClass,
  type WebhookEvent,
} from '../lifecycle/deliveries.ts'
import type { Status } from '../lifecycle/states.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
const oneOf = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(', '))

/** The webhook that a submit named, as its operation keeps it. */
export type OperationWebhook = {
  url: string
  events: WebhookEvent[]
  /** Sealed. */
  secret: string
  /** ISO 8601. Since then nothing is sent to it: it answered 410. */
  disabledAt?: string
}

/** An owner's standing subscription to events of all of its operations. */
export const webhookReceivers = pgTable(
  'webhook_receivers',
  {
    receiverId: uuid('receiver_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    url: text('url').notNull(),
    events: jsonb('events').$type<WebhookEvent[]>().notNull(),
    description: text('description'),
    /** Sealed, and the one before it, too, which signs beside it for a while. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousSecretUntil: instant('previous_secret_until'),
    /** Null: enabled. */
    disabledAt: instant('disabled_at'),
    /** GONE: it answered 410. */
    disabledReason: text('disabled_reason', { enum: ['GONE'] }),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    updatedAt: instant('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    index('webhook_receivers_owner').on(t.ownerId, t.receiverId),
    check('webhook_receivers_previous', sql`(${t.previousSecret} is null) = (${t.previousSecretUntil} is null)`),
    check('webhook_receivers_disabled', sql`(${t.disabledAt} is null) = (${t.disabledReason} is null)`),
  ],
)

/**
 * What is sent, one row for each event and each who is to hear of it; written by the statement that writes the event. Whoever deletes
 * operations deletes these and their attempts.
 */
export const deliveries = pgTable(
  'deliveries',
  {
    /** A UUIDv7; what receivers know the message by, over all of its attempts. */
    deliveryId: uuid('delivery_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    /** Null: a ping. */
    operationId: uuid('operation_id'),
    /** Null: the operation's own webhook. */
    receiverId: uuid('receiver_id'),
    /** Who shares limits, a turn and a circuit breaker: a receiver, or all that one owner's operations send to one origin. */
    target: text('target').notNull(),
    /** That of the event; 0 for the operation's creation, which has no event, and for pings. */
    sequence: integer('sequence').notNull(),
    event: text('event').$type<DeliveryEvent>().notNull(),
    /** That of the operation as of the event. Null: a ping. */
    status: text('status').$type<Status>(),
    /** When what it tells of happened. */
    occurredAt: instant('occurred_at').notNull(),
    state: text('state', { enum: deliveryStates }).notNull().default('PENDING'),
    /** Rises at each claim: the fence of who sends. */
    attempts: integer('attempts').notNull().default(0),
    /** Failed attempts in the present schedule; a redelivery starts a new one. */
    tries: integer('tries').notNull().default(0),
    /** When it is to be sent next; of an end, when it last was to be. */
    dueAt: instant('due_at').notNull(),
    /** While PENDING: a failed attempt from then on is the last. */
    giveUpAt: instant('give_up_at').notNull(),
    /** Somebody sends it, and has until then to say how it went. */
    lockedUntil: instant('locked_until'),
    /** Of the last attempt. */
    outcome: text('outcome', { enum: deliveryOutcomes }),
    statusClass: text('status_class').$type<StatusClass>(),
    finishedAt: instant('finished_at'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  (t) => [
    unique('deliveries_once').on(t.operationId, t.sequence, t.target),
    // By target, so that a backlog of one costs the search for another's nothing.
    index('deliveries_due').on(t.target, t.dueAt).where(sql`state = 'PENDING'`),
    index('deliveries_pings').on(t.createdAt).where(sql`operation_id is null`),
    check('deliveries_state', sql`${t.state} in (${oneOf(deliveryStates)})`),
    check('deliveries_finished', sql`(${t.finishedAt} is null) = (${t.state} = 'PENDING')`),
    check('deliveries_told', sql`(${t.operationId} is null) = (${t.event} = 'PING')`),
    check('deliveries_locked', sql`${t.lockedUntil} is null or ${t.state} = 'PENDING'`),
  ],
)

/** How each attempt went. One whose sender died has no row. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    deliveryId: uuid('delivery_id').notNull(),
    attempt: integer('attempt').notNull(),
    startedAt: instant('started_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    outcome: text('outcome', { enum: deliveryOutcomes }).notNull(),
    statusClass: text('status_class').$type<StatusClass>(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.attempt] })],
)

/** Circuit breakers: a target that failed last. One without a row is well. */
export const webhookTargets = pgTable('webhook_targets', {
  target: text('target').primaryKey(),
  /** Attempts that failed one after the other. */
  failures: integer('failures').notNull(),
  /** Nothing is sent to it before; then one attempt at a time, until one succeeds. */
  openUntil: instant('open_until'),
  updatedAt: instant('updated_at').notNull().default(sql`now()`),
})
