import { and, asc, eq, like } from 'drizzle-orm'
import type { InputOf } from '../../generated/operations.ts'
import { operationTypes } from '../../generated/operations.ts'
import { cancel, type OperationRow } from '../../server/database/operations.ts'
import { sampleCalls, sampleEffects, sampleStock } from '../../server/database/sample-vendors-schema.ts'
import { specRules } from '../../server/engine/rules.ts'
import { handlers } from '../../server/handlers/registry.ts'
import { loadSample } from '../../server/sample.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { startSampleVendors } from '../../server/vendors/sample.ts'
import { openRig, type Rig } from '../engine/rig.ts'

export type Choices = Omit<InputOf['deliverOrder'], 'orderId'>

/** The steps in their order: vendor, the field that chooses its behaviour, its phase, and what its refusal is called. */
export const steps = [
  { vendor: 'stock', field: 'warehouse', phase: 'STOCK_RESERVATION', code: 'OUT_OF_STOCK' },
  { vendor: 'payment', field: 'paymentMethod', phase: 'PAYMENT', code: 'PAYMENT_DECLINED' },
  { vendor: 'carrier', field: 'carrierService', phase: 'CARRIER_BOOKING', code: 'NO_CARRIER' },
  { vendor: 'confirmation', field: 'contact', phase: 'CONFIRMATION', code: 'CONFIRMATION_REFUSED' },
] as const

/** A sample order of two lines, 261.96 and 731.94. */
export const orderId = 'CA-2016-152156'

export type DeliverRig = Rig & {
  start(choices?: Choices, options?: { maxAttempts?: number; orderId?: string }): Promise<OperationRow>
  /** Runs a delivery to its end, whatever that is. */
  deliver(choices?: Choices, options?: { maxAttempts?: number; orderId?: string }): Promise<OperationRow>
  end(operation: OperationRow): Promise<OperationRow>
  cancel(operation: OperationRow): Promise<void>
  /** What the vendors hold of an operation, by vendor: its effect and the tries that were not answered. */
  effects(operation: OperationRow): Promise<Record<string, { state: string; details: Record<string, unknown> | null }>>
  /** The vendors whose effects were undone, in the order in which they were. */
  undone(operation: OperationRow): Promise<string[]>
  /** As soon as the vendor has worked on a call of the operation. */
  untilAsked(operation: OperationRow, vendor: string): Promise<void>
  /** Pieces in a warehouse of all products that were ever reserved there. */
  stock(warehouse: string): Promise<number>
}

/** The shipped handler on a real worker, against the sample vendors, over a database that holds the sample. */
export async function openDeliverRig({ timeoutSeconds = 60 } = {}): Promise<DeliverRig> {
  const rig = await openRig()
  const { connection, hints } = rig
  const { db } = connection
  await loadSample(connection)
  const vendors = await startSampleVendors({ db, log: createLog('silent') })
  const rules = { ...specRules, deliverOrder: { ...operationTypes.deliverOrder, timeoutSeconds } }
  rig.work({ handlers, vendors: vendors.addresses, rules, concurrency: 40 })

  const start: DeliverRig['start'] = (choices = {}, { maxAttempts = 5, orderId: id = orderId } = {}) =>
    rig.submit({ type: 'deliverOrder', input: { orderId: id, ...choices }, ownerId: 'alice', maxAttempts })
  const end: DeliverRig['end'] = ({ operationId }) =>
    rig.until(operationId, 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')
  const held = ({ operationId }: OperationRow) =>
    db
      .select()
      .from(sampleEffects)
      .where(like(sampleEffects.key, `%${operationId}%`))
      .orderBy(asc(sampleEffects.undoneAt))

  return {
    ...rig,
    start,
    end,
    deliver: async (choices, options) => end(await start(choices, options)),
    async cancel({ operationId, ownerId }) {
      await cancel(db, { ownerId, operationId, actor: 'owner', retentionSeconds: () => 60 })
      hints.tell('changed', operationId)
    },
    async effects(operation) {
      const rows = await held(operation)
      return Object.fromEntries(rows.map(({ vendor, state, details }) => [vendor, { state, details }]))
    },
    async undone(operation) {
      return (await held(operation)).filter(({ state }) => state === 'UNDONE').map(({ vendor }) => vendor)
    },
    async untilAsked({ operationId }, vendor) {
      const asked = and(eq(sampleCalls.vendor, vendor), like(sampleCalls.key, `%${operationId}%`))
      for (;;) {
        const [call] = await db.select().from(sampleCalls).where(asked)
        if (call && (call.tries > 0 || call.status !== null)) return
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    async stock(warehouse) {
      const rows = await db.select().from(sampleStock).where(eq(sampleStock.warehouse, warehouse))
      return rows.reduce((sum, { available }) => sum + available, 0)
    },
    async close() {
      await rig.rest()
      await vendors.close()
      await rig.close()
    },
  }
}

/** The status of each phase, by name. */
export function phasesOf({ progress }: OperationRow): Record<string, string> {
  return Object.fromEntries((progress?.phases ?? []).map(({ name, status }) => [name, status]))
}
