import { findOrder } from '../database/orders.ts'
import { type CheckContext, defineOperation, defineStep, OperationError, type StepContext } from './define.ts'
import { centsOf } from './deliver/price.ts'
import { ask, type Effect, undo } from './deliver/vendor-call.ts'

/** Of all prices in the order lines, which do not say. */
const currency = 'USD'

const reservation: Effect = {
  vendor: 'stock',
  resource: 'reservations',
  undo: 'release',
  declined: 'OUT_OF_STOCK',
}
const charge: Effect = { vendor: 'payment', resource: 'charges', undo: 'refund', declined: 'PAYMENT_DECLINED' }
const booking: Effect = { vendor: 'carrier', resource: 'bookings', undo: 'cancel', declined: 'NO_CARRIER' }
const confirmation: Effect = {
  vendor: 'confirmation',
  resource: 'confirmations',
  undo: 'withdraw',
  declined: 'CONFIRMATION_REFUSED',
}

const reserveStock = defineStep('deliverOrder', {
  phase: 'STOCK_RESERVATION',
  async run(context, { orderId, warehouse }) {
    const { lines } = await orderOf(context, orderId)
    const wanted = lines.map(({ productId, quantity }) => ({ productId, quantity }))
    await ask(context, reservation, { orderId, lines: wanted, warehouse })
  },
  undo: (context) => undo(context, reservation),
})

const chargePayment = defineStep('deliverOrder', {
  phase: 'PAYMENT',
  async run(context, { orderId, paymentMethod }) {
    const { lines } = await orderOf(context, orderId)
    const amountCents = centsOf(lines.map(({ sales }) => sales))
    await ask(context, charge, { orderId, amountCents, currency, paymentMethod })
  },
  undo: (context) => undo(context, charge),
})

const bookCarrier = defineStep('deliverOrder', {
  phase: 'CARRIER_BOOKING',
  async run(context, { orderId, carrierService: service }) {
    const { order } = await orderOf(context, orderId)
    const { customerName: recipient, country, state, city, postalCode } = order
    const address = { country, state, city, postalCode }
    const { trackingNumber } = await ask(context, booking, { orderId, recipient, address, service })
    if (typeof trackingNumber === 'string' && trackingNumber !== '') return { trackingNumber }
    throw new OperationError('VENDOR_REFUSED', 'The carrier vendor answered a booking without a trackingNumber.')
  },
  undo: (context) => undo(context, booking),
})

/** The last one has an undo, too: a cancel may come while it is being done. */
const confirmDelivery = defineStep('deliverOrder', {
  phase: 'CONFIRMATION',
  async run(context, { orderId, contact }) {
    const { order } = await orderOf(context, orderId)
    await ask(context, confirmation, { orderId, recipient: order.customerName, contact })
  },
  undo: (context) => undo(context, confirmation),
})

/** An order through stock, payment, carrier and confirmation; docs/vendors.md says what is sent to each. */
export const deliverOrder = defineOperation('deliverOrder', {
  steps: { reserveStock, chargePayment, bookCarrier, confirmDelivery },

  async run(context, { orderId }) {
    await context.step('reserveStock')
    await context.step('chargePayment')
    const { trackingNumber } = await context.step('bookCarrier')
    await context.step('confirmDelivery')
    return { orderId, trackingNumber }
  },

  async check(context, { orderId }) {
    if (await find(context, orderId)) return []
    return [{ pointer: '/orderId', message: 'there is no such order, or it is not yours' }]
  },
})

async function orderOf(context: StepContext, orderId: string) {
  const found = await find(context, orderId)
  if (!found) throw new OperationError('NOT_FOUND', `There is no order ${orderId} any more.`)
  return found
}

/** No text in the database has a NUL, and it refuses to look for one. */
async function find({ db, ownerId }: CheckContext | StepContext, orderId: string) {
  return orderId.includes('\u0000') ? undefined : findOrder(db, { ownerId, orderId })
}
