import { useEffect, useRef } from 'react'
import type { Operation as State } from '../../client/index.ts'
import { type OperationView, useOperation } from '../../client/react/index.ts'
import { Deliveries } from '../components/deliveries.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { useContract } from '../contract.ts'
import { submitTypes } from '../contract-types.ts'
import { useFeedState } from '../live/context.tsx'
import { Actions } from './operation/actions.tsx'
import { Dependencies } from './operation/dependencies.tsx'
import { Header } from './operation/header.tsx'
import { Lines } from './operation/lines.tsx'
import { Log } from './operation/log.tsx'
import { isMissing, Missing } from './operation/missing.tsx'
import { Phases } from './operation/phases.tsx'
import { ProblemPanel } from './operation/problem.tsx'
import { Result } from './operation/result.tsx'
import { Steps } from './operation/steps.tsx'
import { Json } from './operation/text.tsx'
import { Attempts, Timeline } from './operation/timeline.tsx'
import { useFull } from './operation/use-full.ts'
import { useHistory } from './operation/use-history.ts'
import { Waits } from './operation/waits.tsx'
import { formats } from './webhooks/receiver.ts'

/** One operation, up to date until its end. */
export default function Operation({ operationId }: { operationId: string }) {
  // What cannot be an id may not become part of a path.
  return /^[\w-]{1,64}$/.test(operationId) ? <Found operationId={operationId} /> : <Missing operationId={operationId} />
}

function Found({ operationId }: { operationId: string }) {
  const view = useOperation(operationId)
  const { operation, error, refresh } = view
  useFreshState(operation?.done === true, refresh)
  useEffect(() => {
    document.title = `${operation ? `${operation.type} ${operation.status.toLowerCase()}` : 'Operation'} · Longrun`
  }, [operation])
  if (isMissing(error)) return <Missing operationId={operationId} problem={error} />
  if (!operation) return error ? <Failure error={error} onRetry={refresh} /> : <Loading what="Loading the operation…" />
  return (
    <>
      {error && <Failure error={error} onRetry={refresh} />}
      <Parts key={operationId} operation={operation} view={view} />
    </>
  )
}

/** Reads again what may have changed unseen: while the event stream was broken, or after the end of an operation that was shown before. */
function useFreshState(isOld: boolean, refresh: () => void) {
  const state = useFeedState()
  const isMissed = useRef(isOld)
  useEffect(() => {
    if (state === 'lost') isMissed.current = true
    if (state !== 'live' || !isMissed.current) return
    isMissed.current = false
    refresh()
  }, [state, refresh])
}

function Parts({ operation, view }: { operation: State; view: OperationView<State['type']> }) {
  const { operationId, type, error: problem, webhook } = operation
  const { history, error, isRead } = useHistory(operationId)
  const { data: contract } = useContract()
  const full = useFull(operation)
  const isSaga = contract && submitTypes(contract).some((one) => one.type === type && one.compensates)
  return (
    <>
      <Header operation={operation}>
        <Actions operation={operation} view={view} />
      </Header>
      {problem && <ProblemPanel problem={problem} />}
      <Waits operation={operation} complete={view.complete} />
      {operation.links.result && <Result operation={operation} full={full} />}
      <div className="grid parts">
        <Phases operation={operation} />
        {isSaga && <Steps operation={operation} history={history} />}
      </div>
      {error !== undefined && <Failure error={error} />}
      <Timeline history={history} operation={operation} />
      <Attempts history={history} />
      <Log history={history} isRead={isRead} />
      <section className="panel stack" aria-labelledby="deliveries">
        <h2 id="deliveries">Webhook deliveries</h2>
        {webhook && (
          <p>
            Its own webhook gets {webhook.events.join(', ')} ({formats[webhook.format]}).
            {!webhook.registered && ' It answered 410: nothing more is sent.'}
          </p>
        )}
        <Deliveries
          operationId={operationId}
          empty={
            <p className="quiet">
              No message was sent about this operation. Submit an operation with <code>webhook</code>, or create a
              receiver.
            </p>
          }
        />
      </section>
      <Dependencies operation={operation} />
      <section className="panel" aria-labelledby="input">
        <h2 id="input">Input</h2>
        {full.error && <Failure error={full.error} onRetry={() => void full.refetch()} />}
        {full.full ? <Json value={full.full.input ?? {}} label="the input" /> : !full.error && <Loading />}
      </section>
      <Lines operation={operation} />
    </>
  )
}
