import { CsvError, parse } from 'csv-parse'
import { fields } from './fields.ts'
import { copyLine, rejectLine } from './rows.ts'
import { unreadable } from './text.ts'

const longestRecord = 1_000_000

/**
 * Converts a CSV with a header row to lines for COPY. Column names match in any order, without regard to case and punctuation. Throws
 * `INVALID_FILE` for a wrong header or an unbalanced quote.
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let header: Header | undefined
  let last = 0
  let rows: string[] = []
  const parser = parse({
    // All three, because concatenated files mix them; by default the parser detects only the first one.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: longestRecord,
    // Rows are collected here and returned per chunk; in the parser's own stream each row would cost a turn of the event loop.
    on_record(cells: string[], { lines }: { lines: number }) {
      // A record starts after the end of the previous one: a quoted cell may span lines.
      const line = last + 1
      last = lines
      const blank = cells.length === 1 && cells[0] === ''
      if (blank) return null
      if (header) rows.push(rowOf(header, line, cells))
      else header = headerOf(cells)
      return null
    },
  })
  parser.resume()
  const feed = feeder(parser)
  for await (const chunk of text) {
    await feed(chunk)
    if (rows.length > 0) yield rows.join('')
    rows = []
  }
  await feed()
  if (!header) throw unreadable('INVALID_FILE', 'The file is empty: it needs a header row and at least one row.')
  if (rows.length > 0) yield rows.join('')
}

/** Writes a chunk, or the end, to the parser; resolves when it is parsed. */
function feeder(parser: ReturnType<typeof parse>) {
  let fail: (error: Error) => void = () => {}
  parser.on('error', (error) => fail(error instanceof CsvError ? broken(error) : error))
  return (chunk?: string) =>
    new Promise<void>((resolve, reject) => {
      fail = reject
      if (chunk === undefined) parser.once('end', resolve).end()
      // On an error, the callback is called before `error` is emitted.
      else parser.write(chunk, (error) => !error && resolve())
    })
}

type Header = { cells: number; places: number[] }

function rowOf({ cells: expected, places }: Header, line: number, cells: string[]): string {
  if (cells.length === expected)
    return copyLine(
      line,
      places.map((place) => cells[place]),
    )
  const reason = `has ${cells.length} cells where the header has ${expected}: is a quote or a comma missing?`
  return rejectLine(
    line,
    { column: '', reason: `the row ${reason}`, value: cells.join(',').slice(0, 200) },
    cells[places[0] ?? 0],
  )
}

function headerOf(names: string[]): Header {
  const given = names.map(simplified)
  const known = fields.map(({ name }) => simplified(name))
  const missing = fields.filter((_, index) => !given.includes(known[index] ?? ''))
  const unknown = names.filter((_, index) => !known.includes(given[index] ?? ''))
  const twice = names.filter((_, index) => given.indexOf(given[index] ?? '') !== index)
  const errors = [
    missing.length > 0 ? `missing ${missing.map(({ name }) => name).join(', ')}` : '',
    unknown.length > 0 ? `unknown ${unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}` : '',
    twice.length > 0 ? `duplicate ${twice.join(', ')}` : '',
  ].filter((error) => error !== '')
  if (errors.length > 0) {
    const columns = fields.map(({ name }) => name).join(', ')
    throw unreadable('INVALID_FILE', `Line 1: the header is wrong: ${errors.join('; ')}. The columns are ${columns}.`)
  }
  return { cells: names.length, places: known.map((name) => given.indexOf(name)) }
}

const simplified = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

function broken(error: CsvError) {
  const line = typeof error.lines === 'number' ? `Near line ${error.lines}: ` : ''
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return unreadable('INVALID_FILE', `${line}a row is longer than 1,000,000 characters: is a quote not closed?`, error)
  }
  const reason =
    'a quote is not closed, or stands inside a cell that is not quoted: quote the cell and double its quotes'
  return unreadable('INVALID_FILE', `${line}${reason}.`, error)
}
