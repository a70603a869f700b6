import { batchedCreate } from '../../../server/database/operations/create.ts'
import { list } from '../../../server/database/operations/list.ts'
import { find } from '../../../server/database/operations/read.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { diskStore } from '../../../server/files/disk-store.ts'
import { createLog } from '../../../server/telemetry/log.ts'
import { insertExpired } from '../../support/finished-operations.ts'
import { claimer, quantile } from '../claims.ts'
import type { Fresh } from '../fresh.ts'
import { repeat } from '../load.ts'
import { submission } from '../queue.ts'
import { fillPending } from '../seed.ts'

const callers = 10
const expired = 20_000

/** Any stored operations, for reads. */
export type Known = { ownerId: string; operationId: string }[]

export async function anyOperations({ sql }: Fresh): Promise<Known> {
  return sql<Known>`
    select owner_id as "ownerId", operation_id as "operationId" from operations tablesample system (1) limit 5000`
}

/** What the queries of the service cost, as calls a second or milliseconds. Submits leave pending operations. */
export async function costs(database: Fresh, known: Known, ms: number) {
  const { db, sql } = database
  const submit = batchedCreate(db)
  const any = () => known[Math.floor(Math.random() * known.length)] as Known[number]
  const rate = async (work: () => Promise<unknown>) => {
    await repeat(work, { callers, ms: ms / 4 })
    return repeat(work, { callers, ms })
  }
  const submits = await rate(() => submit(submission()))
  const reads = await rate(() => find(db, any()))
  const lists = await rate(() => list(db, { ownerId: any().ownerId, limit: 50 }))
  await fillPending(sql, { count: 20_000, owner: `'owner-' || n % 100`, type: 'noop' })
  await sql`vacuum (analyze) operations`
  const claimOnce = await claimer(database)
  const claims: number[] = []
  for (const untilMs = performance.now() + 2 * ms; performance.now() < untilMs; ) claims.push(await claimOnce())
  await insertExpired(db, { count: expired })
  const startMs = performance.now()
  const context = { db, files: diskStore('.unused'), log: createLog('warn') }
  const swept = await sweep(context, { tombstoneSeconds: 1e7, budgetMs: 600_000 })
  const seconds = (performance.now() - startMs) / 1000
  if (swept.operations !== expired) throw new Error(`the sweep deleted ${swept.operations} of ${expired} operations`)
  return {
    'submits/s': submits,
    'status reads/s': reads,
    'lists of 50/s': lists,
    'claim of 50, p50 in ms': quantile(claims, 0.5),
    'claim of 50, p99 in ms': quantile(claims, 0.99),
    'swept operations/s, with 5 events each': expired / seconds,
  }
}

/** Reads and submits without a pause, and the longest time of one since the last `longest()`. */
export function startTraffic({ db }: Fresh, known: Known) {
  const submit = batchedCreate(db)
  let over = false
  let longestMs = 0
  let count = 0
  const caller = (work: () => Promise<unknown>) => async () => {
    while (!over) {
      const startMs = performance.now()
      await work()
      count += 1
      longestMs = Math.max(longestMs, performance.now() - startMs)
    }
  }
  const read = caller(() => find(db, known[Math.floor(Math.random() * known.length)] as Known[number]))
  const write = caller(() => submit(submission()))
  const running = Promise.all([read(), read(), write(), write()])
  return {
    /** Both since the last call. */
    longest() {
      const seen = { longestMs, count }
      longestMs = 0
      count = 0
      return seen
    },
    async stop() {
      over = true
      await running
    },
  }
}
