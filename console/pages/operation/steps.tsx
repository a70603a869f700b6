import type { Operation } from '../../../client/index.ts'
import { Scroll } from '../../components/scroll.tsx'
import { statusText } from '../../components/status.tsx'
import { duration } from '../../components/time.tsx'
import type { History, Step, Undo } from './history.ts'

/** What the steps of the types with known vendors do, by their phases. */
const acts: Readonly<Record<string, readonly [act: string, undo: string | undefined]>> = {
  STOCK_RESERVATION: ['Reserve the stock', 'Release the stock'],
  PAYMENT: ['Charge the payment', 'Refund the payment'],
  CARRIER_BOOKING: ['Book the carrier', 'Cancel the booking'],
  CONFIRMATION: ['Send the confirmation', 'Withdraw the confirmation'],
  IDENTITY: ['Check the identity', 'Cancel the check'],
  CRIMINAL_RECORDS: ['Check criminal records', 'Cancel the check'],
  EMPLOYMENT: ['Check the employment', 'Cancel the check'],
  EDUCATION: ['Check the education', 'Cancel the check'],
  DECISION: ['Decision of a person', undefined],
}

/** Of the compensation alone. A failed step may have had its effect, so it is undone as well; its phase stays `FAILED`. */
const undoTexts: Readonly<Record<string, string>> = {
  NOT_NEEDED: 'Not needed',
  NOT_YET_NEEDED: 'Not needed so far',
  PRECAUTION: 'Undone, in case the step had an effect',
}

/** The steps in their order, downwards, and beside each its compensation: these run upwards. */
export function Steps({ operation, history }: { operation: Operation; history: History }) {
  const phases = operation.progress.phases ?? []
  const isCompensating = phases.some(({ status }) => status === 'COMPENSATING' || status === 'COMPENSATED')
  const isUndone = ['FAILED', 'CANCELLED'].includes(operation.status) && operation.error?.code !== 'COMPENSATION_FAILED'
  const untouched = operation.done ? 'NOT_NEEDED' : 'NOT_YET_NEEDED'
  return (
    <section className="panel" aria-labelledby="steps">
      <h2 id="steps">Steps and compensation</h2>
      <p className="quiet">
        Steps run from the first to the last.{' '}
        {isCompensating ? 'After a failure or a cancel the finished steps are undone from the last to the first.' : ''}
      </p>
      <Scroll label="Steps">
        <ol className="steps">
          {phases.map(({ name, status }) => {
            const step: Step = history.steps.get(name) ?? withoutHistory(status)
            const [act, undo] = acts[name] ?? [name, 'Undo']
            return (
              <li key={name}>
                <Box title={act} name={name} status={step.status} took={tookOf(step)} />
                <span className="link" aria-hidden="true">
                  {undo ? '⇠' : ''}
                </span>
                {undo ? (
                  <Box
                    title={undo}
                    name={`undoes ${name}`}
                    status={step.undo?.status ?? (isUndone && step.status === 'FAILED' ? 'PRECAUTION' : untouched)}
                    took={step.undo && tookOf(step.undo)}
                  />
                ) : (
                  <span />
                )}
              </li>
            )
          })}
        </ol>
      </Scroll>
    </section>
  )
}

/** The step of a phase whose history has not been read yet. */
function withoutHistory(status: Step['status']): Step {
  const isUndone = status === 'COMPENSATING' || status === 'COMPENSATED'
  return isUndone ? { status: 'COMPLETED', undo: { status } } : { status }
}

const marks: Readonly<Record<string, string>> = {
  PENDING: '○',
  IN_PROGRESS: '◐',
  COMPLETED: '✓',
  FAILED: '✕',
  SKIPPED: '–',
  COMPENSATING: '◐',
  COMPENSATED: '↩',
  PRECAUTION: '↩',
  NOT_NEEDED: '·',
  NOT_YET_NEEDED: '·',
}

function Box({
  title,
  name,
  status,
  took,
}: {
  title: string
  name: string
  status: string
  took?: string | undefined
}) {
  return (
    <div className={`step ${status}`}>
      <strong>{title}</strong>
      <span className="mono quiet">{name}</span>
      <span>
        <span aria-hidden="true">{marks[status] ?? '·'} </span>
        {undoTexts[status] ?? statusText(status)}
        {took && `, ${took}`}
      </span>
    </div>
  )
}

function tookOf({ startedAt, endedAt }: Step | Undo): string | undefined {
  return startedAt && endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : undefined
}
