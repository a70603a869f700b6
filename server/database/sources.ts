import { noOwner } from './schema.ts'

/** The sample rows, which belong to nobody, or those that an owner imported. */
export type Source = 'SAMPLE' | 'IMPORTED'

/** The owners whose rows `ownerId` may read: its own and nobody's, or one of the two. */
export function readableOwners(ownerId: string, source?: Source): string[] {
  if (source === 'SAMPLE') return [noOwner]
  return source === 'IMPORTED' ? [ownerId] : [noOwner, ownerId]
}

export function sourceOf(ownerId: string): Source {
  return ownerId === noOwner ? 'SAMPLE' : 'IMPORTED'
}
