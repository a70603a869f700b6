import type { Operation } from '../../../client/index.ts'
import { Status, statusText } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { duration, useNow } from '../../components/time.tsx'
import type { Attempt, History, Transition } from './history.ts'
import { problemPage } from './problem.tsx'
import { Plain } from './text.tsx'

/** Each status that the operation has had, for how long, and what changed it. */
export function Timeline({ history, operation: { done } }: { history: History; operation: Operation }) {
  const now = useNow()
  const { transitions, omitted } = history
  const rows = transitions.map((one, index) => ({
    ...one,
    // The present time is that of this browser, whose clock may be behind.
    ms: Math.max(0, endOf(transitions[index + 1], done ? one.timestamp : now) - Date.parse(one.timestamp)),
  }))
  return (
    <section className="panel" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {omitted.transitions > 0 && <p className="quiet">{omitted.transitions} earlier changes are left out.</p>}
      <div className="bar" aria-hidden="true">
        {rows.map(({ sequence, status, ms }) => (
          <span key={sequence} className={status} style={{ flexGrow: Math.max(ms, 1) }} title={statusText(status)} />
        ))}
      </div>
      <Table
        caption="Changes of the status"
        columns={['Status', 'Since', { number: 'For' }, { number: 'Attempt' }, 'By', 'Reason']}
      >
        {rows.map((row, index) => (
          <Row key={row.sequence} row={row} isLast={done && index === rows.length - 1} />
        ))}
      </Table>
    </section>
  )
}

function endOf(next: Transition | undefined, otherwise: string | number): number {
  const at = next?.timestamp ?? otherwise
  return typeof at === 'number' ? at : Date.parse(at)
}

function Row({ row, isLast }: { row: Transition & { ms: number }; isLast: boolean }) {
  const { status, timestamp, attempt, actor, address, reason, error, ms } = row
  return (
    <tr>
      <td>
        <Status status={status} />
      </td>
      <td>
        <time dateTime={timestamp} title={timestamp}>
          {clock(timestamp)}
        </time>
      </td>
      <td className="number">{isLast ? '' : duration(ms)}</td>
      <td className="number">{attempt}</td>
      <td>
        <Plain text={[actor, address].filter(Boolean).join(', ')} />
      </td>
      <td className="wide">
        {reason && <Plain text={reason} />}
        {error && (
          <div className="quiet">
            <Plain text={error.detail} />
          </div>
        )}
      </td>
    </tr>
  )
}

/** The time of day in the zone of the browser, with the date if it is not today. */
export function clock(timestamp: string): string {
  const at = new Date(timestamp)
  const time = at.toLocaleTimeString('en-GB')
  const isToday = at.toDateString() === new Date().toDateString()
  return isToday ? time : `${at.toLocaleDateString('sv')} ${time}`
}

export function Attempts({ history: { attempts, omitted } }: { history: History }) {
  if (attempts.length === 0) return null
  return (
    <section className="panel" aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      {omitted.attempts > 0 && <p className="quiet">{omitted.attempts} earlier attempts are left out.</p>}
      <Table
        caption="Attempts and their errors"
        columns={[{ number: 'Attempt' }, 'Started', { number: 'Duration' }, 'Then', 'Error']}
      >
        {attempts.map((one) => (
          <AttemptRow key={one.number} attempt={one} />
        ))}
      </Table>
    </section>
  )
}

function AttemptRow({ attempt: { number, startedAt, endedAt, outcome, error } }: { attempt: Attempt }) {
  return (
    <tr>
      <td className="number">{number}</td>
      <td>
        <time dateTime={startedAt} title={startedAt}>
          {clock(startedAt)}
        </time>
      </td>
      <td className="number">{endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : ''}</td>
      <td>{outcome ? <Status status={outcome} /> : 'Running'}</td>
      <td className="wide">
        {error && (
          <>
            <a href={problemPage(error.code)} target="_blank" rel="noreferrer">
              {error.code}
            </a>{' '}
            <Plain text={error.detail} />
            {error.retryAfter !== undefined && outcome === 'PENDING' && ` Next attempt after ${error.retryAfter} s.`}
          </>
        )}
      </td>
    </tr>
  )
}
