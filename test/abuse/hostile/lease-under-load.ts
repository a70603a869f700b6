import { setTimeout as delay } from 'node:timers/promises'
import { callers, type HostilePattern, type Stage, send, submitReport } from './pattern.ts'

const stored = 200
const leaseSeconds = 3
/** Refused bodies keep the event loop busy, pages make it write large documents, and submits keep the worker busy. */
const body = JSON.stringify({ operationIds: Array.from({ length: 1000 }, (_, index) => `not an id ${index}`) })
const everyPage = 10
const everySubmit = 25

/** The ages of the worker's last heartbeat, by the database's clock. A worker without a lease fails the check. */
async function heartbeatAges({ sql }: Stage, observations: number): Promise<number[]> {
  const ages: number[] = []
  for (let index = 0; index < observations; index += 1) {
    const [row] = await sql<{ ageMs: number | null }[]>`
      select min(extract(epoch from clock_timestamp() - seen_at) * 1000)::float8 as "ageMs" from workers`
    ages.push(row?.ageMs ?? Number.POSITIVE_INFINITY)
    await delay(50)
  }
  return ages
}

/** A worker that loses its lease under load would repeat the operations of all owners. */
export const pattern: HostilePattern = {
  title: 'keeps the event loop of a busy worker with a short lease occupied',
  // The load of that many credentials, each within its limits.
  environment: {
    LEASE_SECONDS: `${leaseSeconds}`,
    LIMIT_READS: '1000000',
    LIMIT_SUBMITS: '1000000',
    LOG_LEVEL: 'info',
  },
  async prepare({ url, hostileKey }) {
    for (let count = 0; count < stored; count += 1) await submitReport(url, hostileKey)
  },
  async attack({ url, hostileKey: key }, control) {
    let calls = 0
    const call = () => {
      calls += 1
      if (calls % everySubmit === 0) return submitReport(url, key)
      if (calls % everyPage === 0) return send(url, { path: `/api/v1/operations?pageSize=${stored}`, key })
      return send(url, { method: 'POST', path: '/api/v1/operations:batchGet', key, body })
    }
    await callers(60, call, control)
  },
  observe: heartbeatAges,
  observations: { small: 300, full: 1200 },
  // A heartbeat is due after a third of the lease.
  p99Ms: (leaseSeconds * 1000) / 2,
  async afterwards({ sql, printed }) {
    const open = () => sql`select 1 from operations where status in ('PENDING', 'RUNNING') limit 1`
    while ((await open()).length > 0) await delay(50)
    const rows = await sql<{ ran: number; again: number }[]>`
      select count(*)::int as ran, (count(*) filter (where attempt > 1))::int as again from operations where attempt > 0`
    const { ran = 0, again = 0 } = rows[0] ?? {}
    if (ran < stored) throw new Error(`${ran} operations ran, where ${stored} were submitted before the attack`)
    if (again > 0) throw new Error(`${again} of ${ran} operations were run a second time`)
    const lost = /^.*"event":"(worker\.lease-lost|worker\.lost|executor\.exited)".*$/m.exec(printed())
    if (lost) throw new Error(`a worker or executor was lost: ${lost[0]}`)
  },
}
