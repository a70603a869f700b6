import type { ReactNode } from 'react'
import type { Operation } from '../../../client/index.ts'
import { Copy } from '../../components/copy.tsx'
import { Status } from '../../components/status.tsx'
import { Ago, duration } from '../../components/time.tsx'
import { href } from '../../router.ts'
import { Plain } from './text.tsx'

/** What the operation is, and what it belongs to. */
export function Header({ operation, children }: { operation: Operation; children: ReactNode }) {
  const { operationId, type, summary, status, labels, attempt, failures, maxAttempts } = operation
  const names = Object.entries(labels)
  return (
    <>
      <h1>
        {type} <Status status={status} />
      </h1>
      <section className="panel stack">
        <div className="row">
          <code className="id">{operationId}</code>
          <Copy text={operationId} label="the id" />
        </div>
        {summary && (
          <p>
            <Plain text={summary} />
          </p>
        )}
        <dl className="facts">
          {names.length > 0 && (
            <Fact name="Labels">
              {names.map(([name, value]) => (
                <a key={name} className="label" href={href('operations', { label: `${name}:${value}` })}>
                  <Plain text={`${name}: ${value}`} />
                </a>
              ))}
            </Fact>
          )}
          <Fact name="Created">
            <Ago at={operation.createdAt} />
          </Fact>
          {operation.startedAt && (
            <Fact name="Started">
              <Ago at={operation.startedAt} />
              {operation.duration !== undefined && operation.done && `, ran ${duration(operation.duration * 1000)}`}
            </Fact>
          )}
          {!operation.done && operation.startAfter && (
            <Fact name="Starts after">
              <Ago at={operation.startAfter} />
            </Fact>
          )}
          {operation.queuePosition !== undefined && <Fact name="Queue position">{operation.queuePosition}</Fact>}
          <Fact name="Attempt">
            {attempt}, with {failures} of at most {maxAttempts} failures
          </Fact>
          <Fact name="Priority">{operation.priority}</Fact>
          {operation.concurrencyKey && (
            <Fact name="Concurrency key">
              <code>{operation.concurrencyKey}</code>
            </Fact>
          )}
          {operation.reason && (
            <Fact name="Reason of the cancel">
              <Plain text={operation.reason} />
            </Fact>
          )}
          {operation.expiresAt && (
            <Fact name="Deleted">
              <Ago at={operation.expiresAt} />
            </Fact>
          )}
          <Related operation={operation} />
        </dl>
        {children}
      </section>
    </>
  )
}

function Related({ operation: { scheduleId, scheduledFor, batchId, retryOf, retriedBy } }: { operation: Operation }) {
  return (
    <>
      {scheduleId && (
        <Fact name="Schedule">
          <a href={href(`schedules/${scheduleId}`)}>{scheduleId}</a>
          {scheduledFor && (
            <>
              , due <Ago at={scheduledFor} />
            </>
          )}
        </Fact>
      )}
      {batchId && (
        <Fact name="Batch">
          <a href={href(`batches/${batchId}`)}>{batchId}</a>
        </Fact>
      )}
      {retryOf && (
        <Fact name="Retry of">
          <a href={href(`operations/${retryOf}`)}>{retryOf}</a>
        </Fact>
      )}
      {retriedBy && (
        <Fact name="Retried by">
          <a href={href(`operations/${retriedBy}`)}>{retriedBy}</a>
        </Fact>
      )}
    </>
  )
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
