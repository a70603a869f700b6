import { useMemo, useRef, useState } from 'react'
import type { InputOf, OperationType } from '../../generated/operations.ts'
import type { Longrun } from '../index.ts'
import type { OperationHandle } from '../operation.ts'
import type { SubmitOptions } from '../submit.ts'
import { type HookOptions, useLongrun } from './provider.ts'

/** Two equal submits within this time are a double click: the first one may have been answered before the second click. */
const doubleClickMs = 1000

export type SubmitView<T extends OperationType> = {
  /**
   * Submits an operation. The same input within a second, or while its submit is in progress, is the same submit. After an error the same input is sent with the
   * same Idempotency-Key, so that a lost response creates no second operation.
   */
  submit: (input: InputOf[T], options?: SubmitOptions) => Promise<OperationHandle<T>>
  /** The handle of the operation that was submitted last; pass it to `useOperation`. */
  operation: OperationHandle<T> | undefined
  submitting: boolean
  /** Why the last submit was refused. */
  error: Error | undefined
  /** Forgets the operation and the error. The same input is then a new submit. */
  reset: () => void
}

type Submission<T extends OperationType> = {
  text: string
  idempotencyKey: string
  atMs: number
  handle: Promise<OperationHandle<T>>
  isDone?: boolean
  hasFailed?: boolean
}

type SubmitState<T extends OperationType> = Pick<SubmitView<T>, 'operation' | 'submitting' | 'error'>

/** Submits operations of a type. */
export function useSubmit<T extends OperationType>(type: T, options?: HookOptions): SubmitView<T> {
  const longrun = useLongrun(options)
  const [state, setState] = useState<SubmitState<T>>(idle)
  const last = useRef<Submission<T> | undefined>(undefined)
  const actions = useMemo(() => {
    function submit(input: InputOf[T], options: SubmitOptions = {}): Promise<OperationHandle<T>> {
      const { idempotencyKey: given, signal, timeoutMs, ...rest } = options
      const text = JSON.stringify([type, input, rest, given])
      const before = last.current?.text === text ? last.current : undefined
      const isDoubleClick = performance.now() - (before?.atMs ?? Number.NEGATIVE_INFINITY) < doubleClickMs
      if (before && !before.hasFailed && (!before.isDone || isDoubleClick)) return before.handle
      const idempotencyKey = given ?? (before?.hasFailed ? before.idempotencyKey : crypto.randomUUID())
      setState({ operation: undefined, submitting: true, error: undefined })
      const handle = submitOf(longrun, type)(input, { ...options, idempotencyKey })
      const current: Submission<T> = { text, idempotencyKey, atMs: performance.now(), handle }
      last.current = current
      const end = (ended: Partial<SubmitState<T>>) => {
        current.isDone = true
        current.hasFailed = ended.error !== undefined
        // A newer submit and `reset` come before this one.
        if (last.current === current) setState({ operation: undefined, error: undefined, ...ended, submitting: false })
      }
      handle.then(
        (operation) => end({ operation }),
        (error: Error) => end({ error }),
      )
      return handle
    }
    function reset() {
      last.current = undefined
      setState(idle)
    }
    return { submit, reset }
  }, [longrun, type])
  return { ...state, ...actions }
}

/** The method of a type that is only known as `T`. */
function submitOf<T extends OperationType>(longrun: Longrun, type: T) {
  return longrun[type] as unknown as (input: InputOf[T], options: SubmitOptions) => Promise<OperationHandle<T>>
}

const idle = { operation: undefined, submitting: false, error: undefined }
