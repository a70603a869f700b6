import { sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import type { NewOperation } from '../operations/create.ts'
import { prepared } from '../prepared.ts'
import { idempotencyKeys } from '../schema/operations.ts'
import { insertBatchDeliveries } from '../webhooks/create.ts'
import type { NewBatch } from './types.ts'

const value = sql.placeholder

/**
 * Inserts the idempotency keys of a batch and of its items, in the order in which single submits lock them, and returns those that were free. Of a
 * repeated key the first use counts.
 */
export async function holdKeys(tx: Db, batch: NewBatch, items: readonly NewOperation[]): Promise<ReadonlySet<string>> {
  const first = new Map<string, object>()
  const add = (id: string, { idempotency }: Pick<NewBatch, 'idempotency'>) => {
    if (!idempotency || first.has(idempotency.key)) return
    const { key, fingerprint, keepSeconds } = idempotency
    first.set(key, { id, key, fingerprint: fingerprint.toString('hex'), keepSeconds })
  }
  add(batch.batchId, batch)
  for (const item of items) add(item.operationId, item)
  if (first.size === 0) return new Set()
  const { ownerId } = batch
  const lockName = (key: string) => `${key}\n${ownerId}`
  const keys = [...first].sort(([a], [b]) => (lockName(a) < lockName(b) ? -1 : 1)).map(([, given]) => given)
  const rows = await hold(tx).execute({ ownerId, keys: JSON.stringify(keys) })
  return new Set(rows.map(({ key }) => key))
}

const hold = prepared('batches_hold_keys', (db) => {
  const held = db.$with('held', { key: idempotencyKeys.key }).as(sql`
    insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
    select ${value('ownerId')}, key, decode(fingerprint, 'hex'), id, now() + "keepSeconds" * interval '1 second'
    from jsonb_to_recordset(${value('keys')}::jsonb) as given (id uuid, key text, fingerprint text, "keepSeconds" float8)
    on conflict (owner_id, key) do update
      set fingerprint = excluded.fingerprint, operation_id = excluded.operation_id, expires_at = excluded.expires_at
      where idempotency_keys.expires_at <= now()
    returning key`)
  return db.with(held).select().from(held)
})

/** Deletes the keys of items that were held and are not used, because the item was refused after all. They can be used again. */
export async function forgetKeys(
  tx: Db,
  ownerId: string,
  items: readonly NewOperation[],
  used: ReadonlySet<string>,
): Promise<void> {
  const unused = items.flatMap(({ operationId, idempotency }) =>
    idempotency && !used.has(operationId) ? [{ id: operationId, key: idempotency.key }] : [],
  )
  if (unused.length === 0) return
  await tx.execute(sql`
    delete from idempotency_keys using jsonb_to_recordset(${JSON.stringify(unused)}::jsonb) as given (id uuid, key text)
    where owner_id = ${ownerId} and idempotency_keys.key = given.key and operation_id = given.id`)
}

type Counts = { accepted: number; replayed: number; refused: number; results: readonly object[] | null }

/** Inserts the row of a batch. A batch without operations has ended at once, and its end is delivered. */
export async function insertBatch(tx: Db, batch: NewBatch, { results, ...counts }: Counts): Promise<void> {
  const {
    batchId,
    ownerId,
    createdBy,
    createdFrom = null,
    webhook,
    idempotency,
    keptSeconds,
    traceContext = null,
  } = batch
  await insert(tx).execute({
    batchId,
    ownerId,
    createdBy,
    createdFrom,
    traceContext,
    ...counts,
    webhook: webhook ? JSON.stringify(webhook) : null,
    // Without a key nothing is replayed.
    results: results && idempotency ? JSON.stringify(results) : null,
    keptSeconds: Math.max(keptSeconds, idempotency?.keepSeconds ?? 0),
  })
}

const insert = prepared('batches_insert', (db) => {
  const created = db.$with('created', {}).as(sql`
    insert into batches (batch_id, owner_id, created_by, created_from, accepted, replayed, refused, results, webhook, trace_context, ended_at, expires_at)
    select ${value('batchId')}::uuid, ${value('ownerId')}, ${value('createdBy')}, ${value('createdFrom')}::text, accepted,
      ${value('replayed')}::int, ${value('refused')}::int, ${value('results')}::jsonb, ${value('webhook')}::jsonb, ${value('traceContext')}::text,
      case when accepted = 0 then now() end, now() + ${value('keptSeconds')}::float8 * interval '1 second'
    from (select ${value('accepted')}::int as accepted) as given
    returning batch_id as ended_batch, owner_id as ended_owner, webhook as ended_webhook, ended_at as ended_time`)
  const ended = db.$with('ended', {}).as(sql`select * from created where ended_time is not null`)
  const delivered = db.$with('delivered', {}).as(insertBatchDeliveries(sql`ended`))
  const counted = db.$with('counted', { batches: sql<number>`batches`.as('batches') }).as(sql`
    select count(*)::int as batches from created`)
  return db.with(created, ended, delivered, counted).select().from(counted)
})
