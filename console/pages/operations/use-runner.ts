import { useCallback, useEffect, useRef, useState } from 'react'
import { LongrunProblem } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { type Action, actOn } from './bulk-action.ts'

const concurrency = 4

export type Run = {
  action: Action
  total: number | undefined
  done: number
  /** Why operations were skipped, and how many, by the code of the problem. */
  skipped: Readonly<Record<string, number>>
  isOver: boolean
  error?: unknown
}

type Start = {
  action: Action
  total: number | undefined
  ids: (signal: AbortSignal) => AsyncIterable<string> | Iterable<string>
  onDone: (id: string) => void
  onOver: () => void
}

/** Does something to many operations one by one, a few at a time, until it is done, stopped, or the page is left. */
export function useRunner() {
  const longrun = useLongrun()
  const [run, setRun] = useState<Run>()
  const stopping = useRef(new AbortController())
  useEffect(() => () => stopping.current.abort(), [])

  const start = useCallback(
    ({ action, total, ids, onDone, onOver }: Start) => {
      stopping.current.abort()
      stopping.current = new AbortController()
      const { signal } = stopping.current
      let state: Run = { action, total, done: 0, skipped: {}, isOver: false }
      const show = (change: Partial<Run>) => {
        state = { ...state, ...change }
        if (stopping.current.signal === signal) setRun(state)
      }
      show({})

      async function act(id: string): Promise<void> {
        try {
          await actOn(longrun, action, id, signal)
          show({ done: state.done + 1 })
          onDone(id)
        } catch (error) {
          signal.throwIfAborted()
          // Of this operation alone: it has ended or is deleted meanwhile. Any other problem would be that of all.
          if (!(error instanceof LongrunProblem) || ![404, 409, 410].includes(error.status)) throw error
          show({ skipped: { ...state.skipped, [error.code]: (state.skipped[error.code] ?? 0) + 1 } })
        }
      }

      const { current } = stopping
      void forEach(ids(signal), act, signal)
        .then(
          () => show({ isOver: true }),
          (error: unknown) => {
            show({ isOver: true, ...(!signal.aborted && { error }) })
            current.abort()
          },
        )
        .then(onOver)
    },
    [longrun],
  )
  return { run, start, stop: () => stopping.current.abort(), dismiss: () => setRun(undefined) }
}

async function forEach(
  ids: AsyncIterable<string> | Iterable<string>,
  act: (id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = each(ids)
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        signal.throwIfAborted()
        await act(next.value)
      }
    }),
  )
}

async function* each(ids: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void> {
  yield* ids
}
