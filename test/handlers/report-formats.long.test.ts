import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InputOf } from '../../generated/operations.ts'
import { escapeLiteral } from '../../server/database/client.ts'
import { csvText } from '../../server/database/csv-text.ts'
import { formulaPatterns, undefused } from '../../server/domain/formulas.ts'
import { execute } from '../support/database.ts'
import { defusedCells } from './formulas.ts'
import { alice, bob, type HandlerRig, openHandlerRig } from './rig.ts'
import { cellsOf, recordsOf, sum, superstore } from './superstore.ts'

type Input = InputOf['generateReport']

const plainNames = [
  'Ünï "Quoted", Zoë 株式会社 🙂',
  'two\nlines',
  "O'Neil; drop",
  'a - b = c',
  'Desk, -red',
  "'t Hooft",
  'a;b|c',
  '(=1)',
]
const formulas = defusedCells.map(([, cell]) => cell)
const names = [...formulas, ...plainNames]
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig()
  // Inserted directly, because the import refuses control characters, which older rows may contain.
  for (const [index, name] of names.entries()) {
    const [id, day] = [`I-${index}`, new Date(Date.UTC(2030, 0, index + 1)).toISOString().slice(0, 10)]
    await execute(
      rig.url,
      `insert into customers values ('${alice}', '${id}', ${quoted(name)}, 'Consumer');
       insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city, postal_code)
         values ('${alice}', '${id}', '${id}', '${day}', '${day}', 'First Class', 'United States', 'West', 'x', 'x', '00000');
       insert into order_lines (owner_id, row_id, order_id, product_id, product_name, category, sub_category, sales, quantity, discount, profit)
         values ('${alice}', ${index + 1}, '${id}', 'P', ${quoted(name)}, 'Office', 'x', -1.005, 1, 0, 0.5)`,
    )
  }
})
afterAll(() => rig.close())

const all = { fromDate: '2000-01-01', toDate: '2030-12-31' }
const insertedDays = { fromDate: '2030-01-01', toDate: '2030-12-31' }

async function report(change: Partial<Input>, ownerId = alice) {
  const input: Input = { reportType: 'ORDERS_SUMMARY', dateRange: insertedDays, format: 'CSV', ...change }
  const { result, error } = await rig.run('generateReport', input, ownerId)
  expect(error).toBeNull()
  return { rowCount: result?.rowCount, bytes: await rig.bytes(result?.downloadUrl) }
}

test('CSV: formulas are escaped, other names are unchanged, and negative numbers stay numbers', async () => {
  const { bytes, rowCount } = await report({})
  const text = bytes.toString()
  // The reader of this test drops a bare CR; the service must keep it.
  const rows = recordsOf(text.replaceAll('\r', '␍'))
  expect(rows.map((row) => row.customerName)).toEqual([
    ...defusedCells.map(([, , defused]) => defused.replaceAll('\r', '␍')),
    ...plainNames,
  ])
  expect(rowCount).toBe(names.length)
  expect(rows.map((row) => [row.sales, row.profit])).toEqual(names.map(() => ['-1.01', '0.50']))
  expect(text).toContain('"Ünï ""Quoted"", Zoë 株式会社 🙂"')
})

test('CSV: every text column of every report is defused, and no number or date', async () => {
  await execute(
    rig.url,
    `insert into customers values ('carol', '=id', ' =name', '+segment');
     insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city, postal_code)
       values ('carol', '@order', '=id', '2030-01-01', '2030-01-01', '-ship', '＝country', ';=region', E'\\n=state', E'\\u00a0=city', '00000');
     insert into order_lines (owner_id, row_id, order_id, product_id, product_name, category, sub_category, sales, quantity, discount, profit)
       values ('carol', 1, '@order', '|=product', E'\\u200b=name', E'\\ufeff-category', E'\\t=sub', -2, 1, 0, -0.5)`,
  )
  const rowOf = async (reportType: Input['reportType']) => {
    const { bytes } = await report({ reportType, filters: { source: 'IMPORTED' } }, 'carol')
    return cellsOf(bytes.toString())[1]
  }
  const figures = ['1', '-2.00', '-0.50']
  const days = ['2030-01-01', '2030-01-01']
  const customer = ["'=id", "' =name", "'+segment"]
  expect(await rowOf('ORDERS_SUMMARY')).toEqual([
    "'@order",
    ...days,
    "'-ship",
    ...customer,
    "'＝country",
    ";'=region",
    "'\n'=state",
    "'\u00a0=city",
    '1',
    ...figures,
  ])
  expect(await rowOf('SALES_BY_PRODUCT')).toEqual([
    "|'=product",
    "'\u200b=name",
    "'\ufeff-category",
    "'\t'=sub",
    '1',
    ...figures,
  ])
  expect(await rowOf('SALES_BY_COUNTRY')).toEqual(["'＝country", '1', '1', ...figures])
  expect(await rowOf('CUSTOMER_ACTIVITY')).toEqual([...customer, '1', ...days, ...figures])
  const { result } = await rig.run('exportCustomers', { format: 'CSV', filters: { source: 'IMPORTED' } }, 'carol')
  const exported = cellsOf(await rig.text(result?.downloadUrl))[1]
  expect(exported).toEqual([...customer, 'IMPORTED', '1', '-2.00', ...days])
})

/** White space in front and what a spreadsheet in any locale may take for the start of a cell, without quotes. */
const cellStarts = (text: string) =>
  text
    .split(/[;|\t\r\n]/)
    .map((part) => part.replace(/^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}"]+/u, ''))

test('CSV: no text begins a formula in any locale, and an import reads the same text again', async () => {
  const letter = fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    "'",
    '"',
    ';',
    '|',
    '\t',
    '\n',
    '\r',
    ' ',
    '\u00a0',
    '\u200b',
    '＝',
    '﹣',
    'a',
    '漢',
  )
  const samples = fc.sample(fc.string({ unit: letter, maxLength: 8 }), 3000)
  const texts = [...new Set([...samples, ...names])]
  const values = texts.map((text) => `(${escapeLiteral(text)})`).join(',')
  const rows = await rig.connection.sql.unsafe(
    `select ${csvText('cell')} as cell from (values ${values}) as given (cell)`,
  )
  const written = rows.map(({ cell }) => String(cell))
  expect(written.filter((cell) => cellStarts(cell).some((start) => /^[=+\-@＝﹣]/.test(start)))).toEqual([])
  expect(written.filter((cell) => /^[\t\r\n]/.test(cell))).toEqual([])
  expect(written.map(undefused)).toEqual(texts)
})

test('every character of White_Space, Cc and Default_Ignorable may stand in front of a formula', () => {
  const start = new RegExp(formulaPatterns((hex) => `\\u{${hex}}`).start, 'u')
  const missed: string[] = []
  for (let code = 1; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const space = String.fromCodePoint(code)
    const invisible = /[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(space)
    if (invisible && !start.test(`${space}=1`)) missed.push(code.toString(16))
    if (/^[=+\-@]$/.test(space.normalize('NFKC')) && !start.test(space)) missed.push(code.toString(16))
  }
  expect(missed).toEqual([])
})

test('JSON: one document with the parameters; names are unchanged, and money has two decimals', async () => {
  const { bytes, rowCount } = await report({ format: 'JSON', filters: { segment: 'Consumer' } })
  const document = JSON.parse(bytes.toString())
  expect(document).toMatchObject({
    reportType: 'ORDERS_SUMMARY',
    dateRange: insertedDays,
    filters: { segment: 'Consumer' },
  })
  expect(document.rows.map((row: { customerName: string }) => row.customerName)).toEqual(names)
  expect(document.rows[0]).toMatchObject({ lineCount: 1, sales: -1.01, orderDate: '2030-01-01' })
  expect(bytes.toString()).toContain('"sales":-1.01,"profit":0.50')
  expect(rowCount).toBe(names.length)
})

test('JSON: all orders, in the order of the CSV', async () => {
  const json = JSON.parse((await report({ format: 'JSON', dateRange: all })).bytes.toString())
  const csv = recordsOf((await report({ dateRange: all })).bytes.toString())
  expect(json.rows).toHaveLength(5009 + names.length)
  expect(json.rows.map((row: { orderId: string }) => row.orderId)).toEqual(csv.map((row) => row.orderId))
})

test('the rows of the sample and of the owner, never of another owner', async () => {
  const count = async (filters: Input['filters'], ownerId: string) =>
    (await report({ dateRange: all, filters }, ownerId)).rowCount
  expect(await count({}, alice)).toBe(5009 + names.length)
  expect(await count({ source: 'SAMPLE' }, alice)).toBe(5009)
  expect(await count({ source: 'IMPORTED' }, alice)).toBe(names.length)
  expect(await count({}, bob)).toBe(5009)
})

test('a filter is a value, whatever it contains', async () => {
  for (const country of ["x' or true --", '\\', "\\' or 1=1", '$1', 'a\tb']) {
    const input: Input = { reportType: 'ORDERS_SUMMARY', dateRange: all, format: 'CSV', filters: { country } }
    const { error } = await rig.run('generateReport', input)
    expect(error).toMatchObject({ code: 'NO_DATA_IN_RANGE' })
  }
})

/** The text of a PDF's pages: the hex strings of its content streams, whose fonts have a letter for each byte. */
function textOf(pdf: Buffer): string {
  let text = ''
  for (let at = pdf.indexOf('stream\n'); at !== -1; at = pdf.indexOf('stream\n', at + 1)) {
    if (pdf.subarray(at - 3, at).toString() === 'end') continue
    try {
      const content = inflateSync(pdf.subarray(at + 7)).toString('latin1')
      for (const [line] of content.matchAll(/\[.*\] TJ/g)) {
        for (const [, hex = ''] of line.matchAll(/<([0-9a-f]*)>/g)) text += Buffer.from(hex, 'hex').toString('latin1')
        text += '\n'
      }
    } catch {
      // Not a compressed stream.
    }
  }
  return text
}

const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0

const elevenDays = { fromDate: '2030-01-01', toDate: '2030-01-11' }

test('PDF: totals, and all rows when they are few', async () => {
  const { bytes, rowCount } = await report({ format: 'PDF', dateRange: elevenDays })
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
  expect(bytes.subarray(-6).toString()).toContain('%%EOF')
  expect(pagesOf(bytes)).toBe(2)
  expect(rowCount).toBe(11)
  const text = textOf(bytes)
  expect(text).toContain(`All ${11} rows`)
  expect(text).toContain('-11.06')
  expect(text).toContain('Page 2')
})

test('PDF: rows beyond 5,000 are omitted, and the document says so', async () => {
  const dateRange = { fromDate: '2014-01-01', toDate: '2017-12-31' }
  const { bytes, rowCount } = await report({ format: 'PDF', dateRange })
  expect(rowCount).toBe(5009)
  expect(pagesOf(bytes)).toBeGreaterThan(100)
  const text = textOf(bytes)
  expect(text).toContain('The first 5,000 of 5,009 rows')
  expect(text).toContain('The CSV and JSON formats contain all rows.')
  expect(text).toContain(Number(sum(superstore, 'Sales')).toLocaleString('en-US'))
})

test.each([
  'SALES_BY_PRODUCT',
  'SALES_BY_COUNTRY',
  'CUSTOMER_ACTIVITY',
] as const)('%s has the same rows in each format', async (reportType) => {
  const csv = cellsOf((await report({ reportType, dateRange: all })).bytes.toString()).length - 1
  const json = JSON.parse((await report({ reportType, dateRange: all, format: 'JSON' })).bytes.toString())
  const pdf = await report({ reportType, dateRange: all, format: 'PDF' })
  expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-')
  expect([json.rows.length, pdf.rowCount]).toEqual([csv, csv])
})
