import type { OperationHandle } from '../../index.ts'
import { useOperation, useSubmit } from '../../react/index.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

/** Starts a report, shows its progress, and then its download link. */
export function ReportPage() {
  const { submit, operation, submitting, error } = useSubmit('generateReport')
  return (
    <main>
      <button type="button" disabled={submitting} onClick={() => void submit(report)}>
        Generate report
      </button>
      {error && <p role="alert">{error.message}</p>}
      {operation && <ReportProgress of={operation} />}
    </main>
  )
}

function ReportProgress({ of }: { of: OperationHandle<'generateReport'> | string }) {
  const { operation, loading, error, cancel } = useOperation(of, 'generateReport')
  if (error) return <p role="alert">{error.message}</p>
  if (loading) {
    const { percentage = 0, message } = operation?.progress ?? {}
    return (
      <div>
        <progress max={100} value={percentage} /> {percentage} % {message}
        <button type="button" onClick={() => void cancel()}>
          Cancel
        </button>
      </div>
    )
  }
  if (operation?.result) return <a href={operation.result.downloadUrl}>Download {operation.result.rowCount} rows</a>
  return <p role="alert">{operation?.error?.detail ?? operation?.status}</p>
}
