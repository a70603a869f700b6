import { insufficient } from '../../auth/refusal.ts'
import { specOperations } from '../../contract/document.ts'
import type { Caller } from '../../contract/implementation.ts'
import type { Problem } from '../../contract/problem.ts'
import { scopesOf } from '../../contract/routes.ts'

const scopes: ReadonlyMap<string, readonly string[]> = new Map(
  specOperations().map(({ operation }) => [operation.operationId as string, scopesOf(operation) ?? []]),
)

/** The scopes that the submit of an operation of `type` requires; none for a type that this version does not know. */
export function submitScopes(type: string): readonly string[] {
  return scopes.get(type) ?? []
}

/** The problem of a caller that lacks a scope for submitting operations of `type`. A caller may cause only what it could have submitted. */
export function scopeProblem(
  { scopes: held }: Pick<Caller, 'scopes'>,
  type: string,
): Problem<'INSUFFICIENT_SCOPE'> | undefined {
  const needed = submitScopes(type)
  const missing = needed.find((scope) => !held.has(scope))
  return missing === undefined ? undefined : insufficient(needed, missing, `Submitting ${type} requires`)
}
