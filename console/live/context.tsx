import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react'
import type { OwnedEvent } from '../../client/index.ts'
import type { Feed, FeedListener, FeedState } from './feed.ts'

const FeedContext = createContext<Feed | undefined>(undefined)

export function FeedProvider({ feed, children }: { feed: Feed; children: ReactNode }) {
  return <FeedContext.Provider value={feed}>{children}</FeedContext.Provider>
}

export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (!feed) throw new Error('There is no feed. Render <FeedProvider> above.')
  return feed
}

/** Whether events arrive. */
export function useFeedState(): FeedState {
  const feed = useFeed()
  return useSyncExternalStore((onChange) => feed.subscribe({ onState: onChange }), feed.state)
}

/** Calls the functions of `listener` for events of all operations of the owner. `listener` must be memoized. */
export function useEvents(listener: FeedListener): void {
  const feed = useFeed()
  useEffect(() => feed.subscribe(listener), [feed, listener])
}

/** Events of progress and log lines are no transitions. The event that ends an operation has its progress as well. */
function isTransition({ event, status, progress }: OwnedEvent): boolean {
  return event !== 'log' && !(event === 'status-update' && status === 'RUNNING' && progress)
}

/** Reads the queries whose keys begin with `key` again when the feed reports changes of statuses, at most every `everyMs`. */
export function useRefreshOnEvents(key: readonly unknown[], everyMs = 2000): void {
  const feed = useFeed()
  const queries = useQueryClient()
  const text = JSON.stringify(key)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void queries.invalidateQueries({ queryKey: JSON.parse(text) as unknown[] })
      }, everyMs)
    }
    const leave = feed.subscribe({
      onEvents: (events) => events.some(isTransition) && refresh(),
      onGap: refresh,
    })
    return () => {
      leave()
      clearTimeout(timer)
    }
  }, [feed, queries, text, everyMs])
}
