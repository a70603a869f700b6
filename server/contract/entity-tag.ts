import { hash } from 'node:crypto'

/** The weak entity tag of a representation (RFC 9110 §8.8.3): the same for the same fields. */
export function weakTag(representation: object): string {
  return `W/"${hash('sha256', JSON.stringify(representation), 'base64url').slice(0, 22)}"`
}
