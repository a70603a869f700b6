import type { ReportQuery } from '../../database/report-queries.ts'
import type { Context } from '../define.ts'

/** What each format writes into the file; `rowCount` is known once all of it was read. `orders`: how many it reads, for progress. */
export type RenderedReport = { content: AsyncIterable<Uint8Array | string>; rowCount(): number }
export type RenderReport = (context: Context<'generateReport'>, query: ReportQuery, orders: number) => RenderedReport
