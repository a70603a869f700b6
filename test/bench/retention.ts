import { connect } from '../../server/database/connection.ts'
import { sweep } from '../../server/engine/sweep.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { insertExpired } from '../support/finished-operations.ts'
import { freshDatabase } from './fresh.ts'
import { line } from './rig.ts'

/** How fast a sweep deletes expired operations with five events each, in a database that holds nothing else. */
export async function benchSweep(server: string, { quick }: { quick: boolean }) {
  const count = quick ? 20_000 : 200_000
  const database = await freshDatabase(server)
  const connection = connect(database.url, { poolSize: 2, applicationName: 'bench-retention' })
  try {
    const { db } = connection
    await insertExpired(db, { count })
    await db.execute('vacuum analyze operations, events')
    const files = diskStore('.unused')
    const startedMs = performance.now()
    const swept = await sweep({ db, files, log: createLog('warn') }, { tombstoneSeconds: 1e7, budgetMs: 600_000 })
    const seconds = (performance.now() - startedMs) / 1000
    if (swept.operations !== count) throw new Error(`the sweep left ${count - swept.operations} operations`)
    line('expired operations/s, with 5 events each', (count / seconds).toFixed(0))
  } finally {
    await connection.close()
    await database.drop()
  }
}
