import type { ReactNode } from 'react'
import { LongrunProblem } from '../../client/index.ts'
import { Nothing } from './states.tsx'

/** `children`, or what to do when the credential lacks the scope `admin`, as `error` says. */
export function NeedsAdmin({ what, error, children }: { what: string; error: Error | null; children: ReactNode }) {
  const isRefused = error instanceof LongrunProblem && error.code === 'INSUFFICIENT_SCOPE'
  if (!isRefused) return children
  return (
    <Nothing title={`Only a key with the scope admin shows ${what}.`}>
      <p>
        Sign out, and sign in with such a key. The operator of the service creates one with{' '}
        <code>npm run keys -- create</code>.
      </p>
    </Nothing>
  )
}
