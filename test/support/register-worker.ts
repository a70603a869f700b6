import type { Db } from '../../server/database/db.ts'
import { workers } from '../../server/database/schema/workers.ts'

/** Inserts the row of a worker without a heartbeat. */
export async function registerWorker(db: Db, workerId: string): Promise<void> {
  await db.insert(workers).values({ workerId })
}
