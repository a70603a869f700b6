import { countStoredRows, storedRows } from '../../database/analytics/rows.ts'
import { copyOutOn } from '../../database/copy.ts'
import { csvRows, jsonRows, textRows } from '../../database/formatted-rows.ts'
import { grouped } from '../../domain/progress.ts'
import type { StoredFile } from '../define.ts'
import { mostRows } from '../report/document.ts'
import type { Analysis, Figures, Input, Work } from './analysis.ts'
import { pdfAnalysis } from './pdf.ts'

const mediaTypes: Record<Input['format'], string> = {
  CSV: 'text/csv',
  JSON: 'application/json',
  PDF: 'application/pdf',
}

/** Writes the stored rows and the figures into a file, and ends the transaction. */
export async function storeFile(
  work: Work,
  rows: Analysis['rows'],
  figures: Figures,
): Promise<{ file: StoredFile; rowCount: number }> {
  const { context, client, cancel, input, orders } = work
  const { signal } = context
  const rowCount = await countStoredRows(client)
  const onRows = (current: number) => {
    signal.throwIfAborted()
    const message = `Wrote ${grouped(current)} of ${grouped(rowCount)} rows`
    context.progress({ phase: 'FILE_GENERATION', current, total: rowCount, message })
  }
  onRows(0)
  const name = `${input.analysis.toLowerCase().replaceAll('_', '-')}.${input.format.toLowerCase()}`
  const store = (content: AsyncIterable<Uint8Array | string>) =>
    context.files.create({ name, mediaType: mediaTypes[input.format] }, content)
  const query = storedRows(rows)

  if (input.format === 'PDF') {
    const page = await client.query<Record<string, string | null>>(textRows(query, mostRows))
    // Before it is drawn: the database ends transactions that are idle for long.
    await client.query('commit')
    const data = { input, orders, columns: query.columns, figures, rows: page.rows, rowCount }
    return { file: await store(pdfAnalysis(data, onRows)), rowCount }
  }
  const counted = (lines: number) => onRows(Math.min(lines, rowCount))
  const options = { signal, cancel, onRows: counted }
  const content =
    input.format === 'CSV'
      ? copyOutOn(client, csvRows(query), { format: 'csv', ...options })
      : documentOf(work, figures, copyOutOn(client, jsonRows(query), { format: 'lines', ...options }))
  const file = await store(content)
  await client.query('commit')
  return { file, rowCount }
}

/** One document with the parameters and the figures of the analysis, and `rows`. */
async function* documentOf({ input, orders }: Work, figures: Figures, rows: AsyncIterable<Buffer>) {
  const { analysis, dateRange, filters = {} } = input
  const head = { analysis, dateRange, filters, generatedAt: new Date().toISOString(), orderCount: orders, ...figures }
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[\n`
  yield* rows
  yield ']}\n'
}
