import type { OperationType } from '../generated/operations.ts'
import type { Connection } from './database/connect.ts'
import type { CheckContext, Estimate, Fault } from './handlers/define.ts'
import { handlers } from './handlers/registry.ts'

type Input = Readonly<Record<string, unknown>>

/** The part of a handler that looks at an input before anything is accepted. */
type Examining = {
  check?(context: CheckContext, input: Input): Fault[] | Promise<Fault[]>
  estimate?(context: CheckContext, input: Input): Promise<Estimate>
}

/** Lets the API, which may not know the handlers, ask them about an input. */
export function examinerOf({ db, copyPool }: Pick<Connection, 'db' | 'copyPool'>) {
  // The schema of its submit has checked that the input is the type's own.
  const of = (type: OperationType) => handlers[type] as Examining
  return {
    check: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).check?.({ ownerId, db, copyPool }, input)) ?? [],
    estimate: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).estimate?.({ ownerId, db, copyPool }, input)) ?? {},
  }
}
