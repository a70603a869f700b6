import { copyOut } from '../../database/copy.ts'
import { type ReportQuery, reportJsonRows } from '../../database/report-queries.ts'
import type { Context } from '../define.ts'
import type { RenderReport } from '../generate-report.ts'
import { countingRows } from './rows.ts'

/** One document: what was asked for, and `rows`. The rows pass through as the database writes them. */
export const jsonReport: RenderReport = (context, query, orders) => {
  let rows = 0
  return { content: documentOf(context, query, orders, (count) => (rows = count)), rowCount: () => rows }
}

async function* documentOf(
  context: Context<'generateReport'>,
  query: ReportQuery,
  orders: number,
  onRows: (rows: number) => void,
): AsyncGenerator<string | Buffer, void, void> {
  const { reportType, fromDate, toDate, filters } = query
  const head = { reportType, dateRange: { fromDate, toDate }, filters, generatedAt: new Date().toISOString() }
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[\n`
  const { copyPool, signal } = context
  const rows = copyOut(copyPool, reportJsonRows(query), { format: 'lines', signal, onRows })
  yield* countingRows(context, query, orders, rows)
  yield ']}\n'
  context.progress({ phase: 'REPORT_GENERATION', percentage: 0 })
}
