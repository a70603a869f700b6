import { useLayoutEffect, useRef, useState } from 'react'
import type { History } from './history.ts'
import { Plain } from './text.tsx'
import { clock } from './timeline.tsx'

/** Nearer to the end than this, the reader is at the end. */
const endPixels = 24

/** The log lines, old and new. It stays at the newest one until the reader scrolls up. */
export function Log({ history: { logs, omitted }, isRead }: { history: History; isRead: boolean }) {
  const list = useRef<HTMLDivElement>(null)
  const [isFollowing, setIsFollowing] = useState(true)
  const last = logs.at(-1)?.sequence
  useLayoutEffect(() => {
    const { current } = list
    if (current && isFollowing && last !== undefined) current.scrollTop = current.scrollHeight
  }, [last, isFollowing])

  return (
    <section className="panel" aria-labelledby="log">
      <div className="row">
        <h2 id="log">Log</h2>
        <label htmlFor="follow" className="check">
          <input
            id="follow"
            type="checkbox"
            checked={isFollowing}
            onChange={({ currentTarget }) => setIsFollowing(currentTarget.checked)}
          />
          Follow new lines
        </label>
      </div>
      {omitted.logs > 0 && (
        <p className="quiet">
          {omitted.logs.toLocaleString('en')} earlier lines are left out. <code>longrun logs</code> shows all.
        </p>
      )}
      {logs.length === 0 && <p className="quiet">{isRead ? 'There are no log lines.' : 'Loading…'}</p>}
      {logs.length > 0 && (
        <div
          ref={list}
          className="log"
          role="log"
          aria-live="off"
          aria-label="Log lines"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it must be reached by the keyboard.
          tabIndex={0}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
            setIsFollowing(scrollHeight - scrollTop - clientHeight < endPixels)
          }
        >
          {logs.map(({ sequence, timestamp, attempt, message, data }) => (
            <div key={sequence} className="line">
              <time dateTime={timestamp} title={`${timestamp}, attempt ${attempt}`} className="quiet">
                {clock(timestamp)}
              </time>{' '}
              <Plain text={message} />
              {data && (
                <span className="quiet">
                  {' '}
                  <Plain text={JSON.stringify(data)} />
                </span>
              )}
            </div>
          ))}
        </div>
      )}
    </section>
  )
}
