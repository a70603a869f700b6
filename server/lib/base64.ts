/**
 * The bytes of a text in base64 (with padding) or base64url (without; RFC 4648 §5). Undefined unless the text is the one encoding of its
 * bytes: `Buffer.from` passes over padding, spaces, dots and unused bits, so that one value would have many spellings.
 */
export function decodeBase64(text: string, encoding: 'base64' | 'base64url'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding)
  return bytes.toString(encoding) === text ? bytes : undefined
}
