import { useMemo, useState, useSyncExternalStore } from 'react'
import type { OperationType } from '../../generated/operations.ts'
import { OperationTypeMismatch } from '../errors.ts'
import type { FoundHandle, Longrun } from '../index.ts'
import type { OperationHandle } from '../operation.ts'
import type { Operation, Wait } from '../operations.ts'
import type { CallOptions } from '../waiting.ts'
import { OperationEntry, type OperationEntryState } from './operation-entry.ts'
import { type HookOptions, useLongrun } from './provider.ts'
import { sourceOf } from './shared.ts'

/** An id, the URL of an operation (a `Location`, absolute or relative), or a handle. Nothing: there is no operation yet. */
export type OperationTarget<T extends OperationType> = string | URL | OperationHandle<T> | null | undefined

type Complete<T extends OperationType> = OperationType extends T
  ? (name: string, body: object, options?: CallOptions) => Promise<Wait>
  : OperationHandle<T>['complete']

export type OperationView<T extends OperationType> = {
  /** The last known state; undefined until it was read for the first time. A failed operation has its problem in `operation.error`. */
  operation: Operation<T> | undefined
  /** Whether the state will change: from the first render to the end of the operation, or to an error. */
  loading: boolean
  /** Why the operation cannot be read. `operation` keeps the last known state. */
  error: Error | undefined
  /** Why the last call of `cancel`, `retry` or `complete` was refused. */
  actionError: Error | undefined
  /** Cancels the operation. */
  cancel: (options?: CallOptions & { reason?: string }) => Promise<Operation<T>>
  /** Creates a new operation with the same input, once. The hook continues to show this one; pass the new handle to it to switch. */
  retry: (options?: CallOptions & { idempotencyKey?: string }) => Promise<OperationHandle<T>>
  /** Completes a wait. */
  complete: Complete<T>
  /** Reads the operation again: after an error, or for a new download link. */
  refresh: () => void
}

export type OperationHookOptions = HookOptions & {
  /** Suspends until the operation was read, and throws an error of that read to the error boundary. On a server, its fallback is rendered. */
  suspense?: boolean
}

/**
 * The state of an operation, up to date until its end. Components with the same client and the same operation share one subscription.
 * With `type` the result is typed, and `error` is an `OperationTypeMismatch` when the operation has another type.
 */
export function useOperation<T extends OperationType = OperationType>(
  target: string | URL | OperationHandle<T>,
  type: T | undefined,
  options: OperationHookOptions & { suspense: true },
): OperationView<T> & { operation: Operation<T> }
export function useOperation<T extends OperationType = OperationType>(
  target: OperationTarget<T>,
  type?: T,
  options?: OperationHookOptions,
): OperationView<T>
export function useOperation<T extends OperationType = OperationType>(
  target: OperationTarget<T>,
  type?: T,
  { suspense, ...options }: OperationHookOptions = {},
): OperationView<T> {
  const longrun = useLongrun(options)
  const isHandle = typeof target === 'object' && target !== null && 'snapshot' in target
  const handle = isHandle ? (target as FoundHandle) : undefined
  const id = isHandle ? target.id : idIn(target)
  const source = useMemo(() => operationOf(longrun, id, handle), [longrun, id, handle])
  const { operation, loading, error } = useSyncExternalStore(source.subscribe, source.state, source.firstState)
  const [actionError, setActionError] = useState<{ source: object; error: Error }>()
  const otherType = type && operation?.type !== type ? operation?.type : undefined
  const mismatch = useMemo(
    () => (type && otherType ? new OperationTypeMismatch(id, type, otherType) : undefined),
    [id, type, otherType],
  )
  const actions = useMemo(() => actionsOf<T>(source, setActionError), [source])
  if (suspense && id && !operation) {
    if (error) throw error
    // Servers render the fallback: what they read would be out of date in the browser.
    if (!('document' in globalThis)) throw new Error('An operation is read in the browser only.')
    throw source.entry().read()
  }
  if (suspense && mismatch) throw mismatch
  return {
    operation: mismatch ? undefined : (operation as Operation<T> | undefined),
    loading: loading && !mismatch,
    error: mismatch ?? error,
    actionError: actionError?.source === source ? actionError.error : undefined,
    ...actions,
  }
}

/** The id in a URL of an operation or below it, or the text itself. */
function idIn(target: string | URL | null | undefined): string {
  const text = `${target ?? ''}`
  return /\/operations\/([^/?#:]+)/.exec(text)?.[1] ?? text
}

type Source = ReturnType<typeof operationOf>

function operationOf(longrun: Longrun, id: string, handle: FoundHandle | undefined) {
  const operation = handle?.snapshot
  const first: OperationEntryState = { operation, loading: id !== '' && !operation?.done, error: undefined }
  return sourceOf(longrun, id, first, (drop) => {
    if (id === '') throw new Error('There is no operation yet.')
    return new OperationEntry(longrun, id, first, handle, drop)
  })
}

function actionsOf<T extends OperationType>(
  source: Source,
  setError: (error: { source: object; error: Error } | undefined) => void,
) {
  /** Reports an error, so that an event handler may ignore the promise. */
  function reported<A>(act: () => Promise<A>): Promise<A> {
    setError(undefined)
    const acting = (async () => act())()
    acting.catch((error: Error) => setError({ source, error }))
    return acting
  }
  // Only the options are passed on: an event handler calls these functions with an event.
  const actions = {
    cancel: ({ reason, signal, timeoutMs }: CallOptions & { reason?: string } = {}) =>
      reported(() =>
        source
          .entry()
          .act<Operation>((handle) => handle.cancel({ signal, timeoutMs, ...(reason !== undefined && { reason }) })),
      ),
    retry: ({ idempotencyKey, signal, timeoutMs }: CallOptions & { idempotencyKey?: string } = {}) =>
      reported(() =>
        source
          .entry()
          .retry((handle) =>
            handle.retry({ signal, timeoutMs, ...(idempotencyKey !== undefined && { idempotencyKey }) }),
          ),
      ),
    complete: (name: string, body: object, options?: CallOptions) =>
      reported(() => source.entry().act<Wait>((handle) => handle.complete(name, body, options))),
    refresh: () => source.known()?.refresh(),
  }
  return actions as unknown as Pick<OperationView<T>, keyof typeof actions>
}
