import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLongrun } from '../../../client/react/index.ts'
import { Confirm } from '../../components/confirm.tsx'
import { Failure, Loading } from '../../components/states.tsx'
import { type Action, actions, countMatches, idsOf, narrowed } from './bulk-action.ts'
import { BulkOperation, RunPanel } from './bulk-progress.tsx'
import { type Filter, parametersOf } from './filter.ts'
import { filterText } from './filters.tsx'
import type { LiveList } from './live-list.ts'
import type { Selection } from './selection.ts'
import { useRunner } from './use-runner.ts'

type Props = { filter: Filter; selection: Selection; list: LiveList }

/** Cancels, retries and purges the selected operations, or all that match the filter. */
export function Bulk({ filter, selection, list }: Props) {
  const longrun = useLongrun()
  const queries = useQueryClient()
  const runner = useRunner()
  const [asked, setAsked] = useState<Action>()
  const [submitted, setSubmitted] = useState<string>()
  const selected = [...selection.ids]
  const isOfSelection = selected.length > 0
  const refresh = () => void queries.invalidateQueries({ queryKey: ['operations'] })

  function begin(
    action: Action,
    total: number | undefined,
    ids: (signal: AbortSignal) => AsyncIterable<string> | string[],
  ) {
    // No event tells of a purge.
    runner.start({ action, total, ids, onDone: (id) => action === 'purge' && list.remove([id]), onOver: refresh })
  }

  /** A bulk cancel or retry is an operation of the service. The service has no bulk purge: this page purges one by one. */
  async function actOnFilter(action: Action, scope: Filter, total: number | undefined) {
    if (action === 'purge') return begin(action, total, (signal) => idsOf(longrun, scope, signal))
    const operation = await longrun[`${action}Operations`]({ filter: parametersOf(scope) })
    setSubmitted(operation.id)
  }

  const scope = asked && narrowed(filter, asked)
  const close = () => setAsked(undefined)
  return (
    <section className="stack toolbar" aria-label="Bulk actions">
      <div className="row">
        <span>
          {isOfSelection ? `${selected.length.toLocaleString('en')} selected:` : 'All that match the filter:'}
        </span>
        {(Object.keys(actions) as Action[]).map((action) => (
          <button
            key={action}
            type="button"
            className={action === 'retry' ? undefined : 'danger'}
            disabled={!isOfSelection && narrowed(filter, action) === undefined}
            onClick={() => setAsked(action)}
          >
            {actions[action].verb}…
          </button>
        ))}
        {isOfSelection && (
          <button type="button" onClick={selection.clear}>
            Clear selection
          </button>
        )}
      </div>
      {asked && isOfSelection && (
        <ConfirmSelection
          action={asked}
          count={selected.length}
          onClose={close}
          onAct={() => {
            begin(asked, selected.length, () => selected)
            selection.clear()
          }}
        />
      )}
      {asked && !isOfSelection && scope && (
        <ConfirmFilter
          action={asked}
          scope={scope}
          onClose={close}
          onAct={(total) => actOnFilter(asked, scope, total)}
        />
      )}
      {submitted && <BulkOperation key={submitted} id={submitted} onDismiss={() => setSubmitted(undefined)} />}
      {runner.run && <RunPanel run={runner.run} onStop={runner.stop} onDismiss={runner.dismiss} />}
    </section>
  )
}

const counted = (count: number) => `${count.toLocaleString('en')} operation${count === 1 ? '' : 's'}`

type ConfirmProps = { action: Action; onClose: () => void }

function ConfirmSelection({ action, count, onClose, onAct }: ConfirmProps & { count: number; onAct: () => void }) {
  const { verb } = actions[action]
  return (
    <Confirm
      title={`${verb} the selected operations?`}
      action={`${verb} ${counted(count)}`}
      isDanger={action !== 'retry'}
      onAct={async () => onAct()}
      onClose={onClose}
    >
      <Effect action={action} />
    </Confirm>
  )
}

type ConfirmFilterProps = ConfirmProps & { scope: Filter; onAct: (total: number | undefined) => Promise<void> }

/** Counts first what matches, and again before it acts: what was confirmed is what is changed. */
function ConfirmFilter({ action, scope, onClose, onAct }: ConfirmFilterProps) {
  const longrun = useLongrun()
  const [count, setCount] = useState<{ known: boolean; matches?: number | undefined; error?: unknown }>({
    known: false,
  })
  const key = JSON.stringify(scope)
  useEffect(() => {
    const leaving = new AbortController()
    countMatches(longrun, action, JSON.parse(key) as Filter, leaving.signal).then(
      (matches) => setCount({ known: true, matches }),
      (error: unknown) => leaving.signal.aborted || setCount({ known: false, error }),
    )
    return () => leaving.abort()
  }, [longrun, action, key])

  async function act() {
    const matches = await countMatches(longrun, action, scope)
    if (matches !== count.matches) {
      setCount({ known: true, matches })
      throw new Error('The number of matching operations has changed. Check it, then confirm again.')
    }
    await onAct(matches)
  }

  const { known, matches, error } = count
  const { verb } = actions[action]
  return (
    <Confirm
      title={`${verb} all operations that match?`}
      action={matches === undefined ? `${verb} all that match` : `${verb} ${counted(matches)}`}
      isDanger={action !== 'retry'}
      isReady={known && matches !== 0}
      onAct={act}
      onClose={onClose}
    >
      <p>
        <bdi>{filterText(scope)}</bdi>
      </p>
      {error !== undefined && <Failure error={error} />}
      {!known && error === undefined && <Loading what="Counting…" />}
      {known && (
        <p role="status">
          {matches === undefined
            ? 'More operations match than can be counted in a second.'
            : `${counted(matches)} ${matches === 1 ? 'matches' : 'match'} now.`}
        </p>
      )}
      <Effect action={action} />
    </Confirm>
  )
}

function Effect({ action }: { action: Action }) {
  if (action === 'cancel')
    return (
      <p>Operations that have started are undone as far as their type can. Operations that end before are skipped.</p>
    )
  if (action === 'retry')
    return <p>Each is submitted again with the same input. Operations that were retried before are skipped.</p>
  return <p>Their inputs, results, files and histories are deleted. This cannot be undone.</p>
}
