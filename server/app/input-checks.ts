import type { OperationType } from '../../generated/operations.ts'
import type { Connection } from '../database/connection.ts'
import type { CheckContext, Estimate, Violation } from '../handlers/define.ts'
import { handlers } from '../handlers/registry.ts'

type Input = Readonly<Record<string, unknown>>

/** The part of a handler that checks an input before the operation is accepted. */
type InputChecks = {
  check?(context: CheckContext, input: Input): Violation[] | Promise<Violation[]>
  checkData?(context: CheckContext, input: Input): Violation[] | Promise<Violation[]>
  estimate?(context: CheckContext, input: Input): Promise<Estimate>
}

/** Input checks and estimates of the handlers for the API, which must not import the handlers. */
export function inputChecksOf({ db }: Pick<Connection, 'db'>) {
  // The schema has checked that the input belongs to the type.
  const of = (type: OperationType) => handlers[type] as InputChecks
  return {
    checks: (type: OperationType) => (of(type).check ?? of(type).checkData) !== undefined,
    /** `waits`: the operation starts after others, which may create the data that it needs. */
    async check(type: OperationType, { ownerId, waits }: { ownerId: string; waits: boolean }, input: Input) {
      const { check, checkData } = of(type)
      const context = { ownerId, db }
      return [...((await check?.(context, input)) ?? []), ...((!waits && (await checkData?.(context, input))) || [])]
    },
    estimate: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).estimate?.({ ownerId, db }, input)) ?? {},
  }
}
