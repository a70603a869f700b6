import { and, asc, eq, like } from 'drizzle-orm'
import type { InputOf } from '../../generated/operations.ts'
import { operationTypes } from '../../generated/operations.ts'
import { cancel, type OperationRow } from '../../server/database/operations/read.ts'
import { sampleCalls, sampleEffects, sampleStock } from '../../server/database/schema/sample-vendors.ts'
import { startSampleVendors } from '../../server/dev/sample-vendors/sample.ts'
import { specRules } from '../../server/engine/rules.ts'
import { handlers } from '../../server/handlers/registry.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { openRig, type Rig } from '../engine/rig.ts'
import { createPause } from '../support/poll.ts'

export type Choices = Omit<InputOf['deliverOrder'], 'orderId'>

/** The steps in order: vendor, the input field that selects its behaviour, its phase, and the code when it declines. */
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
  /** Runs a delivery until it is terminal. */
  deliver(choices?: Choices, options?: { maxAttempts?: number; orderId?: string }): Promise<OperationRow>
  end(operation: OperationRow): Promise<OperationRow>
  cancel(operation: OperationRow): Promise<void>
  /** The state of each vendor for an operation: its effect and the calls without a response. */
  effects(operation: OperationRow): Promise<Record<string, { state: string; details: Record<string, unknown> | null }>>
  /** The vendors whose effects were undone, in order. */
  undone(operation: OperationRow): Promise<string[]>
  /** Resolves when the vendor has processed a call of the operation. */
  untilAsked(operation: OperationRow, vendor: string): Promise<void>
  /** The stock of all products that were ever reserved in a warehouse. */
  stock(warehouse: string): Promise<number>
}

/** The real handler on a worker, with the sample vendors and a database with the sample data. */
export async function openDeliverRig({ timeoutSeconds = 60 } = {}): Promise<DeliverRig> {
  const rig = await openRig({ withSample: true })
  const { connection, notifications } = rig
  const { db } = connection
  const vendors = await startSampleVendors({ db, log: createLog('silent') })
  const rules = { ...specRules, deliverOrder: { ...operationTypes.deliverOrder, timeoutSeconds } }
  rig.work({ handlers, vendors: vendors.addresses, rules, concurrency: 40 })

  const start: DeliverRig['start'] = (choices = {}, { maxAttempts = 5, orderId: id = orderId } = {}) =>
    rig.submit({ type: 'deliverOrder', input: { orderId: id, ...choices }, ownerId: 'alice', maxAttempts })
  const end: DeliverRig['end'] = ({ operationId }) =>
    rig.until(operationId, 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')
  const heldBy = ({ operationId }: OperationRow) =>
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
      notifications.notify('changed', operationId)
    },
    async effects(operation) {
      const rows = await heldBy(operation)
      return Object.fromEntries(rows.map(({ vendor, state, details }) => [vendor, { state, details }]))
    },
    async undone(operation) {
      return (await heldBy(operation)).filter(({ state }) => state === 'UNDONE').map(({ vendor }) => vendor)
    },
    async untilAsked({ operationId }, vendor) {
      const ofOperation = and(eq(sampleCalls.vendor, vendor), like(sampleCalls.key, `%${operationId}%`))
      const pause = createPause()
      for (;;) {
        const [call] = await db.select().from(sampleCalls).where(ofOperation)
        if (call && (call.tries > 0 || call.status !== null)) return
        await pause()
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
