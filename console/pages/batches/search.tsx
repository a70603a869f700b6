import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import type { Operation } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { baseUrl } from '../../address.ts'
import { TextField } from '../../components/field.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Nothing } from '../../components/states.tsx'
import { Table } from '../../components/table.tsx'
import { Ago } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href, navigate } from '../../router.ts'

/** Operations that are looked through for their batches: the contract has no list of batches. */
const pageSize = 1000

export function BatchSearch() {
  return (
    <>
      <h1>Batches</h1>
      <SearchById />
      <Recent />
    </>
  )
}

function SearchById() {
  const [id, setId] = useState('')
  function open(event: FormEvent) {
    event.preventDefault()
    navigate(href(`batches/${encodeURIComponent(id.trim())}`))
  }
  return (
    <form className="panel stack" onSubmit={open}>
      <TextField label="Id of a batch" value={id} onChange={setId} required />
      <div>
        <button type="submit">Open</button>
      </div>
    </form>
  )
}

function Recent() {
  const { api } = useLongrun()
  const key = ['batches', 'recent']
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const { operations } = await dataOf(api.GET('/operations', { params: { query: { pageSize } }, signal }))
      return batchesOf(operations)
    },
  })
  useRefreshOnEvents(key, 10_000)
  return (
    <Loaded query={query}>
      {(batches) =>
        batches.length === 0 ? (
          <Nothing title={`None of the latest ${pageSize} operations belongs to a batch. Submit one with:`}>
            <pre>{`curl ${baseUrl}/api/v1/operations:batchCreate -H "Authorization: Bearer $LONGRUN_API_KEY" \\
  -H 'Content-Type: application/json' -d '{
    "operations": [{"type": "exportCustomers", "body": {"format": "CSV"}}]}'`}</pre>
          </Nothing>
        ) : (
          <section className="panel">
            <h2>Batches of the latest {pageSize} operations</h2>
            <Table caption="Latest batches" columns={['Batch', 'Submitted', { number: 'Operations seen' }, 'Types']}>
              {batches.map(({ batchId, createdAt, types, total }) => (
                <tr key={batchId}>
                  <td>
                    <a className="mono" href={href(`batches/${batchId}`)}>
                      {batchId}
                    </a>
                  </td>
                  <td>
                    <Ago at={createdAt} />
                  </td>
                  <td className="number">{total}</td>
                  <td>{types.join(', ')}</td>
                </tr>
              ))}
            </Table>
          </section>
        )
      }
    </Loaded>
  )
}

function batchesOf(operations: readonly Operation[]) {
  const byBatch = Map.groupBy(
    operations.filter(({ batchId }) => batchId !== undefined),
    ({ batchId = '' }) => batchId,
  )
  return [...byBatch].map(([batchId, found]) => ({
    batchId,
    createdAt: found[0]?.createdAt ?? '',
    total: found.length,
    types: [...new Set(found.map(({ type }) => type))].toSorted(),
  }))
}
