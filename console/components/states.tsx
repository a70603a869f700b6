import type { ReactNode } from 'react'
import { LongrunProblem } from '../../client/index.ts'
import { baseUrl } from '../address.ts'

export function Loading({ what = 'Loading…' }: { what?: string }) {
  return (
    <p className="quiet" role="status" aria-busy="true">
      {what}
    </p>
  )
}

/** An empty list or page. `children`: what would fill it, for example a command. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <section className="panel nothing">
      <p>{title}</p>
      {children}
    </section>
  )
}

/** An error: what is wrong, where, and the page with its remedy. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof LongrunProblem ? error : undefined
  return (
    <section className="panel failure" role="alert">
      <p>
        <strong>{problem?.title ?? 'This could not be loaded.'}</strong>{' '}
        {problem ? problem.detail : error instanceof Error ? error.message : String(error)}
      </p>
      {problem?.errors && (
        <ul>
          {problem.errors.map(({ pointer, parameter, message }) => (
            <li key={`${pointer ?? parameter} ${message}`}>
              <code>{pointer ?? parameter}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <p className="row">
        {problem && (
          <a href={`${baseUrl}/problems/${problem.code}`} target="_blank" rel="noreferrer">
            {problem.code}
          </a>
        )}
        {onRetry && (
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        )}
      </p>
    </section>
  )
}
