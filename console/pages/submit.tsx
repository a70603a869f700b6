import { Failure, Loading } from '../components/states.tsx'
import { useContract } from '../contract.ts'
import { submitTypes } from '../contract-types.ts'
import type { PageProps } from '../page-props.ts'
import { href, navigate } from '../router.ts'
import { SubmissionForm } from './submit/submission-form.tsx'

/** Submits an operation. The query may name its `type`. */
export default function Submit({ query }: PageProps) {
  const { data: contract, error, refetch } = useContract()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!contract) return <Loading what="Loading the contract…" />
  const types = submitTypes(contract)
  const chosen = types.find(({ type }) => type === query.get('type')) ?? types[0]
  return (
    <>
      <h1>Submit an operation</h1>
      <div className="panel field">
        <label htmlFor="type">Type</label>
        <select
          id="type"
          value={chosen?.type}
          onChange={({ currentTarget }) => navigate(href('submit', { type: currentTarget.value }), { replace: true })}
        >
          {types.map(({ type, summary }) => (
            <option key={type} value={type}>
              {summary} ({type})
            </option>
          ))}
        </select>
      </div>
      {chosen && <SubmissionForm key={chosen.type} of={chosen} contract={contract} />}
    </>
  )
}
