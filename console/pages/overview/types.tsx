import { type Column, Table } from '../../components/table.tsx'
import { duration } from '../../components/time.tsx'
import { href } from '../../router.ts'
import type { Statistics } from './range.ts'

type Percentiles = Statistics['types'][number]['runTime']

const parts = ['p50', 'p95', 'p99'] as const

const columns: readonly Column[] = [
  'Type',
  ...[
    'Active',
    'Ended',
    'Failed',
    ...['Queued', 'Duration'].flatMap((what) => parts.map((part) => `${what} ${part}`)),
  ].map((number) => ({ number })),
]

/** The figures of each type. The service has no percentiles of several types together. */
export function Types({ statistics: { types } }: { statistics: Statistics }) {
  if (types.length === 0) return null
  return (
    <section className="panel">
      <h2>Types</h2>
      <Table caption="Operations and durations by type" columns={columns}>
        {types.map(({ type, active, ended, queueTime, runTime }) => (
          <tr key={type}>
            <th scope="row">
              <a href={href('operations', { type })}>{type}</a>
            </th>
            <td className="number">{active.total.toLocaleString('en')}</td>
            <td className="number">{ended.total.toLocaleString('en')}</td>
            <td className="number">{ended.FAILED.toLocaleString('en')}</td>
            <Times of={queueTime} />
            <Times of={runTime} />
          </tr>
        ))}
      </Table>
    </section>
  )
}

function Times({ of }: { of: Percentiles }) {
  return (
    <>
      {parts.map((part) => (
        <td key={part} className="number">
          {of ? duration(of[part] * 1000) : '–'}
        </td>
      ))}
    </>
  )
}
