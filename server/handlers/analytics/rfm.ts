import { readRfm, rfmRows, rfmSegments, storeRfm } from '../../database/analytics/rfm.ts'
import type { Analysis } from './analysis.ts'

/** Scores each customer by recency, frequency and sales in quintiles, and names the segment. */
export const rfm: Analysis = {
  rows: rfmRows,
  async compute({ client, selection }) {
    await storeRfm(client, selection)
    const { asOfDate, segments } = await readRfm(client)
    const bySegment = new Map(segments.map((figures) => [figures.segment, figures]))
    const all = rfmSegments.map(({ segment }) => {
      const { customers = 0, share = 0, orders = 0, sales = 0, averageRecencyDays } = bySegment.get(segment) ?? {}
      const figures = { segment, customerCount: customers, share, orderCount: orders, sales }
      return averageRecencyDays === undefined ? figures : { ...figures, averageRecencyDays }
    })
    return {
      rfm: { asOfDate, customerCount: all.reduce((sum, { customerCount }) => sum + customerCount, 0), segments: all },
    }
  },
}
