import { type OperationType, operationTypes } from '../../generated/operations.ts'
import type { Handler } from '../handlers/define.ts'
import type { PhaseRule } from '../lifecycle/progress.ts'

/** What the spec says of one operation type, as far as the engine goes by it. */
export type Rule = {
  readonly phases: readonly PhaseRule[]
  readonly timeoutSeconds: number
  readonly queueTimeoutSeconds: number
  readonly retentionSeconds: { readonly completed: number; readonly failed: number }
}

export type Rules = { readonly [T in OperationType]: Rule }

/** The handlers that a worker runs, by type. A type that is left out stays PENDING for other workers. */
export type Handlers = { readonly [T in OperationType]?: Handler<T> }

export const specRules: Rules = operationTypes

/** One figure of each of `types`, as the sweeps take it. */
export function figures(rules: Rules, figure: (rule: Rule) => number, types = Object.keys(rules)) {
  const entries = types.flatMap((type) => (isKnown(rules, type) ? [[type, figure(rules[type])] as const] : []))
  return Object.fromEntries(entries)
}

/** Whether this process's spec has the type: a row may come from a newer or an older one. */
export function isKnown(rules: Rules, type: string): type is OperationType {
  return Object.hasOwn(rules, type)
}
