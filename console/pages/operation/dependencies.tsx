import { useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import type { Operation } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Failure } from '../../components/states.tsx'
import { Status } from '../../components/status.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'

const policyTexts = {
  FAIL: 'If one of them does not complete, this operation fails.',
  CANCEL: 'If one of them does not complete, this operation is cancelled.',
  ANY_END: 'It starts when all of them have ended, whatever their outcome.',
} as const

/** The service lists no dependents; they are looked for among this many operations. */
const newest = 100

/** What the operation depends on, and what depends on it. */
export function Dependencies({ operation }: { operation: Operation }) {
  const { operationId, createdAt, done, dependsOn = [], dependencyPolicy = 'FAIL' } = operation
  const longrun = useLongrun()
  const key = ['operation', operationId, 'dependencies']
  const found = useQuery({
    queryKey: [...key, 'states'],
    enabled: dependsOn.length > 0,
    queryFn: ({ signal }) =>
      dataOf(longrun.api.POST('/operations:batchGet', { body: { operationIds: [...dependsOn] }, signal })),
  })
  const dependents = useQuery({
    queryKey: [...key, 'dependents'],
    // Dependents of an ended operation wait for nothing.
    enabled: !done,
    queryFn: async ({ signal }) => {
      const query = { status: ['PENDING' as const], createdAfter: createdAt, pageSize: newest }
      const { operations } = await dataOf(longrun.api.GET('/operations', { params: { query }, signal }))
      return operations.filter((one) => one.dependsOn?.includes(operationId))
    },
  })
  useRefreshOnEvents(key, 5000)
  const waiting = done ? [] : (dependents.data ?? [])
  if (dependsOn.length === 0 && waiting.length === 0) return null
  const states = new Map(found.data?.operations.map((one) => [one.operationId, one.status]))
  return (
    <section className="panel stack" aria-labelledby="dependencies">
      <h2 id="dependencies">Dependencies</h2>
      {found.error && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {dependsOn.length > 0 && (
        <>
          <p>
            It depends on these operations. {policyTexts[dependencyPolicy]} ({dependencyPolicy})
          </p>
          <ul className="plain">
            {dependsOn.map((id) => (
              <Line key={id} id={id} status={states.get(id)} />
            ))}
          </ul>
        </>
      )}
      {waiting.length > 0 && (
        <>
          <p>These operations wait for it, of the {newest} newest that are pending:</p>
          <ul className="plain">
            {waiting.map(({ operationId: id, status }) => (
              <Line key={id} id={id} status={status} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function Line({ id, status }: { id: string; status: string | undefined }) {
  return (
    <li>
      <a className="mono" href={href(`operations/${id}`)}>
        {id}
      </a>{' '}
      {status && <Status status={status} />}
    </li>
  )
}
