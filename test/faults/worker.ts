import { sql } from 'drizzle-orm'
import { createLinks } from '../../server/contract/links.ts'
import { systemNames } from '../../server/contract/webhook-url.ts'
import { connect } from '../../server/database/connect.ts'
import { openHints } from '../../server/database/hints.ts'
import { sealingKeys } from '../../server/database/sealed.ts'
import { startDelivery } from '../../server/delivery/sender.ts'
import { startWorker } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/store.ts'
import { createLog } from '../../server/telemetry/log.ts'

/** A worker whose operations do what handlers.ts says, in an executor of its own; it sends webhooks to receivers on this machine, too. */
const { DATABASE_URL: url = '', DATA_DIR: folder = '', WORKER_CONCURRENCY = '10', LEASE_SECONDS = '3' } = process.env
const connection = connect(url, { poolSize: 5, applicationName: 'longrun-faults' })
// Locked: two that make the same table at once trip over each other all the same.
await connection.db.execute(sql`do $$ begin
  perform pg_advisory_xact_lock(1);
  create table if not exists effects (operation_id uuid, attempt int);
  create table if not exists calls (key text);
end $$`)
const hints = openHints(url)
const worker = startWorker({
  connection,
  hints,
  files: diskStore(folder),
  executors: { handlers: new URL('handlers.ts', import.meta.url).href, filesFolder: folder, count: 1 },
  log: createLog('info'),
  concurrency: Number(WORKER_CONCURRENCY),
  leaseSeconds: Number(LEASE_SECONDS),
})
const delivery = startDelivery({
  connection,
  hints,
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
  await hints.close()
  await connection.close()
  process.exit()
}
process.once('SIGTERM', () => void stop())
process.stdout.write('Longrun works, for a test.\n')
