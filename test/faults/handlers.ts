import { setTimeout as sleep } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { operations } from '../../server/database/schema.ts'
import { defineOperation } from '../../server/handlers/define.ts'

/**
 * Reports that do what the operation's label `work` says, and leave one row in `effects` each time that they come to
 * their end: `sleep-20` takes 20 ms and hears no signal, `yield-20` stops when it is told to.
 */
const generateReport = defineOperation('generateReport', {
  async run(context) {
    const { db, operationId, attempt, signal } = context
    const [row] = await db
      .select({ labels: operations.labels })
      .from(operations)
      .where(eq(operations.operationId, operationId))
    const [kind = 'sleep', ms = '0'] = (row?.labels.work ?? '').split('-')
    await sleep(Number(ms), undefined, kind === 'yield' ? { signal } : {})
    await db.execute(sql`insert into effects (operation_id, attempt) values (${operationId}::uuid, ${attempt})`)
    return {
      reportId: `rpt_${uuidv7()}`,
      url: '/api/v1/reports/none',
      downloadUrl: '/api/v1/files/none',
      format: 'CSV' as const,
      size: 0,
      rowCount: 0,
      generatedAt: new Date().toISOString(),
      expiresAt: context.expiresAt().toISOString(),
    }
  },
})

export const handlers = { generateReport }
