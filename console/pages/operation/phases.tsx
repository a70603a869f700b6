import type { Operation } from '../../../client/index.ts'
import { statusText } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { duration, relative, useNow } from '../../components/time.tsx'
import { Plain } from './text.tsx'

/** The progress: the whole, and each phase. */
export function Phases({ operation: { progress, estimatedCompletion, done } }: { operation: Operation }) {
  const { percentage, current, total, message, phases = [] } = progress
  return (
    <section className="panel stack" aria-labelledby="progress">
      <h2 id="progress">Progress</h2>
      <div className="row">
        <progress max={100} value={percentage} aria-label="Progress of the operation" />
        <span>{rounded(percentage)} %</span>
        {!done && estimatedCompletion && <Estimate at={estimatedCompletion} />}
      </div>
      {(current !== undefined || message) && (
        <p>
          {current !== undefined && `${count(current)}${total === undefined ? '' : ` of ${count(total)}`} `}
          {message && <Plain text={message} />}
        </p>
      )}
      {phases.length > 0 && (
        <Table caption="Phases" columns={['Phase', 'Status', 'Progress', { number: 'Duration' }]}>
          {phases.map(({ name, status, percentage, duration: seconds }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <span className={`phase ${status}`}>{statusText(status)}</span>
              </td>
              <td>
                <progress max={100} value={barOf(status, percentage)} aria-label={`Progress of ${name}`} />
              </td>
              <td className="number">{seconds === undefined ? '–' : duration(seconds * 1000)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  )
}

function Estimate({ at }: { at: string }) {
  const now = useNow()
  const leftMs = Date.parse(at) - now
  return (
    <span className="quiet">
      Expected end:{' '}
      <time dateTime={at} title={at}>
        {leftMs > 0 ? relative(leftMs) : 'now'}
      </time>
    </span>
  )
}

function barOf(status: string, percentage: number | undefined): number {
  if (status === 'COMPLETED' || status === 'COMPENSATING' || status === 'COMPENSATED') return 100
  return percentage ?? 0
}

const rounded = (percentage: number) => Math.round(percentage * 10) / 10
const count = (value: number) => value.toLocaleString('en')
