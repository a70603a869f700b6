import { type OperationType, operationTypes } from '../../generated/operations.ts'
import type { PhaseRule } from '../domain/progress.ts'
import type { Handler } from '../handlers/define.ts'

/** The part of an operation type's declaration in the spec that the engine uses. */
export type Rule = {
  readonly phases: readonly PhaseRule[]
  readonly timeoutSeconds: number
  readonly queueTimeoutSeconds: number
  readonly retentionSeconds: { readonly completed: number; readonly failed: number }
  /** What the operation may wait for, besides timers. */
  readonly waits?: readonly { readonly name: string; readonly kind: 'CALLBACK' | 'INPUT'; readonly phase?: string }[]
}

/** By operation type. */
export type Rules = Readonly<Record<string, Rule>>

/** The handlers that an executor runs, by type. Operations of other types stay PENDING for other workers. */
export type Handlers = { readonly [T in OperationType]?: Handler<T> }

export const specRules: Rules = operationTypes

/** One figure of each of `types` that has it, by type. */
export function figures(rules: Rules, figure: (rule: Rule) => number | undefined, types = Object.keys(rules)) {
  const entries = types.flatMap((type) => {
    const value = rules[type] && figure(rules[type])
    return value === undefined ? [] : [[type, value] as const]
  })
  return Object.fromEntries(entries)
}
