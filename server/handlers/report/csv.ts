import { copyOut } from '../../database/copy.ts'
import { reportCsv } from '../../database/report-queries.ts'
import type { RenderReport } from '../generate-report.ts'
import { countingRows } from './rows.ts'

/** One header row, and the rows as the database writes them: nothing passes through a row at a time. */
export const csvReport: RenderReport = (context, query, orders) => {
  let rows = 0
  const copied = copyOut(context.copyPool, reportCsv(query), {
    format: 'csv',
    signal: context.signal,
    onRows(count) {
      rows = count
      context.progress({ phase: 'REPORT_GENERATION', percentage: 0 })
    },
  })
  return { content: countingRows(context, query, orders, copied), rowCount: () => rows }
}
