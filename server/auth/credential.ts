import { hash } from 'node:crypto'
import type { Caller } from '../contract/implementation.ts'
import { decodeBase64 } from '../lib/base64.ts'
import { hashOf, isGeneratedKey } from './api-key.ts'
import type { DatabaseKeys } from './database-keys.ts'
import { challenged, insufficient, refusal } from './refusal.ts'
import { isToken } from './token-rules.ts'
import type { Tokens } from './tokens.ts'

const howTo = 'Send an API key or a token: Authorization: Bearer <key>, or X-API-Key: <key>.'

/**
 * The caller, from `Authorization: Bearer` or `X-API-Key`, with `bySubprotocol` also from `Sec-WebSocket-Protocol`. Throws
 * `UNAUTHENTICATED` without a valid credential. A promise only if the credential must be looked up; it rejects alike, and when the look-up
 * fails.
 */
export function authenticate(
  keyring: Pick<Keyring, 'callerOf'>,
  headers: Headers,
  { bySubprotocol = false } = {},
): Caller | Promise<Caller> {
  const key = presentedKey(headers, bySubprotocol)
  if (key === undefined) throw challenged(howTo)
  const known = keyring.callerOf(key)
  return known instanceof Promise ? known.then(requireCaller) : requireCaller(known)
}

function requireCaller(caller: Caller | undefined): Caller {
  if (!caller) throw refusal('The API key is unknown, revoked or expired.')
  return caller
}

/** Throws `INSUFFICIENT_SCOPE` if the caller's credential lacks one of `needed`. */
export function checkScopes({ scopes }: Caller, needed: readonly string[]) {
  const missing = needed.find((scope) => !scopes.has(scope))
  if (missing) throw insufficient(needed, missing)
}

/** Pages need to send two. */
const maxSubprotocols = 16

function presentedKey(headers: Headers, bySubprotocol: boolean): string | undefined {
  const authorization = headers.get('authorization')
  const bearer = authorization === null ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (authorization !== null && bearer === undefined) {
    throw challenged(`The Authorization header is not a bearer token. ${howTo}`)
  }
  const offered = bySubprotocol ? (headers.get('sec-websocket-protocol') ?? '').split(',', maxSubprotocols) : []
  const subprotocols = offered.flatMap((name) => keyInSubprotocol(name.trim()) ?? [])
  const keys = new Set(
    [bearer, headers.get('x-api-key') ?? undefined, ...subprotocols].filter((key) => key !== undefined),
  )
  if (keys.size > 1) throw challenged('The request carries different keys. Send one of them, in one header.')
  return keys.values().next().value
}

/** The key in `bearer.<key>`, or in `bearer64.<key in base64url>` for keys with characters that a subprotocol cannot have. */
function keyInSubprotocol(name: string): string | undefined {
  const encoded = /^bearer64\.([\w-]+)$/.exec(name)?.[1]
  if (encoded !== undefined) return decodeBase64(encoded, 'base64url')?.toString()
  return /^bearer\.(\S+)$/.exec(name)?.[1]
}

/** An API key in the configuration. */
export type Key = { owner: string; key: string; scopes: readonly string[] }

/** Finds callers by their credential. Only hashes of credentials are kept in memory. */
export type Keyring = {
  /** Not a promise if it was looked up lately. Undefined: unknown. Throws or rejects with a problem for a refused token. */
  callerOf(key: string): Caller | undefined | Promise<Caller | undefined>
  /** The current callers of these credentials (`Caller.credential`), with their current scopes. Revoked ones are missing. */
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
  /** A key in the database was revoked: this process refuses it from now on. */
  revoked(credential: string): void
}

/** Accepts the keys of the configuration, those in the database, and an issuer's tokens. */
export function createKeyring(
  keys: readonly Key[],
  { database, tokens }: { database?: DatabaseKeys | undefined; tokens?: Tokens | undefined } = {},
): Keyring {
  // Looked up by hash, so that its timing reveals nothing about a key.
  const held = new Map(
    keys.map(({ owner, key, scopes }) => {
      const credential = hashOf(key)
      // They have no part that may be shown, so the actor is named by a digest.
      const actor = `key:${hash('sha256', key, 'hex').slice(0, 8)}`
      return [
        credential,
        { ownerId: owner, scopes: new Set(scopes), credential, rateLimitKey: credential, actor },
      ] as const
    }),
  )
  return {
    callerOf(key) {
      const digest = hashOf(key)
      const caller = held.get(digest)
      if (caller) return caller
      if (isGeneratedKey(key)) return database?.callerOf(digest)
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
