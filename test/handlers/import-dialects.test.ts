import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRows } from '../../server/handlers/import/csv.ts'
import { ndjsonRows } from '../../server/handlers/import/ndjson.ts'
import { strictText } from '../../server/handlers/import/text.ts'
import { csvOf, type Line, line, names, ndjsonOf } from './order-lines.ts'

/** What an import copies into the database: the values of the valid rows, and line, column and reason of the others. */
async function read(content: string | Uint8Array, rowsOf = csvRows, chunkSize = 65_536) {
  const bytes = Buffer.from(content)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  const copied = (await Array.fromAsync(rowsOf(strictText(chunks())))).join('')
  const lines = copied.split('\n').slice(0, -1)
  const cells = lines.map((row) => row.split('\t').map((cell) => cell.replaceAll('\\\\', '\\')))
  const valid = cells.filter((row) => row.at(-1) === '\\N')
  const rejected = cells.filter((row) => row.at(-1) !== '\\N')
  return {
    rows: valid.map((row) => row.slice(1, 1 + names.length)),
    rejects: rejected.map((row) => [row[0], ...row.slice(-3, -1)].filter((text) => text !== '').join(' ')),
  }
}

const cell = (text: string, separator: string) =>
  text.includes(separator) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** A CSV in a dialect; `write` writes the value of a column. */
function table(
  rows: Partial<Line>[],
  {
    separator = ',',
    end = '\r\n',
    write = (_: keyof Line, value: string) => value,
    trail = '',
    header = (name: string) => name,
  } = {},
) {
  const lines = rows.map((row) => names.map((name) => cell(write(name, { ...line, ...row }[name]), separator)))
  return [names.map((name) => cell(header(name), separator)), ...lines]
    .map((cells) => cells.join(separator) + trail + end)
    .join('')
}

const numbers = new Set(['sales', 'discount', 'profit'])
const isDate = (name: string) => name.endsWith('Date')
const comma = (name: string, value: string) => (numbers.has(name) ? value.replace('.', ',') : value)
const day = (value: string, pattern: string) => {
  const [year = '', month = '', date = ''] = value.split('-')
  return pattern
    .replace('YYYY', year)
    .replace('MM', month)
    .replace('DD', date)
    .replace('M', String(+month))
    .replace('D', String(+date))
}
const written =
  (pattern: string, decimal = comma) =>
  (name: keyof Line, value: string) =>
    isDate(name) ? day(value, pattern) : decimal(name, value)
const grouped = (locale: string) => (name: string, value: string) =>
  numbers.has(name)
    ? Number(value).toLocaleString(locale, { maximumFractionDigits: 4, minimumFractionDigits: 2 })
    : value
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
const words = (name: string) => name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase())

const two = [{ rowId: '1' }, { rowId: '2', sales: '1234.5', profit: '-0.25', postalCode: '' }]
const plainTable = csvOf(two)
const [header = '', first = '', second = ''] = plainTable.split('\n')
const german = written('DD.MM.YYYY')
const german2 = table(two, { separator: ';', write: german })
const sapCells = (cells: string[]) => `|${cells.map((text) => text.padEnd(14)).join('|')}|\r\n`
const sapRule = `${'-'.repeat(80)}\r\n`
const sapRows = two.map((row) => names.map((name) => german(name, { ...line, ...row }[name]).replace(/^-(.*)$/, '$1-')))
const sapList = [
  '01.03.2024   Dynamic List Display   1\r\n\r\n',
  sapRule,
  sapCells(names.map(words)),
  sapRule,
  ...sapRows.map(sapCells),
  sapRule,
].join('')

/** Files with the two rows of `two`, each with what writes it. */
const dialects: [string, string | Uint8Array][] = [
  ['RFC 4180', plainTable],
  ['Excel, CSV (comma delimited), US dates', table(two, { write: written('M/D/YYYY', (_, value) => value) })],
  ['Excel, CSV UTF-8: byte order mark', `\ufeff${table(two)}`],
  ['Excel, CSV (Macintosh): CR', table(two, { end: '\r' })],
  ['Excel, CSV (MS-DOS): Ctrl-Z at the end', `${table(two)}\x1a`],
  ['DOS editors: Ctrl-Z behind the last cell', `${table(two).trimEnd()}\x1a\r\n`],
  ['CP/M: the last block filled with Ctrl-Z', `${table(two)}${'\x1a'.repeat(70_000)}`],
  ['Excel, Unicode text: UTF-16LE, tabs', utf16(table(two, { separator: '\t' }))],
  ['UTF-16BE', utf16(table(two)).swap16()],
  ['UTF-16LE without a byte order mark', Buffer.from(table(two), 'utf16le')],
  ['UTF-16BE without a byte order mark', Buffer.from(table(two), 'utf16le').swap16()],
  ['Excel in German: semicolons, decimal commas, D.M.YYYY', german2],
  [
    'Excel in French: semicolons, narrow no-break spaces',
    table(two, { separator: ';', write: written('YYYY-MM-DD', grouped('fr-FR')) }),
  ],
  [
    'Excel in Swiss German: semicolons, apostrophes',
    table(two, { separator: ';', write: written('DD.MM.YYYY', grouped('de-CH')) }),
  ],
  [
    'Excel in Dutch: semicolons, thousands in points',
    table(two, { separator: ';', write: written('YYYY-MM-DD', grouped('nl-NL')) }),
  ],
  ['Excel in Portuguese (Brazil)', table(two, { separator: ';', write: written('YYYY/MM/DD', grouped('pt-BR')) })],
  ['Excel in English: thousands in commas, quoted', table(two, { write: written('M/D/YYYY', grouped('en-US')) })],
  ['Google Sheets in German: quoted decimal commas', table(two, { write: german })],
  [
    'LibreOffice: all text quoted',
    plainTable.replace(
      first,
      first.replaceAll(/("[^"]*"|[^,]+)(?=,)/g, (text) => (text.startsWith('"') ? text : `"${text}"`)),
    ),
  ],
  [
    'LibreOffice: tabs, midnight',
    table(two, { separator: '\t', end: '\n', write: written('YYYY-MM-DD 00:00:00', (_, value) => value) }),
  ],
  ['Numbers: semicolons, decimal commas, LF', table(two, { separator: ';', end: '\n', write: comma as typeof german })],
  ['pipes', table(two, { separator: '|', write: german })],
  ['SAP list: title, blank line, rules, padded cells, trailing minus', sapList],
  ['SAP list: blank rows above, header again on page two', `\r\n\r\n${sapList}${sapCells(names.map(words))}${sapRule}`],
  [
    'SAP text with tabs: title lines and an empty first column',
    `Orders\t01.03.2024\r\n\r\n${table(two, { separator: '\t', write: german }).replaceAll(/^(?=.)/gm, '\t')}`,
  ],
  ['sep=; as the first line', `sep=;\r\n${german2}`],
  ['sep=, in capitals, quoted, with separators', `"SEP=,",,\r\n${table(two)}`],
  ['sep=^, an odd separator', `sep=^\r\n${table(two, { separator: '^' })}`],
  ['a byte order mark, then sep=;', `\ufeffsep=;\r\n${german2}`],
  ['trailing separators in header and rows', table(two, { trail: ',' })],
  ['three trailing separators', table(two, { trail: ',,,' })],
  ['trailing semicolons', table(two, { separator: ';', write: german, trail: ';' })],
  ['trailing separators in the header only', plainTable.replace('\n', ',,\n')],
  ['trailing separators in rows only', plainTable.replaceAll(/(?<=\d)$/gm, ',,')],
  ['trailing separators and spaces', table(two, { trail: ', ,\u00a0' })],
  ['an empty first column', plainTable.replaceAll(/^(?=.)/gm, ',')],
  ['rows of separators only', plainTable.replaceAll('\n', `\n${','.repeat(20)}\n`)],
  ['rows of separators and spaces', plainTable.replaceAll('\n', `\n${' ,'.repeat(30)}\n`)],
  ['blank rows above the header', `\n\n,,,\n${plainTable}`],
  ['a title above the header', `Orders of March,,,\nprinted 2024-03-01\n\n${plainTable}`],
  ['blank rows and rows of spaces below', `${plainTable}\n  \n\u00a0\n\n`],
  ['quoted header cells', plainTable.replace(header, names.map((name) => `"${name}"`).join(','))],
  [
    'header cells with spaces, no-break spaces and line feeds',
    table(two, { header: (name) => ` ${words(name).replace(' ', '\n')}\u00a0 ` }),
  ],
  ['two byte order marks', `\ufeff\ufeff${plainTable.replace('rowId', '"rowId"')}`],
  [
    'cat of two files: header and byte order mark again',
    `\ufeff${header}\n${first}\n\ufeff${header.replace('rowId', '"rowId"')}\n${second}\n`,
  ],
  ['cat of two files: other order of columns', `${header}\n${first}\n${csvOf([two[1] ?? {}], names.toReversed())}`],
  ['mixed line ends', `${header}\r\n${first}\r${second}\n`],
  [
    'text formulas, quoted as CSV',
    table(two, { write: (name, value) => (name.endsWith('Id') ? `="${value}"` : value) }),
  ],
  ['text formulas, as many programs write them', plainTable.replaceAll(/(?<=^|,)(\d|[OCP]-1)(?=,)/gm, '="$1"')],
  [
    'apostrophes in front of numbers',
    table(two, { write: (_, value) => (/^[-\d]/.test(value) ? `'${value}` : value) }),
  ],
  [
    'spaces around numbers and dates',
    table(two, { write: (_, value) => (/^[-\d]/.test(value) && value !== '75001' ? ` ${value}\u00a0` : value) }),
  ],
  [
    'whole numbers with decimals',
    table(two, { write: (name, value) => (/rowId|quantity/.test(name) ? `${value}.0` : value) }),
  ],
  [
    'whole numbers with decimal commas',
    table(two, {
      separator: ';',
      write: (name, value) => (/rowId|quantity/.test(name) ? `${value},0` : german(name, value)),
    }),
  ],
  ['parentheses', table(two, { write: (_, value) => value.replace(/^-(.*)$/, '($1)') })],
  ['Unicode minus', table(two, { write: (_, value) => value.replace(/^-/, '\u2212') })],
  ['percent', table(two, { write: (name, value) => (name === 'discount' ? '20%' : value) })],
  ['currency', table(two, { write: (name, value) => (/sales|profit/.test(name) ? `${value} €` : value) })],
]

const normal = (rows: string[][]) =>
  rows.map((row) => row.map((value, index) => (numbers.has(names[index] ?? '') ? String(Number(value)) : value)))
const expected = (rows: Partial<Line>[]) => normal(rows.map((row) => names.map((name) => ({ ...line, ...row })[name])))

test.each(dialects)('%s', async (_, content) => {
  const { rows, rejects } = await read(content)
  expect(rejects).toEqual([])
  expect(normal(rows)).toEqual(expected(two))
})

test.each(dialects.filter(([, content]) => content.length < 2000))('%s, byte by byte', async (_, content) => {
  expect(normal((await read(content, csvRows, 1)).rows)).toEqual(expected(two))
})

/** Files with one row to reject: what is said of it. */
const partly: [string, string, string][] = [
  [
    'a total at the end',
    `${plainTable}Total${','.repeat(17)}1245,,,\n`,
    '4 the row has values in 2 of 21 columns: complete it, or delete it if it is a total or a note',
  ],
  [
    'a note at the end',
    `${plainTable}"printed, 2024"\n`,
    '4 the row has 1 cells where the header has 21: is a quote or a comma missing? Delete the row if it is a total or a note.',
  ],
  [
    'a value in a column without a name',
    `${plainTable.replaceAll(/(?<=\w)$/gm, ',')}${second.replace('2', '3')},x\n`,
    '4 cell 22 of the row has a value, and its column has no name: delete the value, or name the column in the header',
  ],
  [
    'a decimal comma that is not quoted',
    `${plainTable}${second.replace('1234.5', '1234,5')}\n`,
    '4 the row has 22 cells where the header has 21: is a quote or a comma missing? Quote cells that contain a comma, as "1,5".',
  ],
  [
    'a missing semicolon',
    `${german2}x;y\n`,
    '4 the row has 2 cells where the header has 21: is a quote or a semicolon missing? Delete the row if it is a total or a note.',
  ],
  [
    'a line number below title lines',
    `title\n\n${plainTable}${second.replace('2', 'x')}\n`,
    '6 rowId must be a whole number from 1 to 999,999,999,999,999',
  ],
  [
    'Ctrl-Z that is not at the end',
    `${plainTable}${second.replace('2', '3').replace('Paris', '\x1a')}\n`,
    '4 city must not contain control characters',
  ],
]
test.each(partly)('%s: the row is rejected with what to change', async (_, content, reject) => {
  const { rows, rejects } = await read(content)
  expect([rows.length, rejects]).toEqual([2, [reject]])
})

test('Excel omits the separators of empty cells at the end of a row', async () => {
  const columns = [...names.filter((name) => name !== 'postalCode'), 'postalCode'] as const
  const content = csvOf([{ postalCode: '' }], columns).replace(/,\n$/, '\n')
  expect((await read(content)).rows).toEqual([names.map((name) => (name === 'postalCode' ? '' : line[name]))])
})

test('the numbers of the file decide about 1.234 and 1,234; without others such a row is rejected', async () => {
  const sales = async (rows: Partial<Line>[], separator: string) => {
    const { rows: values, rejects } = await read(table(rows, { separator }))
    return [values.map((row) => row[names.indexOf('sales')]).join(' '), rejects.length]
  }
  const quiet = { discount: '0', profit: '1' }
  expect(
    await sales(
      [
        { ...quiet, sales: '1.234' },
        { ...quiet, rowId: '2', sales: '1,5' },
      ],
      ';',
    ),
  ).toEqual(['1234 1.5', 0])
  expect(
    await sales(
      [
        { ...quiet, sales: '1.234' },
        { ...quiet, rowId: '2', sales: '1.5' },
      ],
      ';',
    ),
  ).toEqual(['1.234 1.5', 0])
  expect(
    await sales(
      [
        { ...quiet, sales: '1.234' },
        { ...quiet, rowId: '2', sales: '1' },
      ],
      ';',
    ),
  ).toEqual(['1', 1])
  expect(
    await sales(
      [
        { ...quiet, sales: '1,234' },
        { ...quiet, rowId: '2', sales: '1.5' },
      ],
      ',',
    ),
  ).toEqual(['1234 1.5', 0])
  expect(
    await sales(
      [
        { ...quiet, sales: '1,234' },
        { ...quiet, rowId: '2', sales: '1' },
      ],
      ',',
    ),
  ).toEqual(['1', 1])
  expect(
    await sales(
      [
        { ...quiet, sales: '1.234' },
        { ...quiet, rowId: '2', sales: '1' },
      ],
      ',',
    ),
  ).toEqual(['1.234 1', 0])
})

test('days first: refused when all dates agree, rejected row by row when the file has months first too', async () => {
  const dates = (orderDates: string[]) =>
    table(orderDates.map((orderDate, index) => ({ rowId: String(index + 1), orderDate, shipDate: '2024-12-31' })))
  await expect(read(dates(['1/2/2024', '13/2/2024']))).rejects.toThrow(
    /Line 3: a date with slashes has a day from 13 to 31 first/,
  )
  expect((await read(dates(['1/2/2024', '13/2/2024', '2/13/2024']))).rows).toHaveLength(2)
  expect((await read(dates(['2024-01-02', '13/2/2024']))).rows).toHaveLength(1)
})

const ndjson = ndjsonOf([{}, { rowId: '2' }])
const ndjsonFiles: [string, string | Uint8Array][] = [
  ['byte order mark', `\ufeff${ndjson}`],
  ['CR LF', ndjson.replaceAll('\n', '\r\n')],
  ['CR', ndjson.replaceAll('\n', '\r')],
  ['UTF-16', utf16(ndjson)],
  ['UTF-16 without a byte order mark', Buffer.from(ndjson, 'utf16le')],
  ['Ctrl-Z at the end', `${ndjson}\x1a`],
  ['record separators (RFC 7464)', ndjson.replaceAll(/^(?=.)/gm, '\x1e')],
]
test.each(ndjsonFiles)('NDJSON: %s', async (_, content) => {
  expect(await read(content, ndjsonRows)).toEqual({
    rows: [Object.values(line), Object.values({ ...line, rowId: '2' })],
    rejects: [],
  })
  expect((await read(content, ndjsonRows, 1)).rows).toHaveLength(2)
})

test('NDJSON: text is exact, and a comma at the end of a line is named', async () => {
  const exact = { productName: "'=1", customerName: '="x"', city: '#N/A' }
  expect((await read(ndjsonOf([exact]), ndjsonRows)).rows).toEqual([Object.values({ ...line, ...exact })])
  const { rejects } = await read(`${ndjson.trimEnd()},\n`, ndjsonRows)
  expect(rejects).toEqual(['2 the line is not JSON: remove the comma at its end'])
})

test('a valid table imports to the same values in every dialect', async () => {
  const text = fc
    .string({
      unit: fc.constantFrom('a', 'Z', 'é', '7', ' ', ',', ';', '|', '"', "'", '.', '-', '€', 'ß', '漢'),
      minLength: 1,
      maxLength: 12,
    })
    .filter((value) => value.trim() === value && !/^[=#']|[;|]'/.test(value))
  const cents = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((value) => String(value / 10_000))
  const date = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((value) => value.toISOString().slice(0, 10))
  const row = fc.record({
    orderDate: date,
    customerName: text,
    productName: text,
    city: text,
    postalCode: fc.oneof(fc.constant(''), text),
    sales: cents.filter((value) => !value.includes('e')),
    profit: cents.filter((value) => !value.includes('e')),
    quantity: fc.integer({ min: 1, max: 1_000_000 }).map(String),
    discount: fc
      .integer({ min: 0, max: 10_000 })
      .map((value) => String(value / 10_000))
      .filter((value) => !value.includes('e')),
  })
  const dialect = fc.record({
    separator: fc.constantFrom(',', ';', '\t', '|'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    pattern: fc.constantFrom(
      'YYYY-MM-DD',
      'DD.MM.YYYY',
      'D.M.YYYY',
      'M/D/YYYY',
      'YYYY/MM/DD',
      'YYYY-MM-DD 00:00:00',
      'YYYY-MM-DDT00:00:00',
    ),
    decimal: fc.constantFrom((_: string, value: string) => value, comma),
    trail: fc.constantFrom(0, 1, 3),
    prefix: fc.constantFrom('', '\ufeff', 'Title\n\n', '\r\n'),
    blank: fc.boolean(),
    encode: fc.constantFrom(
      (value: string) => Buffer.from(value),
      utf16,
      (value: string) => utf16(value).swap16(),
    ),
    chunkSize: fc.constantFrom(7, 65_536),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), dialect, async (rows, form) => {
      const { separator, end, pattern, decimal, trail, prefix, blank, encode, chunkSize } = form
      // The last row shows the decimal mark.
      const all = [...rows, { sales: '0.5' }].map((values, index) => ({
        ...values,
        rowId: String(index + 1),
        shipDate: '2199-12-31',
      }))
      const body = table(all, { separator, end, write: written(pattern, decimal), trail: separator.repeat(trail) })
      const content = prefix + (blank ? body.replaceAll(/(\r\n|\n|\r)/g, `$1${separator.repeat(4)}$1`) : body)
      const { rows: values, rejects } = await read(encode(content), csvRows, chunkSize)
      expect(rejects).toEqual([])
      expect(normal(values)).toEqual(expected(all))
    }),
    { numRuns: 100 },
  )
})
