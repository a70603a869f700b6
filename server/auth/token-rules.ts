import { decodeBase64 } from '../lib/base64.ts'

/** Only asymmetric algorithms: with a shared secret, a verifier could issue tokens, and a public key could be used as the secret. */
export const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

/** The issuer of tokens. Without `jwksUrl`, the address of its keys is taken from its discovery document. */
export type Issuer = { issuer: string; jwksUrl: string | undefined }

/** The tokens that are accepted. `ownerClaim`: the claim with the owner's id. */
export type TokenRules = Issuer & { audience: string; algorithms: readonly string[]; ownerClaim: string }

/** Whether the text has the format of a signed token: three parts in canonical base64url. RFC 7515 §2. */
export function isToken(text: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w-]*$/.test(text) && text.split('.').every((part) => decodeBase64(part, 'base64url'))
}

/** Whether an address may be trusted: https, or this machine. */
export function isTrustworthy(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username, password } = new URL(address)
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && username === '' && password === ''
}
