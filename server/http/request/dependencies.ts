import { parseId } from '../../contract/ids.ts'
import type { Violation } from '../../contract/problem.ts'
import type { Db } from '../../database/db.ts'
import { dependencyStates } from '../../database/operations/dependencies.ts'
import type { DependencyPolicy } from '../../database/schema/operations.ts'
import { isTerminal } from '../../domain/state-machine.ts'

export type GivenDependencies = { dependsOn?: string[] | undefined; dependencyPolicy?: DependencyPolicy | undefined }

type Checked = {
  violations: Violation[]
  /** Whether the operation starts after others, which may create the data that it needs. */
  waits: boolean
}

/**
 * Checks the dependencies of a submit. The response is the same for unknown, expired and foreign ids. `created`: ids of operations that the same
 * request creates.
 */
export async function checkDependencies(
  db: Db,
  ownerId: string,
  { dependsOn, dependencyPolicy }: GivenDependencies,
  created: ReadonlySet<string>,
): Promise<Checked> {
  if (!dependsOn) {
    const message = 'is allowed only with dependsOn; add dependsOn or remove it'
    return { violations: dependencyPolicy ? [{ pointer: '/dependencyPolicy', message }] : [], waits: false }
  }
  const others = dependsOn.filter((id) => !created.has(id))
  const operationIds = others.flatMap((id) => parseId('operation', id) ?? [])
  const states = operationIds.length > 0 ? await dependencyStates(db, { ownerId, operationIds }) : []
  const known = new Map(states.map(({ operationId, status }) => [operationId, status]))
  const violations = dependsOn.flatMap((id, index) =>
    created.has(id) || known.has(parseId('operation', id) ?? '')
      ? []
      : [
          {
            pointer: `/dependsOn/${index}`,
            message: 'names no operation of yours; use the operationId of one that you can read',
          },
        ],
  )
  const waits = others.length < dependsOn.length || states.some(({ status }) => !isTerminal(status))
  return { violations, waits }
}

/** The UUIDs of ids that `checkDependencies` has accepted, without duplicates. */
export function uuidsOf(dependsOn: readonly string[]): string[] {
  return [...new Set(dependsOn.flatMap((id) => parseId('operation', id) ?? []))]
}
