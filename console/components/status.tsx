import type { Operation } from '../../client/index.ts'

/** `COMPLETED_WITH_ERRORS` as "Completed with errors". */
export function statusText(status: string): string {
  const words = status.replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function Status({ status }: { status: string }) {
  return <span className={`status ${status}`}>{statusText(status)}</span>
}

/** The progress of an operation as a bar with its text. */
export function ProgressBar({ operation }: { operation: Pick<Operation, 'status' | 'progress'> }) {
  const { percentage, phase } = operation.progress
  return (
    <span className="row">
      <progress
        max={100}
        {...(percentage !== null && { value: percentage })}
        aria-label={`Progress: ${phase ?? statusText(operation.status)}`}
      />
      <span className="mono">{percentage === null ? '' : `${percentage} %`}</span>
    </span>
  )
}
