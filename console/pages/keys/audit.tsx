import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import type { OwnedEvent } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Loaded } from '../../components/loaded.tsx'
import { Nothing } from '../../components/states.tsx'
import { Status } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { Ago } from '../../components/time.tsx'
import { useEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'

type Entry = Omit<OwnedEvent, 'cursor'>

/** Operations whose histories are read at first, each by a request of its first events. */
const mostOperations = 25
const mostEvents = 100
/** Entries that are kept and shown. */
const mostEntries = 200

const queryKey = ['audit']

/** What a credential or a bulk operation did; not what workers do. */
const isAudited = ({ event, actor }: Entry) => event !== 'log' && actor !== undefined && !actor.startsWith('worker')

/** Changes of operations by credentials: of the latest operations, and of all from now on. */
export function Audit() {
  const { api } = useLongrun()
  const queries = useQueryClient()
  const [live, setLive] = useState<readonly Entry[]>([])
  const query = useQuery({
    queryKey,
    // From now on events arrive. What happened while the page was closed was not received.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    queryFn: async ({ signal }): Promise<Entry[]> => {
      const latest = { params: { query: { pageSize: mostOperations } }, signal }
      const { operations } = await dataOf(api.GET('/operations', latest))
      const histories = operations.map(async ({ operationId }) => {
        const params = { path: { operationId }, query: { pageSize: mostEvents } }
        // It may have been purged meanwhile.
        const { data } = await api.GET('/operations/{operationId}/events', { params, signal })
        return data?.events.filter(isAudited) ?? []
      })
      return (await Promise.all(histories)).flat()
    },
  })
  const listener = useMemo(
    () => ({
      onEvents(events: readonly OwnedEvent[]) {
        const audited = events.filter(isAudited)
        if (audited.length > 0) setLive((before) => [...before, ...audited].slice(-mostEntries))
      },
      onGap: () => void queries.invalidateQueries({ queryKey }),
    }),
    [queries],
  )
  useEvents(listener)

  return (
    <>
      <h2>Audit</h2>
      <p className="quiet">
        Who submitted, cancelled, retried or continued operations, and from which address: of the latest{' '}
        {mostOperations} operations, and of all while this page is open. The whole audit log, which includes refused
        requests, keys, schedules and receivers, is in the log of the service.
      </p>
      <Loaded query={query}>{(read) => <Entries entries={latestOf([...read, ...live])} />}</Loaded>
    </>
  )
}

function latestOf(entries: readonly Entry[]): Entry[] {
  const byId = new Map(entries.map((entry) => [`${entry.operationId} ${entry.sequence}`, entry]))
  return [...byId.values()].toSorted((a, b) => b.timestamp.localeCompare(a.timestamp)).slice(0, mostEntries)
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0) {
    return (
      <Nothing title="No operation was submitted yet.">
        <p>
          <a href={href('submit')}>Submit an operation</a>
        </p>
      </Nothing>
    )
  }
  return (
    <section className="panel">
      <Table caption="Audit" columns={['When', 'Credential', 'Address', 'Operation', 'Became', 'Reason']}>
        {entries.map(({ operationId, sequence, timestamp, actor, address, status, reason }) => (
          <tr key={`${operationId} ${sequence}`}>
            <td>
              <Ago at={timestamp} />
            </td>
            <td>
              <code>{actor}</code>
            </td>
            <td>{address}</td>
            <td>
              <a className="mono" href={href(`operations/${operationId}`)}>
                {operationId}
              </a>
            </td>
            <td>
              <Status status={status} />
            </td>
            <td>{sequence === 0 ? (reason ?? 'Submitted') : reason}</td>
          </tr>
        ))}
      </Table>
    </section>
  )
}
