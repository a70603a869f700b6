import { copyOut } from '../../database/copy.ts'
import { type ReportQuery, reportJsonRows } from '../../database/reports/queries.ts'
import type { RenderReport } from './render.ts'
import { rowCounter } from './rows.ts'

/** One document with the parameters of the report and `rows`, as the database formats them. */
export const jsonReport: RenderReport = (context, query, orders) => {
  const { onRows, rowCount } = rowCounter(context, query, orders)
  const { copyPool, signal } = context
  const rows = copyOut(copyPool, reportJsonRows(query), { format: 'lines', signal, onRows })
  return { content: documentOf(query, rows), rowCount }
}

async function* documentOf(
  query: ReportQuery,
  rows: AsyncIterable<Buffer>,
): AsyncGenerator<string | Buffer, void, void> {
  const { reportType, fromDate, toDate, filters } = query
  const head = { reportType, dateRange: { fromDate, toDate }, filters, generatedAt: new Date().toISOString() }
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[\n`
  yield* rows
  yield ']}\n'
}
