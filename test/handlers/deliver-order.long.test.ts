import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationRow } from '../../server/database/operations/read.ts'
import { sampleStock } from '../../server/database/schema/sample-vendors.ts'
import { initialStock } from '../../server/dev/sample-vendors/database.ts'
import { type Choices, type DeliverRig, openDeliverRig, orderId, phasesOf, steps } from './deliver-rig.ts'

let rig: DeliverRig
/** The same with a run time of four seconds; a vendor call may take five. */
let shortRig: DeliverRig
beforeAll(async () => {
  rig = await openDeliverRig()
  shortRig = await openDeliverRig({ timeoutSeconds: 4 })
})
afterAll(() => Promise.all([rig.close(), shortRig.close()]))

const each = steps.map((step, index) => ({ ...step, index }))
const choosing = (field: string, behaviour: string) => ({ [field]: behaviour }) as Choices

/** The vendors have no effect left, the earlier steps were undone in reverse, and the phases show it. */
async function expectUndone(on: DeliverRig, operation: OperationRow, index: number, atStep: string) {
  const effects = await on.effects(operation)
  expect(Object.values(effects).map(({ state }) => state)).not.toContain('DONE')
  const before = steps.slice(0, index).map(({ vendor }) => vendor)
  const undone = (await on.undone(operation)).filter((vendor) => vendor !== steps[index]?.vendor)
  expect(undone).toEqual(before.toReversed())
  expect(phasesOf(operation)).toEqual(
    Object.fromEntries(
      steps.map(({ phase }, at) => [phase, at < index ? 'COMPENSATED' : at === index ? atStep : 'SKIPPED']),
    ),
  )
}

/** The remaining stock of two products that were reserved in the warehouse. */
const left = (deliveries: number) => 2 * initialStock - 5 * deliveries

// Most of these wait for a slow vendor, so they run concurrently, each with its own operation and warehouse.
describe.concurrent('a delivery', { timeout: 120_000 }, () => {
  test('whose vendor cannot undo a step names it, and undoes the other steps', async () => {
    const operation = await rig.deliver({ paymentMethod: 'test_undo_unavailable', carrierService: 'test_declined' })
    expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'COMPENSATION_FAILED' } })
    expect(operation.error).toMatchObject({ cause: { code: 'NO_CARRIER', detail: /^The carrier vendor declined: / } })
    expect(operation.error?.detail).toMatch(/failed with NO_CARRIER, .*: PAYMENT\.$/)
    const { stock, payment } = await rig.effects(operation)
    expect([stock?.state, payment?.state]).toEqual(['UNDONE', 'DONE'])
  })

  test('reserves, charges, books and confirms, each once', async () => {
    const operation = await rig.deliver({ warehouse: 'west', contact: 'claire@example.com' })
    expect(operation).toMatchObject({ status: 'COMPLETED', attempt: 1, failures: 0, error: null })
    expect(operation.result).toEqual({ orderId, trackingNumber: expect.stringMatching(/^LR[0-9A-F]{12}$/) })
    expect(Object.values(phasesOf(operation))).toEqual(Array(4).fill('COMPLETED'))
    const { stock, payment, carrier, confirmation } = await rig.effects(operation)
    expect(stock).toMatchObject({
      state: 'DONE',
      details: {
        orderId,
        warehouse: 'west',
        lines: [
          { productId: 'FUR-BO-10001798', quantity: 2 },
          { productId: 'FUR-CH-10000454', quantity: 3 },
        ],
      },
    })
    expect(payment).toMatchObject({ state: 'DONE', details: { orderId, amountCents: 99_390, currency: 'USD' } })
    expect(carrier).toMatchObject({
      state: 'DONE',
      details: { recipient: 'Claire Gute', address: { city: 'Henderson', postalCode: '42420' }, ...operation.result },
    })
    expect(confirmation).toMatchObject({ state: 'DONE', details: { contact: 'claire@example.com' } })
    expect(await rig.stock('west')).toBe(left(1))
  })

  describe.each(each)('whose $vendor vendor', ({ vendor, field, index, phase, code }) => {
    test('declines, the delivery fails with its reason and all steps are undone', async () => {
      const operation = await rig.deliver(choosing(field, 'test_declined'))
      expect(operation).toMatchObject({ status: 'FAILED', attempt: 1, error: { code, status: 422 } })
      expect(operation.error?.detail).toMatch(new RegExp(`^The ${vendor} vendor declined: .+\\.$`))
      await expectUndone(rig, operation, index, 'FAILED')
    })

    test('responds 503 twice, the call is retried after Retry-After and the delivery completes', async () => {
      const operation = await rig.deliver(choosing(field, 'test_flaky'))
      expect(operation).toMatchObject({ status: 'COMPLETED', failures: 2 })
      expect(phasesOf(operation)[phase]).toBe('COMPLETED')
      expect(Object.values(await rig.effects(operation)).map(({ state }) => state)).toEqual(Array(4).fill('DONE'))
    })

    test('always responds 503, the delivery fails after the last attempt and all steps are undone', async () => {
      const operation = await rig.deliver(choosing(field, 'test_unavailable'), { maxAttempts: 2 })
      expect(operation).toMatchObject({ status: 'FAILED', failures: 2, error: { code: 'PROCESSING_ERROR' } })
      await expectUndone(rig, operation, index, 'FAILED')
    })

    test('breaks the connection after the effect, the call is retried and has its effect once', async () => {
      const warehouse = vendor === 'stock' ? 'test_twice' : `twice-${vendor}`
      const operation = await rig.deliver({ warehouse, ...choosing(field, 'test_twice') })
      expect(operation).toMatchObject({ status: 'COMPLETED', failures: 1 })
      expect(Object.values(await rig.effects(operation)).map(({ state }) => state)).toEqual(Array(4).fill('DONE'))
      expect(await rig.stock(warehouse)).toBe(left(1))
    })

    test('is too slow, the call is retried and has its effect once', async () => {
      const operation = await rig.deliver(choosing(field, 'test_late'))
      expect(operation).toMatchObject({ status: 'COMPLETED', failures: 1 })
      expect(Object.values(await rig.effects(operation)).map(({ state }) => state)).toEqual(Array(4).fill('DONE'))
    })

    test('never responds, the attempt fails and finally all steps are undone', async () => {
      const operation = await rig.deliver(choosing(field, 'test_hang'), { maxAttempts: 1 })
      expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_ERROR' } })
      await expectUndone(rig, operation, index, 'FAILED')
    })

    test('never responds until the timeout, all steps are undone', async () => {
      const operation = await shortRig.deliver(choosing(field, 'test_hang'))
      expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'TIMEOUT' } })
      await expectUndone(shortRig, operation, index, 'FAILED')
    })

    test('is processing when the delivery is cancelled, all steps are undone', async () => {
      const operation = await rig.start(choosing(field, 'test_hang'))
      await rig.untilAsked(operation, vendor)
      await rig.cancel(operation)
      const cancelled = await rig.end(operation)
      expect(cancelled).toMatchObject({ status: 'CANCELLED', result: null, error: null })
      await expectUndone(rig, cancelled, index, 'COMPENSATED')
    })

    test('has had the effect but not responded when the delivery is cancelled, the effect is undone too', async () => {
      const operation = await rig.start(choosing(field, 'test_late'))
      await rig.untilAsked(operation, vendor)
      await rig.cancel(operation)
      expect(await rig.end(operation)).toMatchObject({ status: 'CANCELLED' })
      expect(await rig.undone(operation)).toEqual(
        steps
          .slice(0, index + 1)
          .map((step) => step.vendor)
          .toReversed(),
      )
    })
  })

  test.each(each.slice(0, 3))('whose $vendor vendor undoes only at the third try retries until then', async ({
    field,
  }) => {
    const operation = await rig.deliver({ ...choosing(field, 'test_undo_flaky'), contact: 'test_declined' })
    expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'CONFIRMATION_REFUSED' } })
    await expectUndone(rig, operation, 3, 'FAILED')
  })

  test('cancelled between two attempts is undone', async () => {
    const operation = await rig.start({ carrierService: 'test_unavailable' })
    await rig.untilRow(operation.operationId, ({ status, failures }) => status === 'PENDING' && failures > 0)
    await rig.cancel(operation)
    expect(await rig.end(operation)).toMatchObject({ status: 'CANCELLED' })
    expect((await rig.undone(operation)).filter((vendor) => vendor !== 'carrier')).toEqual(['payment', 'stock'])
  })

  test('of a product that is out of stock fails and names the product', async () => {
    const productId = 'FUR-CH-10000454'
    await rig.connection.db.insert(sampleStock).values({ warehouse: 'north', productId, available: 2 })
    const operation = await rig.deliver({ warehouse: 'north' })
    expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'OUT_OF_STOCK' } })
    expect(operation.error?.detail).toContain(productId)
    const rows = await rig.connection.db
      .select()
      .from(sampleStock)
      .where(sql`warehouse = 'north' and product_id = ${productId}`)
    expect(rows).toMatchObject([{ available: 2 }])
  })

  test('of an order that was deleted after the submit fails', async () => {
    const operation = await rig.deliver({}, { orderId: 'gone' })
    expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'NOT_FOUND' } })
  })

  test('that is submitted many times at the same time happens once', async () => {
    const operations = await Promise.all(Array.from({ length: 20 }, () => rig.deliver({ warehouse: 'east' })))
    expect(new Set(operations.map(({ result }) => result?.trackingNumber)).size).toBe(20)
    expect(await rig.stock('east')).toBe(left(20))
  })
})
