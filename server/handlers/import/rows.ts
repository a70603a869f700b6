import { fields, type RowViolation } from './fields.ts'

/** A line for COPY into `incoming`: the fields of a row. */
export function copyLine(line: number, values: readonly string[]): string {
  return `${line}\t${values.map(escaped).join('\t')}\t\\N\t\\N\t\\N\n`
}

/** A line for COPY of a rejected row: its line number, its violation, and its row id if it has one. */
export function rejectLine(line: number, { column, reason, value }: RowViolation, rowId = ''): string {
  const id = /^\d{1,15}$/.test(rowId) ? rowId : '\\N'
  const nothing = '\\N\t'.repeat(fields.length - 1)
  return `${line}\t${id}\t${nothing}${escaped(column)}\t${escaped(reason)}\t${escaped(value)}\n`
}

const special = /[\\\t\n\r]/
const specials: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Escaped for COPY's text format. */
function escaped(value: string): string {
  if (!special.test(value)) return value.replaceAll('\0', '')
  return value.replaceAll('\0', '').replace(/[\\\t\n\r]/g, (letter) => specials[letter] ?? letter)
}
