import { hash } from 'node:crypto'

/** The strong entity tag of a text. */
export function tagOf(text: string): string {
  return `"${hash('sha256', text, 'base64url')}"`
}

/** Whether an `If-None-Match` names this tag. Weak comparison (RFC 9110 §8.8.3.2). */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const opaque = etag.replace(/^W\//, '')
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === opaque)
}
