import { setTimeout as delay } from 'node:timers/promises'
import { type Fresh, freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { line, median } from './rig.ts'
import { fillPending } from './seed.ts'

/** Long enough that PostgreSQL, which needs a processor too, is a small part. */
const busyMs = 20

/**
 * What a second worker process adds, on handlers that need a processor: each worker has one executor, so one worker uses one processor. A
 * machine with more than two processors shows more of it.
 */
export async function benchWorkers(server: string, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server)
  const count = quick ? 100 : 600
  try {
    const ratios: number[] = []
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const one = await secondsOf(database, count, 1)
      ratios.push(one / (await secondsOf(database, count, 2)))
    }
    const ratio = median(ratios)
    line('two worker processes ÷ one, on handlers that compute', ratio.toFixed(2), { text: '≥ 1.7', met: ratio >= 1.7 })
  } finally {
    await database.drop()
  }
}

/** From the first end to the last one of `count` operations, which exist before the workers start. */
async function secondsOf({ url, sql }: Fresh, count: number, workers: number): Promise<number> {
  await sql`truncate operations, events, workers`
  await fillPending(sql, { count, owner: "'owner-' || n % 10", type: 'compute' })
  await sql`update operations set input = ${JSON.stringify({ ms: busyMs })}::text::jsonb`
  const options = { url, concurrency: 4, executors: 1 }
  const running = await Promise.all(Array.from({ length: workers }, () => startChild('longrun', options)))
  try {
    while ((await sql`select from operations where status in ('PENDING', 'RUNNING') limit 1`).length > 0)
      await delay(50)
    const [row] = await sql<{ seconds: number }[]>`
      select extract(epoch from max(finished_at) - min(finished_at))::float8 as seconds from operations`
    return row?.seconds ?? Number.NaN
  } finally {
    await Promise.all(running.map((worker) => worker.stop()))
  }
}
