import { findOrder, findOrderWithLines } from '../database/orders/orders.ts'
import { defineOperation, defineStep, OperationError, type StepContext } from './define.ts'
import { centsOf } from './deliver/price.ts'
import { type Effect, request, undo } from './vendors/vendor-call.ts'

/** The currency of all prices; order lines do not state one. */
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
  message: ({ orderId, warehouse }) => `Reserving the stock of order ${orderId}${warehouse ? ` in ${warehouse}` : ''}`,
  async run(context, { orderId, warehouse }) {
    const { lines } = await orderOf(context, orderId)
    const wanted = lines.map(({ productId, quantity }) => ({ productId, quantity }))
    await request(context, reservation, { orderId, lines: wanted, warehouse })
  },
  undo: (context) => undo(context, reservation),
})

const chargePayment = defineStep('deliverOrder', {
  phase: 'PAYMENT',
  message: ({ orderId }) => `Charging the payment of order ${orderId}`,
  async run(context, { orderId, paymentMethod }) {
    const { lines } = await orderOf(context, orderId)
    const amountCents = centsOf(lines.map(({ sales }) => sales))
    await request(context, charge, { orderId, amountCents, currency, paymentMethod })
  },
  undo: (context) => undo(context, charge),
})

const bookCarrier = defineStep('deliverOrder', {
  phase: 'CARRIER_BOOKING',
  message: ({ carrierService: service }) => `Booking ${service ? `the carrier service ${service}` : 'a carrier'}`,
  async run(context, { orderId, carrierService: service }) {
    const { order } = await orderOf(context, orderId)
    const { customerName: recipient, country, state, city, postalCode } = order
    const address = { country, state, city, postalCode }
    const { body } = await request(context, booking, { orderId, recipient, address, service })
    const { trackingNumber } = body
    if (typeof trackingNumber === 'string' && trackingNumber !== '') return { trackingNumber }
    throw new OperationError('VENDOR_REFUSED', 'The carrier vendor responded to a booking without a trackingNumber.')
  },
  undo: (context) => undo(context, booking),
})

/** The last step has an undo too, because a cancel may arrive while it runs. */
const confirmDelivery = defineStep('deliverOrder', {
  phase: 'CONFIRMATION',
  message: ({ orderId }) => `Confirming the delivery of order ${orderId}`,
  async run(context, { orderId, contact }) {
    const { order } = await orderOf(context, orderId)
    await request(context, confirmation, { orderId, recipient: order.customerName, contact })
  },
  undo: (context) => undo(context, confirmation),
})

/** Reserves stock, charges the payment, books a carrier and confirms. docs/vendors.md describes the requests to each vendor. */
export const deliverOrder = defineOperation('deliverOrder', {
  steps: { reserveStock, chargePayment, bookCarrier, confirmDelivery },

  async run(context, { orderId }) {
    await context.step('reserveStock')
    await context.step('chargePayment')
    const { trackingNumber } = await context.step('bookCarrier')
    await context.step('confirmDelivery')
    return { orderId, trackingNumber }
  },

  async checkData({ db, ownerId }, { orderId }) {
    // Postgres refuses a text with NUL.
    if (!orderId.includes('\u0000') && (await findOrder(db, { ownerId, orderId }))) return []
    return [{ pointer: '/orderId', message: 'must be the id of one of your orders' }]
  },
})

async function orderOf({ db, ownerId }: StepContext, orderId: string) {
  const found = await findOrderWithLines(db, { ownerId, orderId })
  if (!found) throw new OperationError('NOT_FOUND', `The order ${orderId} no longer exists.`)
  return found
}
