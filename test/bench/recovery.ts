import { setTimeout as delay } from 'node:timers/promises'
import { create } from '../../server/database/operations/create.ts'
import { freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { submission } from './queue.ts'
import { line } from './rig.ts'

const operationCount = 10

/**
 * A worker process is killed (SIGKILL) while it runs ten operations, and another worker is idle. Measures the time from the kill until the
 * last of the ten runs again, by the database's clock, in leases: one lease must pass after the last heartbeat before another worker may
 * claim the operations; the rest is the survivor's poll interval. The figure is the worst of three consecutive kills; the measurement with
 * the long lease runs at the same time. Each has its own database and two worker processes.
 */
export async function benchRecovery(server: string, { quick }: { quick: boolean }) {
  const [short, long] = await Promise.all([
    several(quick ? 1 : 3, () => recovery(server, 3)),
    several(quick ? 0 : 1, () => recovery(server, 15)),
  ])
  for (const { leaseSeconds, all } of [
    { leaseSeconds: 3, all: short },
    { leaseSeconds: 15, all: long },
  ]) {
    if (all.length === 0) continue
    const leases = Math.max(...all) / leaseSeconds
    const name = `killed worker, LEASE_SECONDS=${leaseSeconds}: runs again after`
    line(name, `${leases.toFixed(2)} leases`, { text: '≤ 1.4', met: leases <= 1.4 })
  }
}

async function several(times: number, work: () => Promise<number>): Promise<number[]> {
  const results: number[] = []
  while (results.length < times) results.push(await work())
  return results
}

/** Seconds from the kill until all operations run again. */
async function recovery(server: string, leaseSeconds: number): Promise<number> {
  const { url, db, sql, drop } = await freshDatabase(server, 2)
  // The bench kills the worker on purpose, so its loss is not logged.
  const options = { url, concurrency: operationCount, leaseSeconds, logLevel: 'error' }
  const workers = async () => (await sql<{ id: string }[]>`select worker_id as id from workers`).map(({ id }) => id)
  try {
    const victim = await startChild('longrun', options)
    for (let made = 0; made < operationCount; made++) await create(db, { ...submission(), type: 'hold' })
    const running = async (attempt: number) => {
      const rows =
        await sql`select from events where attempt = ${attempt} and status = 'RUNNING' and event = 'status-update'`
      return rows.length >= operationCount
    }
    while (!(await running(1))) await delay(20)
    const before = await workers()
    const survivor = await startChild('longrun', options)
    while (!(await workers()).some((id) => !before.includes(id))) await delay(20)
    // At a random time between the victim's heartbeats.
    await delay(Math.random() * leaseSeconds * 333)
    const [killed] = await sql<{ at: string }[]>`select clock_timestamp()::text as at`
    await victim.kill()
    while (!(await running(2))) await delay(20)
    const [again] = await sql<{ seconds: number }[]>`
      select extract(epoch from max(timestamp) - ${killed?.at ?? ''}::text::timestamptz)::float8 as seconds
      from events where attempt = 2 and status = 'RUNNING'`
    await survivor.stop()
    return again?.seconds ?? Number.NaN
  } finally {
    await drop()
  }
}
