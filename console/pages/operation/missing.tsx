import { LongrunProblem } from '../../../client/index.ts'
import { Ago } from '../../components/time.tsx'
import { href } from '../../router.ts'
import { Plain } from './text.tsx'

/** Whether the service has no operation of this id, or no longer. */
export function isMissing(error: unknown): error is LongrunProblem {
  return error instanceof LongrunProblem && (error.status === 404 || error.status === 410)
}

export function Missing({ operationId, problem }: { operationId: string; problem?: LongrunProblem | undefined }) {
  const isGone = problem?.status === 410
  return (
    <>
      <h1>{isGone ? 'The operation was deleted' : 'There is no such operation'}</h1>
      <section className="panel">
        <p>
          <code className="id">
            <Plain text={operationId} />
          </code>
        </p>
        <p>
          {isGone
            ? 'It was deleted after its retention, or by a purge, with its result and files.'
            : 'No operation of your owner has this id. Look at the id, or sign in with a key of its owner.'}{' '}
          {isGone && problem.expiredAt && <Ago at={problem.expiredAt} />}
        </p>
        <a href={href('operations')}>All operations</a>
      </section>
    </>
  )
}
