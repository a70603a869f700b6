import { hash } from 'node:crypto'
import type { Caller } from '../contract/implementation.ts'
import type { DatabaseKeys } from './database-keys.ts'
import { hashOf, isMinted } from './mint.ts'
import { isToken } from './token-rules.ts'
import type { Tokens } from './tokens.ts'

/** A key of the configuration. */
export type Key = { owner: string; key: string; scopes: readonly string[] }

/** Knows callers by their credential. Only hashes of credentials are held in memory. */
export type Keyring = {
  /** At once when it is known already. Undefined: nobody's. Throws or rejects with a problem for a token that is not accepted. */
  callerOf(key: string): Caller | undefined | Promise<Caller | undefined>
  /** The callers that these credentials (`Caller.credential`) stand for now: a revoked one is missing, a changed one has its scopes of now. */
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
  /** A key of the database is revoked: from now on this process refuses it. */
  revoked(credential: string): void
}

/** Keys of the configuration, and those of the database and tokens of an issuer where there are such. */
export function createKeyring(
  keys: readonly Key[],
  { database, tokens }: { database?: DatabaseKeys | undefined; tokens?: Tokens | undefined } = {},
): Keyring {
  // Found by its hash: how far a look-up of that gets tells nothing about any key.
  const held = new Map(
    keys.map(({ owner, key, scopes }) => {
      const credential = hashOf(key)
      // They have no part that may be shown: their digest stands for them.
      const actor = `key:${hash('sha256', key, 'hex').slice(0, 8)}`
      return [
        credential,
        { ownerId: owner, scopes: new Set(scopes), credential, allowance: credential, actor },
      ] as const
    }),
  )
  return {
    callerOf(key) {
      const digest = hashOf(key)
      const caller = held.get(digest)
      if (caller) return caller
      if (isMinted(key)) return database?.callerOf(digest)
      return tokens && isToken(key) ? tokens.callerOf(key, digest) : undefined
    },
    revoked: (credential) => database?.revoked(credential),
    async recall(credentials) {
      const near: Caller[] = []
      const far: string[] = []
      for (const credential of credentials) {
        const caller = held.get(credential) ?? tokens?.recall(credential)
        if (caller) near.push(caller)
        else if (!credential.includes(':')) far.push(credential)
      }
      return database ? near.concat(await database.recall(far)) : near
    },
  }
}
