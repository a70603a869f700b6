import type { ReportQuery } from '../../database/report-queries.ts'
import type { Context } from '../define.ts'

/**
 * Counts a report's rows as they pass, as progress. Only a report of one row per order knows how many there will be before it has
 * been grouped; the others say nothing rather than guess.
 */
export function rowCounter(context: Context<'generateReport'>, { reportType }: ReportQuery, orders: number) {
  let rowCount = 0
  return {
    rowCount: () => rowCount,
    onRows(rows: number, whole: boolean) {
      rowCount = rows
      if (whole) context.progress({ phase: 'REPORT_GENERATION', percentage: 0 })
      else if (reportType === 'ORDERS_SUMMARY') {
        context.progress({ phase: 'DATA_PROCESSING', current: Math.min(rows, orders), total: orders })
      }
    },
  }
}
