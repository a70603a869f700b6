import { checkRow, fields, type RowFault } from './fields.ts'

/** One row of the file for COPY into `incoming`: its fields, or its fault. */
export function copyLine(line: number, cells: readonly (string | undefined)[]): string {
  const checked = checkRow(cells)
  if ('fault' in checked) return faultLine(line, checked.fault, cells[0])
  return `${line}\t${checked.values.map(escaped).join('\t')}\t\\N\t\\N\t\\N\n`
}

/** A row that is rejected: only its place and its fault, and its row id where there is one. */
export function faultLine(line: number, { column, reason, value }: RowFault, rowId = ''): string {
  const id = /^\d{1,15}$/.test(rowId) ? rowId : '\\N'
  const nothing = '\\N\t'.repeat(fields.length - 1)
  return `${line}\t${id}\t${nothing}${escaped(column)}\t${escaped(reason)}\t${escaped(value)}\n`
}

const special = /[\\\t\n\r]/
const specials: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** As COPY's text format wants it. */
function escaped(value: string): string {
  if (!special.test(value)) return value.replaceAll('\0', '')
  return value.replaceAll('\0', '').replace(/[\\\t\n\r]/g, (letter) => specials[letter] ?? letter)
}
