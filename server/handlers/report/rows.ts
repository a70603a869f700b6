import type { ReportQuery } from '../../database/report-queries.ts'
import type { Context } from '../define.ts'

const lineFeed = 0x0a

/**
 * The chunks as they come, with progress by the lines in them. Only a report of one row per order knows its number of rows before
 * it has been grouped; the others say nothing rather than guess.
 */
export async function* countingRows(
  context: Context<'generateReport'>,
  { reportType }: ReportQuery,
  orders: number,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, void> {
  let rows = 0
  for await (const chunk of chunks) {
    yield chunk
    if (reportType !== 'ORDERS_SUMMARY') continue
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) rows++
    context.progress({ phase: 'DATA_PROCESSING', current: Math.min(rows, orders), total: orders })
  }
}
