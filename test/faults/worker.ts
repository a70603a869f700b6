import { setTimeout as sleep } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { connect } from '../../server/database/connect.ts'
import { openHints } from '../../server/database/hints.ts'
import { operations } from '../../server/database/schema.ts'
import { startWorker } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/store.ts'
import { defineOperation } from '../../server/handlers/define.ts'
import { createLog } from '../../server/telemetry/log.ts'

/**
 * A worker process whose reports do what the operation's label `work` says, and leave one row in `effects` each time that they come to
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

const { DATABASE_URL: url = '', DATA_DIR: folder = '', WORKER_CONCURRENCY = '10', LEASE_SECONDS = '3' } = process.env
const connection = connect(url, { poolSize: 5, applicationName: 'longrun-faults' })
await connection.db.execute(sql`create table if not exists effects (operation_id uuid, attempt int)`)
const hints = openHints(url)
const worker = startWorker({
  connection,
  hints,
  files: diskStore(folder),
  handlers: { generateReport },
  log: createLog('info'),
  concurrency: Number(WORKER_CONCURRENCY),
  leaseSeconds: Number(LEASE_SECONDS),
})
async function stop() {
  await worker.drain(9000)
  await hints.close()
  await connection.close()
  process.exit()
}
process.once('SIGTERM', () => void stop())
process.stdout.write('Longrun works, for a test.\n')
