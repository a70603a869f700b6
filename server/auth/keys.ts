import { hash } from 'node:crypto'
import type { Caller } from '../contract/implementation.ts'

/** Everything that a credential may be allowed; a key that names none has all of them. */
export const scopes = ['operations:read', 'operations:write', 'operations:cancel', 'admin'] as const

export type Key = { owner: string; key: string; scopes: readonly string[] }

/** Knows callers by their key. Only hashes of keys are held in memory. */
export type Keyring = {
  /** At once when it is known already. Undefined: nobody's. */
  callerOf(key: string): Caller | undefined | Promise<Caller | undefined>
  /** The callers that these credentials (`Caller.credential`) stand for now: a revoked one is missing, a changed one has its scopes of now. */
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
}

export function createKeyring(keys: readonly Key[]): Keyring {
  // Found by its hash: how far a look-up of that gets tells nothing about any key.
  const held = new Map(
    keys.map(({ owner, key, scopes }) => {
      const credential = hashOf(key)
      // Keys of the environment have no part that may be shown: their digest stands for them.
      const actor = `key:${hash('sha256', key, 'hex').slice(0, 8)}`
      return [credential, { ownerId: owner, scopes: new Set(scopes), credential, actor }] as const
    }),
  )
  return {
    callerOf: (key) => held.get(hashOf(key)),
    recall: async (credentials) => credentials.flatMap((credential) => held.get(credential) ?? []),
  }
}

function hashOf(key: string): string {
  return hash('sha256', key, 'base64url')
}
