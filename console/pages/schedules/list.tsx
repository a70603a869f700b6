import { useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import type { Schedule } from '../../../client/schedules.ts'
import { baseUrl } from '../../address.ts'
import { ListTable, useList } from '../../components/list.tsx'
import { State } from '../../components/state.tsx'
import { Nothing } from '../../components/states.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'
import { Sparkline } from './runs.tsx'
import { DueTime } from './times.tsx'
import { timingText } from './words.ts'

/** A page has few, because the runs of each schedule are a request. */
const pageSize = 20
const refreshMs = 10_000

export const tones = { ACTIVE: 'good', PAUSED: 'warn', ENDED: 'quiet' } as const

export function ScheduleList() {
  const { api } = useLongrun()
  const list = useList(
    ['schedules', 'list'],
    async ({ query, signal }) => {
      const { schedules, nextPageToken } = await dataOf(api.GET('/schedules', { params: { query }, signal }))
      return { items: schedules, nextPageToken }
    },
    { pageSize },
  )
  useRefreshOnEvents(['schedules'], refreshMs)
  return (
    <>
      <div className="heading">
        <h1>Schedules</h1>
        <a href={href('schedules/new')}>New schedule</a>
      </div>
      <ListTable
        list={list}
        caption="Schedules"
        columns={['Schedule', 'State', 'Due', 'Next time', 'Latest runs']}
        empty={<NoSchedules />}
        row={(schedule) => <Row key={schedule.scheduleId} schedule={schedule} />}
      />
    </>
  )
}

function Row({ schedule }: { schedule: Schedule }) {
  const { scheduleId, name, state, operation, nextTimes, timeZone } = schedule
  const [next] = nextTimes
  return (
    <tr>
      <td>
        <a href={href(`schedules/${scheduleId}`)}>{name ?? scheduleId}</a>
        <br />
        <span className="quiet">{operation.type}</span>
      </td>
      <td>
        <State state={state} tone={tones[state]} />
      </td>
      <td>
        {timingText(schedule)}
        {schedule.cron && (
          <>
            <br />
            <code className="quiet">{schedule.cron}</code>
          </>
        )}
      </td>
      <td>{next ? <DueTime at={next} timeZone={timeZone} /> : <span className="quiet">None</span>}</td>
      <td>
        <LatestRuns scheduleId={scheduleId} />
      </td>
    </tr>
  )
}

function LatestRuns({ scheduleId }: { scheduleId: string }) {
  const { schedules } = useLongrun()
  const { data } = useQuery({
    queryKey: ['schedules', 'one', scheduleId],
    queryFn: ({ signal }) => schedules.get(scheduleId, { signal }),
  })
  return data ? <Sparkline runs={data.lastRuns ?? []} /> : null
}

function NoSchedules() {
  return (
    <Nothing title="There are no schedules. Create one here, or with:">
      <pre>{`curl ${baseUrl}/api/v1/schedules -H "Authorization: Bearer $LONGRUN_API_KEY" \\
  -H 'Content-Type: application/json' -d '{
    "name": "Monthly report", "cron": "0 6 1 * *", "timeZone": "Europe/Berlin",
    "operation": {"type": "exportCustomers", "body": {"format": "CSV"}}}'`}</pre>
    </Nothing>
  )
}
