import { setTimeout as sleep } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { operations } from '../../server/database/schema/operations.ts'
import { defineOperation } from '../../server/handlers/define.ts'
import { exportCustomers as shipped } from '../../server/handlers/export-customers.ts'
import { importOrders } from '../../server/handlers/import-orders.ts'

/**
 * Reports that do the work that the label `work` of the operation names, and insert a row into `effects` each time they finish: `sleep-20`
 * takes 20 ms and ignores its signal, `yield-20` stops when interrupted; `block`, `never`, `hoard-512` (MiB) and `kill` are hostile. `held`
 * ends when `released` has a row. `step-20` first runs a step, which inserts its key into `calls` each time. `wait-20` waits durably for 20 ms
 * after that step, and `answer-20` for the input `answer`; its attempt ends 20 ms after the wait was begun.
 */
const generateReport = defineOperation('generateReport', {
  steps: { call: { run: ({ db, key }) => db.execute(sql`insert into calls (key) values (${key})`).then(() => {}) } },
  async run(context) {
    const { db, operationId, attempt, signal } = context
    const [row] = await db
      .select({ labels: operations.labels })
      .from(operations)
      .where(eq(operations.operationId, operationId))
    let [kind = 'sleep', ms = '0'] = (row?.labels.work ?? '').split('-')
    if (['step', 'wait', 'answer'].includes(kind)) await context.step('call')
    if (kind === 'wait') await context.sleep('pause', Number(ms) / 1000)
    if (kind === 'answer') await answerOf(context as unknown as Asking, Number(ms))
    while (kind === 'held' && (await db.select({ one: sql`1` }).from(sql`released`)).length === 0) await sleep(100)
    if (kind === 'wait' || kind === 'answer') ms = '0'
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

/** The contract declares no input of reports. */
type Asking = { waitForInput(name: string, options: { timeoutSeconds: number }): Promise<unknown> }

/** Ends a waiting attempt `ms` after its wait was begun. */
async function answerOf(context: Asking, ms: number) {
  try {
    await context.waitForInput('answer', { timeoutSeconds: 600 })
  } catch (suspension) {
    await sleep(ms)
    throw suspension
  }
}

/** The export of the service, after a delay in which the hostile handlers run. */
const exportCustomers = defineOperation('exportCustomers', {
  async run(context, input) {
    await sleep(2 * besideMs)
    return shipped.run(context, input)
  },
})

export const handlers = { generateReport, exportCustomers, importOrders }

/** Long enough for the operations of the same claim to begin. */
const besideMs = 300

const hostile = {
  /** Blocks the event loop of its process. */
  block: async () => {
    await sleep(besideMs)
    for (;;);
  },
  never: () => new Promise<void>(() => {}),
  /** Allocates outside the heap, where the heap limit does not apply; stops at `megabytes`, so that a machine without a limit survives. */
  hoard: async (mebibytes: number) => {
    await sleep(besideMs)
    const hoarded: Buffer[] = []
    for (let held = 0; held < mebibytes; held += 16) {
      hoarded.push(Buffer.alloc(16 * 2 ** 20, 1))
      await sleep(5)
    }
    // Keeps a reference; otherwise the memory would be collected.
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
