import { useMemo, useSyncExternalStore } from 'react'
import type { Longrun } from '../index.ts'
import type { Operation } from '../operations.ts'
import { OperationsEntry, type OperationsEntryState, type OperationsFilter } from './operations-entry.ts'
import { type HookOptions, useLongrun } from './provider.ts'
import { sourceOf } from './shared.ts'

export type OperationsView = {
  /** The operations that match, newest first. */
  operations: readonly Operation[]
  /** Whether the first operations, or more of them, are being read. */
  loading: boolean
  /** Why the list is not up to date. `operations` keeps what is known. */
  error: Error | undefined
  /** Whether `loadMore` would show more. At most 1,000 operations are shown. */
  hasMore: boolean
  /** Shows `pageSize` operations more. */
  loadMore: () => void
  /** Reads the list again, for example after an error. */
  refresh: () => void
}

/** The first operations that match the filter, up to date: one event stream reports the changes of all of them. Filters are compared by value. */
export function useOperations(filter: OperationsFilter = {}, options?: HookOptions): OperationsView {
  const longrun = useLongrun(options)
  const key = JSON.stringify(filter, Object.keys(filter).sort())
  const source = useMemo(() => listOf(longrun, key), [longrun, key])
  const state = useSyncExternalStore(source.subscribe, source.state, source.firstState)
  return { ...state, loadMore: source.loadMore, refresh: source.refresh }
}

const first: OperationsEntryState = { operations: [], loading: true, error: undefined, hasMore: false }

function listOf(longrun: Longrun, key: string) {
  const filter = JSON.parse(key) as OperationsFilter
  // A page without lists does not load it.
  const follow = async (entry: OperationsEntry, signal: AbortSignal) =>
    (await import('./operations-list.ts')).follow(entry, longrun, filter, signal)
  const source = sourceOf(longrun, key, first, (drop) => new OperationsEntry(first, follow, drop))
  return { ...source, loadMore: () => source.known()?.loadMore(), refresh: () => source.known()?.restart() }
}
