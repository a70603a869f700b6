import { connect } from '../../server/database/connect.ts'
import { openHints } from '../../server/database/hints.ts'
import { startWorker } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/store.ts'
import { createLog } from '../../server/telemetry/log.ts'

/** A worker as a process, to be killed: `executor-worker.ts <database URL> <files folder> <handlers module>`. */
const [url = '', filesFolder = '', handlers = ''] = process.argv.slice(2)
startWorker({
  connection: connect(url, { poolSize: 4, applicationName: 'doomed worker' }),
  hints: openHints(url),
  files: diskStore(filesFolder),
  log: createLog('silent'),
  executors: { handlers, filesFolder, count: 1 },
})
