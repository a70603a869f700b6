import postgres from 'postgres'
import { createClient } from '../../client/index.ts'
import { familyOf, line, peakMemoryMiB, type Service } from './rig.ts'

const analyses = [
  { analysis: 'RFM_SEGMENTS' },
  { analysis: 'COHORT_RETENTION' },
  { analysis: 'BASKET_PAIRS', baskets: { by: 'PRODUCT' } },
  { analysis: 'BASKET_PAIRS', baskets: { by: 'SUB_CATEGORY' } },
  { analysis: 'SALES_FORECAST' },
] as const

/** Each analysis over all rows, as CSV and as PDF, with its temporary files in the database, and the peak memory of each process of the service. */
export async function benchAnalytics(service: Service, databaseUrl: string) {
  const sql = postgres(databaseUrl, { max: 1 })
  const temporaryMib = async () => {
    const [row] = await sql<{ mib: number }[]>`
      select (temp_bytes / 1048576)::int as mib from pg_stat_database where datname = current_database()`
    return row?.mib ?? 0
  }
  const longrun = createClient({ baseUrl: service.url, apiKey: service.key })
  for (const input of analyses) {
    for (const format of ['CSV', 'PDF'] as const) {
      const before = await temporaryMib()
      const operation = await longrun.analyzeOrders({ ...input, format })
      const { rowCount } = await operation.result()
      const by = 'baskets' in input ? ` by ${input.baskets.by}` : ''
      const written = (await temporaryMib()) - before
      const seconds = operation.snapshot.duration?.toFixed(2)
      line(`${input.analysis}${by}: ${rowCount} rows as ${format}`, `${seconds} s, ${written} MiB`)
    }
  }
  await sql.end()
  const peaks = familyOf(service.pid).flatMap((pid) => peakMemoryMiB(pid) ?? [])
  const most = Math.max(...peaks)
  line('peak memory of a process after the analyses', `${most} MiB`, { text: '≤ 300 MiB', met: most <= 300 })
}
