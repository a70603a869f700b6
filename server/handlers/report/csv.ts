import { copyOut } from '../../database/copy.ts'
import { reportCsv } from '../../database/report-queries.ts'
import type { RenderReport } from './render.ts'
import { rowCounter } from './rows.ts'

/** One header row, and the rows as the database writes them: nothing passes through a row at a time. */
export const csvReport: RenderReport = (context, query, orders) => {
  const { onRows, rowCount } = rowCounter(context, query, orders)
  const { copyPool, signal } = context
  return { content: copyOut(copyPool, reportCsv(query), { format: 'csv', signal, onRows }), rowCount }
}
