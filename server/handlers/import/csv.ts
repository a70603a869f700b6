import { CsvError, parse } from 'csv-parse'
import { copyRow } from './csv-row.ts'
import { type Dialect, dialectOf, headLength, recordDelimiters } from './dialect.ts'
import { refuseDaysFirst } from './file-form.ts'
import { type Header, headerOf } from './header.ts'
import { repairedText } from './repaired-text.ts'
import { unreadable } from './unreadable.ts'

const longestRecord = 1_000_000

/**
 * Converts a CSV with a header row to lines for COPY. Column names match in any order, without regard to case and punctuation. Throws
 * `INVALID_FILE` for a wrong header or an unbalanced quote.
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let reader: ReturnType<typeof rowReader> | undefined
  for await (const chunk of repairedText(text, headLength)) {
    const dialect = reader ? undefined : dialectOf(chunk.slice(0, headLength))
    reader ??= rowReader(dialect as Dialect)
    const rows = await reader.read(dialect ? withoutLines(chunk, dialect.skip) : chunk)
    if (rows !== '') yield rows
  }
  const rows = await (reader ?? rowReader(dialectOf(''))).end()
  if (rows !== '') yield rows
}

/** Reads the text of a file from its header on. */
function rowReader({ delimiter, skip, list, form }: Dialect) {
  let header: Header | undefined
  let last = skip
  let rows: string[] = []
  const parser = parse({
    delimiter,
    // All three, because concatenated files mix them; by default the parser detects only the first one.
    record_delimiter: recordDelimiters,
    relax_column_count: true,
    max_record_size: longestRecord,
    // SAP lists quote nothing.
    quote: list ? null : '"',
    // Rows are collected here and returned per chunk; in the parser's own stream each row would cost a turn of the event loop.
    on_record(cells: string[], { lines }: { lines: number }) {
      // A record starts after the end of the previous one: a quoted cell may span lines.
      form.line = last + 1
      last = skip + lines
      if (header) header = copyRow({ header, form, delimiter, list }, cells, rows) ?? header
      else if (cells.some((cell) => cell.trim() !== '')) header = headerOf(cells, form.line)
      return null
    },
  })
  parser.resume()
  const feed = feeder(parser, skip)
  const taken = () => {
    const text = rows.join('')
    rows = []
    return text
  }
  return {
    read: async (chunk: string) => {
      await feed(chunk)
      return taken()
    },
    end: async () => {
      await feed()
      refuseDaysFirst(form)
      return taken()
    },
  }
}

function withoutLines(text: string, count: number): string {
  const ends = /\r\n|\n|\r/g
  for (let line = 0; line < count; line++) ends.exec(text)
  return text.slice(ends.lastIndex)
}

/** Writes a chunk, or the end, to the parser; resolves when it is parsed. */
function feeder(parser: ReturnType<typeof parse>, skip: number) {
  let fail: (error: Error) => void = () => {}
  parser.on('error', (error) => fail(error instanceof CsvError ? broken(error, skip) : error))
  return (chunk?: string) =>
    new Promise<void>((resolve, reject) => {
      fail = reject
      if (chunk === undefined) parser.once('end', resolve).end()
      // On an error, the callback is called before `error` is emitted.
      else parser.write(chunk, (error) => !error && resolve())
    })
}

function broken(error: CsvError, skip: number) {
  const line = typeof error.lines === 'number' ? `Near line ${skip + error.lines}: ` : ''
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return unreadable('INVALID_FILE', `${line}a row is longer than 1,000,000 characters: is a quote not closed?`, error)
  }
  const reason =
    'a quote is not closed, or stands inside a cell that is not quoted: quote the cell and double its quotes'
  return unreadable('INVALID_FILE', `${line}${reason}.`, error)
}
