import { Status } from '../../components/status.tsx'
import { Ago } from '../../components/time.tsx'
import { href } from '../../router.ts'
import { activeStatuses, finalStatuses } from '../operations/filter.ts'
import { type Range, type Statistics, windows } from './range.ts'

/** What is active now and what has ended in the window: each number is a link to the operations. */
export function Counts({ statistics: { active, ended, types }, range }: { statistics: Statistics; range: Range }) {
  const { type } = range
  const waiting = types.flatMap(({ oldestPending }) => oldestPending ?? [])
  const [oldest] = waiting.toSorted((one, other) => other.seconds - one.seconds)
  return (
    <section aria-label="Counts">
      <ul className="tiles">
        {activeStatuses.map((status) => (
          <li key={status} className="panel">
            <a href={href('operations', { status, type })}>
              <Status status={status} />
              <strong>
                {active[status].toLocaleString('en')}
                {!active.exact && '+'}
              </strong>
            </a>
            <span className="quiet">now</span>
          </li>
        ))}
        <li className="panel">
          <span>Oldest that could start</span>
          <strong>{oldest ? <Ago at={oldest.since} /> : 'none'}</strong>
        </li>
        {finalStatuses.map((status) => (
          <li key={status} className="panel">
            <a href={href('operations', { status, type })}>
              <Status status={status} />
              <strong>{ended[status].toLocaleString('en')}</strong>
            </a>
            <span className="quiet">in {windows[range.window].text}</span>
          </li>
        ))}
        <li className="panel">
          <span>Throughput</span>
          <strong>{rate(ended.perSecond)}</strong>
          <span className="quiet">{ended.total.toLocaleString('en')} ended</span>
        </li>
      </ul>
    </section>
  )
}

/** Per the unit in which the number is easy to read. */
function rate(perSecond: number): string {
  const text = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 })
  if (perSecond === 0 || perSecond >= 1) return `${text(perSecond)} per second`
  return perSecond >= 1 / 60 ? `${text(perSecond * 60)} per minute` : `${text(perSecond * 3600)} per hour`
}
