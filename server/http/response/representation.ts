import { hash } from 'node:crypto'

/** The content codings of documents, the preferred first. */
export const codings = ['br', 'gzip', 'identity'] as const
export type Coding = (typeof codings)[number]

const codingEntry = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i

/** The weight of `identity` if it is not named: below every weight that can be written. */
const unnamedIdentity = 0.0001

/**
 * The coding that an `Accept-Encoding` prefers; undefined if it excludes all. RFC 9110 §12.5.3: `*` stands for every coding that is not
 * named, and `identity` is acceptable unless it is excluded. Malformed entries are ignored.
 */
export function codingOf(acceptEncoding: string | undefined): Coding | undefined {
  if (acceptEncoding === undefined) return 'identity'
  const weights = new Map<string, number>()
  for (const text of acceptEncoding.split(',')) {
    const [, name, weight = '1'] = codingEntry.exec(text) ?? []
    if (name !== undefined) weights.set(name.toLowerCase().replace(/^x-(?=gzip$)/, ''), Number(weight))
  }
  const weightOf = (coding: Coding) =>
    weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? unnamedIdentity : 0)
  const best = Math.max(...codings.map(weightOf))
  return best > 0 ? codings.find((coding) => weightOf(coding) === best) : undefined
}

/** The strong entity tag of a text, or of its encoded bytes. */
export function tagOf(content: string | Uint8Array): string {
  return `"${hash('sha256', content, 'base64url')}"`
}

/** Whether an `If-None-Match` (`*`, or a list) matches this tag. Weak comparison (RFC 9110 §8.8.3.2). A tag may contain commas. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return ifNoneMatch.matchAll(/"[\x21\x23-\x7e\x80-\xff]*"/g).some(([tag]) => tag === opaque)
}
