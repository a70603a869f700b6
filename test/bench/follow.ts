import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { line, startService } from './rig.ts'

/** Subscribers of event streams: the delay from the commit of an event to its arrival, and the memory of an idle subscriber. */
export async function benchFollow(server: string, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server)
  const service = await startService({ DATABASE_URL: database.url, ROLES: 'api', LIMIT_STREAMS: '1000000' })
  const common = { url: service.url, key: service.key, databaseUrl: database.url }
  try {
    const operationIds = await insertRunning(database, quick ? 10 : 100)
    const updates = quick ? 200 : 2000
    const subscribers = await startChild('subscribers', { ...common, operationIds, each: 10, updates, perSecond: 100 })
    const { expected, lateMs } = (await subscribers.message()) as { expected: number; lateMs: number[] }
    await subscribers.kill()
    const at = (share: number) => lateMs[Math.min(lateMs.length - 1, Math.floor(lateMs.length * share))] ?? Number.NaN
    const count = operationIds.length * 10
    line(`commit to client p50, ${count} subscribers, 100 updates/s`, `${at(0.5).toFixed(1)} ms`)
    line('commit to client p99', `${at(0.99).toFixed(1)} ms`, { text: '≤ 10 ms', met: at(0.99) <= 10 })
    line('events that arrived', `${lateMs.length} of ${expected}`)

    const idle = quick ? 500 : 8000
    const idleIds = await insertRunning(database, idle / 10)
    await delay(1000)
    const before = residentBytes(service.pid)
    const waiting = await startChild('subscribers', { ...common, operationIds: idleIds, each: 10 })
    await delay(quick ? 1000 : 20_000)
    const each = (residentBytes(service.pid) - before) / idle
    await waiting.kill()
    const perGb = 2 ** 30 / each
    line(`memory of an idle subscriber, of ${idle}`, `${(each / 1024).toFixed(1)} KiB`)
    line('idle subscribers per GB', perGb.toFixed(0), { text: '≥ 25000', met: perGb >= 25_000 })
  } finally {
    await service.stop()
    await database.drop()
  }
}

/** Adds running operations of the caller of the bench; returns their ids. */
export async function insertRunning(
  { sql }: Awaited<ReturnType<typeof freshDatabase>>,
  count: number,
): Promise<string[]> {
  const rows = await sql.unsafe(`
    insert into operations (operation_id, owner_id, type, status, max_attempts, input)
    select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
      || 'a' || substr(md5(random()::text), 1, 15))::uuid, 'bench', 'exportCustomers', 'RUNNING', 3, '{}'
    from generate_series(1, ${count}) returning operation_id::text as id`)
  return rows.map(({ id }) => id)
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
