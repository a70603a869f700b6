import { setTimeout as delay } from 'node:timers/promises'
import { type Fresh, freshDatabase } from './fresh.ts'
import { steady } from './load.ts'
import { line, startService, startWorkerService } from './rig.ts'

const everyMs = 25

/**
 * How long an accepted operation waits for an idle worker: 40 submits a second over HTTP to the API in one process, a worker in another,
 * both as an operator starts them. From the 202's `createdAt` to `startedAt`, both by the database's clock: the commit, the
 * notification, the claim. There is no peer to compare with, so the limit is absolute. The operations are exports of no customers.
 */
export async function benchPickup(server: string, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server)
  const env = { DATABASE_URL: database.url }
  try {
    const api = await startService({ ...env, ROLES: 'api' })
    const worker = await startWorkerService(env)
    try {
      const { p50, p99 } = await pickup(api, database, { quick })
      line('pick-up at 40 submits/s: p50', `${p50.toFixed(1)} ms`, { text: '≤ 5 ms', met: p50 <= 5 })
      line('pick-up at 40 submits/s: p99', `${p99.toFixed(1)} ms`, { text: '≤ 25 ms', met: p99 <= 25 })
    } finally {
      await Promise.all([api.stop(), worker.stop()])
    }
  } finally {
    await database.drop()
  }
}

/** The delays of pick-up in milliseconds, of exports that end at once. `busy`: operations that run throughout. */
export async function pickup(
  api: Awaited<ReturnType<typeof startService>>,
  database: Pick<Fresh, 'sql'>,
  { quick, busy = 0 }: { quick: boolean; busy?: number },
) {
  const send = () =>
    fetch(`${api.url}/api/v1/customers:export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'NDJSON', filters: { source: 'IMPORTED' } }),
    })
  const idle = async () => {
    while ((await database.sql`select from operations where status in ('PENDING', 'RUNNING')`).length > busy)
      await delay(50)
  }
  await steady(send, { count: 40, everyMs, expectStatus: 202 })
  // Operations that waited for processes to start must not delay the measured ones.
  await idle()
  const [warm] = await database.sql<{ id: string }[]>`select max(operation_id::text) as id from operations`
  await steady(send, { count: quick ? 80 : 600, everyMs, expectStatus: 202 })
  await idle()
  const [waits] = await database.sql<{ p50: number; p99: number }[]>`
    select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99
    from (
      select extract(epoch from started_at - created_at)::float8 * 1000 as ms from operations
      where operation_id > ${warm?.id ?? ''}
    ) waited`
  return { p50: waits?.p50 ?? Number.NaN, p99: waits?.p99 ?? Number.NaN }
}
