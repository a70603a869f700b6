import { afterAll, beforeAll, expect, test } from 'vitest'
import { csvOf } from './order-lines.ts'
import { alice, bob, type HandlerRig, openHandlerRig } from './rig.ts'

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig({ sample: false, ownerOrderLines: 10 })
})
afterAll(() => rig.close())

/** Imports lines with these row ids. */
async function imported(from: number, count: number, ownerId = alice) {
  const rows = Array.from({ length: count }, (_, index) => ({ rowId: String(from + index) }))
  const uploadId = await rig.upload(csvOf(rows), { ownerId })
  const { status, result, error } = await rig.run('importOrders', { uploadId }, ownerId)
  return { status, loaded: result?.rowsLoaded, code: error?.code }
}

async function linesOf(ownerId: string): Promise<number> {
  const [row] = await rig.connection.sql`select count(*)::int as total from order_lines where owner_id = ${ownerId}`
  return row?.total
}

test('an import that would exceed the owner’s quota of order lines loads none', async () => {
  expect(await imported(1, 6)).toMatchObject({ status: 'COMPLETED', loaded: 6 })
  expect(await imported(7, 5)).toMatchObject({ status: 'FAILED', code: 'TOO_MANY_ORDER_LINES' })
  expect(await linesOf(alice)).toBe(6)
  // Unchanged rows do not count again.
  expect(await imported(1, 6)).toMatchObject({ status: 'COMPLETED', loaded: 0 })
  expect(await imported(1, 10)).toMatchObject({ status: 'COMPLETED', loaded: 4 })
  expect(await linesOf(alice)).toBe(10)
})

test('concurrent imports do not exceed it together', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, (_, index) => imported(1 + 4 * index, 4, bob)))
  expect(all.filter(({ status }) => status === 'COMPLETED')).toHaveLength(2)
  expect(await linesOf(bob)).toBe(8)
})
