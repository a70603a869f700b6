import { type ReactNode, useEffect, useRef } from 'react'
import { useFeedState } from '../live/context.tsx'
import { Failure, Loading } from './states.tsx'

/** The part of a query of TanStack Query that is shown. */
type Read<T> = {
  data: T | undefined
  error: Error | null
  fetchStatus: string
  refetch: () => Promise<unknown>
}

/**
 * What a query has read, or why there is nothing to show. Data that could not be read again stays, below the error. A query that failed is
 * read again when the event stream is back: then the service answers again.
 */
export function Loaded<T>({ query, children }: { query: Read<T>; children: (data: T) => ReactNode }) {
  const { data, error, fetchStatus, refetch } = query
  const state = useFeedState()
  const hasFailed = error !== null
  const before = useRef(state)
  useEffect(() => {
    if (state === 'live' && before.current !== 'live' && hasFailed) void refetch()
    before.current = state
  }, [state, hasFailed, refetch])
  if (data === undefined && !hasFailed) {
    const isAway = state === 'lost' || fetchStatus === 'paused'
    return <Loading what={isAway ? 'The service does not answer. Waiting for it…' : 'Loading…'} />
  }
  return (
    <>
      {hasFailed && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  )
}
