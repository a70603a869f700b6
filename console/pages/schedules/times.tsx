import { Ago } from '../../components/time.tsx'
import { timeIn } from './words.ts'

const local = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Due times, in the time zone of the schedule and in that of the browser. */
export function DueTimes({ times, timeZone }: { times: readonly string[]; timeZone: string }) {
  if (times.length === 0) return <p className="quiet">No due time is left.</p>
  return (
    <ol className="times">
      {times.map((time) => (
        <li key={time}>
          <DueTime at={time} timeZone={timeZone} />
        </li>
      ))}
    </ol>
  )
}

export function DueTime({ at, timeZone }: { at: string; timeZone: string }) {
  return (
    <>
      {inZone(at, timeZone)}{' '}
      <span className="quiet">
        {timeZone !== local && `· here ${timeIn(at, local)} `}· <Ago at={at} />
      </span>
    </>
  )
}

/** A zone that this browser does not know is shown as UTC. */
function inZone(at: string, timeZone: string): string {
  try {
    return timeIn(at, timeZone)
  } catch {
    return timeIn(at, 'UTC')
  }
}
