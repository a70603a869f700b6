/** HMAC-SHA256 by Web Crypto, which Node, browsers and edge runtimes have. */
export async function hmacSha256(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const hmacKey = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', hmacKey, message))
}

/** Compares in constant time. The lengths are not secret. */
export function equalInConstantTime(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0)
  return difference === 0
}

/** The bytes of a base64 text; undefined unless the text is the canonical encoding. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    // Not every runtime has Uint8Array.fromBase64.
    const binary = atob(text)
    // `atob` accepts spaces, missing padding and unused bits.
    return btoa(binary) === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined
  } catch {
    return undefined
  }
}
