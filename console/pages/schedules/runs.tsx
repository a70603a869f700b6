import type { Schedule } from '../../../client/schedules.ts'
import { State, type Tone } from '../../components/state.tsx'
import { Status, statusText } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { Ago, duration } from '../../components/time.tsx'
import { href } from '../../router.ts'

type Run = NonNullable<Schedule['lastRuns']>[number]

/** What came of a run: the status of its operation, or why there is none. */
const kindOf = ({ outcome, status }: Run) => (outcome === 'STARTED' ? (status ?? 'STARTED') : outcome)

const marks: Readonly<Record<string, [mark: string, tone: Tone]>> = {
  COMPLETED: ['✓', 'good'],
  COMPLETED_WITH_ERRORS: ['!', 'warn'],
  FAILED: ['✗', 'bad'],
  REFUSED: ['✗', 'bad'],
  CANCELLED: ['–', 'quiet'],
  SKIPPED: ['–', 'quiet'],
  MISSED: ['–', 'warn'],
}

const barRem = { least: 0.25, most: 1.25 }

/** The latest runs, oldest first: a bar of the duration, and a sign of the outcome. */
export function Sparkline({ runs }: { runs: readonly Run[] }) {
  if (runs.length === 0) return <span className="quiet">No runs yet</span>
  const longest = Math.max(1, ...runs.map(msOf))
  const counts = Map.groupBy(runs, kindOf)
  const text = [...counts].map(([kind, { length }]) => `${length} ${statusText(kind).toLowerCase()}`).join(', ')
  return (
    <span className="runs" role="img" aria-label={`Latest runs: ${text}`}>
      {runs.toReversed().map((run) => {
        const [mark, tone] = marks[kindOf(run)] ?? ['…', 'quiet']
        const height = barRem.least + (barRem.most - barRem.least) * (msOf(run) / longest)
        return (
          <span
            key={run.scheduledFor}
            className={`state ${tone}`}
            title={`${statusText(kindOf(run))}, ${run.scheduledFor}`}
          >
            <i style={{ height: `${height}rem` }} />
            {mark}
          </span>
        )
      })}
    </span>
  )
}

const msOf = ({ firedAt, endedAt }: Run) => (endedAt ? Date.parse(endedAt) - Date.parse(firedAt) : 0)

export function Runs({ runs }: { runs: readonly Run[] }) {
  return (
    <Table caption="Latest runs" columns={['Due', 'Outcome', 'Operation', 'Duration']}>
      {runs.map((run) => (
        <tr key={run.scheduledFor}>
          <td>
            <Ago at={run.scheduledFor} />
            {run.triggered && <span className="quiet"> (triggered)</span>}
          </td>
          <td>
            {run.outcome === 'STARTED' && run.status ? (
              <Status status={run.status} />
            ) : (
              <State state={run.outcome} tone={marks[run.outcome]?.[1] ?? 'quiet'} />
            )}
            {run.code && <code> {run.code}</code>}
          </td>
          <td>
            {run.operationId && (
              <a className="mono" href={href(`operations/${run.operationId}`)}>
                {run.operationId}
              </a>
            )}
          </td>
          <td>{run.endedAt && duration(msOf(run))}</td>
        </tr>
      ))}
    </Table>
  )
}
