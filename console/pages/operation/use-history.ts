import { useEffect, useState } from 'react'
import type { OperationEvent } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { isRefusal } from '../../../client/react/shared.ts'
import { useFeed } from '../../live/context.tsx'
import type { Feed } from '../../live/feed.ts'
import { type History, noHistory, withEvents } from './history.ts'

/** A history of thousands of events is drawn a few times a second while it is read. */
const drawMs = 150
const retryMs = 5000

/** The history of the operation and what happens from now on. `error`: why it cannot be read. */
export function useHistory(operationId: string): { history: History; error: unknown; isRead: boolean } {
  const longrun = useLongrun()
  const feed = useFeed()
  const [state, setState] = useState<{ history: History; error: unknown; isRead: boolean }>(first)

  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    let history = noHistory
    let events: OperationEvent[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    setState(first)

    function draw() {
      timer = undefined
      history = withEvents(history, events)
      events = []
      if (!signal.aborted) setState({ history, error: undefined, isRead: true })
    }
    async function read() {
      const after = events.at(-1)?.sequence ?? history.last
      const handle = await longrun.operation(operationId, undefined, { signal })
      for await (const event of handle.events({ signal, ...(after >= 0 && { after }) })) {
        events.push(event)
        timer ??= setTimeout(draw, drawMs)
      }
    }
    async function follow() {
      while (!signal.aborted) {
        try {
          return await read()
        } catch (error) {
          if (signal.aborted) return
          if (isRefusal(error)) return setState((before) => ({ ...before, error }))
          await untilLive(feed, signal)
        }
      }
    }
    void follow()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [longrun, feed, operationId])
  return state
}

const first = { history: noHistory, error: undefined, isRead: false }

/** Resolves when the event stream of the browser has been opened again, or after a while. */
function untilLive(feed: Feed, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      leave()
      resolve()
    }
    const timer = setTimeout(done, retryMs)
    const leave = feed.subscribe({ onState: (state) => state === 'live' && done() })
    signal.addEventListener('abort', done)
  })
}
