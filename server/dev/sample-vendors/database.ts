import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Db } from '../../database/db.ts'
import { sampleCallbacks, sampleCalls, sampleEffects, sampleStock } from '../../database/schema/sample-vendors.ts'

export type EffectRow = typeof sampleEffects.$inferSelect
export type CallRow = typeof sampleCalls.$inferSelect
export type CallbackRow = typeof sampleCallbacks.$inferSelect

/** The effect of one idempotency key at one vendor. */
export type VendorKey = { vendor: string; key: string }

/** The stock of each product in each warehouse before the first reservation. */
export const initialStock = 1_000_000

/** The effect of a key, locked until the transaction ends; created if there is none. */
export async function holdEffect(db: Db, at: VendorKey): Promise<EffectRow> {
  await db.insert(sampleEffects).values(at).onConflictDoNothing()
  const [row] = await db.select().from(sampleEffects).where(effectAt(at)).for('update')
  return row as EffectRow
}

/** Undefined if the vendor never received this key. */
export async function findEffect(db: Db, at: VendorKey): Promise<EffectRow | undefined> {
  const [row] = await db.select().from(sampleEffects).where(effectAt(at))
  return row
}

export async function fenceEffect(db: Db, { fence, ...at }: VendorKey & { fence: number }): Promise<void> {
  await db.update(sampleEffects).set({ fence }).where(effectAt(at))
}

export async function doEffect(
  db: Db,
  { details, ...at }: VendorKey & { details: Record<string, unknown> },
): Promise<void> {
  await db.update(sampleEffects).set({ state: 'DONE', details, doneAt: sql`now()` }).where(effectAt(at))
}

/** Also deletes the callback that it still has to make. */
export async function undoEffect(db: Db, at: VendorKey): Promise<void> {
  await keepCallback(db, at, undefined)
  await db.update(sampleEffects).set({ state: 'UNDONE', undoneAt: sql`now()` }).where(effectAt(at))
}

/** The call of a key, locked until the transaction ends; created if there is none. */
export async function holdCall(db: Db, { fingerprint, ...at }: VendorKey & { fingerprint: Buffer }): Promise<CallRow> {
  await db
    .insert(sampleCalls)
    .values({ ...at, fingerprint })
    .onConflictDoNothing()
  const [row] = await db.select().from(sampleCalls).where(callAt(at)).for('update')
  return row as CallRow
}

export async function countTry(db: Db, at: VendorKey): Promise<void> {
  await db
    .update(sampleCalls)
    .set({ tries: sql`${sampleCalls.tries} + 1` })
    .where(callAt(at))
}

/** Stores the response that every later call with this key gets. */
export async function answerCall(
  db: Db,
  { status, answer, ...at }: VendorKey & { status: number; answer: Record<string, unknown> },
): Promise<void> {
  await db.update(sampleCalls).set({ status, answer }).where(callAt(at))
}

type NewCallback = Pick<CallbackRow, 'vendor' | 'key' | 'url' | 'body' | 'calls'> & { afterMs: number }

export async function scheduleCallback(db: Db, { afterMs, ...callback }: NewCallback): Promise<void> {
  await db.insert(sampleCallbacks).values({ ...callback, dueAt: inMs(afterMs) })
}

/** Reserves due callbacks for this process until the lease is over: of one call, or of all. */
export function claimCallbacks(
  db: Db,
  { vendor, key, leaseMs }: Partial<VendorKey> & { leaseMs: number },
): Promise<CallbackRow[]> {
  const { vendor: ofVendor, key: ofKey, dueAt } = sampleCallbacks
  const wanted = vendor && key ? and(eq(ofVendor, vendor), eq(ofKey, key)) : undefined
  const due = db
    .select({ vendor: ofVendor, key: ofKey })
    .from(sampleCallbacks)
    .where(and(lte(dueAt, sql`clock_timestamp()`), wanted))
    .orderBy(dueAt)
    .limit(20)
    .for('update', { skipLocked: true })
  return db
    .update(sampleCallbacks)
    .set({ dueAt: inMs(leaseMs) })
    .where(sql`(${ofVendor}, ${ofKey}) in ${due}`)
    .returning()
}

/** Keeps a callback for another call, or deletes it. */
export async function keepCallback(
  db: Db,
  at: VendorKey,
  left: { calls: number; tries: number; delayMs: number } | undefined,
): Promise<void> {
  const isIt = callbackAt(at)
  if (!left) return void (await db.delete(sampleCallbacks).where(isIt))
  const { delayMs, ...counts } = left
  await db
    .update(sampleCallbacks)
    .set({ ...counts, dueAt: inMs(delayMs) })
    .where(isIt)
}

const inMs = (ms: number) => sql`clock_timestamp() + ${ms} * interval '1 millisecond'`

export type StockLine = { productId: string; quantity: number }

/** Takes all lines from the warehouse, or none. Returns the first product without sufficient stock. */
export async function takeStock(
  db: Db,
  { warehouse, lines }: { warehouse: string; lines: StockLine[] },
): Promise<string | undefined> {
  const wanted = totals(lines)
  const productIds = [...wanted.keys()]
  const rows = productIds.map((productId) => ({ warehouse, productId, available: initialStock }))
  await db.insert(sampleStock).values(rows).onConflictDoNothing()
  const held = await holdStock(db, warehouse, productIds)
  const short = held.find(({ productId, available }) => available < (wanted.get(productId) ?? 0))
  if (short) return short.productId
  await moveStock(db, warehouse, wanted, -1)
  return undefined
}

export async function giveStock(
  db: Db,
  { warehouse, lines }: { warehouse: string; lines: StockLine[] },
): Promise<void> {
  const given = totals(lines)
  await holdStock(db, warehouse, [...given.keys()])
  await moveStock(db, warehouse, given, 1)
}

/** Locks the rows in a fixed order, to avoid deadlocks between orders of the same products. */
function holdStock(db: Db, warehouse: string, productIds: string[]) {
  return db
    .select()
    .from(sampleStock)
    .where(and(eq(sampleStock.warehouse, warehouse), inArray(sampleStock.productId, productIds)))
    .orderBy(asc(sampleStock.productId))
    .for('update')
}

export async function stockLevel(
  db: Db,
  { warehouse, productId }: { warehouse: string; productId: string },
): Promise<number> {
  const [row] = await db
    .select()
    .from(sampleStock)
    .where(and(eq(sampleStock.warehouse, warehouse), eq(sampleStock.productId, productId)))
  return row?.available ?? initialStock
}

/** Quantity by product, in the order in which new rows are inserted. */
function totals(lines: StockLine[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { productId, quantity } of lines) sums.set(productId, (sums.get(productId) ?? 0) + quantity)
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function moveStock(db: Db, warehouse: string, pieces: Map<string, number>, sign: 1 | -1) {
  for (const [productId, quantity] of pieces) {
    await db
      .update(sampleStock)
      .set({ available: sql`${sampleStock.available} + ${sign * quantity}` })
      .where(and(eq(sampleStock.warehouse, warehouse), eq(sampleStock.productId, productId)))
  }
}

const effectAt = ({ vendor, key }: VendorKey) => and(eq(sampleEffects.vendor, vendor), eq(sampleEffects.key, key))
const callbackAt = ({ vendor, key }: VendorKey) => and(eq(sampleCallbacks.vendor, vendor), eq(sampleCallbacks.key, key))
const callAt = ({ vendor, key }: VendorKey) => and(eq(sampleCalls.vendor, vendor), eq(sampleCalls.key, key))
