import { LongrunProblem } from '../../../client/index.ts'
import { baseUrl } from '../../address.ts'
import { Copy } from '../../components/copy.tsx'
import { Failure } from '../../components/states.tsx'
import { duration } from '../../components/time.tsx'
import { href } from '../../router.ts'

export type Checked = { estimate: { rows?: number; seconds?: number } }

type Props = {
  checked: Checked | undefined
  error: unknown
  secret: { text: string; operationId: string } | undefined
  /** Whether the form shows the violations at their fields. */
  isForm: boolean
}

/** What a check or a submit has given. */
export function Outcome({ checked, error, secret, isForm }: Props) {
  return (
    <>
      {error !== undefined && (isForm && hasPlaces(error) ? <Refused problem={error} /> : <Failure error={error} />)}
      <div role="status">
        {checked && (
          <p>
            <strong>The input is valid.</strong> {estimateText(checked)}
          </p>
        )}
        {secret && (
          <div className="panel stack">
            <p>The operation was submitted. Store the secret of its webhook now; the service does not show it again.</p>
            <div className="row">
              <code>{secret.text}</code>
              <Copy text={secret.text} label="the secret" />
            </div>
            <a href={href(`operations/${secret.operationId}`)}>Go to the operation</a>
          </div>
        )}
      </div>
    </>
  )
}

function hasPlaces(error: unknown): error is LongrunProblem {
  return error instanceof LongrunProblem && (error.errors?.length ?? 0) > 0
}

function Refused({ problem }: { problem: LongrunProblem }) {
  const count = problem.errors?.length ?? 0
  return (
    <section className="panel failure" role="alert">
      <p>
        <strong>{problem.title}</strong> Correct the {count === 1 ? 'field' : `${count} places`} marked above.
      </p>
      <a href={`${baseUrl}/problems/${problem.code}`} target="_blank" rel="noreferrer">
        {problem.code}
      </a>
    </section>
  )
}

function estimateText({ estimate: { rows, seconds } }: Checked): string {
  const parts = [
    rows !== undefined && `${rows.toLocaleString('en')} rows`,
    seconds !== undefined && `about ${duration(seconds * 1000)}`,
  ].filter(Boolean)
  return parts.length > 0 ? `Estimate: ${parts.join(', ')}.` : 'The work cannot be estimated.'
}
