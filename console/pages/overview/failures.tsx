import { useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { baseUrl } from '../../address.ts'
import { Failure, Loading } from '../../components/states.tsx'
import { Table } from '../../components/table.tsx'
import { Ago } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'
import type { Range, Statistics } from './range.ts'

type Props = { statistics: Statistics; range: Range }

/** Why operations failed in the window. */
export function Problems({ statistics: { problemCodes, otherProblems }, range: { type } }: Props) {
  const failed = href('operations', { status: 'FAILED', type })
  return (
    <section className="panel">
      <h2>Problems</h2>
      {problemCodes.length === 0 ? (
        <p className="quiet">No operation failed in this window.</p>
      ) : (
        <Table
          caption="Failed operations by the code of their problem"
          columns={['Code', { number: 'Failed operations' }]}
        >
          {problemCodes.map(({ code, count }) => (
            <tr key={code}>
              <td>
                {/* OTHER stands for codes that are not in the catalogue. */}
                {code === 'OTHER' ? (
                  code
                ) : (
                  <a href={`${baseUrl}/problems/${code}`} target="_blank" rel="noreferrer">
                    {code}
                  </a>
                )}
              </td>
              <td className="number">
                {code === 'OTHER' ? (
                  count.toLocaleString('en')
                ) : (
                  <a
                    href={href('operations', { problemCode: code, type })}
                    aria-label={`${count.toLocaleString('en')} failed with ${code}`}
                  >
                    {count.toLocaleString('en')}
                  </a>
                )}
              </td>
            </tr>
          ))}
          {otherProblems > 0 && (
            <tr>
              <td>other codes</td>
              <td className="number">{otherProblems.toLocaleString('en')}</td>
            </tr>
          )}
        </Table>
      )}
      <p>
        <a href={failed}>List the failed operations</a>
      </p>
    </section>
  )
}

const shown = 10

export function RecentFailures({ range: { type } }: { range: Range }) {
  const { api } = useLongrun()
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', 'failures', type],
    queryFn: ({ signal }) => {
      const query = { status: ['FAILED' as const], pageSize: shown, ...(type && { type }) }
      return dataOf(api.GET('/operations', { params: { query }, signal }))
    },
  })
  useRefreshOnEvents(['operations', 'failures'], 3000)
  return (
    <section className="panel">
      <h2>Recent failures</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.operations.length === 0 && <p className="quiet">No operation has failed.</p>}
      <ul className="plain">
        {data?.operations.map(({ operationId, type, error, failedAt }) => (
          <li key={operationId}>
            <a href={href(`operations/${operationId}`)}>
              {type} <span className="mono">{operationId.slice(-8)}</span>
            </a>{' '}
            {failedAt && <Ago at={failedAt} />} <code>{error?.code}</code>
            <br />
            <bdi className="quiet">{error?.detail ?? error?.title}</bdi>
          </li>
        ))}
      </ul>
    </section>
  )
}
