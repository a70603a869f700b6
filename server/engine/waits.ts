import { nextWaitMs, resumeDueWaits } from '../database/operations/waits.ts'
import type { Engine } from './context.ts'
import { figures } from './rules.ts'

/** Another worker has locked what is due. */
const lockedMs = 100

/**
 * Returns operations whose first wait is over or has expired to the queue, at most `limit`. Returns how many, and the milliseconds until the
 * next one; undefined when there is none. Of several workers each resumes operations of its own.
 */
export async function resumeDue(
  { db, rules, notifications }: Pick<Engine, 'db' | 'rules' | 'notifications'>,
  actor: string,
  limit: number,
): Promise<{ resumed: number; nextMs: number | undefined }> {
  const firstMs = await nextWaitMs(db)
  if (firstMs === undefined || firstMs > 0) return { resumed: 0, nextMs: firstMs }
  const queueSeconds = figures(rules, (rule) => rule.queueTimeoutSeconds)
  const operationIds = await resumeDueWaits(db, { actor, queueSeconds, limit })
  notifications.notify('moved', ...operationIds)
  // Another worker may know the type, or have a free slot.
  notifications.notify('submitted', ...operationIds)
  const nextMs = await nextWaitMs(db)
  const isLocked = operationIds.length === 0 && nextMs !== undefined && nextMs <= 0
  return { resumed: operationIds.length, nextMs: isLocked ? lockedMs : nextMs }
}
