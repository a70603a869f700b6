import { setTimeout as sleep } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { operations } from '../../server/database/schema.ts'
import { defineOperation } from '../../server/handlers/define.ts'
import { exportCustomers as shipped } from '../../server/handlers/export-customers.ts'
import { importOrders } from '../../server/handlers/import-orders.ts'

/**
 * Reports that do what the operation's label `work` says, and leave one row in `effects` each time that they come to
 * their end: `sleep-20` takes 20 ms and hears no signal, `yield-20` stops when it is told to; `block`, `never`, `hoard-512` (MiB)
 * and `kill` do what no handler should. `step-20` first has the effect of a step, which leaves its key in `calls` each time.
 */
const generateReport = defineOperation('generateReport', {
  steps: { call: { run: ({ db, key }) => db.execute(sql`insert into calls (key) values (${key})`).then(() => {}) } },
  async run(context) {
    const { db, operationId, attempt, signal } = context
    const [row] = await db
      .select({ labels: operations.labels })
      .from(operations)
      .where(eq(operations.operationId, operationId))
    const [kind = 'sleep', ms = '0'] = (row?.labels.work ?? '').split('-')
    if (kind === 'step') await context.step('call')
    if (isHostile(kind)) await hostile[kind](Number(ms))
    else await sleep(Number(ms), undefined, kind === 'yield' ? { signal } : {})
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

/** The shipped export, after a while in which its neighbours do theirs. */
const exportCustomers = defineOperation('exportCustomers', {
  async run(context, input) {
    await sleep(2 * besideMs)
    return shipped.run(context, input)
  },
})

export const handlers = { generateReport, exportCustomers, importOrders }

/** Long enough that what was claimed with it has begun. */
const besideMs = 300

const hostile = {
  /** Nothing else runs in its process from now on. */
  block: async () => {
    await sleep(besideMs)
    for (;;);
  },
  never: () => new Promise<void>(() => {}),
  /** Outside of the heap, whose limit does not see it; then it is content, so that a machine without a limit survives the test. */
  hoard: async (mebibytes: number) => {
    await sleep(besideMs)
    const hoarded: Buffer[] = []
    for (let held = 0; held < mebibytes; held += 16) {
      hoarded.push(Buffer.alloc(16 * 2 ** 20, 1))
      await sleep(5)
    }
    // What nobody may look at any more would be given back.
    await sleep(1000)
    hoarded.length = 0
  },
  kill: async () => {
    await sleep(besideMs)
    process.kill(process.pid, 'SIGKILL')
  },
}

function isHostile(kind: string): kind is keyof typeof hostile {
  return kind in hostile
}
