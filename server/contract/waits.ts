import { operationTypes } from '../../generated/operations.ts'
import { type Schema, selfContained } from './document.ts'

/** A wait that an operation type declares. `schema`: of the body that completes the wait, without references. */
export type DeclaredWait = { name: string; kind: 'CALLBACK' | 'INPUT'; schema: Schema }

type Types = Readonly<
  Record<string, { queueTimeoutSeconds: number; waits?: readonly { name: string; kind: string; schema: string }[] }>
>

/** The declared waits of `types`, by type and name. */
export function declaredWaits(types: Types): ReadonlyMap<string, ReadonlyMap<string, DeclaredWait>> {
  return new Map(
    Object.entries(types).map(([type, { waits = [] }]) => [
      type,
      new Map(
        waits.map(({ name, kind, schema }) => {
          const $ref = `#/components/schemas/${schema}`
          const declared = { name, kind: kind as DeclaredWait['kind'], schema: selfContained({ $ref }) }
          return [name, declared] as const
        }),
      ),
    ]),
  )
}

const types: Types = operationTypes
const ofTypes = declaredWaits(types)

/** Undefined for a wait that this version does not know: a newer worker has begun it. */
export function declaredWait(type: string, name: string): DeclaredWait | undefined {
  return ofTypes.get(type)?.get(name)
}

/** The JSON Schema of the body that completes the wait. */
export function waitSchema(type: string, name: string): Schema {
  return declaredWait(type, name)?.schema ?? anyBody
}

const anyBody: Schema = { type: 'object' }

/** Of a type that this version does not know. */
const defaultQueueSeconds = 86_400

/** How long an operation of `type` may stay in the queue after its wait. */
export function queueSecondsOf(type: string): number {
  return types[type]?.queueTimeoutSeconds ?? defaultQueueSeconds
}
