import { dueWaits } from '../database/operations/waits.ts'
import type { Engine } from './context.ts'

/**
 * Returns operations whose first wait is over or has expired to the queue, at most `limit`. Returns how many, and the milliseconds until the
 * next one; undefined when there is none.
 */
export async function resumeDue(
  { db, rules, writes }: Pick<Engine, 'db' | 'rules' | 'writes'>,
  actor: string,
  limit: number,
): Promise<{ resumed: number; nextMs: number | undefined }> {
  const { due, nextMs } = await dueWaits(db, Object.keys(rules), limit)
  const cause = { actor, reason: 'a wait is over' }
  await Promise.all(
    due.map(({ operationId, attempt, type }) =>
      writes.transition(
        'resume',
        { operationId, attempt, ...cause },
        { queueSeconds: rules[type]?.queueTimeoutSeconds ?? 0 },
      ),
    ),
  )
  return { resumed: due.length, nextMs }
}
