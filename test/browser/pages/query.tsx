import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient, type Longrun } from '../../../client/index.ts'

const parameters = new URLSearchParams(location.search)
const longrun = createClient({ baseUrl: location.origin, apiKey: parameters.get('key') ?? '' })

/** The example of the README: the cache of TanStack Query holds the operation, and the handle updates it. */
function useOperationQuery(longrun: Longrun, id: string) {
  const queryClient = useQueryClient()
  const { data, error } = useQuery({
    queryKey: ['operation', id],
    queryFn: async ({ signal }) => (await longrun.operation(id, undefined, { signal })).snapshot,
  })
  const isActive = data?.done === false
  useEffect(() => {
    if (!isActive) return
    const left = new AbortController()
    const { signal } = left
    async function follow() {
      const operation = await longrun.operation(id, undefined, { signal })
      for await (const state of operation.updates({ signal })) queryClient.setQueryData(['operation', id], state)
    }
    follow().catch(() => {
      if (!signal.aborted) void queryClient.invalidateQueries({ queryKey: ['operation', id] })
    })
    return () => left.abort()
  }, [longrun, id, isActive, queryClient])
  return { operation: data, error }
}

function Shown({ id }: { id: string }) {
  const { operation, error } = useOperationQuery(longrun, id)
  return <p className="status">{error?.message ?? operation?.status ?? 'nothing'}</p>
}

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <Shown id={parameters.get('id') ?? ''} />
    </QueryClientProvider>
  </StrictMode>,
)
