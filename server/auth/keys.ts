import { hash } from 'node:crypto'
import type { Caller } from '../contract/implementation.ts'

/** Everything that a credential may be allowed; a key that names none has all of them. */
export const scopes = ['operations:read', 'operations:write', 'operations:cancel', 'admin'] as const

export type Key = { owner: string; key: string; scopes: readonly string[] }

/** Knows callers by their key. Only hashes of keys are held in memory. */
export type Keyring = { callerOf(key: string): Caller | undefined }

export function createKeyring(keys: readonly Key[]): Keyring {
  // Found by its hash: how far a look-up of that gets tells nothing about any key.
  const held = new Map(
    keys.map(({ owner, key, scopes }) => [hashOf(key), { ownerId: owner, scopes: new Set(scopes) }] as const),
  )
  return { callerOf: (key) => held.get(hashOf(key)) }
}

function hashOf(key: string): string {
  return hash('sha256', key, 'base64url')
}
