import type { Warning } from '../../generated/operations.ts'
import type { Progress } from '../database/schema.ts'
import type { StepValues } from '../database/transitions.ts'

type Completed = { result: object; warnings: readonly Warning[]; progress: Progress; expiresAt: Date }

/** The step that completes an operation with `result`, and what it writes. */
export function finishing({ result, warnings, progress, expiresAt }: Completed): {
  step: 'finish' | 'finishWithErrors'
  values: StepValues['finish']
} {
  return warnings.length > 0
    ? { step: 'finishWithErrors', values: { result: { ...result, warnings }, progress, expiresAt } }
    : { step: 'finish', values: { result: { ...result }, progress, expiresAt } }
}
