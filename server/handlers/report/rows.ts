import type { ReportQuery } from '../../database/reports/queries.ts'
import { grouped } from '../../domain/progress.ts'
import type { Context } from '../define.ts'

/**
 * Counts the rows of a report and reports progress. Only a report with one row per order knows the total in advance; the others report none
 * while their rows are grouped.
 */
export function rowCounter(context: Context<'generateReport'>, { reportType }: ReportQuery, orders: number) {
  let rowCount = 0
  return {
    rowCount: () => rowCount,
    onRows(rows: number, whole: boolean) {
      rowCount = rows
      const written = grouped(rows)
      if (whole) {
        context.progress({ phase: 'REPORT_GENERATION', percentage: 0, message: `Storing ${written} rows` })
      } else if (reportType === 'ORDERS_SUMMARY') {
        const units = { current: Math.min(rows, orders), total: orders }
        context.progress({ phase: 'DATA_PROCESSING', ...units, message: `Wrote ${written} rows` })
      } else {
        context.progress({ phase: 'DATA_PROCESSING', message: `Wrote ${written} rows` })
      }
    },
  }
}
