import { hash, randomInt } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = /^lr_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/

/** Active keys that one owner may have. */
export const mostKeys = 100

/**
 * A new API key: `lr_`, eight characters that may be shown, `_`, and 43 that carry 256 random bits. `prefix` is all before the second
 * underscore. The database keeps `hash` alone.
 */
export function mintKey(): { key: string; prefix: string; hash: string } {
  const prefix = `lr_${characters(8)}`
  const key = `${prefix}_${characters(43)}`
  return { key, prefix, hash: hashOf(key) }
}

/** Whether this is written as `mintKey` writes keys: nothing else can be one. */
export function isMinted(key: string): boolean {
  return form.test(key)
}

/** SHA-256 in base64url: enough for a secret of 256 random bits, and cheap enough for every request. */
export function hashOf(key: string): string {
  return hash('sha256', key, 'base64url')
}

function characters(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
