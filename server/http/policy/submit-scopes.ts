import { specOperations } from '../../contract/document.ts'
import { scopesOf } from '../../contract/routes.ts'

const scopes: ReadonlyMap<string, readonly string[]> = new Map(
  specOperations().map(({ operation }) => [operation.operationId as string, scopesOf(operation) ?? []]),
)

/** The scopes that the submit of an operation of `type` requires; none for a type that this version does not know. */
export function submitScopes(type: string): readonly string[] {
  return scopes.get(type) ?? []
}
