import { Component, type ReactNode, StrictMode, Suspense, startTransition, useState } from 'react'
import type { Longrun } from '../../../client/index.ts'
import {
  LongrunProvider,
  type OperationsFilter,
  useOperation,
  useOperations,
  useSubmit,
} from '../../../client/react/index.ts'

type Seen = { id: string; shown: string | undefined; loading: boolean; percentage: number | undefined }

/** What the components have rendered, for tests that look for a state that was shown for one frame. */
export const seen: Seen[] = []

/** An operation with all that the hook offers. */
export function Watched({ id }: { id: string | undefined }) {
  const { operation, loading, error, actionError, cancel, retry, complete, refresh } = useOperation(id)
  const [retriedAs, setRetriedAs] = useState('')
  seen.push({ id: id ?? '', shown: operation?.operationId, loading, percentage: operation?.progress.percentage })
  const awaited = operation?.waits?.find(({ name }) => name === 'decision')
  return (
    <section>
      <p className="status">
        {loading ? `loading ${operation?.status ?? 'nothing'}` : (operation?.status ?? 'nothing')}
      </p>
      <p className="id">{operation?.operationId}</p>
      <p className="error">{error ? `${'code' in error ? error.code : error.name}` : ''}</p>
      <p className="action-error">
        {actionError ? `${'code' in actionError ? actionError.code : actionError.message}` : ''}
      </p>
      <p className="retried-as">{retriedAs}</p>
      {/* The event is no option. */}
      <button type="button" onClick={cancel as () => void}>
        Cancel
      </button>
      <button
        type="button"
        onClick={() =>
          void retry().then(
            ({ id }) => setRetriedAs(id),
            () => {},
          )
        }
      >
        Retry
      </button>
      {awaited && (
        <button
          type="button"
          onClick={() => void complete('decision', { decision: 'CLEAR', note: 'Not the same person.' })}
        >
          Decide
        </button>
      )}
      <button type="button" onClick={refresh}>
        Refresh
      </button>
    </section>
  )
}

/** Shows one of several operations, once or twice, or none. */
export function Switched({ ids, copies = 1 }: { ids: string[]; copies?: number }) {
  const [index, setIndex] = useState(0)
  const [isShown, setShown] = useState(true)
  return (
    <main>
      <button type="button" onClick={() => setIndex((index + 1) % ids.length)}>
        Next
      </button>
      <button type="button" onClick={() => setShown(!isShown)}>
        Toggle
      </button>
      {isShown && Array.from({ length: copies }, (_, copy) => <Watched key={String(copy)} id={ids[index]} />)}
    </main>
  )
}

/** A new filter object at each render, and a render at each click. */
export function Listed({ filter }: { filter: OperationsFilter }) {
  const [renders, setRenders] = useState(0)
  const { operations, loading, error, hasMore, loadMore } = useOperations({ ...filter })
  return (
    <main>
      <button type="button" onClick={() => setRenders(renders + 1)}>
        Render
      </button>
      <p className="state">{loading ? 'loading' : (error?.message ?? 'ready')}</p>
      <ul>
        {operations.map(({ operationId, status }) => (
          <li key={operationId}>
            {operationId} {status}
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" onClick={loadMore}>
          More
        </button>
      )}
    </main>
  )
}

const startAfter = new Date(Date.now() + 3_600_000)

export function Submitted() {
  const { submit, operation, submitting, error, reset } = useSubmit('generateReport')
  const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  return (
    <main>
      <button
        type="button"
        onClick={() => void submit({ reportType: 'ORDERS_SUMMARY', dateRange, format: 'CSV' }, { startAfter })}
      >
        Submit
      </button>
      <button type="button" onClick={reset}>
        Reset
      </button>
      <p className="state">{submitting ? 'submitting' : (operation?.id ?? error?.message ?? 'idle')}</p>
      {operation && <Watched id={operation.id} />}
    </main>
  )
}

class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <div>
        <p className="caught">{'code' in error ? String(error.code) : error.message}</p>
        <button type="button" onClick={() => this.setState({ error: undefined })}>
          Again
        </button>
      </div>
    )
  }
}

function Awaited({ id }: { id: string }) {
  const { operation } = useOperation(id, undefined, { suspense: true })
  return <p className="status">{operation.status}</p>
}

export function Suspended({ ids }: { ids: string[] }) {
  const [index, setIndex] = useState(0)
  return (
    <main>
      <button type="button" onClick={() => startTransition(() => setIndex(index + 1))}>
        Next
      </button>
      <Boundary>
        <Suspense fallback={<p className="fallback">suspended</p>}>
          <Awaited id={ids[index] ?? ''} />
        </Suspense>
      </Boundary>
    </main>
  )
}

/** Every scene in StrictMode, as an application would render it. */
export function scene(longrun: Longrun, name: string, parameters: URLSearchParams) {
  const ids = parameters.getAll('id')
  const scenes: Record<string, () => ReactNode> = {
    watched: () => <Watched id={ids[0]} />,
    switched: () => <Switched ids={ids} copies={Number(parameters.get('copies') ?? 1)} />,
    listed: () => <Listed filter={JSON.parse(parameters.get('filter') ?? '{}')} />,
    submitted: () => <Submitted />,
    suspended: () => <Suspended ids={ids} />,
  }
  return (
    <StrictMode>
      <LongrunProvider client={longrun}>{scenes[name]?.()}</LongrunProvider>
    </StrictMode>
  )
}
