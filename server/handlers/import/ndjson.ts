import { fields } from './fields.ts'
import { copyLine, rejectLine } from './rows.ts'
import { unreadable } from './text.ts'

const longestLine = 1_000_000

/** Converts NDJSON with one order line per object to lines for COPY. Throws `INVALID_FILE` for an empty file or a line that is too long. */
export async function* ndjsonRows(text: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let number = 0
  let rest = ''
  let found = false
  const rowsOf = (lines: string[]) => {
    const rows = lines.map((line) => {
      number++
      if (line.trim() === '') return ''
      found = true
      return rowOf(number, line)
    })
    return rows.join('')
  }
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) {
      throw unreadable('INVALID_FILE', `Line ${number + lines.length + 1}: longer than 1,000,000 characters.`)
    }
    const rows = rowsOf(lines)
    if (rows !== '') yield rows
  }
  const rows = rowsOf([rest])
  if (rows !== '') yield rows
  if (!found) throw unreadable('INVALID_FILE', 'The file is empty: it needs one JSON object on each line.')
}

const names = fields.map(({ name }) => name)

function rowOf(number: number, line: string): string {
  const reject = (column: string, reason: string, rowId?: string) =>
    rejectLine(number, { column, reason, value: line.slice(0, 200) }, rowId)
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    return reject('', 'the line is not JSON')
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return reject('', 'the line is not a JSON object')
  const entries = new Map(Object.entries(row))
  const cells = names.map((name) => cellOf(entries.get(name)))
  const unknown = [...entries.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) return reject(unknown.slice(0, 40), 'is not a field of an order line', cells[0])
  return copyLine(number, cells)
}

/** Numbers and strings as text; anything else counts as missing. */
function cellOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : undefined
}
