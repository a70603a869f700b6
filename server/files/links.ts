import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** `lifetimeSeconds`: whole, at least 2. */
export type Link = { fileId: string; ownerId: string; now: Date; lifetimeSeconds: number }

/**
 * `path` with `expires` (Unix seconds) and `signature` (base64url of an HMAC-SHA-256 over method, file, owner and
 * expiry): whoever holds it may GET the file until it expires, without a credential. Expiries lie on a grid of half
 * the lifetime, so the same link is minted for that long, ETags of what contains it hold, and every link works for at
 * least half the lifetime.
 */
export function mintLink(secret: Uint8Array, path: string, { fileId, ownerId, now, lifetimeSeconds }: Link): string {
  const halfLife = Math.floor(lifetimeSeconds / 2)
  const expires = String((Math.floor(now.getTime() / 1000 / halfLife) + 2) * halfLife)
  const signature = sign(secret, fileId, ownerId, expires).toString('base64url')
  return `${path}?expires=${expires}&signature=${signature}`
}

/** Whether the two query parameters of a link, as they came, allow a GET of this owner's file now. */
export function verifyLink(
  secret: Uint8Array,
  { fileId, ownerId, expires, signature, now }: Omit<Link, 'lifetimeSeconds'> & { expires: string; signature: string },
): 'ok' | 'tampered' | 'expired' {
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(secret, fileId, ownerId, expires)
  // The decoder skips what is not base64url, so the text is compared too: a link has one spelling.
  const genuine =
    given.byteLength === expected.byteLength &&
    timingSafeEqual(given, expected) &&
    signature === expected.toString('base64url')
  if (!genuine) return 'tampered'
  return Number(expires) * 1000 > now.getTime() ? 'ok' : 'expired'
}

// The owner comes last: it is the only part that could contain the separator.
function sign(secret: Uint8Array, fileId: string, ownerId: string, expires: string): Buffer {
  return createHmac('sha256', keyOf(secret)).update(['GET', fileId, expires, ownerId].join('\n')).digest()
}

/** Every read of a result mints its links again; with the bytes instead of a key object, that took 8 × as long. */
const keys = new WeakMap<Uint8Array, KeyObject>()

function keyOf(secret: Uint8Array): KeyObject {
  const known = keys.get(secret)
  if (known) return known
  const key = createSecretKey(secret)
  keys.set(secret, key)
  return key
}
