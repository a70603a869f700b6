import type { OperationType } from '../../generated/operations.ts'
import type { Connection } from '../database/connection.ts'
import type { CheckContext, Estimate, Violation } from '../handlers/define.ts'
import { handlers } from '../handlers/registry.ts'

type Input = Readonly<Record<string, unknown>>

/** The part of a handler that checks an input before the operation is accepted. */
type InputChecks = {
  check?(context: CheckContext, input: Input): Violation[] | Promise<Violation[]>
  estimate?(context: CheckContext, input: Input): Promise<Estimate>
}

/** Input checks and estimates of the handlers for the API, which must not import the handlers. */
export function inputChecksOf({ db }: Pick<Connection, 'db'>) {
  // The schema has checked that the input belongs to the type.
  const of = (type: OperationType) => handlers[type] as InputChecks
  return {
    checks: (type: OperationType) => of(type).check !== undefined,
    check: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).check?.({ ownerId, db }, input)) ?? [],
    estimate: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).estimate?.({ ownerId, db }, input)) ?? {},
  }
}
