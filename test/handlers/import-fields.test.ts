import { expect, test } from 'vitest'
import { checkRow as checkRowOf } from '../../server/handlers/import/check-row.ts'
import { fileForm } from '../../server/handlers/import/file-form.ts'
import { type Line, line, names } from './order-lines.ts'

const checkRow = (cells: (string | undefined)[]) => checkRowOf(cells, fileForm(undefined, { comma: true }))
const check = (change: Partial<Line>) => checkRow(names.map((name) => ({ ...line, ...change })[name]))

const texts = names.filter(
  (name) => /Id$|Mode|Name|segment|country|city|state|region|ategory/.test(name) && name !== 'rowId',
)

test('a valid row is accepted unchanged', () => {
  expect(check({})).toEqual({ values: names.map((name) => line[name]) })
})

const bad: [keyof Line, string[]][] = [
  ['rowId', ['', '0', '-1', '1.5', '1e3', '1234567890123456', '0x1', '٣']],
  ['quantity', ['', '0', '-1', '1000001', '1.5', '50%', '$1']],
  ['orderDate', ['', '2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-01-32', '2/30/2016', '13/1/2016']],
  [
    'orderDate',
    ['1/1/16', '1899-12-31', '2200-01-01', '2024-01-01T10:00:00Z', 'today', '45000', '31.2.2024', '2024年13月1日'],
  ],
  ['shipDate', ['2024-02-28', 'x']],
  [
    'sales',
    ['', '1.23456', '1e2', '12345678901', '.', 'NaN', '--1', '5 EUR', '5%', '(5', '1.2.3', '1,23,4', '1 23', '²'],
  ],
  ['profit', ['', 'Infinity', '-']],
  ['discount', ['', '-0.1', '1.1', '1.00001', '101%', '20', '0.001%', '$0.1']],
  ...texts.map((name): [keyof Line, string[]] => [name, ['', 'x'.repeat(201), 'a\nb', 'a\tb', 'a\u0007', '\ud800']]),
  ['postalCode', ['x'.repeat(201), 'a\nb']],
]
test.each(
  bad.flatMap(([name, cells]) => cells.map((cell) => [name, cell] as const)),
)('%s must not be %j', (name, cell) => {
  const checked = check({ [name]: cell })
  expect(checked).toHaveProperty('violation')
  if ('violation' in checked) {
    expect(checked.violation).toMatchObject({ column: name, value: cell.slice(0, 200) })
    expect(checked.violation.reason).toMatch(/^(must|is|may|has)/)
  }
})

const good: [keyof Line, string, string][] = [
  ['rowId', '999999999999999', '999999999999999'],
  ['orderDate', '2/29/2024', '2024-02-29'],
  ['orderDate', '02/09/2024', '2024-02-09'],
  ['orderDate', '2000-02-29', '2000-02-29'],
  ['shipDate', '2024-02-29', '2024-02-29'],
  ['shipDate', '12/31/2199', '2199-12-31'],
  ['sales', '-9999999999.9999', '-9999999999.9999'],
  ['discount', '1.0000', '1.0000'],
  ['postalCode', '', ''],
  ['postalCode', '2138', '2138'],
  ['productName', '=1+1', '=1+1'],
  ['productName', '株式会社 🙂', '株式会社 🙂'],
]
test.each(good)('%s may be %j', (name, cell, value) => {
  const checked = check({ [name]: cell })
  expect(checked).toEqual({ values: names.map((other) => (other === name ? value : line[other])) })
})

/** Each with where the form comes from. */
const forms: [string, keyof Line, string, string][] = [
  ['spaces around a number (PRN, SAP)', 'rowId', '  7 ', '7'],
  ['no-break spaces around a number (HTML tables)', 'sales', '\u00a012.5\u202f', '12.5'],
  ['zero-width space and byte order mark', 'rowId', '\ufeff7\u200b', '7'],
  ['thousands in commas (US Excel #,##0.00)', 'sales', '1,234.50', '1234.50'],
  ['several thousands, no decimals (US Excel #,##0)', 'sales', '1,234,567', '1234567'],
  ['lakhs (Indian Excel)', 'sales', '12,34,567.5', '1234567.5'],
  ['German Excel #.##0,00', 'sales', '1.234,50', '1234.50'],
  ['German Excel, several thousands', 'sales', '1.234.567', '1234567'],
  ['decimal comma', 'sales', '1,5', '1.5'],
  ['decimal comma after a zero', 'sales', '0,125', '0.125'],
  ['decimal comma after four digits', 'sales', '1234,567', '1234.567'],
  ['French Excel: thousands in narrow no-break spaces', 'sales', '1\u202f234,50', '1234.50'],
  ['French Excel: thousands in no-break spaces', 'sales', '1\u00a0234\u00a0567,5', '1234567.5'],
  ['Swiss Excel: thousands in apostrophes', 'sales', "1'234.50", '1234.50'],
  ['Swiss Excel: typographic apostrophe', 'sales', '1’234.50', '1234.50'],
  ['SAP: trailing minus', 'profit', '1.234,56-', '-1234.56'],
  ['accounting: parentheses', 'profit', '(5.25)', '-5.25'],
  ['accounting: parentheses and currency', 'profit', '($1,234.50)', '-1234.50'],
  ['Unicode minus', 'profit', '\u22121.25', '-1.25'],
  ['en dash as a minus', 'profit', '\u20131.25', '-1.25'],
  ['full-width digits', 'profit', '－１．２５', '-1.25'],
  ['plus sign', 'profit', '+1.25', '1.25'],
  ['dollar in front', 'sales', '$10.50', '10.50'],
  ['minus in front of the dollar', 'profit', '-$10.50', '-10.50'],
  ['minus after the dollar', 'profit', '$-10.50', '-10.50'],
  ['euro behind', 'sales', '1.234,50 €', '1234.50'],
  ['real (Brazilian Excel)', 'sales', 'R$ 1.234,50', '1234.50'],
  ['no digit in front of the point (Excel #.##)', 'sales', '.5', '0.5'],
  ['no digit behind the point (Excel #.##)', 'sales', '5.', '5'],
  ['zeros beyond the fourth place', 'sales', '5.1250000', '5.1250'],
  ['percent', 'discount', '20%', '0.20'],
  ['percent with a decimal comma and a space', 'discount', '12,5 %', '0.125'],
  ['all percent', 'discount', '100%', '1'],
  ['zero percent', 'discount', '0 %', '0'],
  ['discount with a leading zero dropped', 'discount', ',2', '0.2'],
  ['whole number with decimals (pandas, Numbers)', 'quantity', '3.0', '3'],
  ['whole number with a decimal comma', 'quantity', '3,00', '3'],
  ['whole number in full-width digits', 'quantity', '１２', '12'],
  ['text formula (Excel)', 'rowId', '="00123"', '00123'],
  ['text formula in a text', 'postalCode', '="02134"', '02134'],
  ['text formula with quotes', 'productName', '="Desk 24"""', 'Desk 24"'],
  ['apostrophe in front of a number', 'rowId', "'123", '123'],
  ['apostrophe in front of a date', 'shipDate', "'2024-03-02", '2024-03-02'],
  ['apostrophe in front of a code', 'postalCode', "'02134", '02134'],
  ['apostrophe that is part of a name', 'customerName', "'t Hooft", "'t Hooft"],
  ['apostrophe against a formula, as in our exports', 'productName', "'=1+1", '=1+1'],
  ['apostrophe against a formula behind a separator', 'productName', "a;'=1+1", 'a;=1+1'],
  ['text keeps its spaces', 'productName', ' Desk ', ' Desk '],
  ['German Excel date', 'orderDate', '01.02.2024', '2024-02-01'],
  ['German date without zeros', 'orderDate', '1.2.2024', '2024-02-01'],
  ['Czech date', 'orderDate', '1. 2. 2024', '2024-02-01'],
  ['Hungarian date', 'orderDate', '2024. 02. 01.', '2024-02-01'],
  ['Korean date', 'orderDate', '2024. 2. 1', '2024-02-01'],
  ['Excel d-mmm-yyyy', 'orderDate', '1-Feb-2024', '2024-02-01'],
  ['Excel d mmmm yyyy', 'orderDate', '1 February 2024', '2024-02-01'],
  ['Excel mmm d, yyyy', 'orderDate', 'Feb 1, 2024', '2024-02-01'],
  ['Oracle DD-MON-YYYY', 'orderDate', '01-FEB-2024', '2024-02-01'],
  ['Chinese and Japanese date', 'orderDate', '2024年2月1日', '2024-02-01'],
  ['Japanese Excel date', 'orderDate', '2024/2/1', '2024-02-01'],
  ['ISO date without zeros', 'orderDate', '2024-2-1', '2024-02-01'],
  ['SAP internal date', 'orderDate', '20240201', '2024-02-01'],
  ['midnight (LibreOffice, SQL)', 'orderDate', '2024-02-01 00:00:00', '2024-02-01'],
  ['midnight (ISO 8601)', 'orderDate', '2024-02-01T00:00:00', '2024-02-01'],
  ['midnight in UTC (JavaScript)', 'orderDate', '2024-02-01T00:00:00.000Z', '2024-02-01'],
  ['midnight (US Excel)', 'orderDate', '2/1/2024 0:00', '2024-02-01'],
  ['midnight (US, 12 hours)', 'orderDate', '2/1/2024 12:00:00 AM', '2024-02-01'],
  ['midnight (German)', 'orderDate', '01.02.2024 00:00', '2024-02-01'],
  ['spaces around a date', 'orderDate', ' 2/1/2024\u00a0', '2024-02-01'],
]
test.each(forms)('%s: %s may be %j', (_, name, cell, value) => {
  const checked = check({ [name]: cell })
  expect(checked).toEqual({ values: names.map((other) => (other === name ? value : line[other])) })
})

/** What has several meanings, or has lost its value: each with what to change. */
const refused: [string, keyof Line, string, RegExp][] = [
  ['thousands or decimals', 'sales', '1,234', /may be thousands or decimals.*write 1\.234 as 1\.2340/],
  ['thousands or decimals of a whole number', 'quantity', '1,000', /may be thousands or decimals/],
  ['scientific notation (Excel)', 'rowId', '1.00E+05', /scientific notation.*format the column as a number/],
  ['scientific notation, decimal comma', 'rowId', '1,23457E+11', /scientific notation/],
  ['scientific notation of a computer', 'sales', '4.44089e-16', /scientific notation/],
  ['a narrow column', 'sales', '########', /column was too narrow: widen it/],
  ['a narrow column of dates', 'orderDate', '########', /column was too narrow: widen it/],
  ['#REF!', 'sales', '#REF!', /error value of the spreadsheet: correct the formula/],
  ['#N/A in a text', 'productName', '#N/A', /error value of the spreadsheet/],
  ['#BEZUG! (German Excel)', 'rowId', '#BEZUG!', /error value of the spreadsheet/],
  ['#VALEUR! (French Excel)', 'orderDate', '#VALEUR!', /error value of the spreadsheet/],
  ['Err:502 (LibreOffice)', 'productName', 'Err:502', /error value of the spreadsheet/],
  ['two-digit year', 'orderDate', '11/8/16', /two digits: write it with four, as YYYY-MM-DD/],
  ['two-digit year (German)', 'orderDate', '08.11.16', /two digits/],
  ['German month', 'orderDate', '1. März 2024', /must be a date, as YYYY-MM-DD/],
  ['French month', 'orderDate', '1 février 2024', /month that is not English: write it as YYYY-MM-DD/],
  ['text between month and year', 'orderDate', '1 February in 2024', /must be a date/],
  ['no such day of a month', 'orderDate', '31-Feb-2024', /must be a date/],
  ['two-digit year (Excel d-mmm-yy)', 'orderDate', '8-Nov-16', /two digits/],
  ['D/M/YYYY', 'orderDate', '13/1/2024', /not M\/D\/YYYY, but may be D\/M\/YYYY.*write it as YYYY-MM-DD/],
  ['D-M-YYYY (Dutch Excel) or M-D-YYYY', 'orderDate', '08-11-2024', /day or the month first: write it as YYYY-MM-DD/],
  ['serial number (Excel)', 'orderDate', '45323', /serial number.*format the column as a date/],
  ['time of day', 'orderDate', '2024-02-01 13:30', /time of day: write the date only/],
  ['time of day in UTC', 'orderDate', '2024-02-01T23:00:00.000Z', /time of day/],
]
test.each(refused)('%s: %s must not be %j', (_, name, cell, reason) => {
  expect(check({ [name]: cell })).toMatchObject({ violation: { column: name, reason: expect.stringMatching(reason) } })
})

test('the other numbers of the file decide about 1.234 and 1,234', () => {
  const read = (mark: '.' | ',' | undefined, comma: boolean, sales: string) => {
    const row = names.map((name) => ({ ...line, sales, profit: '1', discount: '0' })[name])
    const checked = checkRowOf(row, fileForm(mark, { comma }))
    return 'values' in checked ? checked.values[names.indexOf('sales')] : undefined
  }
  expect([read('.', true, '1.234'), read('.', true, '1,234')]).toEqual(['1.234', '1234'])
  expect([read(',', true, '1.234'), read(',', true, '1,234')]).toEqual(['1234', '1.234'])
  expect([read(undefined, true, '1.234'), read(undefined, true, '1,234')]).toEqual(['1.234', undefined])
  expect([read('.', false, '1.234'), read('.', false, '1,234')]).toEqual(['1.234', '1234'])
  expect([read(',', false, '1.234'), read(',', false, '1,234')]).toEqual(['1234', '1.234'])
  expect([read(undefined, false, '1.234'), read(undefined, false, '1,234')]).toEqual([undefined, undefined])
})

test('a file has one currency', () => {
  const form = fileForm(undefined, { comma: true })
  const read = (sales: string) =>
    checkRowOf(
      names.map((name) => ({ ...line, sales })[name]),
      form,
    )
  for (const sales of ['$5', '5', '6 $']) expect(read(sales)).toHaveProperty('values')
  expect(read('7 €')).toMatchObject({ violation: { column: 'sales', reason: expect.stringMatching(/in €.*in \$/) } })
})

test('long cells of hostile files are rejected', () => {
  const cells = ['1'.repeat(1e6), `${' '.repeat(1e6)}x`, "'".repeat(1e6), ";'".repeat(3e5), `="${'"'.repeat(1e6)}`]
  for (const cell of cells) {
    const checked = check({ sales: cell, orderDate: cell, productName: cell, rowId: cell })
    expect(checked).toHaveProperty('violation')
  }
})

test('a United States postal code of four digits gets a leading zero', () => {
  const country = 'United States'
  const postal = (postalCode: string) => {
    const checked = check({ country, postalCode })
    return 'values' in checked ? checked.values[names.indexOf('postalCode')] : undefined
  }
  expect([postal('2138'), postal('02138'), postal('98103'), postal('')]).toEqual(['02138', '02138', '98103', ''])
})

test('a row with several violations reports the column of the first and lists the others in the reason', () => {
  const checked = check({ orderDate: 'x', quantity: '0' })
  expect(checked).toMatchObject({ violation: { column: 'orderDate', value: 'x' } })
  expect(checked).toHaveProperty('violation.reason', expect.stringContaining('; quantity must be'))
})

test('a missing cell is a violation', () => {
  expect(checkRow(names.map((name) => (name === 'city' ? undefined : line[name])))).toMatchObject({
    violation: { column: 'city', reason: 'is missing' },
  })
})
