import { setTimeout as delay } from 'node:timers/promises'
import { submit } from '../../server/database/operations.ts'
import { freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { submission } from './queue.ts'
import { line } from './rig.ts'

const held = 10

/**
 * A worker process is killed (SIGKILL) while it runs ten operations; another one, idle, is there. From the kill to the moment when the
 * last of the ten runs again, both by the database's clock, in leases: one lease must pass before anybody may take them, and what
 * comes on top is how often the survivor looks. The worst of several kills, each with a database and two processes of its own, all at
 * the same time, since they do nothing but wait.
 */
export async function benchRecovery(server: string, { quick }: { quick: boolean }) {
  const sizes = quick
    ? [{ leaseSeconds: 3, kills: 1 }]
    : [
        { leaseSeconds: 3, kills: 4 },
        { leaseSeconds: 15, kills: 2 },
      ]
  for (const { leaseSeconds, kills } of sizes) {
    const all = await Promise.all(
      Array.from({ length: kills }, async (_, place) => {
        // Processes that start take the processor from each other.
        await delay(place * 1000)
        return recovery(server, leaseSeconds)
      }),
    )
    const leases = Math.max(...all) / leaseSeconds
    const name = `killed worker, LEASE_SECONDS=${leaseSeconds}: runs again after`
    line(name, `${leases.toFixed(2)} leases`, { text: '≤ 1.4', met: leases <= 1.4 })
  }
}

/** Seconds from the kill until everything runs again. */
async function recovery(server: string, leaseSeconds: number): Promise<number> {
  const { url, db, sql, drop } = await freshDatabase(server, 2)
  // That a worker is lost is what is asked for, and no news.
  const options = { url, concurrency: held, leaseSeconds, logLevel: 'error' }
  const workers = async () => (await sql<{ id: string }[]>`select worker_id as id from workers`).map(({ id }) => id)
  try {
    const victim = await startChild('longrun', options)
    for (let made = 0; made < held; made++) await submit(db, { ...submission(), type: 'hold' })
    const running = async (attempt: number) => {
      const rows =
        await sql`select from events where attempt = ${attempt} and status = 'RUNNING' and event = 'status-update'`
      return rows.length >= held
    }
    while (!(await running(1))) await delay(20)
    const before = await workers()
    const survivor = await startChild('longrun', options)
    while (!(await workers()).some((id) => !before.includes(id))) await delay(20)
    // At any moment of the victim's heartbeats.
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
