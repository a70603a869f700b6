import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Status } from '../../domain/state-machine.ts'
import {
  type DeliveryEvent,
  deliveryOutcomes,
  deliveryStates,
  type ReceiverEvent,
  type StatusClass,
  type WebhookEvent,
  type WebhookFormat,
  webhookFormats,
} from '../../domain/webhook-schedule.ts'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
const oneOf = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(', '))

/** The webhook of an operation, from its submit. */
export type OperationWebhook = {
  url: string
  events: WebhookEvent[]
  /** Sealed. */
  secret: string
  /** Absent: STANDARD. */
  format?: WebhookFormat
  /** ISO 8601. When it responded 410; nothing is sent to it since then. */
  disabledAt?: string
}

/** A registered webhook of an owner, for events of all its operations. */
export const webhookReceivers = pgTable(
  'webhook_receivers',
  {
    receiverId: uuid('receiver_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    url: text('url').notNull(),
    events: jsonb('events').$type<ReceiverEvent[]>().notNull(),
    format: text('format', { enum: webhookFormats }).notNull().default('STANDARD'),
    description: text('description'),
    /** Sealed. For a time after a rotation, messages are also signed with the previous secret, which is sealed as well. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousSecretUntil: instant('previous_secret_until'),
    /** Null: enabled. */
    disabledAt: instant('disabled_at'),
    /** GONE: it responded 410. */
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
 * Messages to webhooks, one row for each event and target. Written by the statement that writes the event. Code that deletes operations
 * deletes their deliveries and delivery attempts.
 */
export const deliveries = pgTable(
  'deliveries',
  {
    /** A UUIDv7. The message id, the same in all delivery attempts. */
    deliveryId: uuid('delivery_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    /** Null: a ping, or the end of a batch. */
    operationId: uuid('operation_id'),
    /** The batch that has ended. */
    batchId: uuid('batch_id'),
    /** Null: the own webhook of the operation or the batch. */
    receiverId: uuid('receiver_id'),
    /** Deliveries to one target share limits, order and a circuit breaker: those to a receiver, or to one origin from one owner's operations. */
    target: text('target').notNull(),
    /** The event's sequence; 0 for the operation's creation, which has no event, and without an operation. */
    sequence: integer('sequence').notNull(),
    event: text('event').$type<DeliveryEvent>().notNull(),
    /** The operation's status after the event. Null without an operation. */
    status: text('status').$type<Status>(),
    /** When the event occurred. */
    occurredAt: instant('occurred_at').notNull(),
    state: text('state', { enum: deliveryStates }).notNull().default('PENDING'),
    /** The fencing token: increased by each claim. */
    attempts: integer('attempts').notNull().default(0),
    /** Failed attempts in the current schedule; a redelivery starts a new schedule. */
    tries: integer('tries').notNull().default(0),
    /** When the next delivery attempt is due; after the last attempt, when that was due. */
    dueAt: instant('due_at').notNull(),
    /** While PENDING: no attempt is scheduled after this time. */
    giveUpAt: instant('give_up_at').notNull(),
    /** A process is sending it. Another process may send it after this time. */
    lockedUntil: instant('locked_until'),
    /** Of the last attempt. */
    outcome: text('outcome', { enum: deliveryOutcomes }),
    statusClass: text('status_class').$type<StatusClass>(),
    finishedAt: instant('finished_at'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    /** Sealed. The CloudEvent that all attempts send. Null before the first attempt, and for a message in another format. */
    cloudEvent: text('cloud_event'),
  },
  (t) => [
    unique('deliveries_once').on(t.operationId, t.sequence, t.target),
    uniqueIndex('deliveries_batch').on(t.batchId, t.target).where(sql`batch_id is not null`),
    // What an owner has due, whatever else it has waiting; and, of an owner with much that is due, one target after the other.
    index('deliveries_owner_due').on(t.ownerId, t.dueAt).where(sql`state = 'PENDING'`),
    index('deliveries_owner_target').on(t.ownerId, t.target).where(sql`state = 'PENDING'`),
    index('deliveries_due').on(t.target, t.dueAt).where(sql`state = 'PENDING'`),
    index('deliveries_overdue').on(t.giveUpAt).where(sql`state = 'PENDING' and event <> 'PING'`),
    index('deliveries_pings').on(t.createdAt).where(sql`operation_id is null`),
    check('deliveries_state', sql`${t.state} in (${oneOf(deliveryStates)})`),
    check('deliveries_finished', sql`(${t.finishedAt} is null) = (${t.state} = 'PENDING')`),
    check('deliveries_ping', sql`(${t.operationId} is null and ${t.batchId} is null) = (${t.event} = 'PING')`),
    check('deliveries_batch_event', sql`(${t.batchId} is not null) = (${t.event} = 'BATCH_COMPLETED')`),
    check('deliveries_locked', sql`${t.lockedUntil} is null or ${t.state} = 'PENDING'`),
  ],
)

/** Finished delivery attempts. An attempt whose process died has no row. */
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

/** Circuit breakers of targets whose last attempt failed. A target without a row is closed. */
export const webhookTargets = pgTable(
  'webhook_targets',
  {
    target: text('target').primaryKey(),
    /** Consecutive failed attempts. */
    failures: integer('failures').notNull(),
    /** The breaker is open until this time, then half-open: one attempt at a time until one succeeds. */
    openUntil: instant('open_until'),
    updatedAt: instant('updated_at').notNull().default(sql`now()`),
  },
  (t) => [index('webhook_targets_updated').on(t.updatedAt)],
)
