import { checkRow } from './check-row.ts'
import { fields } from './fields.ts'
import { type FileForm, fileForm, refuseDaysFirst } from './file-form.ts'
import { copyLine, rejectLine } from './rows.ts'
import { unreadable } from './unreadable.ts'

const longestLine = 1_000_000

/** Converts NDJSON with one order line per object to lines for COPY. Throws `INVALID_FILE` for an empty file or a line that is too long. */
export async function* ndjsonRows(text: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  const form = fileForm(undefined, { comma: true, exactText: true })
  form.line = 0
  let rest = ''
  let found = false
  const rowsOf = (lines: string[]) => {
    const rows = lines.map((line) => {
      form.line++
      if (line.trim() === '') return ''
      if (!found && line.trimStart().startsWith('[')) throw arrayRefused(form.line)
      found = true
      return rowOf(form, line)
    })
    return rows.join('')
  }
  for await (const chunk of text) {
    // A CR at the end may belong to the next chunk's LF.
    const lines = (rest + chunk).split(chunk.includes('\r') || rest.includes('\r') ? /\r\n|\n|\r(?!$)/ : '\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) {
      if (!found && lines.every((line) => line.trim() === '') && rest.trimStart().startsWith('[')) {
        throw arrayRefused(form.line + lines.length + 1)
      }
      throw unreadable('INVALID_FILE', `Line ${form.line + lines.length + 1}: longer than 1,000,000 characters.`)
    }
    const rows = rowsOf(lines)
    if (rows !== '') yield rows
  }
  const rows = rowsOf([rest])
  if (!found) throw unreadable('INVALID_FILE', 'The file is empty: it needs one JSON object on each line.')
  refuseDaysFirst(form)
  if (rows !== '') yield rows
}

function arrayRefused(line: number) {
  const remedy = 'write one object on each line, without brackets around and commas between them (jq -c ".[]" does so)'
  return unreadable('INVALID_FILE', `Line ${line}: the file is a JSON array: ${remedy}.`)
}

const names = fields.map(({ name }) => name)

function rowOf(form: FileForm, line: string): string {
  const reject = (column: string, reason: string, rowId?: string) =>
    rejectLine(form.line, { column, reason, value: line.slice(0, 200) }, rowId)
  let row: unknown
  try {
    // RFC 7464 begins each line with a record separator.
    row = JSON.parse(line.charCodeAt(0) === 0x1e ? line.slice(1) : line)
  } catch {
    return reject('', notJson(line.trim()))
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return reject('', 'the line is not a JSON object')
  const entries = new Map(Object.entries(row))
  const cells = names.map((name) => cellOf(entries.get(name)))
  const unknown = [...entries.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) return reject(unknown.slice(0, 40), 'is not a field of an order line', cells[0])
  const checked = checkRow(cells, form)
  return 'values' in checked ? copyLine(form.line, checked.values) : rejectLine(form.line, checked.violation, cells[0])
}

function notJson(line: string): string {
  if (line.endsWith(',')) return 'the line is not JSON: remove the comma at its end'
  if (/^[{}\]]$|^"/.test(line)) return 'the line is not JSON: write each object on one line'
  return 'the line is not JSON'
}

/** Numbers and strings as text; anything else counts as missing. */
function cellOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : undefined
}
