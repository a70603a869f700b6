import { type SealingKeys, seal, unseal } from '../sealed.ts'

type Input = Readonly<Record<string, unknown>>

/** How a confidential input is stored. The contract's lint refuses a request with a field of this name. */
type SealedInput = { sealed: string }

/** A stored input in clear. `confidential`: it was stored encrypted. */
export type OpenedInput = { value: Record<string, unknown>; confidential: boolean }

/** The input as it is stored for a type with a confidential input. */
export function sealInput(keys: SealingKeys, input: Input, ownerId: string): SealedInput {
  return { sealed: seal(keys, JSON.stringify(input), ownerId) }
}

/**
 * The input of a row. What is stored decides, and not the type, because a version with another contract may have stored it. Throws
 * `SealBroken`.
 */
export function openInput(
  keys: readonly Buffer[],
  { input, ownerId }: { input: unknown; ownerId: string },
): OpenedInput {
  const value = input as Record<string, unknown>
  if (!isSealed(value)) return { value, confidential: false }
  return { value: JSON.parse(unseal(keys, value.sealed, ownerId)), confidential: true }
}

function isSealed(input: Input): input is SealedInput {
  return typeof input.sealed === 'string' && Object.keys(input).length === 1
}
