import { connect } from '../../server/database/connection.ts'
import { startWorker } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { createLog } from '../../server/telemetry/log.ts'

/** A worker process for tests that kill it: `executor-worker.ts <database URL> <files folder> <handlers module>`. */
const [url = '', filesFolder = '', handlers = ''] = process.argv.slice(2)
startWorker({
  connection: connect(url, { poolSize: 4, applicationName: 'doomed worker' }),
  notifications: openPostgresNotifier(url),
  files: diskStore(filesFolder),
  log: createLog('silent'),
  executors: { handlers, files: { kind: 'disk', folder: filesFolder, minFreeBytes: 0 }, count: 1 },
})
