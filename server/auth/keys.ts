import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../contract/implementation.ts'

/** Everything that a credential may be allowed; a key that names none has all of them. */
export const scopes = ['operations:read', 'operations:write', 'operations:cancel', 'admin'] as const

export type Key = { owner: string; key: string; scopes: readonly string[] }

/** Knows callers by their key. Only hashes of keys are held in memory. */
export type Keyring = { callerOf(key: string): Caller | undefined }

export function createKeyring(keys: readonly Key[]): Keyring {
  const held = keys.map(({ owner, key, scopes }) => ({
    hash: hashOf(key),
    caller: { ownerId: owner, scopes: new Set(scopes) },
  }))
  return {
    callerOf(key) {
      const given = hashOf(key)
      // All are compared, and hashes at that: how long it takes tells nothing about any key.
      return held.reduce<Caller | undefined>(
        (found, { hash, caller }) => (timingSafeEqual(hash, given) ? caller : found),
        undefined,
      )
    },
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
