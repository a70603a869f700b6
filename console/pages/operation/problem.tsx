import type { Operation } from '../../../client/index.ts'
import { baseUrl } from '../../address.ts'
import { Fact } from './header.tsx'
import { Plain } from './text.tsx'

/** Why the operation failed, and what to do. */
export function ProblemPanel({ problem }: { problem: NonNullable<Operation['error']> }) {
  const { code, title, detail, errors, cause, retryable, retryAfter } = problem
  return (
    <section className="panel failure" aria-labelledby="problem">
      <h2 id="problem">
        Problem: <Plain text={title} />
      </h2>
      <p>
        <Plain text={detail} />
      </p>
      {errors && (
        <ul>
          {errors.map(({ pointer, parameter, message }) => (
            <li key={`${pointer ?? parameter} ${message}`}>
              <code>{pointer ?? parameter}</code> <Plain text={message} />
            </li>
          ))}
        </ul>
      )}
      <dl className="facts">
        <Fact name="Code">
          <a href={problemPage(code)} target="_blank" rel="noreferrer">
            {code}
          </a>
        </Fact>
        <Fact name="Retry">
          {retryable
            ? `A retry can succeed${retryAfter === undefined ? '' : ` after ${retryAfter} s`}.`
            : 'The same input fails again. Correct the cause first.'}
        </Fact>
        {cause && (
          <Fact name="Caused by">
            <a href={problemPage(cause.code)} target="_blank" rel="noreferrer">
              {cause.code}
            </a>{' '}
            <Plain text={cause.detail} />
          </Fact>
        )}
      </dl>
    </section>
  )
}

/** The page of the catalogue. The code is the only part that comes from the operation. */
export function problemPage(code: string): string {
  return `${baseUrl}/problems/${encodeURIComponent(code)}`
}
