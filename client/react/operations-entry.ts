import type { paths } from '../../generated/schema.ts'
import type { Operation } from '../operations.ts'
import { Shared, type State } from './shared.ts'

type Query = NonNullable<paths['/operations']['get']['parameters']['query']>

/** The filters of the list. `pageSize` is what is shown first and what `loadMore` adds; default: 50. */
export type OperationsFilter = Omit<Query, 'pageToken' | 'includeTotal'>

export type OperationsEntryState = State & {
  operations: readonly Operation[]
  hasMore: boolean
}

/** The state of a list of operations. */
export class OperationsEntry extends Shared<OperationsEntryState> {
  /** How many times `pageSize` is shown. */
  pages = 1
  /** Whether the list must be read again; a `change` event says so at once. */
  hasChanged = false
  changes = new EventTarget()

  constructor(
    initial: OperationsEntryState,
    follow: (entry: OperationsEntry, signal: AbortSignal) => Promise<void>,
    drop: () => void,
  ) {
    super(initial, (signal) => follow(this, signal), drop)
  }

  loadMore(): void {
    if (!this.state.hasMore) return
    this.pages += 1
    this.set({ loading: true })
    this.readSoon()
  }

  readSoon(): void {
    this.hasChanged = true
    this.changes.dispatchEvent(new Event('change'))
  }
}
