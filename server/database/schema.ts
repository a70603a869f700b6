import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { priorities } from '../lifecycle/schedule.ts'
import { statuses } from '../lifecycle/states.ts'
import type { OperationWebhook } from './webhook-schema.ts'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
const oneOf = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(', '))

/**
 * The owner of the sample rows: nobody. No credential can carry it, because an owner's name is never empty.
 * (A NULL could not be part of a primary key.)
 */
export const noOwner = ''

/** The queue and the record in one row. Ids are UUIDv7: time-ordered, so that the newest are neighbours. */
export const operations = pgTable(
  'operations',
  {
    operationId: uuid('operation_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    type: text('type').notNull(),
    status: text('status', { enum: statuses }).notNull().default('PENDING'),
    /** The fence: rises at each claim; every later write of that claim carries it. */
    attempt: integer('attempt').notNull().default(0),
    failures: integer('failures').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull(),
    priority: text('priority', { enum: priorities }).notNull().default('NORMAL'),
    labels: jsonb('labels').$type<Record<string, string>>().notNull().default({}),
    input: jsonb('input').notNull(),
    /** Null: its submit named none. */
    webhook: jsonb('webhook').$type<OperationWebhook>(),
    progress: jsonb('progress').$type<Progress>(),
    result: jsonb('result').$type<Record<string, unknown>>(),
    error: jsonb('error').$type<Record<string, unknown>>(),
    reason: text('reason'),
    /** The end that unwinding leads to; stored before the first undo, so that it survives a crash. */
    intendedEnd: jsonb('intended_end').$type<IntendedEnd>(),
    /** Whether steps have been begun that must be undone before it may fail or be cancelled. */
    owesUndo: boolean('owes_undo').notNull().default(false),
    /** Deaths of its process while it ran alone there. */
    crashes: integer('crashes').notNull().default(0),
    /** Its process died while others ran there too: next it runs alone, so that the guilty one is found. */
    alone: boolean('alone').notNull().default(false),
    /** The operation that this one repeats, and the one that repeats this one. */
    retryOf: uuid('retry_of'),
    retriedBy: uuid('retried_by'),
    /** The due time plus the priority's delay; the order of claims. Null: not due yet, or held by a worker, or ended. */
    turnAt: instant('turn_at'),
    /** As the caller asked. */
    startAfter: instant('start_after'),
    /** When one that may not start yet may: the caller's `start_after`, or the end of a retry's delay. */
    dueAt: instant('due_at'),
    /** When the present state is over: queue time while PENDING, run time while RUNNING, grace or compensation while CANCELLING. */
    deadlineAt: instant('deadline_at'),
    workerId: uuid('worker_id'),
    lastSequence: integer('last_sequence').notNull().default(0),
    /** Who submitted it and from which address, for its history. Null: it is older than these columns, or the address is not known. */
    createdBy: text('created_by'),
    createdFrom: text('created_from'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    updatedAt: instant('updated_at').notNull().default(sql`now()`),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    expiresAt: instant('expires_at'),
  },
  (t) => [
    index('operations_turn').on(t.ownerId, t.type, t.turnAt).where(sql`status = 'PENDING' and turn_at is not null`),
    index('operations_due').on(t.dueAt).where(sql`status = 'PENDING' and turn_at is null`),
    index('operations_unwinding').on(t.turnAt).where(sql`status = 'CANCELLING' and turn_at is not null`),
    // What runs is little at any time: the worker's own and the overdue are found in it without an index of their own, which
    // every claim would have to write.
    index('operations_running_id').on(t.ownerId, t.operationId).where(sql`status in ('RUNNING', 'CANCELLING')`),
    index('operations_deadline').on(t.deadlineAt).where(sql`status = 'PENDING'`),
    index('operations_expiry').on(t.expiresAt).where(sql`expires_at is not null`),
    index('operations_list').on(t.ownerId, t.operationId),
    // COMPLETED is what a list without this index meets at every turn, and what runs is in the index of its own.
    index('operations_list_status')
      .on(t.ownerId, t.status, t.operationId)
      .where(sql`status in ('PENDING', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')`),
    index('operations_list_type').on(t.ownerId, t.type, t.operationId),
    check('operations_status', sql`${t.status} in (${oneOf(statuses)})`),
    check('operations_priority', sql`${t.priority} in (${oneOf(priorities)})`),
    check('operations_result', sql`${t.result} is null or ${t.status} in ('COMPLETED', 'COMPLETED_WITH_ERRORS')`),
    check('operations_error', sql`(${t.error} is not null) = (${t.status} = 'FAILED')`),
    check(
      'operations_finished',
      sql`(${t.finishedAt} is not null) = (${t.status} in ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'))`,
    ),
    check('operations_turn', sql`${t.turnAt} is null or ${t.status} in ('PENDING', 'CANCELLING')`),
    check('operations_held', sql`${t.workerId} is null or ${t.status} in ('RUNNING', 'CANCELLING')`),
    check('operations_owes_undo', sql`not ${t.owesUndo} or ${t.status} in ('PENDING', 'RUNNING', 'CANCELLING')`),
    check(
      'operations_intended_end',
      sql`${t.intendedEnd} is null or ${t.status} in ('PENDING', 'RUNNING', 'CANCELLING', 'FAILED')`,
    ),
  ],
)

/** The FAILED end, with its error document, that an operation comes to once everything is undone. */
export type IntendedEnd = { error: Record<string, unknown> }

export type Phase = {
  name: string
  status: 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'SKIPPED' | 'COMPENSATING' | 'COMPENSATED'
  percentage?: number
  /** Seconds. */
  duration?: number
}

export type Progress = {
  /** 0–100. */
  percentage: number
  current?: number
  total?: number
  phase?: string
  message?: string
  phases?: Phase[]
}

/** What happened, one gap-free sequence per operation; written by the statement that changes the row. */
export const events = pgTable(
  'events',
  {
    // No foreign key: it would lock the operation's row again for every event. Whoever deletes operations deletes these.
    operationId: uuid('operation_id').notNull(),
    sequence: integer('sequence').notNull(),
    event: text('event', { enum: ['status-update', 'log', 'completed', 'failed', 'cancelled'] }).notNull(),
    timestamp: instant('timestamp').notNull().default(sql`now()`),
    status: text('status', { enum: statuses }).notNull(),
    attempt: integer('attempt').notNull(),
    actor: text('actor').notNull(),
    /** Where the actor's request came from; null: nobody's request did it. */
    address: text('address'),
    reason: text('reason'),
    progress: jsonb('progress').$type<Progress>(),
    data: jsonb('data').$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.sequence] }),
    // Costs a write next to nothing, unlike a tree. By several ranges a block, because deleted events leave room for later ones.
    index('events_recent')
      .using('brin', t.timestamp.op('timestamptz_minmax_multi_ops'))
      .with({ pages_per_range: 32, autosummarize: true }),
  ],
)

/** One heartbeat row per worker process: leases belong to workers, so an operation costs no heartbeat. */
export const workers = pgTable('workers', {
  workerId: uuid('worker_id').primaryKey(),
  startedAt: instant('started_at').notNull().default(sql`now()`),
  seenAt: instant('seen_at').notNull().default(sql`now()`),
  /** The owner that was served last: the next claim begins with the one after. */
  turnOwner: text('turn_owner').notNull().default(''),
})

/**
 * Where claims begin to search, for owners whose indexes hold many entries of rows that have gone; only `pick_turns` reads and
 * writes it. Unlogged: without marks a claim is slower and no less right.
 */
export const turnMarks = pgTable('turn_marks', {
  ownerId: text('owner_id').primaryKey(),
  turnFrom: timestamp('turn_from', { withTimezone: true, precision: 6 }),
  runningFrom: uuid('running_from'),
  until: timestamp('until', { withTimezone: true, precision: 6 }).notNull(),
})

export const stepStates = ['STARTED', 'DONE', 'UNDONE', 'UNDO_FAILED'] as const
export type StepState = (typeof stepStates)[number]

/** Named steps of an operation's handler: what has been done outside, and so what has to be undone. */
export const steps = pgTable(
  'steps',
  {
    operationId: uuid('operation_id').notNull(),
    name: text('name').notNull(),
    /** From 1, in the order in which they were begun; they are undone from the last to the first. */
    position: integer('position').notNull(),
    state: text('state', { enum: stepStates }).notNull(),
    /** Whether it has an undo, and so is owed one while STARTED or DONE. */
    undoable: boolean('undoable').notNull(),
    /** The attempt that wrote it last. */
    fence: integer('fence').notNull(),
    /** What `run` answered; the next attempt gets it without running the step again. */
    result: jsonb('result'),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.name] }),
    check('steps_state', sql`${t.state} in (${oneOf(stepStates)})`),
  ],
)

/** What is left of an operation that has gone: its id answers 410 until this goes too. */
export const tombstones = pgTable(
  'tombstones',
  {
    operationId: uuid('operation_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    expiredAt: instant('expired_at').notNull(),
    /** When this row goes. */
    forgottenAt: instant('forgotten_at').notNull(),
  },
  (t) => [index('tombstones_forgotten').on(t.forgottenAt)],
)

/**
 * Storage keys whose bytes have no row that needs them: about to be written, or their row gone. Whoever stores a file removes
 * its key in the transaction that writes the file's row; what stays here past `due_at` is deleted from storage, and then here.
 */
export const discards = pgTable(
  'discards',
  { storageKey: text('storage_key').primaryKey(), dueAt: instant('due_at').notNull() },
  (t) => [index('discards_due').on(t.dueAt)],
)

/** How long operations of a type have taken lately: what an estimate goes by before there is progress. */
export const durations = pgTable('durations', {
  type: text('type').primaryKey(),
  typicalSeconds: doublePrecision('typical_seconds').notNull(),
  updatedAt: instant('updated_at').notNull().default(sql`now()`),
})

/** Narrow, so that a replayed submit reads one small row. The primary key is the guarantee: one row per (owner, key). */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    ownerId: text('owner_id').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of method, path and canonical JSON. */
    fingerprint: bytea('fingerprint').notNull(),
    operationId: uuid('operation_id').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.key] }), index('idempotency_keys_expiry').on(t.expiresAt)],
)

/** Keys that every process of one service must share: signed links, page tokens. Made at first start. */
export const secrets = pgTable('secrets', {
  name: text('name').primaryKey(),
  value: bytea('value').notNull(),
  createdAt: instant('created_at').notNull().default(sql`now()`),
})

/** Bytes that came from a caller; `storageKey` names them in the file store. */
export const uploads = pgTable(
  'uploads',
  {
    uploadId: uuid('upload_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    mediaType: text('media_type').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    storageKey: text('storage_key').notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    index('uploads_expiry').on(t.expiresAt),
    // The size is in it so that a sum reads no rows.
    index('uploads_owner').on(t.ownerId, t.sizeBytes),
  ],
)

/** Bytes that an operation made. */
export const files = pgTable(
  'files',
  {
    fileId: uuid('file_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    operationId: uuid('operation_id').notNull(),
    name: text('name').notNull(),
    mediaType: text('media_type').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    storageKey: text('storage_key').notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    index('files_operation').on(t.operationId),
    index('files_expiry').on(t.expiresAt),
    index('files_owner').on(t.ownerId, t.sizeBytes),
  ],
)

export const reports = pgTable(
  'reports',
  {
    reportId: uuid('report_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    operationId: uuid('operation_id').notNull(),
    reportType: text('report_type').notNull(),
    format: text('format').notNull(),
    fromDate: date('from_date', { mode: 'string' }).notNull(),
    toDate: date('to_date', { mode: 'string' }).notNull(),
    filters: jsonb('filters').$type<Record<string, unknown>>().notNull().default({}),
    fileId: uuid('file_id').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    rowCount: integer('row_count').notNull(),
    generatedAt: instant('generated_at').notNull().default(sql`now()`),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('reports_operation').on(t.operationId)],
)

export const customers = pgTable(
  'customers',
  {
    ownerId: text('owner_id').notNull(),
    customerId: text('customer_id').notNull(),
    name: text('name').notNull(),
    segment: text('segment').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.customerId] })],
)

export const orders = pgTable(
  'orders',
  {
    ownerId: text('owner_id').notNull(),
    orderId: text('order_id').notNull(),
    customerId: text('customer_id').notNull(),
    orderDate: date('order_date', { mode: 'string' }).notNull(),
    shipDate: date('ship_date', { mode: 'string' }).notNull(),
    shipMode: text('ship_mode').notNull(),
    country: text('country').notNull(),
    region: text('region').notNull(),
    state: text('state').notNull(),
    city: text('city').notNull(),
    postalCode: text('postal_code').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ownerId, t.orderId] }),
    index('orders_date').on(t.ownerId, t.orderDate, t.orderId),
    index('orders_customer').on(t.ownerId, t.customerId),
  ],
)

/** A line keeps its product's name: in real files one product id comes with several names. */
export const orderLines = pgTable(
  'order_lines',
  {
    ownerId: text('owner_id').notNull(),
    rowId: bigint('row_id', { mode: 'number' }).notNull(),
    orderId: text('order_id').notNull(),
    productId: text('product_id').notNull(),
    productName: text('product_name').notNull(),
    category: text('category').notNull(),
    subCategory: text('sub_category').notNull(),
    sales: numeric('sales', { precision: 14, scale: 4 }).notNull(),
    quantity: integer('quantity').notNull(),
    discount: numeric('discount', { precision: 5, scale: 4 }).notNull(),
    profit: numeric('profit', { precision: 14, scale: 4 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.rowId] }), index('order_lines_order').on(t.ownerId, t.orderId)],
)
