import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../../server/database/connection.ts'
import { startWorker } from '../../../server/engine/worker.ts'
import { diskStore } from '../../../server/files/disk-store.ts'
import { openPostgresNotifier } from '../../../server/notifications/postgres.ts'
import { createLog } from '../../../server/telemetry/log.ts'
import { testRules } from '../../support/spec/rules.ts'

/** One worker process with the operation types of test/support/spec; all other parts as in the service. */
const { url, concurrency, executors, leaseSeconds = 15, logLevel = 'warn' } = JSON.parse(process.argv[2] as string)
const folder = mkdtempSync(join(tmpdir(), 'longrun-bench-worker-'))
const connection = connect(url, { poolSize: 10, copyPoolSize: 2, applicationName: 'longrun-bench-worker' })
const notifications = openPostgresNotifier(url)
const worker = startWorker({
  connection,
  notifications,
  files: diskStore(folder),
  executors: {
    handlers: new URL('../../support/spec/handlers.ts', import.meta.url).href,
    files: { kind: 'disk', folder, minFreeBytes: 0 },
    ...(executors ? { count: executors } : {}),
  },
  rules: testRules,
  log: createLog(logLevel),
  concurrency,
  leaseSeconds,
  // The default of the service.
  ownerCap: 100,
})

process.send?.('ready')

async function stop() {
  await worker.drain(2000)
  await notifications.close()
  await connection.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
// The bench process has exited.
process.once('disconnect', () => process.exit(1))
