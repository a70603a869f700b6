import { useOperation } from '../../../client/react/index.ts'
import { Failure, Loading } from '../../components/states.tsx'
import { ProgressBar, Status } from '../../components/status.tsx'
import { href } from '../../router.ts'
import { actions } from './bulk-action.ts'
import type { Run } from './use-runner.ts'

/** The progress and the outcome of a bulk cancel or retry, which goes on without this page. */
export function BulkOperation({ id, onDismiss }: { id: string; onDismiss: () => void }) {
  const { operation, error } = useOperation(id)
  const result =
    operation && (operation.type === 'cancelOperations' || operation.type === 'retryOperations')
      ? operation.result
      : undefined
  const action = operation?.type === 'retryOperations' ? actions.retry : actions.cancel
  return (
    <section className="panel stack" aria-label="Bulk operation">
      <div className="row">
        {operation ? <Status status={operation.status} /> : <Loading />}
        <a href={href(`operations/${id}`)}>{operation?.summary ?? id}</a>
        <span className="grow" />
        {(operation?.done || error) && (
          <button type="button" onClick={onDismiss}>
            Dismiss
          </button>
        )}
      </div>
      {operation && !operation.done && (
        <>
          <ProgressBar operation={operation} />
          <p className="quiet">{operation.progress.message}</p>
        </>
      )}
      {result && (
        <p role="status">
          {result.done.toLocaleString('en')} of {result.matched.toLocaleString('en')} {action.done},{' '}
          {result.skipped.toLocaleString('en')} skipped.
        </p>
      )}
      {result?.skippedFor && (
        <ul>
          {result.skippedFor.map(({ code, detail, operations }) => (
            <li key={code}>
              {operations.toLocaleString('en')}: {detail} <code>{code}</code>
            </li>
          ))}
        </ul>
      )}
      {operation?.error && <p className="failure">{operation.error.detail}</p>}
      {error && <Failure error={error} />}
    </section>
  )
}

/** The progress of what this page does one by one. */
export function RunPanel({ run, onStop, onDismiss }: { run: Run; onStop: () => void; onDismiss: () => void }) {
  const { action, total, done, skipped, isOver, error } = run
  const skippedCount = Object.values(skipped).reduce((sum, count) => sum + count, 0)
  const { done: text } = actions[action]
  return (
    <section className="panel stack" aria-label="Bulk progress">
      <div className="row">
        <progress
          max={total ?? 1}
          {...((total !== undefined || isOver) && { value: isOver && !total ? 1 : done + skippedCount })}
          aria-label={`Operations ${text}`}
        />
        <span role="status">
          {done.toLocaleString('en')} {total !== undefined && `of ${total.toLocaleString('en')} `}
          {text}, {skippedCount.toLocaleString('en')} skipped
          {isOver ? '. Over.' : '. Leaving this page stops it.'}
        </span>
        {isOver ? (
          <button type="button" onClick={onDismiss}>
            Dismiss
          </button>
        ) : (
          <button type="button" onClick={onStop}>
            Stop
          </button>
        )}
      </div>
      {skippedCount > 0 && (
        <ul>
          {Object.entries(skipped).map(([code, count]) => (
            <li key={code}>
              {count.toLocaleString('en')}: <code>{code}</code>
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && <Failure error={error} />}
    </section>
  )
}
