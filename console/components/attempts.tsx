import type { components } from '../../generated/schema.ts'
import type { Tone } from './state.tsx'
import { Table } from './table.tsx'
import { Ago, duration } from './time.tsx'

export type Delivery = components['schemas']['Delivery']

export const deliveryTones: Readonly<Record<Delivery['state'], Tone>> = {
  PENDING: 'warn',
  DELIVERED: 'good',
  FAILED: 'bad',
  BLOCKED: 'bad',
}

export function Attempts({ attempts }: { attempts: Delivery['attempts'] }) {
  return (
    <Table caption="Attempts" columns={[{ number: 'Attempt' }, 'Started', 'Duration', 'Outcome', 'Response']}>
      {attempts.map((attempt) => (
        <tr key={attempt.attempt}>
          <td className="number">{attempt.attempt}</td>
          <td>
            <Ago at={attempt.startedAt} />
          </td>
          <td>{duration(1000 * attempt.duration)}</td>
          <td>
            <code>{attempt.outcome}</code>
          </td>
          <td>{attempt.statusClass ?? 'none'}</td>
        </tr>
      ))}
    </Table>
  )
}
