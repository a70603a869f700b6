import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { csvOf, type Line, line, names, ndjsonOf } from './order-lines.ts'
import { type HandlerRig, openHandlerRig } from './rig.ts'
import { recordsOf, superstoreCsv } from './superstore.ts'

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig({ sample: false })
})
afterAll(() => rig.close())

let owners = 0
/** An owner without rows. */
const newOwner = () => `owner-${++owners}`

async function imported(content: string | Uint8Array, ownerId = newOwner(), mediaType = 'text/csv') {
  const uploadId = await rig.upload(content, { mediaType, ownerId })
  const { status, result, error } = await rig.run('importOrders', { uploadId }, ownerId)
  const rejects = result?.rejectUrl ? recordsOf(await rig.text(result.rejectUrl)) : []
  const { rowsRead, rowsLoaded, rowsUnchanged, rowsRejected } = result ?? {}
  if (result) expect(rowsRead).toBe(Number(rowsLoaded) + Number(rowsUnchanged) + Number(rowsRejected))
  expect(rejects).toHaveLength(Number(rowsRejected ?? 0))
  return { status, result, error, rejects, counts: [rowsLoaded, rowsUnchanged, rowsRejected] }
}

const linesOf = (ownerId: string) =>
  rig.connection.sql`select l.*, o.postal_code, o.order_date::text, c.name from order_lines l join orders o
    using (owner_id, order_id) join customers c using (owner_id, customer_id) where owner_id = ${ownerId} order by row_id`

describe('the Superstore file', () => {
  test('loads completely; a second import changes no row', async () => {
    const ownerId = newOwner()
    expect(await imported(superstoreCsv, ownerId)).toMatchObject({ status: 'COMPLETED', counts: [9994, 0, 0] })
    expect(await imported(superstoreCsv, ownerId)).toMatchObject({ status: 'COMPLETED', counts: [0, 9994, 0] })
    const [figures] = await rig.connection.sql`
      select count(distinct order_id)::int as orders, round(sum(sales), 2)::text as sales from order_lines
      where owner_id = ${ownerId}`
    expect(figures).toEqual({ orders: 5009, sales: '2297200.86' })
  })

  test('with other line ends, at every chunk boundary', async () => {
    const { status, counts } = await imported(superstoreCsv.replaceAll('\n', '\r\n'))
    expect([status, counts]).toEqual(['COMPLETED', [9994, 0, 0]])
  })

  test('two concurrent imports of one owner load it once', async () => {
    const ownerId = newOwner()
    const both = await Promise.all([imported(superstoreCsv, ownerId), imported(superstoreCsv, ownerId)])
    const counts = both.map((one) => one.counts)
    expect(counts).toContainEqual([9994, 0, 0])
    expect(counts).toContainEqual([0, 9994, 0])
  })
})

describe('the progress of an import', () => {
  /** The progress of an import of `rows` rows with `bad` invalid ones among them, in the order of its events. */
  async function progressOf(content: string) {
    const ownerId = newOwner()
    const uploadId = await rig.upload(content, { ownerId })
    const row = await rig.run('importOrders', { uploadId }, ownerId)
    const events = await eventsOf(rig.connection.db, row)
    const updates = events.flatMap(({ progress }) => (progress ? [progress] : []))
    return { row, updates, all: [...updates, row.progress ?? { percentage: 0 }] }
  }

  test('counts bytes of the file while it is read, and rows of the file while they are loaded', async () => {
    const rows = 30_000
    const bad = 3
    const content = csvOf(
      Array.from({ length: rows }, (_, at) => ({ rowId: at < bad ? 'x' : String(at), orderId: `o${at}` })),
    )
    const { row, updates, all } = await progressOf(content)
    expect(row.result).toMatchObject({ rowsRead: rows, rowsLoaded: rows - bad, rowsRejected: bad })
    for (const { phase, current = 0, total } of updates) {
      expect([phase, total]).toEqual([phase, phase === 'LOADING' ? rows : Buffer.byteLength(content)])
      expect(current).toBeLessThanOrEqual(total ?? 0)
    }
    const loading = updates.filter(({ phase }) => phase === 'LOADING')
    for (const { current } of loading) expect(current).toBeGreaterThanOrEqual(bad)
    expect(loading.length).toBeGreaterThan(0)
    expect(row.progress).toMatchObject({ percentage: 100, current: rows, total: rows })
    const percentages = all.map(({ percentage }) => percentage)
    expect(percentages).toEqual(percentages.toSorted((a, b) => a - b))
    const messages = updates.map(({ message = '' }) => message)
    expect(messages.every((text) => /^(Read|Checking|Loaded) [\d,]+ (of 30,000 )?rows$/.test(text))).toBe(true)
  })

  test('of a file without a valid row stays in VALIDATION', async () => {
    const { row } = await progressOf(csvOf([{ rowId: 'x' }]))
    expect(row.error).toMatchObject({ code: 'NO_VALID_ROWS' })
    expect(row.progress).toMatchObject({ phase: 'VALIDATION', phases: [{ status: 'FAILED' }, { status: 'PENDING' }] })
  })

  test('of rows that are stored already ends with all rows', async () => {
    const ownerId = newOwner()
    await imported(csvOf([{}]), ownerId)
    const uploadId = await rig.upload(csvOf([{}]), { ownerId })
    const { progress } = await rig.run('importOrders', { uploadId }, ownerId)
    expect(progress).toMatchObject({ percentage: 100, current: 1, total: 1 })
  })
})

test('camelCase names in any order, and names with other case and punctuation', async () => {
  const backwards = names.toReversed()
  for (const content of [
    csvOf([{}], backwards),
    csvOf([{}]).replace(/^.*/, (header) => header.toUpperCase()),
    csvOf([{}]).replace(/^.*/, (header) => header.replaceAll(/([A-Z])/g, '_$1')),
    `\ufeff${csvOf([{}])}`,
    csvOf([{}]).replaceAll('\n', '\r\n'),
    csvOf([{}]).replaceAll('\n', '\r'),
    csvOf([{}]).replace(/\n$/, '\r\n'),
    csvOf([{}]).replace('\n', '\r\n'),
    csvOf([{}]).trimEnd(),
    csvOf([{}]).replaceAll('\n', ',,\n'),
    csvOf([{}])
      .replaceAll(/(?<!Chair),/g, ';')
      .replaceAll(/(?<=\d)\.(?=\d)/g, ','),
    Buffer.from(`\ufeff${csvOf([{}]).replaceAll(/(?<!Chair),/g, '\t')}`, 'utf16le'),
    `sep=,\r\n\r\n${csvOf([{ orderDate: '29.02.2024', sales: '$10.50' }])},,,\r\n\x1a`,
  ]) {
    const ownerId = newOwner()
    expect(await imported(content, ownerId)).toMatchObject({ status: 'COMPLETED', counts: [1, 0, 0] })
    expect(await linesOf(ownerId)).toMatchObject([{ row_id: '1', name: line.customerName, sales: '10.5000' }])
  }
})

test('NDJSON: numbers or text, blank lines and CRLF between', async () => {
  const ownerId = newOwner()
  const content = ndjsonOf([{ rowId: 1, sales: 10.5, quantity: 2, discount: 0, profit: -1 }, { rowId: '2' }])
  const spaced = content.replaceAll('\n', '\r\n\r\n').trimEnd()
  expect(await imported(spaced, ownerId, 'application/x-ndjson')).toMatchObject({ counts: [2, 0, 0] })
  expect(await linesOf(ownerId)).toMatchObject([{ sales: '10.5000' }, { row_id: '2' }])
})

test('NDJSON: every kind of violation has its line, column and reason', async () => {
  const good = ndjsonOf([{ rowId: 9 }]).trimEnd()
  const content = [
    good,
    '{',
    '[]',
    '"text"',
    'null',
    '',
    ndjsonOf([{ rowId: 3, colour: 'red' }]).trimEnd(),
    ndjsonOf([{ rowId: 4, city: ['Paris'] }]).trimEnd(),
    ndjsonOf([{ rowId: 5, city: null }]).trimEnd(),
    ndjsonOf([{ rowId: 6, '=cmd': 1 }]).trimEnd(),
    ndjsonOf([{ rowId: 7, productName: '\ud800' }]).trimEnd(),
    ndjsonOf([{ rowId: 8, productName: 'a\u0000b' }]).trimEnd(),
  ].join('\n')
  const { rejects, status } = await imported(content, newOwner(), 'application/x-ndjson')
  expect(status).toBe('COMPLETED_WITH_ERRORS')
  expect(rejects.map((row) => [row.line, row.column, row.rowId])).toEqual([
    ['2', '', ''],
    ['3', '', ''],
    ['4', '', ''],
    ['5', '', ''],
    ['7', 'colour', '3'],
    ['8', 'city', '4'],
    ['9', 'city', '5'],
    ['10', "'=cmd", '6'],
    ['11', 'productName', '7'],
    ['12', 'productName', '8'],
  ])
  expect(rejects.every((row) => (row.reason ?? '') !== '')).toBe(true)
})

test('rejected rows are in the reject file with line, column, reason and value; the valid ones are loaded', async () => {
  const ownerId = newOwner()
  const content = csvOf([
    { rowId: '1', productName: 'in "quotes", and\nover two lines' },
    { rowId: '2', productName: 'good' },
    { rowId: '3', quantity: 'many' },
    { rowId: 'x' },
    { rowId: '5', orderDate: '2024-02-30' },
    { rowId: '6', productName: '=HYPERLINK("http://x")'.repeat(20) },
    { rowId: '7', sales: '=1+1' },
    { rowId: '8', sales: '-5 EUR' },
  ])
  const { status, rejects, counts, result } = await imported(
    `${content}9,too,few\n${content.split('\n')[3]},extra\n`,
    ownerId,
  )
  expect(status).toBe('COMPLETED_WITH_ERRORS')
  expect(counts).toEqual([1, 0, 9])
  expect(result?.warnings).toMatchObject([{ code: 'ROWS_REJECTED', affectedRecords: 9 }])
  expect(rejects.map((row) => [row.line, row.column, row.rowId])).toEqual([
    ['2', 'productName', '1'],
    ['5', 'quantity', '3'],
    ['6', 'rowId', ''],
    ['7', 'orderDate', '5'],
    ['8', 'productName', '6'],
    ['9', 'sales', '7'],
    ['10', 'sales', '8'],
    ['11', '', '9'],
    ['12', '', '2'],
  ])
  expect(rejects[1]).toMatchObject({ value: 'many', reason: 'must be a whole number from 1 to 1,000,000' })
  expect(rejects.map((row) => row.value).filter((value) => /^[=+\-@]/.test(value ?? ''))).toEqual([])
  expect(rejects[5]?.value).toBe("'=1+1")
  expect(rejects[7]?.reason).toContain('3 cells where the header has 21')
  expect(await linesOf(ownerId)).toMatchObject([{ row_id: '2' }])
})

test('text that our CSV files defuse is read as it was', async () => {
  const ownerId = newOwner()
  await imported(csvOf([{ customerName: '=1+1', customerId: 'C;=2' }]), ownerId)
  const operation = await rig.run('exportCustomers', { format: 'CSV', filters: { source: 'IMPORTED' } }, ownerId)
  const [customer] = recordsOf(await rig.text(operation.result?.downloadUrl))
  expect(customer).toMatchObject({ name: "'=1+1", customerId: "C;'=2" })
  const again = { customerName: customer?.name ?? '', customerId: customer?.customerId ?? '' }
  expect((await imported(csvOf([again]), ownerId)).counts).toEqual([0, 1, 0])
})

test('line numbers are correct after quoted line feeds, blank lines and CRLF', async () => {
  const [header = '', first = ''] = csvOf([{ rowId: '1' }]).split('\n')
  const folded = first.replace('First Class', '"First\nClass\n"')
  const rows = [header, '', first, '', '', folded, first.replace('1', '2'), first.replace('1', 'bad')]
  for (const end of ['\n', '\r\n']) {
    const { rejects } = await imported(rows.join(end))
    expect(rejects.map((row) => [row.line, row.column])).toEqual([
      ['6', 'shipMode'],
      ['10', 'rowId'],
    ])
  }
})

const differing: Partial<Line>[] = [{ sales: '11' }, { productName: 'other' }, { orderId: 'O-2' }]

describe('rows with the same row id', () => {
  test('within the file: an identical row is unchanged, a different one is rejected', async () => {
    const content = csvOf([{}, {}, ...differing])
    const { counts, rejects } = await imported(content)
    expect(counts).toEqual([1, 1, 3])
    expect(rejects.map((row) => [row.line, row.column])).toEqual([
      ['4', 'rowId'],
      ['5', 'rowId'],
      ['6', 'rowId'],
    ])
    expect(rejects[0]?.reason).toContain('line 2')
  })

  test('in the tables: an identical row is unchanged, a different one is rejected and changes nothing', async () => {
    const ownerId = newOwner()
    await imported(csvOf([{}]), ownerId)
    const before = await linesOf(ownerId)
    const { counts, rejects } = await imported(csvOf([{}, {}, { rowId: '2' }]), ownerId)
    expect([counts, rejects]).toEqual([[1, 2, 0], []])
    for (const change of differing) {
      const again = await imported(csvOf([change, change, { rowId: '2' }]), ownerId)
      expect(again.counts).toEqual([0, 1, 2])
      expect(again.rejects.map((row) => row.column)).toEqual(['rowId', 'rowId'])
    }
    expect((await linesOf(ownerId))[0]).toEqual(before[0])
  })

  const contradictions: [keyof Line, string, string][] = [
    ['orderDate', '2024-02-28', 'orderId'],
    ['shipDate', '2024-03-02', 'orderId'],
    ['shipMode', 'Second Class', 'orderId'],
    ['country', 'Belgium', 'orderId'],
    ['city', 'Lyon', 'orderId'],
    ['state', 'Rhône', 'orderId'],
    ['postalCode', '', 'orderId'],
    ['region', 'South', 'orderId'],
    ['customerId', 'C-2', 'orderId'],
    ['customerName', 'Zoe', 'customerId'],
    ['segment', 'Corporate', 'customerId'],
  ]
  test.each(
    contradictions,
  )('an order with a different %s is rejected, in the file and against the tables', async (name, value, column) => {
    const ownerId = newOwner()
    const inFile = await imported(csvOf([{}, { rowId: '2', [name]: value }]), ownerId)
    expect([inFile.counts, inFile.rejects.map((row) => [row.line, row.column])]).toEqual([[1, 0, 1], [['3', column]]])
    const later = await imported(csvOf([{ rowId: '3', [name]: value }, { rowId: '4' }]), ownerId)
    expect([later.counts, later.rejects.map((row) => [row.line, row.column])]).toEqual([[1, 0, 1], [['2', column]]])
    const sameRow = await imported(csvOf([{ [name]: value }, { rowId: '4' }]), ownerId)
    expect([sameRow.counts, sameRow.rejects.map((row) => row.line)]).toEqual([[0, 1, 1], ['2']])
  })

  test('the same row ids of two owners do not conflict', async () => {
    const [one, two] = [newOwner(), newOwner()]
    expect((await imported(csvOf([{}]), one)).counts).toEqual([1, 0, 0])
    expect((await imported(csvOf([{ sales: '99', city: 'Lyon', customerName: 'X' }]), two)).counts).toEqual([1, 0, 0])
    expect([await linesOf(one), await linesOf(two)]).toMatchObject([[{ sales: '10.5000' }], [{ sales: '99.0000' }]])
  })
})
