import { useQuery } from '@tanstack/react-query'
import type { Operation } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { parseJson } from '../../forms/exact-json.ts'

export type Full = { input?: Record<string, unknown>; result?: Record<string, unknown> }

/** The input and the result of the operation, with all digits of long integers: the client's own reads have those of a number. */
export function useFull({ operationId, done }: Pick<Operation, 'operationId' | 'done'>) {
  const longrun = useLongrun()
  const { data, error, refetch } = useQuery({
    queryKey: ['operation', operationId, 'full', done],
    queryFn: async ({ signal }) => {
      const params = { path: { operationId }, query: { view: 'FULL' } } as const
      const init = { params, signal, parseAs: 'text' }
      const answer = await longrun.api.GET('/operations/{operationId}', init)
      if (answer.error) throw answer.error
      return answer.data as unknown as string
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  // Parsed here: the cache would copy the objects that hold long integers.
  return { full: data === undefined ? undefined : (parseJson(data) as Full), error, refetch }
}
