import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { LongrunProblem, type Operation, type Wait } from '../../../client/index.ts'
import { type OperationView, useLongrun } from '../../../client/react/index.ts'
import { Failure, Loading } from '../../components/states.tsx'
import { Table } from '../../components/table.tsx'
import { Ago, relative, useNow } from '../../components/time.tsx'
import type { Schema } from '../../forms/schema.ts'
import { SchemaForm } from '../../forms/schema-form.tsx'
import { Plain } from './text.tsx'

type Props = { operation: Operation; complete: OperationView<Operation['type']>['complete'] }

/** What the operation waits for, with a form for each, and what it has waited for. */
export function Waits({ operation: { operationId, status, attempt }, complete }: Props) {
  const longrun = useLongrun()
  const queries = useQueryClient()
  const key = ['operation', operationId, 'waits']
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await longrun.operation(operationId, undefined, { signal })).waits({ signal }),
  })
  // Waits begin and end with the attempts.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['operation', operationId, 'waits'] })
  }, [queries, operationId, status, attempt])
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return status === 'WAITING' ? <Loading what="Loading the waits…" /> : null
  if (data.length === 0) return null
  const pending = data.filter(({ state }) => state === 'PENDING')
  const over = data.filter(({ state }) => state !== 'PENDING')
  return (
    <section className="panel stack" aria-labelledby="waits">
      <h2 id="waits">Waits</h2>
      {pending.map((wait) => (
        <PendingWait
          key={wait.name}
          wait={wait}
          isOpen={status === 'WAITING'}
          onComplete={async (body) => {
            await (complete as (name: string, body: object) => Promise<Wait>)(wait.name, body)
            await queries.invalidateQueries({ queryKey: key })
          }}
        />
      ))}
      {over.length > 0 && <OverWaits waits={over} />}
    </section>
  )
}

function PendingWait({
  wait: { name, kind, who, schema, expiresAt },
  isOpen,
  onComplete,
}: {
  wait: Wait
  isOpen: boolean
  onComplete: (body: object) => Promise<unknown>
}) {
  const [value, setValue] = useState<unknown>({})
  const [error, setError] = useState<unknown>()
  const [isSending, setIsSending] = useState(false)
  const errors = error instanceof LongrunProblem ? (error.errors ?? []) : []

  async function send() {
    setIsSending(true)
    setError(undefined)
    await onComplete(value as object).catch(setError)
    setIsSending(false)
  }

  return (
    <article className="stack" aria-label={`Wait ${name}`}>
      <p>
        <strong>{name}</strong> {kindTexts[kind]} {who && <Plain text={`Expected from: ${who}.`} />}{' '}
        <Deadline at={expiresAt} kind={kind} />
      </p>
      {schema && (
        <form
          className="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void send()
          }}
        >
          {kind === 'CALLBACK' && <p className="quiet">You can complete this wait in place of the external system.</p>}
          <SchemaForm schema={schema as Schema} value={value} onChange={setValue} errors={errors} />
          {error !== undefined && errors.length === 0 && <Failure error={error} />}
          <div>
            <button type="submit" className="primary" disabled={isSending || !isOpen}>
              Complete {name}
            </button>
          </div>
        </form>
      )}
    </article>
  )
}

const kindTexts = {
  TIMER: 'is a timer.',
  CALLBACK: 'waits for a callback of an external system.',
  INPUT: 'waits for a decision.',
} as const

function Deadline({ at, kind }: { at: string; kind: Wait['kind'] }) {
  const leftMs = Date.parse(at) - useNow()
  const verb = kind === 'TIMER' ? 'Over' : 'Expires'
  return (
    <time dateTime={at} title={at} className="quiet">
      {leftMs > 0 ? `${verb} ${relative(leftMs)}.` : 'Its time is over.'}
    </time>
  )
}

function OverWaits({ waits }: { waits: readonly Wait[] }) {
  return (
    <Table caption="Waits that are over" columns={['Wait', 'Kind', 'State', 'When', 'By']}>
      {waits.map(({ name, kind, state, completedAt, completedBy, expiresAt }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{kind}</td>
          <td>{state}</td>
          <td>{state !== 'CANCELLED' && <Ago at={completedAt ?? expiresAt} />}</td>
          <td>{completedBy}</td>
        </tr>
      ))}
    </Table>
  )
}
