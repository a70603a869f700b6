import { setTimeout as sleep } from 'node:timers/promises'
import { authorization, complaint, readOperation, resultOf, type Service } from './service.ts'

type ReportRequest = {
  reportType: string
  dateRange: { fromDate: string; toDate: string }
  format: 'CSV' | 'PDF' | 'JSON'
}
type ReportResult = { reportId: string; downloadUrl: string; rowCount: number }

/**
 * The complete pattern in one function with plain `fetch`: submit with an Idempotency-Key, poll `Location` at growing
 * intervals, return the result.
 */
export async function generateReport(
  service: Service,
  request: ReportRequest,
  { intervalsMs = [1000, 2000, 5000, 10_000, 30_000], onProgress = (_percentage: number) => {} } = {},
): Promise<ReportResult> {
  const accepted = await fetch(`${service.baseUrl}/api/v1/reports:generate`, {
    method: 'POST',
    headers: {
      ...authorization(service),
      'Content-Type': 'application/json',
      // A repeated request with the same key returns the first operation and does not create another.
      'Idempotency-Key': crypto.randomUUID(),
    },
    body: JSON.stringify(request),
  })
  if (accepted.status !== 202) throw new Error(await complaint(accepted))
  const location = accepted.headers.get('Location') ?? ''

  for (let turn = 0; ; turn++) {
    await sleep(intervalsMs[Math.min(turn, intervalsMs.length - 1)] ?? 0)
    const { operation } = await readOperation<ReportResult>(service, location)
    onProgress(operation.progress.percentage)
    if (operation.done) return resultOf(operation)
  }
}
