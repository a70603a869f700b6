import { checkRow } from './check-row.ts'
import { fields } from './fields.ts'
import type { FileForm } from './file-form.ts'
import { type Header, headerOf, leastNamed, namedFields } from './header.ts'
import { copyLine, rejectLine } from './rows.ts'

type Reading = { header: Header; form: FileForm; delimiter: string; list: boolean }

/**
 * Adds the line for COPY of a record to `rows`; nothing for a blank one. Returns the header that applies to the records below if this record is
 * one, as in concatenated files.
 */
export function copyRow(
  { header, form, delimiter, list }: Reading,
  record: string[],
  rows: string[],
): Header | undefined {
  const cells = list ? record.map((cell) => cell.trim()) : record
  if (isBlank(cells, list)) return undefined
  const { places } = header
  const row = places.map((place) => cells[place] ?? '')
  const misfit =
    cells.length === header.cells && header.unnamed.length === 0 ? undefined : misfitOf(header, cells, delimiter)
  const checked = misfit === undefined ? checkRow(row, form) : undefined
  if (checked && 'values' in checked) {
    rows.push(copyLine(form.line, checked.values))
    return undefined
  }
  if (namedFields(cells) >= leastNamed) return headerOf(cells, form.line)
  const rejected = (reason: string) => ({ column: '', reason, value: cells.join(delimiter).slice(0, 200) })
  const filled = row.filter((cell) => cell.trim() !== '').length
  const violation =
    misfit !== undefined
      ? rejected(misfit)
      : filled < leastFilled
        ? rejected(
            `the row has values in ${filled} of ${fields.length} columns: complete it, or delete it if it is a total or a note`,
          )
        : checked?.violation
  if (violation) rows.push(rejectLine(form.line, violation, row[0]))
  return undefined
}

/** A row with fewer values is a total or a note rather than an order line with errors. */
const leastFilled = Math.ceil(fields.length / 2)

/** Rows of separators only, and the rules of dashes in lists. */
function isBlank(cells: string[], list: boolean): boolean {
  // Most rows have a first cell.
  if (!list && cells[0] !== '' && cells[0]?.trim() !== '') return false
  return cells.every((cell) => (list ? /^[-+=]*$/.test(cell) : cell.trim() === ''))
}

const names = fields.map(({ name }) => name)

/** The reason to reject a row whose cells do not match the header; undefined if only empty cells are more or fewer. */
function misfitOf(
  { cells: expected, places, unnamed }: Header,
  cells: string[],
  delimiter: string,
): string | undefined {
  const stray = unnamed.find((index) => (cells[index] ?? '').trim() !== '')
  if (stray !== undefined) {
    return `cell ${stray + 1} of the row has a value, and its column has no name: delete the value, or name the column in the header`
  }
  if (
    cells.length === expected ||
    (cells.slice(expected).every((cell) => cell.trim() === '') && cells.length > expected)
  )
    return undefined
  // Excel omits separators at the end of a row for empty cells.
  if (places.every((place, index) => place < cells.length || names[index] === 'postalCode') && cells.length < expected)
    return undefined
  const numbers = delimiter === ',' && cells.length > expected ? ' Quote cells that contain a comma, as "1,5".' : ''
  const note = cells.length < expected / 2 ? ' Delete the row if it is a total or a note.' : ''
  return `the row has ${cells.length} cells where the header has ${expected}: is a quote or a ${separatorName(delimiter)} missing?${numbers}${note}`
}

const separatorNames: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' }
const separatorName = (delimiter: string) => separatorNames[delimiter] ?? `separator (${delimiter})`
