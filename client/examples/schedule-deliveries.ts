import type { Longrun } from '../index.ts'
import { progressBar } from './progress-bar.ts'

/**
 * A batch of two operations, of which the second one waits for the first: an order is delivered after a report. Then a schedule for the same report
 * on the first day of each month: its next due times, and its operation at once.
 */
export async function scheduleDeliveries(longrun: Longrun, orderId: string, signal: AbortSignal): Promise<void> {
  const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const report = { reportType: 'ORDERS_SUMMARY', format: 'CSV', dateRange } as const
  const options = { labels: { from: 'demo' } }
  const bar = progressBar('Report, then deliver')
  const { id, results } = await longrun.batchCreate(
    [
      { type: 'generateReport', input: report, options },
      { type: 'deliverOrder', input: { orderId }, options, after: [0] },
    ],
    { allOrNothing: true, signal },
  )
  bar.update(0, `${results.length} operations in one request`)
  const { counts } = await longrun.batch(id).ended({ signal })
  bar.end(`${counts.COMPLETED} of ${results.length} operations completed, one after the other`)

  const scheduling = progressBar('Schedule a report')
  const operation = { type: 'generateReport', body: { ...report, labels: options.labels } } as const
  const monthly = { name: 'Demo', cron: '0 6 1 * *', timeZone: 'Europe/Berlin', operation }
  const [next] = await longrun.schedules.validate(monthly, { signal })
  scheduling.update(0, `next due ${next?.toISOString()}`)
  const { scheduleId } = await longrun.schedules.create(monthly, { signal })
  try {
    const { operationId } = await longrun.schedules.trigger(scheduleId, { signal })
    const triggered = await longrun.operation(operationId, 'generateReport', { signal })
    const { rowCount } = await triggered.result({ signal })
    scheduling.end(`next due ${next?.toISOString()}; ran at once: ${rowCount.toLocaleString('en-US')} rows`)
  } finally {
    await longrun.schedules.delete(scheduleId)
  }
}
