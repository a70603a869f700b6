import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useLongrun } from '../../../client/react/index.ts'
import { baseUrl } from '../../address.ts'
import { Failure, Loading, Nothing } from '../../components/states.tsx'
import { useEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'
import { Bulk } from './bulk.tsx'
import { type Filter, isFiltered } from './filter.ts'
import { filterText } from './filters.tsx'
import { LiveList } from './live-list.ts'
import { useSelection } from './selection.ts'
import { OperationsTable } from './table.tsx'

export function List({ filter }: { filter: Filter }) {
  const list = useLiveList(filter)
  const state = useSyncExternalStore(list.subscribe, list.state)
  const selection = useSelection()
  const page = useRef<HTMLDivElement>(null)
  const [isPaused, setIsPaused] = useState(false)
  const [isScrolled, setIsScrolled] = useState(false)
  useEffect(() => list.hold({ isHeld: isScrolled, isPaused }), [list, isScrolled, isPaused])

  function showWaiting() {
    page.current?.querySelector('.operations')?.scrollTo({ top: 0 })
    list.showWaiting()
  }

  const { ids, isLoading, error, hasMore, isFull, waiting } = state
  const isEmpty = ids.length === 0 && !isLoading && error === undefined && !hasMore
  return (
    <div ref={page}>
      <Bulk filter={filter} selection={selection} list={list} />
      <div className="row toolbar">
        <button type="button" aria-pressed={isPaused} onClick={() => setIsPaused(!isPaused)}>
          {isPaused ? 'Resume updates' : 'Pause updates'}
        </button>
        <span className="row" role="status">
          {waiting > 0 && (
            <button type="button" className="primary" onClick={showWaiting}>
              {waiting.toLocaleString('en')} new: show
            </button>
          )}
          {isPaused && <span className="quiet">Paused: the rows do not change.</span>}
        </span>
      </div>
      {error !== undefined && <Failure error={error} onRetry={list.reload} />}
      {isEmpty ? (
        <Empty filter={filter} />
      ) : (
        <OperationsTable
          list={list}
          state={state}
          selection={selection}
          onScrolled={setIsScrolled}
          caption={`Operations, newest first. ${filterText(filter)}`}
        />
      )}
      <p className="row">
        {ids.length > 0 && <span className="quiet">{ids.length.toLocaleString('en')} loaded</span>}
        {isLoading && <Loading />}
        {hasMore && !isLoading && (
          <button type="button" onClick={() => void list.loadMore()}>
            Load more
          </button>
        )}
        {isFull && <span>The list shows no more than these. Set filters to find older operations.</span>}
      </p>
    </div>
  )
}

function useLiveList(filter: Filter): LiveList {
  const { api } = useLongrun()
  const key = JSON.stringify(filter)
  const list = useMemo(() => new LiveList(api, JSON.parse(key) as Filter), [api, key])
  useEffect(() => {
    void list.loadMore()
    return () => list.close()
  }, [list])
  useEvents(list.listener)
  return list
}

function Empty({ filter }: { filter: Filter }) {
  if (isFiltered(filter))
    return (
      <Nothing title="No operation matches the filter.">
        <p>
          <a href={href('operations')}>Clear filters</a>
        </p>
      </Nothing>
    )
  return (
    <Nothing title="There are no operations yet. Submit one in the console, or with curl:">
      <pre>{`curl ${baseUrl}/api/v1/reports:generate \\
  -H "Authorization: Bearer $LONGRUN_API_KEY" -H 'Content-Type: application/json' \\
  -d '{"reportType": "ORDERS_SUMMARY", "format": "CSV", "dateRange": {"fromDate": "2017-01-01", "toDate": "2017-12-31"}}'`}</pre>
      <p>
        <a href={href('submit')}>Submit an operation</a>
      </p>
    </Nothing>
  )
}
