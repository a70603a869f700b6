import { operationTypes } from '../../generated/operations.ts'

/** What a retry of an operation of `type` goes by; undefined for a type that only another version of the service knows. */
export function retryRule(type: string): { queueTimeoutSeconds: number; reusesSteps?: boolean } | undefined {
  const known: Record<string, { queueTimeoutSeconds: number; reusesSteps?: boolean }> = operationTypes
  return known[type]
}
