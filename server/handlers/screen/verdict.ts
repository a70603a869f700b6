import type { CallbackOf } from '../../../generated/operations.ts'
import { OperationError } from '../define.ts'
import type { VendorResponse } from '../vendors/vendor-call.ts'

type Callback = CallbackOf['screenCandidate']['identity']

/** What a vendor has answered so far: without a verdict it calls back. Times are ISO 8601 in UTC. */
export type Answer = { requestedAt: string; reference: string; verdict?: Callback['verdict']; completedAt?: string }

export type Verdict = Required<Answer>

const verdicts: readonly string[] = ['CLEAR', 'REVIEW', 'ADVERSE'] satisfies Callback['verdict'][]
/** As in the contract. */
const referenceForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/

/** Reads the response of a vendor to an order of a check: 202 with a reference, or any other 2xx with a verdict. */
export function answerIn(vendor: string, requestedAt: string, { status, body }: VendorResponse): Answer {
  const { verdict, reference, checkedAt } = body
  if (typeof reference !== 'string' || !referenceForm.test(reference)) {
    throw new OperationError('VENDOR_REFUSED', `The ${vendor} vendor responded to a check without a valid reference.`)
  }
  if (status === 202) return { requestedAt, reference }
  if (typeof verdict !== 'string' || !verdicts.includes(verdict)) {
    throw new OperationError('VENDOR_REFUSED', `The ${vendor} vendor responded to a check without a valid verdict.`)
  }
  return { requestedAt, reference, verdict: verdict as Callback['verdict'], completedAt: timeOf(checkedAt) }
}

/** The answer with what the vendor's callback says. */
export function withCallback({ requestedAt }: Answer, { verdict, reference, checkedAt }: Callback): Verdict {
  return { requestedAt, reference, verdict, completedAt: timeOf(checkedAt) }
}

/** The vendor's time, or now if it sent none. */
function timeOf(checkedAt: unknown): string {
  const ms = typeof checkedAt === 'string' ? Date.parse(checkedAt) : Number.NaN
  return (Number.isNaN(ms) ? new Date() : new Date(ms)).toISOString()
}
