import type { ReportQuery } from '../../database/reports/queries.ts'
import type { Context } from '../define.ts'

/** The content of a report file. `rowCount` is known when all of it was read. `orders`: the number of orders, for progress. */
export type RenderedReport = { content: AsyncIterable<Uint8Array | string>; rowCount(): number }
export type RenderReport = (context: Context<'generateReport'>, query: ReportQuery, orders: number) => RenderedReport
