import { hash, randomInt } from 'node:crypto'

/** All scopes that a credential may have. */
export const scopes = ['operations:read', 'operations:write', 'operations:cancel', 'admin'] as const

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const format = /^lr_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/

/** Active API keys of one owner. */
export const maxKeys = 100

/**
 * A new API key: `lr_`, eight characters that may be shown, `_`, and 43 characters with 256 random bits. `prefix` is the part before the
 * second underscore. The database stores only `hash`.
 */
export function generateKey(): { key: string; prefix: string; hash: string } {
  const prefix = `lr_${randomText(8)}`
  const key = `${prefix}_${randomText(43)}`
  return { key, prefix, hash: hashOf(key) }
}

/** Whether a text has the format of `generateKey`. */
export function isGeneratedKey(key: string): boolean {
  return format.test(key)
}

/** SHA-256 in base64url: sufficient for a secret of 256 random bits, and fast enough for every request. */
export function hashOf(key: string): string {
  return hash('sha256', key, 'base64url')
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
