import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes } from 'node:crypto'
import { decodeBase64 } from '../lib/base64.ts'
import type { Db } from './db.ts'
import { secret } from './secrets.ts'

/** The first key seals; all keys unseal. */
export type SealingKeys = readonly [Buffer, ...Buffer[]]

const algorithm = 'aes-256-gcm'
const version = 1
const idBytes = 4
const nonceBytes = 12
const tagBytes = 16

/**
 * The keys that encrypt secrets at rest: the configured key of 32 bytes, and a key in the database, which is the only one if none is
 * configured. A copy of the database is enough to read what the database's key has sealed.
 */
export async function sealingKeys(db: Db, configured: Buffer | undefined): Promise<SealingKeys> {
  const kept = await secret(db, 'sealing')
  return configured ? [configured, kept] : [kept]
}

/** Encrypts `text` for the database: AES-256-GCM, in base64. Bound to the owner, so that it cannot be unsealed for another owner. */
export function seal([key]: SealingKeys, text: string, ownerId: string): string {
  const head = Buffer.concat([Buffer.of(version), keyId(key), randomBytes(nonceBytes)])
  const cipher = createCipheriv(algorithm, key, head.subarray(1 + idBytes)).setAAD(boundTo(head, ownerId))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([head, cipher.getAuthTag(), sealed]).toString('base64')
}

/** Decrypts a text that was sealed for this owner. Throws `SealBroken` if it was not, or if its key is not in `keys`. */
export function unseal(keys: readonly Buffer[], sealed: string, ownerId: string): string {
  const bytes = decodeBase64(sealed, 'base64') ?? Buffer.alloc(0)
  const headBytes = 1 + idBytes + nonceBytes
  const head = bytes.subarray(0, headBytes)
  const key = keys.find((candidate) => keyId(candidate).equals(head.subarray(1, 1 + idBytes)))
  if (bytes[0] !== version || bytes.length < headBytes + tagBytes) throw new SealBroken('not a sealed text')
  if (!key) throw new SealingKeyMissing('sealed with a key that this process does not have: see SECRETS_KEY')
  const opening = createDecipheriv(algorithm, key, head.subarray(1 + idBytes), { authTagLength: tagBytes })
  opening.setAAD(boundTo(head, ownerId)).setAuthTag(bytes.subarray(headBytes, headBytes + tagBytes))
  try {
    return Buffer.concat([opening.update(bytes.subarray(headBytes + tagBytes)), opening.final()]).toString('utf8')
  } catch {
    throw new SealBroken('changed since it was sealed, or sealed for another owner')
  }
}

/** The same; undefined if the text was not sealed for this owner or with another key, which is normal after the key was lost. */
export function unsealed(keys: readonly Buffer[], sealed: string, ownerId: string): string | undefined {
  try {
    return unseal(keys, sealed, ownerId)
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** A text cannot be unsealed. The message says why and contains no part of the text. */
export class SealBroken extends Error {}

/** Another process, or this one with another `SECRETS_KEY`, may have the key. */
export class SealingKeyMissing extends SealBroken {}

/**
 * A hash that only a process with the first key can compute. Unlike a plain hash, it does not let a reader of the database find a text with few
 * possible values by trying them all.
 */
export function keyedHash([key]: SealingKeys, text: string, ownerId: string): Buffer {
  const derived = hkdfSync('sha256', key, '', 'fingerprint', 32)
  return createHmac('sha256', Buffer.from(derived)).update(`${ownerId}\n${text}`).digest()
}

function keyId(key: Buffer): Buffer {
  return hash('sha256', key, 'buffer').subarray(0, idBytes)
}

function boundTo(head: Buffer, ownerId: string): Buffer {
  return Buffer.concat([head.subarray(0, 1 + idBytes), Buffer.from(ownerId, 'utf8')])
}
