import { formatId } from '../contract/ids.ts'
import { withClient } from '../database/copy.ts'
import type { OrderSelection } from '../database/orders/matching.ts'
import { grouped } from '../domain/progress.ts'
import type { Analysis, AnalysisName, Input } from './analytics/analysis.ts'
import { baskets } from './analytics/baskets.ts'
import { cohorts } from './analytics/cohorts.ts'
import { storeFile } from './analytics/content.ts'
import { forecast } from './analytics/forecast.ts'
import { rfm } from './analytics/rfm.ts'
import { defineOperation, type Violation } from './define.ts'
import { fileResult } from './file-result.ts'
import { checkRange, countMatching, estimateOrders, noOrders } from './matching-orders.ts'

const analyses: Record<AnalysisName, Analysis> = {
  RFM_SEGMENTS: rfm,
  COHORT_RETENTION: cohorts,
  BASKET_PAIRS: baskets,
  SALES_FORECAST: forecast,
}

/** The field of the request with the options of an analysis. */
const optionsOf = { COHORT_RETENTION: 'cohorts', BASKET_PAIRS: 'baskets', SALES_FORECAST: 'forecast' } as const

/** Analyzes the sample orders and the owner's orders, and writes the rows into a file. */
export const analyzeOrders = defineOperation('analyzeOrders', {
  async run(context, input) {
    context.progress({ phase: 'VALIDATION', percentage: 0, message: 'Counting the orders' })
    const selection = selectionOf(context.ownerId, input)
    const orders = await countMatching(context, selection)
    if (orders === 0) throw noOrders(selection)

    context.progress({ phase: 'ANALYSIS', percentage: 0, message: `Analyzing ${grouped(orders)} orders` })
    const { figures, rowCount, file } = await withClient(context.copyPool, context.signal, async (client, cancel) => {
      const work = { context, input, client, cancel, selection, orders }
      const { rows, compute } = analyses[input.analysis]
      await client.query('begin isolation level repeatable read')
      const figures = await compute(work)
      return { figures, ...(await storeFile(work, rows, figures)) }
    })
    return {
      analysis: input.analysis,
      orderCount: orders,
      fileId: formatId('file', file.fileId),
      ...fileResult(file, { format: input.format, rowCount, expiresAt: context.expiresAt() }),
      ...figures,
    }
  },

  check: (_context, input) => [...(input.dateRange ? checkRange(input.dateRange) : []), ...checkOptions(input)],

  estimate: (context, input) => estimateOrders(context, selectionOf(context.ownerId, input)),
})

function selectionOf(ownerId: string, { dateRange, filters = {} }: Input): OrderSelection {
  return { ownerId, ...dateRange, filters }
}

function checkOptions(input: Input): Violation[] {
  return Object.entries(optionsOf).flatMap(([analysis, field]) => {
    if (input[field] === undefined || input.analysis === analysis) return []
    return [{ pointer: `/${field}`, message: `is only for ${analysis}; remove it, or change \`analysis\`` }]
  })
}
