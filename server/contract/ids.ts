import { randomBytes } from 'node:crypto'

/** What each kind of id begins with on the wire; the database holds the bare UUID. */
const prefixes = {
  operation: 'op_',
  file: 'file_',
  report: 'report_',
  upload: 'upload_',
  receiver: 'whr_',
  delivery: 'dlv_',
  key: 'key_',
} as const

export type IdKind = keyof typeof prefixes

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether ids that the contract calls so (`operationId`) are of the service's making; others are names that callers chose. */
export function isMade(name: string): boolean {
  return Object.hasOwn(prefixes, name.replace(/Id$/, ''))
}

/** The id as callers see it: `op_…`, `file_…`. */
export function formatId(kind: IdKind, uuid: string): string {
  return prefixes[kind] + uuid
}

/** The UUID of a well-formed id of this kind; undefined otherwise, which callers answer like an unknown id. */
export function parseId(kind: IdKind, text: string): string | undefined {
  const prefix = prefixes[kind]
  const uuid = text.slice(prefix.length)
  return text.startsWith(prefix) && uuidV7.test(uuid) ? uuid : undefined
}

/** Each has so many digits of its own: five thousand of one operation meet once in a hundred thousand times. */
const ownDigits = 10

/**
 * A new UUID for something that an operation makes. It begins as the operation's does, so that when everything else has gone the
 * operation's tombstone still knows it.
 */
export function uuidOfMade(operationId: string): string {
  return operationId.slice(0, -ownDigits) + randomBytes(ownDigits / 2).toString('hex')
}

/** Between which UUIDs, both included, that of the operation is that made `uuid`. */
export function makersOf(uuid: string): { from: string; to: string } {
  const shared = uuid.slice(0, -ownDigits)
  return { from: shared.padEnd(uuid.length, '0'), to: shared.padEnd(uuid.length, 'f') }
}
