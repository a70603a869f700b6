/** Asymmetric ones alone: with a shared secret whoever verifies could issue, and a public key could be taken for one. */
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

/** Who issues tokens, and where its keys are; without `jwksUrl`, where its discovery document says. */
export type Issuer = { issuer: string; jwksUrl: string | undefined }

/** Which tokens are taken. `ownerClaim` names the claim that says whose everything is. */
export type TokenRules = Issuer & { audience: string; algorithms: readonly string[]; ownerClaim: string }

/** Whether it is written as a signed token: three parts in base64url. */
export function isToken(text: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w-]*$/.test(text)
}

/** Whether what comes from there can be believed: https, or this machine. */
export function isTrustworthy(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username, password } = new URL(address)
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && username === '' && password === ''
}
