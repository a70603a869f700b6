import { useEffect } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { ListTable, useList } from '../../components/list.tsx'
import { NeedsAdmin } from '../../components/needs-admin.tsx'
import { State } from '../../components/state.tsx'
import { Nothing } from '../../components/states.tsx'
import { Ago } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'

/** No event reports that a worker has renewed its lease. */
const pollMs = 5000
const key = ['workers']

export function WorkerList() {
  const { api } = useLongrun()
  const list = useList(key, async ({ query, signal }) => {
    const { workers, nextPageToken } = await dataOf(api.GET('/workers', { params: { query }, signal }))
    return { items: workers, nextPageToken }
  })
  const { refetch, error } = list
  useEffect(() => {
    if (error) return
    const timer = setInterval(() => void refetch(), pollMs)
    return () => clearInterval(timer)
  }, [refetch, error])
  // A refusal stays one.
  useRefreshOnEvents(error ? [] : key)
  return (
    <NeedsAdmin what="the workers" error={error}>
      <ListTable
        list={list}
        caption="Workers"
        columns={['Worker', 'Lease', 'Started', 'Seen', { number: 'Attempts of your operations' }]}
        empty={
          <Nothing title="No worker runs: operations stay pending.">
            <p>
              Start a process with the role <code>worker</code> (<code>ROLES=worker npm start</code>).
            </p>
          </Nothing>
        }
        row={({ workerId, leaseValid, startedAt, seenAt, attempts }) => (
          <tr key={workerId}>
            <td>
              <code>{workerId}</code>
            </td>
            <td>
              <State state={leaseValid ? 'VALID' : 'EXPIRED'} tone={leaseValid ? 'good' : 'bad'} />
            </td>
            <td>
              <Ago at={startedAt} />
            </td>
            <td>
              <Ago at={seenAt} />
            </td>
            <td className="number">{attempts}</td>
          </tr>
        )}
      />
    </NeedsAdmin>
  )
}
