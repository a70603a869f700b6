import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { OperationRow } from '../../server/database/operations/read.ts'
import type { NewSchedule } from '../../server/database/schedules/schedules.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { scheduleRuns, schedules } from '../../server/database/schema/schedules.ts'
import { specRules as rules } from '../../server/engine/rules.ts'
import { type OwnerQuotas, openAdmission } from '../../server/engine/schedules/admission.ts'
import { fireSchedules } from '../../server/engine/schedules/fire.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { clearTables } from '../support/database.ts'
import { ownerId, type Rig } from './rig.ts'

export const minuteMs = 60_000

/** A schedule whose oldest due time is `dueAt`. */
export function scheduleOf(values: Partial<NewSchedule> & { dueAt: Date }): NewSchedule {
  return {
    scheduleId: uuidv7(),
    ownerId,
    cron: null,
    intervalSeconds: values.cron ? null : 60,
    timeZone: 'UTC',
    anchorAt: values.dueAt,
    jitterSeconds: 0,
    overlapPolicy: 'SKIP',
    catchUp: 'NONE',
    catchUpWindowSeconds: 3600,
    type: 'importOrders',
    operation: { input: { uploadId: 'upload_x' }, priority: 'NORMAL', maxAttempts: 3, queueTimeoutSeconds: 600 },
    pathNames: [],
    fireAt: values.dueAt,
    ...values,
  }
}

export function scheduleRig(rig: () => Rig) {
  const db = () => rig().connection.db
  return {
    errors: [] as string[],
    /** The instant `ms` before the current time of the database. */
    async ago(ms: number): Promise<Date> {
      const clock = db()
        .$with('clock', { at: sql<number>`at`.mapWith(Number).as('at') })
        .as(sql`select floor(extract(epoch from now()) * 1000) as at`)
      const [row] = await db().with(clock).select().from(clock)
      return new Date((row?.at ?? 0) - ms)
    },
    async add(values: Partial<NewSchedule> & { dueAt: Date }): Promise<string> {
      const row = scheduleOf(values)
      await db().insert(schedules).values(row)
      return row.scheduleId
    },
    /** Fires once. Returns the milliseconds until the next round. */
    round(quotas: OwnerQuotas = {}): Promise<number | undefined> {
      const { notifications } = rig()
      const engine = { db: db(), log: createLog('silent'), notifications, rules }
      const onError = (doing: string) => this.errors.push(doing)
      return fireSchedules({ engine, admission: openAdmission(db(), quotas), onError })
    },
    /** Fires until nothing is due. */
    async fire(quotas: OwnerQuotas = {}): Promise<void> {
      for (;;) {
        const nextMs = await this.round(quotas)
        if (nextMs === undefined || nextMs > 0) return
      }
    },
    runs: (scheduleId: string) =>
      db().select().from(scheduleRuns).where(eq(scheduleRuns.scheduleId, scheduleId)).orderBy(scheduleRuns.dueAt),
    async read(scheduleId: string) {
      const [row] = await db().select().from(schedules).where(eq(schedules.scheduleId, scheduleId))
      if (!row) throw new Error('no schedule')
      return row
    },
    set: (scheduleId: string, values: Partial<NewSchedule>) =>
      db().update(schedules).set(values).where(eq(schedules.scheduleId, scheduleId)),
    operations: (scheduleId: string): Promise<OperationRow[]> =>
      db().select().from(operations).where(eq(operations.scheduleId, scheduleId)).orderBy(operations.scheduledFor),
    async clear() {
      await clearTables(rig().connection.sql, ['schedules', 'schedule_runs'])
      this.errors.length = 0
    },
  }
}
