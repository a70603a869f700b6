import { insufficient } from '../../auth/refusal.ts'
import { specOperations } from '../../contract/document.ts'
import type { Caller } from '../../contract/implementation.ts'
import type { Problem } from '../../contract/problem.ts'
import { scopesOf } from '../../contract/routes.ts'

/** The problem of a caller that lacks a scope for submitting operations of `type`. A caller may cause only what it could have submitted. */
export function scopeProblem(
  { scopes }: Pick<Caller, 'scopes'>,
  type: string,
): Problem<'INSUFFICIENT_SCOPE'> | undefined {
  const submit = specOperations().find(({ operation }) => operation.operationId === type)
  const needed = (submit && scopesOf(submit.operation)) ?? []
  const missing = needed.find((scope) => !scopes.has(scope))
  return missing === undefined ? undefined : insufficient(needed, missing, `Submitting ${type} requires`)
}
