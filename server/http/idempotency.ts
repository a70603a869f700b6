import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { Problem } from '../contract/problem.ts'
import type { Idempotency } from '../database/idempotency.ts'

/**
 * What an `Idempotency-Key` is held with: the key, bare or quoted (1–255 printable ASCII characters), and a fingerprint of what
 * is asked, and how long. Undefined without the header. Throws `INVALID_REQUEST` for one that is malformed.
 */
export function idempotencyOf(
  header: string | undefined,
  asked: { method: string; path: string; body: unknown },
  keepSeconds: number,
): Idempotency | undefined {
  if (header === undefined) return undefined
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1]
  const key = quoted === undefined ? header : quoted.replaceAll(/\\(["\\])/g, '$1')
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'must have 1 to 255 printable ASCII characters, bare or in double quotes'
    throw new Problem('INVALID_REQUEST', `The header Idempotency-Key ${message}.`, {
      errors: [{ parameter: 'Idempotency-Key', message }],
    })
  }
  const { method, path, body } = asked
  const fingerprint = createHash('sha256')
    .update(`${method} ${path}\n${canonicalize(body)}`)
    .digest()
  return { key, fingerprint, keepSeconds }
}
