import { copyOut } from '../../database/copy.ts'
import { reportCsv } from '../../database/reports/queries.ts'
import type { RenderReport } from './render.ts'
import { rowCounter } from './rows.ts'

/** A header row and the rows as the database formats them, without processing per row. */
export const csvReport: RenderReport = (context, query, orders) => {
  const { onRows, rowCount } = rowCounter(context, query, orders)
  const { copyPool, signal } = context
  return { content: copyOut(copyPool, reportCsv(query), { format: 'csv', signal, onRows }), rowCount }
}
