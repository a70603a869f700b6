import { createClient } from '../../client/index.ts'
import { familyOf, line, peakMemoryMiB, type Service } from './rig.ts'

const analyses = [
  { analysis: 'RFM_SEGMENTS' },
  { analysis: 'COHORT_RETENTION' },
  { analysis: 'BASKET_PAIRS', baskets: { by: 'PRODUCT' } },
  { analysis: 'BASKET_PAIRS', baskets: { by: 'SUB_CATEGORY' } },
  { analysis: 'SALES_FORECAST' },
] as const

/** Each analysis over all rows, as CSV and as PDF, and the peak memory of each process of the service. */
export async function benchAnalytics(service: Service) {
  const longrun = createClient({ baseUrl: service.url, apiKey: service.key })
  for (const input of analyses) {
    for (const format of ['CSV', 'PDF'] as const) {
      const operation = await longrun.analyzeOrders({ ...input, format })
      const { rowCount } = await operation.result()
      const by = 'baskets' in input ? ` by ${input.baskets.by}` : ''
      line(`${input.analysis}${by}: ${rowCount} rows as ${format}`, `${operation.snapshot.duration?.toFixed(2)} s`)
    }
  }
  const peaks = familyOf(service.pid).flatMap((pid) => peakMemoryMiB(pid) ?? [])
  const most = Math.max(...peaks)
  line('peak memory of a process after the analyses', `${most} MiB`, { text: '≤ 300 MiB', met: most <= 300 })
}
