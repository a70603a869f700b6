import { parse } from 'csv-parse/sync'
import { fields } from './fields.ts'
import { type DecimalMark, type FileForm, fileForm } from './file-form.ts'
import { headerOf, leastNamed, namedFields } from './header.ts'
import { readNumber } from './numbers.ts'
import { unreadable } from './unreadable.ts'

/** This much of a file decides on its dialect. */
export const headLength = 65_536
/** A header is among the first records. */
const mostRecords = 30
/** A title has fewer cells with text. */
const leastRow = 10

/** How a CSV is written. `skip`: the lines above the header. `list`: each row has a separator at both ends, as in SAP lists. */
export type Dialect = { delimiter: string; skip: number; list: boolean; form: FileForm }

type Line = { cells: string[]; line: number }

export const recordDelimiters = ['\r\n', '\n', '\r']

/** Finds the separator, the header and the decimal mark from the beginning of a file. Throws `INVALID_FILE` if there is no header. */
export function dialectOf(head: string): Dialect {
  const separators = new Set([',', ';', '\t', '|', ...declaredSeparator(head)])
  const found = [...separators].map((delimiter) => headerIn(head, delimiter)).filter((header) => header !== undefined)
  const best = found.reduce<Found | undefined>((most, one) => (most && most.names >= one.names ? most : one), undefined)
  if (!best) throw unreadable('INVALID_FILE', 'The file is empty: it needs a header row and at least one row.')
  const { delimiter, header, above } = best
  refuseOtherFormats(best)
  const rows = above.find(({ cells }) => cells.filter((cell) => cell.trim() !== '').length >= leastRow)
  if (rows) {
    throw unreadable(
      'INVALID_FILE',
      `Line ${header.line}: the header has rows above it (line ${rows.line}): move it to the first line.`,
    )
  }
  const list = delimiter === '|' && header.cells.length > 2 && isBlank(header.cells[0]) && isBlank(header.cells.at(-1))
  const form = fileForm(decimalMark(head, delimiter, header), { comma: delimiter === ',' })
  return { delimiter, skip: header.line - 1, list, form }
}

const isBlank = (cell: string | undefined) => cell?.trim() === ''

/** The character of a line `sep=;`, which tells Excel the separator. */
function declaredSeparator(head: string): string[] {
  const separator = /^\s*"?sep=([^\w\s"'.])/i.exec(head)?.[1]
  return separator === undefined ? [] : [separator]
}

type Found = { delimiter: string; header: Line; above: Line[]; names: number }

/** The first record that names most fields, or the first one with text. */
function headerIn(head: string, delimiter: string): Found | undefined {
  const records = recordsOf(head, delimiter, mostRecords).filter(({ cells }) => !cells.every(isBlank))
  const at = Math.max(
    0,
    records.findIndex(({ cells }) => namedFields(cells) >= leastNamed),
  )
  const header = records[at]
  return header && { delimiter, header, above: records.slice(0, at), names: namedFields(header.cells) }
}

/** The records of the beginning of a file, with the line where each begins. Stray quotes are no error here. */
function recordsOf(head: string, delimiter: string, most = -1): Line[] {
  const records: Line[] = []
  let last = 0
  const on_record = (cells: string[], { lines }: { lines: number }) => {
    records.push({ cells, line: last + 1 })
    last = lines
    return null
  }
  try {
    parse(head, {
      delimiter,
      record_delimiter: recordDelimiters,
      relax_column_count: true,
      relax_quotes: true,
      to: most,
      on_record,
    })
  } catch {
    // The head may end inside a quoted cell. The parser of the whole file reports errors.
  }
  return records
}

/** The decimal mark that the numbers of the file's beginning prove, if they all prove the same one. */
function decimalMark(head: string, delimiter: string, header: Line): DecimalMark | undefined {
  const { places } = headerOf(header.cells, header.line)
  const numbers = places.filter((_, index) => fields[index]?.isNumber)
  const rows = recordsOf(head, delimiter).filter(({ line }) => line > header.line)
  // The last record may be incomplete.
  if (head.length >= headLength) rows.pop()
  const marks = new Set<DecimalMark>()
  for (const { cells } of rows) {
    for (const place of numbers) {
      const cell = cells[place] ?? ''
      const read =
        /\d/.test(cell) && /[.,]/.test(cell)
          ? readNumber(cell, { decimalMark: undefined, decimalPoint: false })
          : undefined
      if (read && 'mark' in read && read.mark) marks.add(read.mark)
    }
  }
  return marks.size === 1 ? [...marks][0] : undefined
}

/** A better error for a file without a header that is obviously something else. */
function refuseOtherFormats({ header: { cells, line }, names }: Found) {
  if (names >= leastNamed) return
  const first = cells[0]?.trim() ?? ''
  if (/^[{[]/.test(first)) {
    throw unreadable(
      'INVALID_FILE',
      `Line ${line}: the file looks like JSON: upload it as application/x-ndjson, with one object on each line.`,
    )
  }
  if (/^<[!?a-z]/i.test(first)) {
    throw unreadable('INVALID_FILE', `Line ${line}: the file is HTML or XML: save it as CSV UTF-8.`)
  }
  if (
    cells.filter((cell) => cell.trim() !== '').length === 1 &&
    [',', ';', '\t'].some((separator) => namedFields(first.split(separator)) >= leastNamed)
  ) {
    const remedy = 'split the column in the spreadsheet (Excel: Data, Text to Columns) and save it as CSV UTF-8'
    throw unreadable('INVALID_FILE', `Line ${line}: each row is one quoted cell: ${remedy}.`)
  }
}
