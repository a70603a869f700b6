import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLongrun } from '../../../client/react/index.ts'
import type { Schedule } from '../../../client/schedules.ts'
import { Confirm } from '../../components/confirm.tsx'
import { Copy } from '../../components/copy.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { State } from '../../components/state.tsx'
import { Failure } from '../../components/states.tsx'
import { Ago } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href, navigate } from '../../router.ts'
import { tones } from './list.tsx'
import { Runs, Sparkline } from './runs.tsx'
import { DueTimes } from './times.tsx'
import { timingText } from './words.ts'

export function ScheduleDetail({ scheduleId }: { scheduleId: string }) {
  const { schedules } = useLongrun()
  const key = ['schedules', 'one', scheduleId]
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => schedules.get(scheduleId, { signal }) })
  useRefreshOnEvents(key)
  return <Loaded query={query}>{(schedule) => <Shown schedule={schedule} />}</Loaded>
}

function Shown({ schedule }: { schedule: Schedule }) {
  const { scheduleId, name, state, lastRuns = [], nextTimes, timeZone } = schedule
  return (
    <>
      <div className="heading">
        <h1>{name ?? 'Schedule'}</h1>
        <Actions schedule={schedule} />
      </div>
      <section className="panel" aria-label="Schedule">
        <dl className="facts">
          <dt>Id</dt>
          <dd className="row">
            <code>{scheduleId}</code>
            <Copy text={scheduleId} label="the id" />
          </dd>
          <dt>State</dt>
          <dd>
            <State state={state} tone={tones[state]} />
          </dd>
          <dt>Due</dt>
          <dd>
            {timingText(schedule)} {schedule.cron && <code>{schedule.cron}</code>}
          </dd>
          <dt>From, until</dt>
          <dd>
            {schedule.startAt ?? 'any time'} – {schedule.endAt ?? 'no end'}
          </dd>
          <dt>Overlap</dt>
          <dd>{schedule.overlapPolicy}</dd>
          <dt>Catch up</dt>
          <dd>
            {schedule.catchUp}
            {schedule.catchUp !== 'NONE' && `, of at most ${schedule.catchUpWindowSeconds} s`}
          </dd>
          <dt>Jitter</dt>
          <dd>{schedule.jitterSeconds} s</dd>
          <dt>Changed</dt>
          <dd>
            <Ago at={schedule.updatedAt} />
          </dd>
        </dl>
      </section>
      <div className="grid">
        <section className="panel">
          <h2>Next times</h2>
          <NextTimes key={nextTimes[0]} schedule={schedule} timeZone={timeZone} />
        </section>
        <section className="panel">
          <h2>Operation</h2>
          <pre>{JSON.stringify(schedule.operation, undefined, 2)}</pre>
        </section>
      </div>
      <section className="panel">
        <div className="heading">
          <h2>Latest runs</h2>
          <a href={href('operations', { scheduleId })}>All operations of this schedule</a>
        </div>
        <Sparkline runs={lastRuns} />
        {lastRuns.length > 0 && <Runs runs={lastRuns} />}
      </section>
    </>
  )
}

/** Due times do not depend on the operation, and that of the schedule may lack what the service does not return. */
const anyOperation = { type: 'exportCustomers', body: { format: 'CSV' } } as const

/** The next due time is known. The others are computed by the service when they are asked for. */
function NextTimes({ schedule, timeZone }: { schedule: Schedule; timeZone: string }) {
  const longrun = useLongrun()
  const [times, setTimes] = useState<readonly string[]>()
  const [error, setError] = useState<unknown>()
  const { cron, startAt, endAt } = schedule

  async function compute() {
    setError(undefined)
    const limits = { ...(startAt && { startAt }), ...(endAt && { endAt }) }
    await longrun.schedules
      .validate({ cron: cron ?? '', timeZone, operation: anyOperation, ...limits })
      .then((found) => setTimes(found.map((time) => time.toISOString())), setError)
  }

  return (
    <>
      <DueTimes times={times ?? schedule.nextTimes} timeZone={timeZone} />
      {cron && !times && schedule.state === 'ACTIVE' && (
        <button type="button" onClick={() => void compute()}>
          Show the next ten
        </button>
      )}
      {error !== undefined && <Failure error={error} />}
    </>
  )
}

function Actions({ schedule }: { schedule: Schedule }) {
  const { scheduleId, state } = schedule
  const { schedules } = useLongrun()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const [started, setStarted] = useState<string>()
  const [isDeleting, setIsDeleting] = useState(false)

  async function act(action: () => Promise<unknown>) {
    setError(undefined)
    await action().catch(setError)
    await queries.invalidateQueries({ queryKey: ['schedules'] })
  }
  const trigger = async () => setStarted((await schedules.trigger(scheduleId)).operationId)
  async function remove() {
    await schedules.delete(scheduleId)
    navigate(href('schedules'))
    queries.removeQueries({ queryKey: ['schedules', 'one', scheduleId] })
    await queries.invalidateQueries({ queryKey: ['schedules', 'list'] })
  }

  return (
    <>
      <div className="row">
        {state === 'PAUSED' && (
          <button type="button" onClick={() => void act(() => schedules.resume(scheduleId))}>
            Resume
          </button>
        )}
        {state === 'ACTIVE' && (
          <button type="button" onClick={() => void act(() => schedules.pause(scheduleId))}>
            Pause
          </button>
        )}
        <button type="button" onClick={() => void act(trigger)}>
          Run now
        </button>
        <a href={href(`schedules/${scheduleId}/edit`)}>Edit</a>
        <button type="button" className="danger" onClick={() => setIsDeleting(true)}>
          Delete
        </button>
      </div>
      {started && (
        <p role="status">
          Submitted <a href={href(`operations/${started}`)}>{started}</a>
        </p>
      )}
      {error !== undefined && <Failure error={error} />}
      {isDeleting && (
        <Confirm
          title={`Delete ${schedule.name ?? scheduleId}?`}
          action="Delete the schedule"
          isDanger
          onAct={remove}
          onClose={() => setIsDeleting(false)}
        >
          <p>No further due time is handled. The operations that it has submitted stay.</p>
        </Confirm>
      )}
    </>
  )
}
