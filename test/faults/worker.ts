import { sql } from 'drizzle-orm'
import { createLinks } from '../../server/contract/links.ts'
import { systemNames } from '../../server/contract/webhook-url.ts'
import { connect } from '../../server/database/connection.ts'
import { sealingKeys } from '../../server/database/sealed.ts'
import { startWorker } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { startWebhooks } from '../../server/webhooks/due.ts'

/** A worker with the operation types of handlers.ts in a separate executor. May send webhooks to private addresses. */
const { DATABASE_URL: url = '', DATA_DIR: folder = '', WORKER_CONCURRENCY = '10', LEASE_SECONDS = '3' } = process.env
const connection = connect(url, { poolSize: 5, applicationName: 'longrun-faults' })
// Locked, because concurrent `create table if not exists` statements may fail.
await connection.db.execute(sql`do $$ begin
  perform pg_advisory_xact_lock(1);
  create table if not exists effects (operation_id uuid, attempt int);
  create table if not exists calls (key text);
end $$`)
const notifications = openPostgresNotifier(url)
const worker = startWorker({
  connection,
  notifications,
  files: diskStore(folder),
  executors: {
    handlers: new URL('faults-handlers.js', import.meta.url).href,
    files: { kind: 'disk', folder, minFreeBytes: 0 },
    count: 1,
    variables: process.env.EXECUTOR_ENV?.split(',') ?? [],
  },
  log: createLog('info'),
  concurrency: Number(WORKER_CONCURRENCY),
  leaseSeconds: Number(LEASE_SECONDS),
})
const delivery = startWebhooks({
  connection,
  notifications,
  log: createLog('warn'),
  links: createLinks(undefined, (path) => path),
  sealingKeys: await sealingKeys(connection.db, undefined),
  resolve: systemNames,
  allowInsecure: true,
  attemptMs: 1000,
  leaseSeconds: 2,
})
async function stop() {
  await Promise.all([worker.drain(9000), delivery.stop(9000)])
  await notifications.close()
  await connection.close()
  process.exit()
}
process.once('SIGTERM', () => void stop())
process.stdout.write('Longrun works, for a test.\n')
