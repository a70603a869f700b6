import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { dataOf } from '../../client/api.ts'
import { useLongrun } from '../../client/react/index.ts'
import { baseUrl } from '../address.ts'
import { Failure, Loading, Nothing } from '../components/states.tsx'
import { useRefreshOnEvents } from '../live/context.tsx'
import type { PageProps } from '../page-props.ts'
import { href } from '../router.ts'
import { Counts } from './overview/counts.tsx'
import { Durations } from './overview/durations.tsx'
import { Ends } from './overview/ends.tsx'
import { Problems, RecentFailures } from './overview/failures.tsx'
import { parametersOf, rangeOf } from './overview/range.ts'
import { RangeForm } from './overview/range-form.tsx'
import { Types } from './overview/types.tsx'

/** The window moves on also when nothing happens. */
const refreshMs = 60_000
const refreshOnEventsMs = 3000

/** What the operations of the owner do, from `GET /statistics`. Window, interval and type are in the URL. */
export default function Overview({ query }: PageProps) {
  const { api } = useLongrun()
  const range = rangeOf(query)
  const { window, interval, type } = range
  const { data, error, refetch } = useQuery({
    queryKey: ['statistics', window, interval, type],
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
    queryFn: ({ signal }) => {
      return dataOf(api.GET('/statistics', { params: { query: parametersOf(range) }, signal }))
    },
  })
  useRefreshOnEvents(['statistics'], refreshOnEventsMs)
  const isEmpty = data && data.active.total === 0 && data.ended.total === 0
  return (
    <>
      <h1>Overview</h1>
      <RangeForm range={range} />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {isEmpty && <Empty type={type} />}
      {data && (
        <div className="stack overview">
          <Counts statistics={data} range={range} />
          <div className="grid">
            <Ends statistics={data} />
            <Durations range={range} />
          </div>
          <Types statistics={data} />
          <div className="grid">
            <Problems statistics={data} range={range} />
            <RecentFailures range={range} />
          </div>
        </div>
      )}
    </>
  )
}

function Empty({ type }: { type: string | undefined }) {
  return (
    <Nothing title={`No operation${type ? ` of type ${type}` : ''} is active or has ended in this window.`}>
      <pre>{`curl ${baseUrl}/api/v1/reports:generate \\
  -H "Authorization: Bearer $LONGRUN_API_KEY" -H 'Content-Type: application/json' \\
  -d '{"reportType": "ORDERS_SUMMARY", "format": "CSV", "dateRange": {"fromDate": "2017-01-01", "toDate": "2017-12-31"}}'`}</pre>
      <p>
        <a href={href('submit')}>Submit an operation</a>
      </p>
    </Nothing>
  )
}
