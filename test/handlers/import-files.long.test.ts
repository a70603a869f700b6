import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Violation } from '../../server/handlers/define.ts'
import { csvOf, names, ndjsonOf } from './order-lines.ts'
import { alice, bob, type HandlerRig, openHandlerRig } from './rig.ts'

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig({ sample: false })
})
afterAll(() => rig.close())

/** Expects that the import fails and leaves no rows; returns its error. */
async function failure(content: string | Uint8Array, mediaType = 'text/csv') {
  const uploadId = await rig.upload(content, { mediaType })
  const { status, error, result } = await rig.run('importOrders', { uploadId })
  expect([status, result]).toEqual(['FAILED', null])
  expect(await rig.connection.sql`select 1 from customers union all select 1 from order_lines`).toHaveLength(0)
  expect(await rig.connection.sql`select 1 from files`).toHaveLength(0)
  return { code: error?.code, errors: error?.errors as Violation[] | undefined, detail: error?.detail }
}

const many = csvOf(Array.from({ length: 2000 }, (_, index) => ({ rowId: String(index + 1) })))
const ndjson = 'application/x-ndjson'
const [header = ''] = csvOf([]).split('\n')
const latin1 = (text: string) => Buffer.from(text, 'latin1')
/** `many` with its line `number` replaced. */
const withLine = (number: number, change: (line: string) => string) =>
  many
    .split('\n')
    .map((line, index) => (index === number - 1 ? change(line) : line))
    .join('\n')

const unreadable: [string, string | Uint8Array, string, RegExp][] = [
  ['an empty file', '', 'INVALID_FILE', /empty/],
  ['blank lines', '\n\n\r\n', 'INVALID_FILE', /empty/],
  ['a header only', csvOf([]), 'INVALID_FILE', /no row/],
  ['a header only, without a line feed', header, 'INVALID_FILE', /no row/],
  ['no header', csvOf([{}]).split('\n').slice(1).join('\n'), 'INVALID_FILE', /Line 1: .*missing rowId/],
  ['cells between spaces', many.replaceAll(',', ' '), 'INVALID_FILE', /Line 1: .*missing rowId.*separated by commas/],
  [
    'rows of one quoted cell',
    `"${many.trimEnd().replaceAll('"', '""').replaceAll('\n', '"\n"')}"`,
    'INVALID_FILE',
    /Line 1: each row is one quoted cell/,
  ],
  ['JSON', '[{"rowId":1}]', 'INVALID_FILE', /Line 1: .*JSON: upload it as application\/x-ndjson/],
  ['an HTML table named .xls', '<html><table><tr><td>Row ID', 'INVALID_FILE', /HTML or XML: save it as CSV UTF-8/],
  [
    'a header below rows',
    many.replace(/^(.*)\n(.*)\n/, '$2\n$1\n'),
    'INVALID_FILE',
    /Line 2: the header has rows above it \(line 1\)/,
  ],
  [
    'another header in the middle',
    `${many}${header.replace('profit', 'margin')}\n`,
    'INVALID_FILE',
    /Line 2002: .*missing profit; unknown "margin"/,
  ],
  ['missing columns', csvOf([{}], names.slice(2)), 'INVALID_FILE', /Line 1: .*missing rowId, orderId;? ?.*columns are/],
  ['unknown columns', many.replace('profit', 'profit,colour,"=x"'), 'INVALID_FILE', /unknown "colour", "=x"/],
  ['a duplicate column', many.replace('profit', 'profit,Profit'), 'INVALID_FILE', /duplicate Profit/],
  ['gzip', gzipSync(many), 'INVALID_FILE', /gzip.*decompress/],
  ['a spreadsheet', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(50)]), 'INVALID_FILE', /save it as CSV/],
  ['a PDF', '%PDF-1.7\n', 'INVALID_FILE', /PDF/],
  [
    'UTF-32',
    Buffer.from(Uint32Array.from(`\ufeff${many}`, (letter) => letter.codePointAt(0) ?? 0).buffer),
    'INVALID_ENCODING',
    /UTF-32.*UTF-8/,
  ],
  [
    'UTF-16 with half a character',
    Buffer.from(`\ufeff${withLine(1500, (line) => line.replace('Paris', '\ud800'))}`, 'utf16le'),
    'INVALID_ENCODING',
    /Line 1500: .*UTF-16/,
  ],
  [
    'UTF-16 that ends in the middle of a character',
    Buffer.from(`\ufeff${many}`, 'utf16le').subarray(0, -1),
    'INVALID_ENCODING',
    /Line 2001: .*UTF-16/,
  ],
  [
    'Windows-1252 with CR line ends',
    latin1(
      withLine(1500, (line) => line.replace(/Paris/, 'Zo\xeb'))
        .replaceAll('\n', '\r')
        .replaceAll(/[’Îë]/g, (letter) => (letter === 'ë' ? letter : 'x'))
        .replaceAll('Zoë O', 'Zoe O'),
    ),
    'INVALID_ENCODING',
    /Line 1500: .*Windows-1252.*save as CSV UTF-8/,
  ],
  [
    'days first',
    csvOf([
      { orderDate: '13/1/2024', rowId: '1' },
      { orderDate: '2/1/2024', rowId: '2' },
    ]),
    'INVALID_FILE',
    /Line 2: .*M\/D\/YYYY.*write them as YYYY-MM-DD/,
  ],
  ['NUL', withLine(1500, (line) => line.replace('First', '\0')), 'INVALID_FILE', /ine 1500: .*NUL/],
  ['an unclosed quote', withLine(1500, (line) => `${line.slice(0, -4)}"x`), 'INVALID_FILE', /ine (1500|2001): .*quote/],
  [
    'an unclosed cell',
    withLine(1500, (line) => line.replace('First Class', '"First')),
    'INVALID_FILE',
    /ine \d+: .*quote/,
  ],
  [
    'letters after a quote',
    withLine(1500, (line) => line.replace('First', '"First"')),
    'INVALID_FILE',
    /ine 1500: .*quote/,
  ],
  ['an endless row', `${header}\n${'x'.repeat(1_100_000)}`, 'INVALID_FILE', /ine 2: .*1,000,000/],
  ['an endless cell', `${header}\n"${'x\n'.repeat(600_000)}`, 'INVALID_FILE', /1,000,000.*quote/],
]
test.each(
  unreadable.map(([name, content, ...expected]) => [name, ...expected, content] as const),
)('CSV: %s is %s', async (_, code, detail, content) => {
  const error = await failure(content)
  expect(error).toMatchObject({ code, detail: expect.stringMatching(detail) })
  expect(error.errors).toHaveLength(1)
  expect(error.errors?.[0]?.pointer).toBe('/uploadId')
})

const utf8 = (text: string) => Buffer.from(text)
const broken: [string, Uint8Array, number][] = [
  ['in the header', latin1(many.replace('rowId', 'rowId\xe9')), 1],
  ['in the first row', latin1(withLine(2, (line) => line.replace(/Zo\S+/, 'Zo\xeb'))), 2],
  ['in the last line', Buffer.concat([utf8(many.slice(0, -1)), Buffer.from([0xe9])]), 2001],
  ['truncated in the middle of a character', Buffer.concat([utf8(many), Buffer.from([0xf0, 0x9f])]), 2002],
  ...[300, 700, 1000, 1500, 1999].map((number): [string, Uint8Array, number] => {
    const lines = many.split('\n')
    const bytes = lines.flatMap((line, index) => [
      index === number - 1 ? latin1(line.replace(/Zo\S+/, 'Zo\xeb')) : utf8(line),
      utf8('\n'),
    ])
    return [`in line ${number}`, Buffer.concat(bytes), number]
  }),
]
test.each(
  broken.map(([where, content, number]) => [where, number, content] as const),
)('Latin-1 %s is INVALID_ENCODING and names the line', async (_, number, content) => {
  const { code, detail } = await failure(content)
  expect([code, detail]).toEqual(['INVALID_ENCODING', expect.stringContaining(`Line ${number}:`)])
})

const unreadableJson: typeof unreadable = [
  ['an empty file', '', 'INVALID_FILE', /empty/],
  ['blank lines', '\n \n', 'INVALID_FILE', /empty/],
  ['a CSV', many, 'NO_VALID_ROWS', /first 10 of 2,001/],
  [
    'an array',
    JSON.stringify([JSON.parse(ndjsonOf([{}]))]),
    'INVALID_FILE',
    /Line 1: .*JSON array: write one object on each line/,
  ],
  [
    'a long array',
    JSON.stringify(Array.from({ length: 4000 }, () => JSON.parse(ndjsonOf([{}])))),
    'INVALID_FILE',
    /Line 1: .*JSON array/,
  ],
  [
    'an array over lines',
    JSON.stringify([JSON.parse(ndjsonOf([{}]))], null, 2),
    'INVALID_FILE',
    /Line 1: .*JSON array/,
  ],
  ['objects over lines', JSON.stringify(JSON.parse(ndjsonOf([{}])), null, 2), 'NO_VALID_ROWS', /No row is valid/],
  ['an endless line', `${ndjsonOf([{}])}${'x'.repeat(1_100_000)}\n`, 'INVALID_FILE', /ine 2: .*1,000,000/],
  ['gzip', gzipSync(many), 'INVALID_FILE', /gzip/],
  ['Latin-1', latin1(ndjsonOf([{}, { city: 'Orl\xe9ans' }])), 'INVALID_ENCODING', /Line 1:/],
]
test.each(
  unreadableJson.map(([name, content, ...expected]) => [name, ...expected, content] as const),
)('NDJSON: %s is %s', async (_, code, detail, content) => {
  expect(await failure(content, ndjson)).toMatchObject({ code, detail: expect.stringMatching(detail) })
})

test('no valid row: NO_VALID_ROWS with line, column and reason of the first ten violations', async () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({ rowId: String(index + 1), quantity: '-1' }))
  const { code, errors, detail } = await failure(csvOf(rows))
  expect([code, errors?.length]).toEqual(['NO_VALID_ROWS', 10])
  expect(detail).toContain('first 10 of 12')
  expect(errors?.[0]?.message).toBe('line 2, column quantity: must be a whole number from 1 to 1,000,000')
})

test('an upload that was deleted or belongs to another owner is UPLOAD_NOT_FOUND', async () => {
  const uploadId = await rig.upload(many, { ownerId: bob })
  const { error } = await rig.run('importOrders', { uploadId }, alice)
  expect(error).toMatchObject({ code: 'UPLOAD_NOT_FOUND' })
})

test('an upload without stored bytes fails and leaves no rows', async () => {
  const uploadId = await rig.upload(many)
  await rig.files.delete(`uploads/${uploadId.replace('upload_', '')}`)
  const { status } = await rig.run('importOrders', { uploadId })
  expect(status).toBe('FAILED')
})
