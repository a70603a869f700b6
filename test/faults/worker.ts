import { sql } from 'drizzle-orm'
import { connect } from '../../server/database/connect.ts'
import { openHints } from '../../server/database/hints.ts'
import { startWorker } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/store.ts'
import { createLog } from '../../server/telemetry/log.ts'

/** A worker whose operations do what handlers.ts says, in an executor of its own. */
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
async function stop() {
  await worker.drain(9000)
  await hints.close()
  await connection.close()
  process.exit()
}
process.once('SIGTERM', () => void stop())
process.stdout.write('Longrun works, for a test.\n')
