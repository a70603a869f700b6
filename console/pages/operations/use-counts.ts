import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { allStatuses, type Filter, type OperationStatus, parametersOf } from './filter.ts'

/** Eight requests, of which each counts for up to a second. */
const refreshMs = 5000

export type Counts = Partial<Record<OperationStatus, string>>

/** How many operations of each status match the other filters. */
export function useCounts({ status: _status, ...others }: Filter): Counts {
  const { api } = useLongrun()
  const filter = parametersOf({ ...others, status: [] })
  const { data = {} } = useQuery({
    queryKey: ['operations', 'counts', filter],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const counts: Counts = {}
      // One after the other: the list comes first.
      for (const status of allStatuses) {
        const query = { ...filter, status: [status], includeTotal: true, pageSize: 1 }
        const { totalSize, operations } = await dataOf(api.GET('/operations', { params: { query }, signal }))
        counts[status] = totalSize?.toLocaleString('en') ?? (operations.length > 0 ? 'many' : '')
      }
      return counts
    },
  })
  useRefreshOnEvents(['operations', 'counts'], refreshMs)
  return data
}
