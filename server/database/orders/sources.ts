import { noOwner } from '../schema/orders.ts'

/** The sample rows, or the rows that an owner imported. */
export type Source = 'SAMPLE' | 'IMPORTED'

/** The owners whose rows `ownerId` may read: itself and the owner of the sample rows, or one of them. */
export function readableOwners(ownerId: string, source?: Source): string[] {
  if (source === 'SAMPLE') return [noOwner]
  return source === 'IMPORTED' ? [ownerId] : [noOwner, ownerId]
}

export function sourceOf(ownerId: string): Source {
  return ownerId === noOwner ? 'SAMPLE' : 'IMPORTED'
}
