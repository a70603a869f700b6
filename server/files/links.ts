import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { decodeBase64 } from '../lib/base64.ts'

/** `lifetimeSeconds`: whole, at least 2. */
export type Link = { fileId: string; ownerId: string; now: Date; lifetimeSeconds: number }

/** A link to a file in a request: the two query parameters as text. */
export type GivenLink = { fileId: string; expires: string; signature: string }

/** Bytes of the owner tag, which is the first part of a signature. */
const tagBytes = 16

/**
 * `path` with `expires` (Unix seconds) and `signature`, which permits GET of the file until it expires, without a credential. The signature is
 * an owner tag and an HMAC-SHA-256 over method, file, expiry and that tag, in base64url, so that it is verified without looking up the file.
 * Expiries are multiples of half the lifetime: the same link is minted for that long, so ETags of documents that contain it stay valid, and
 * every link works for at least half the lifetime.
 */
export function mintLink(secret: Uint8Array, path: string, { fileId, ownerId, now, lifetimeSeconds }: Link): string {
  const halfLife = Math.floor(lifetimeSeconds / 2)
  const expires = String((Math.floor(now.getTime() / 1000 / halfLife) + 2) * halfLife)
  const signature = sign(secret, { fileId, expires, tag: ownerTag(secret, fileId, ownerId) }).toString('base64url')
  return `${path}?expires=${expires}&signature=${signature}`
}

/** Whether a link was minted with `secret` and has not expired. Needs only the link. */
export function verifyLink(
  secret: Uint8Array,
  { fileId, expires, signature, now }: GivenLink & { now: Date },
): 'ok' | 'tampered' | 'expired' {
  const given = decodeBase64(signature, 'base64url')
  const expected = sign(secret, { fileId, expires, tag: given?.subarray(0, tagBytes) ?? Buffer.alloc(tagBytes) })
  if (given?.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) return 'tampered'
  return Number(expires) * 1000 > now.getTime() ? 'ok' : 'expired'
}

/**
 * Whether a link that `verifyLink` accepted was minted for a file of this owner. An owner can make the service mint a link for any id that its
 * own results contain as text; this check keeps files of other owners safe.
 */
export function isMintedFor(secret: Uint8Array, { fileId, signature }: GivenLink, ownerId: string): boolean {
  const tag = decodeBase64(signature, 'base64url')?.subarray(0, tagBytes)
  return tag?.byteLength === tagBytes && timingSafeEqual(tag, ownerTag(secret, fileId, ownerId))
}

function sign(secret: Uint8Array, { fileId, expires, tag }: { fileId: string; expires: string; tag: Buffer }): Buffer {
  const mac = createHmac('sha256', keyOf(secret)).update(['GET', fileId, expires, ''].join('\n')).update(tag)
  return Buffer.concat([tag, mac.digest()])
}

/** Different for each file, so that links do not reveal which files have the same owner. */
function ownerTag(secret: Uint8Array, fileId: string, ownerId: string): Buffer {
  const mac = createHmac('sha256', keyOf(secret)).update(['OWNER', fileId, ownerId].join('\n'))
  return mac.digest().subarray(0, tagBytes)
}

/** Every read of a result mints its links again. A key object makes that 8 × faster than the bytes. */
const keys = new WeakMap<Uint8Array, KeyObject>()

function keyOf(secret: Uint8Array): KeyObject {
  const known = keys.get(secret)
  if (known) return known
  const key = createSecretKey(secret)
  keys.set(secret, key)
  return key
}
