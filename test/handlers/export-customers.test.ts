import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InputOf } from '../../generated/operations.ts'
import { eventsOf } from '../../server/database/operations/events.ts'
import { alice, bob, type HandlerRig, openHandlerRig } from './rig.ts'
import { byText, cellsOf, distinct, recordsOf, sum, superstore } from './superstore.ts'

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig()
})
afterAll(() => rig.close())

type Input = InputOf['exportCustomers']

async function exported(input: Input, ownerId = alice) {
  const { result, error } = await rig.run('exportCustomers', input, ownerId)
  expect(error).toBeNull()
  const text = await rig.text(result?.downloadUrl)
  expect(result).toMatchObject({ format: input.format, size: Buffer.byteLength(text) })
  expect(result?.fileId).toBe(String(result?.downloadUrl).replace('file:', 'file_'))
  return { text, rowCount: result?.rowCount }
}

test('all columns of all customers, by id', async () => {
  const { text, rowCount } = await exported({ format: 'CSV' })
  const rows = recordsOf(text)
  expect([rows.length, rowCount]).toEqual([793, 793])
  expect(cellsOf(text)[0]).toEqual(
    'customerId name segment source orderCount sales firstOrderDate lastOrderDate'.split(' '),
  )
  expect(rows.map((row) => row.customerId)).toEqual(
    [...new Set(superstore.map((row) => row['Customer ID']))].sort(byText),
  )
  for (const row of rows.slice(0, 50)) {
    const lines = superstore.filter((line) => line['Customer ID'] === row.customerId)
    const days = lines.map((line) => line['Order Date'] ?? '').sort()
    expect(row).toEqual({
      customerId: row.customerId,
      name: lines[0]?.['Customer Name'],
      segment: lines[0]?.Segment,
      source: 'SAMPLE',
      orderCount: String(distinct(lines, 'Order ID')),
      sales: sum(lines, 'Sales'),
      firstOrderDate: days[0],
      lastOrderDate: days.at(-1),
    })
  }
})

test('the progress counts customers, and says how many', async () => {
  const row = await rig.run('exportCustomers', { format: 'CSV', filters: { segment: 'Corporate' } }, alice)
  const { rowCount } = row.result ?? {}
  expect(row.progress).toMatchObject({ percentage: 100, current: rowCount, total: rowCount })
  const messages = (await eventsOf(rig.connection.db, row)).flatMap(({ progress }) => progress?.message ?? [])
  expect(messages.length).toBeGreaterThan(0)
  for (const text of messages) expect(text).toMatch(/^(Counting the|Exported \d+ of \d+) customers$/)
})

test('the selected columns, in the selected order', async () => {
  const columns: Input['columns'] = ['sales', 'name', 'customerId']
  const csv = cellsOf((await exported({ format: 'CSV', columns })).text)
  expect(csv[0]).toEqual(columns)
  const lines = (await exported({ format: 'NDJSON', columns })).text.trimEnd().split('\n')
  expect(Object.keys(JSON.parse(lines[0] ?? ''))).toEqual(columns)
})

test('NDJSON: each line parses, with the values of the CSV', async () => {
  const { text, rowCount } = await exported({ format: 'NDJSON' })
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.trimEnd().split('\n')
  expect([lines.length, rowCount]).toEqual([793, 793])
  const csv = recordsOf((await exported({ format: 'CSV' })).text)
  const asText = lines.map((line) => {
    const { orderCount, sales, ...rest } = JSON.parse(line)
    expect([typeof orderCount, typeof sales]).toEqual(['number', 'number'])
    return { ...rest, orderCount: String(orderCount), sales: sales.toFixed(2) }
  })
  expect(asText).toEqual(csv)
})

test.each([
  ['segment', 'Segment', 'Corporate'],
  ['country', 'Country', 'United States'],
  ['region', 'Region', 'South'],
  ['state', 'State', 'Texas'],
] as const)('the filter %s', async (filter, column, value) => {
  const within = superstore.filter((row) => row[column] === value)
  const { text, rowCount } = await exported({ format: 'CSV', filters: { [filter]: value } })
  expect(rowCount).toBe(distinct(within, 'Customer ID'))
  const [row] = recordsOf(text)
  const lines = within.filter((line) => line['Customer ID'] === row?.customerId)
  expect(row).toMatchObject({ orderCount: String(distinct(lines, 'Order ID')), sales: sum(lines, 'Sales') })
})

test('a filter without matches creates a file without rows', async () => {
  const none = { segment: "x' or true --" }
  expect(await exported({ format: 'CSV', filters: none, columns: ['name'] })).toEqual({ text: 'name\n', rowCount: 0 })
  expect(await exported({ format: 'NDJSON', filters: none })).toEqual({ text: '', rowCount: 0 })
})

test('the customers of the owner and of the sample, never of another owner, with formulas escaped', async () => {
  await rig.connection
    .sql`insert into customers values (${alice}, '=1', '+ADD', 'Consumer'), (${bob}, 'B', 'Bob', 'Consumer')`
  const columns: Input['columns'] = ['customerId', 'name', 'source', 'orderCount', 'sales', 'firstOrderDate']
  const own = await exported({ format: 'CSV', columns, filters: { source: 'IMPORTED' } })
  expect(cellsOf(own.text)[1]).toEqual(["'=1", "'+ADD", 'IMPORTED', '0', '0.00', ''])
  const json = await exported({ format: 'NDJSON', columns, filters: { source: 'IMPORTED' } })
  expect(JSON.parse(json.text)).toMatchObject({ customerId: '=1', name: '+ADD', firstOrderDate: null })
  expect((await exported({ format: 'CSV' })).rowCount).toBe(794)
  expect((await exported({ format: 'CSV', filters: { source: 'SAMPLE' } })).rowCount).toBe(793)
})
