import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '../../database/db.ts'
import type { Behaviour } from './behaviour.ts'
import { giveStock, takeStock } from './database.ts'

export type Refusal = { reason: string; message: string }

/** What a vendor records beside the request. */
export type Made = Record<string, unknown>

/** The effect to execute: its key, and the test behaviour that the request selects. */
export type Effect = { key: string; behaviour: Behaviour | undefined }

/** What differs between the sample vendors: names, and the effect on their rows. */
export type Vendor = {
  name: string
  /** The resource, as in `POST /stock/reservations`. */
  effects: string
  /** The action that undoes an effect, as in `POST /stock/reservations/{key}/release`. */
  undo: string
  /** The resource's status when it was done, and when it was undone. */
  statuses: { done: string; undone: string }
  request: z.ZodObject
  /** The field of the request that `behaviourOf` reads. */
  field: string
  refusal: Refusal
  /** Fields of the request with personal data or a secret: neither recorded nor part of the fingerprint of the call. */
  unrecorded?: readonly string[]
  /** Executes the effect in the transaction that records it. Returns what to record beside the request, or the reason of a refusal. */
  perform?(db: Db, request: Record<string, unknown>, effect: Effect): Promise<Made | { refused: Refusal }>
  /** The response to a request that was done. Default: 201 with the resource. */
  respond?(made: Made): { status: 200 | 202; body: Record<string, unknown> }
  revert?(db: Db, request: Record<string, unknown>): Promise<void>
}

const choice = z.string().min(1).max(200).optional()
const text = z.string().min(1).max(500)

const stockRequest = z.strictObject({
  orderId: text,
  lines: z.array(z.strictObject({ productId: text, quantity: z.int().min(1) })).min(1),
  warehouse: choice,
})

const stock: Vendor = {
  name: 'stock',
  effects: 'reservations',
  undo: 'release',
  statuses: { done: 'RESERVED', undone: 'RELEASED' },
  request: stockRequest,
  field: 'warehouse',
  refusal: { reason: 'OUT_OF_STOCK', message: 'the warehouse is empty' },
  async perform(db, request) {
    const { lines, warehouse = 'main' } = stockRequest.parse(request)
    const short = await takeStock(db, { warehouse, lines })
    return short === undefined
      ? {}
      : { refused: { reason: 'OUT_OF_STOCK', message: `there is too little of ${short}` } }
  },
  async revert(db, request) {
    const { lines, warehouse = 'main' } = stockRequest.parse(request)
    await giveStock(db, { warehouse, lines })
  },
}

const payment: Vendor = {
  name: 'payment',
  effects: 'charges',
  undo: 'refund',
  statuses: { done: 'CHARGED', undone: 'REFUNDED' },
  request: z.strictObject({
    orderId: text,
    amountCents: z.int().min(0),
    currency: z.string().regex(/^[A-Z]{3}$/),
    paymentMethod: choice,
  }),
  field: 'paymentMethod',
  refusal: { reason: 'DECLINED', message: 'the account has not enough money' },
}

const carrier: Vendor = {
  name: 'carrier',
  effects: 'bookings',
  undo: 'cancel',
  statuses: { done: 'BOOKED', undone: 'CANCELLED' },
  request: z.strictObject({
    orderId: text,
    recipient: z.string(),
    address: z.record(z.string(), z.string()),
    service: choice,
  }),
  field: 'service',
  refusal: { reason: 'NO_SERVICE', message: 'no service goes there' },
  perform: async () => ({ trackingNumber: `LR${randomBytes(6).toString('hex').toUpperCase()}` }),
}

const confirmation: Vendor = {
  name: 'confirmation',
  effects: 'confirmations',
  undo: 'withdraw',
  statuses: { done: 'CONFIRMED', undone: 'WITHDRAWN' },
  request: z.strictObject({ orderId: text, recipient: z.string(), contact: choice }),
  field: 'contact',
  refusal: { reason: 'REFUSED', message: 'the contact wants no messages' },
}

/** The vendors of a delivery. */
export const deliveryVendors = [stock, payment, carrier, confirmation] as const
