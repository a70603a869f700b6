import type { Db } from '../db.ts'
import { type CreateWithinQuotaOutcome, create, type NewOperation } from '../operations/create.ts'
import { findByKey } from '../operations/idempotency.ts'
import { countActive, lockQuota } from '../quotas.ts'
import { schedules } from '../schema/schedules.ts'
import { insertRuns } from './firing.ts'
import { databaseNow, isMine, type ScheduleAt, type ScheduleRow } from './schedules.ts'

/**
 * Submits the operation of a schedule now. `build` makes it from the schedule and the time of the database. `cap`: most active operations of the
 * owner; undefined: not checked. Undefined: the schedule is unknown or belongs to another owner.
 */
export function trigger(
  db: Db,
  at: ScheduleAt,
  build: (row: ScheduleRow, now: Date) => NewOperation,
  cap?: number,
): Promise<CreateWithinQuotaOutcome | undefined> {
  return db.transaction(async (tx): Promise<CreateWithinQuotaOutcome | undefined> => {
    // A concurrent delete of the schedule must not leave the run behind.
    const [row] = await tx.select().from(schedules).where(isMine(at)).for('key share')
    if (!row) return undefined
    const operation = build(row, new Date(await databaseNow(tx)))
    const { ownerId, idempotency, operationId, scheduledFor = new Date() } = operation
    const known = idempotency && (await findByKey(tx, { ownerId, key: idempotency.key }))
    if (!known && cap !== undefined) {
      await lockQuota(tx, 'operations', ownerId)
      if ((await countActive(tx, { ownerId, most: cap })) >= cap) return { kind: 'full' }
    }
    const outcome = await create(tx, operation)
    if (outcome.kind === 'created') {
      const { scheduleId } = at
      await insertRuns(tx, [{ scheduleId, dueAt: scheduledFor, manual: true, outcome: 'STARTED', operationId }])
    }
    return outcome
  })
}
