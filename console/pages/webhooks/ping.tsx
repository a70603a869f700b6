import { useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Attempts, deliveryTones } from '../../components/attempts.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { State } from '../../components/state.tsx'
import type { Receiver } from './receiver.ts'

/** No event reports a ping. */
const pollMs = 500

type Props = { receiver: Receiver; deliveryId: string; onClose: () => void }

/** A ping and its result. */
export function Ping({ receiver: { receiverId, url }, deliveryId, onClose }: Props) {
  const { api } = useLongrun()
  const query = useQuery({
    queryKey: ['pings', deliveryId],
    queryFn: ({ signal }) => {
      const params = { path: { receiverId, deliveryId } }
      return dataOf(api.GET('/webhookReceivers/{receiverId}/pings/{deliveryId}', { params, signal }))
    },
    refetchInterval: ({ state: { data, error } }) => (error || (data && data.state !== 'PENDING') ? false : pollMs),
  })
  return (
    <section className="panel" aria-label="Ping">
      <h2 className="break">Ping of {url}</h2>
      <Loaded query={query}>
        {(ping) => (
          <>
            <p role="status">
              <State state={ping.state} tone={deliveryTones[ping.state]} />{' '}
              {ping.outcome && <code>{ping.outcome}</code>}
            </p>
            {ping.attempts.length > 0 && <Attempts attempts={ping.attempts} />}
          </>
        )}
      </Loaded>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </section>
  )
}
