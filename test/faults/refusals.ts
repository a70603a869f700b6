import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import type { Process } from './processes.ts'

/** Longest time for the remaining attempts of a woken worker to finish. */
const timeoutMs = 6000

/**
 * Compares the attempts that were taken from a living worker with the refused attempts in its log. For handlers that ignore their signal:
 * each taken attempt then makes a late write, which must be refused and logged. Returns how many were logged, and a message for each that
 * was not.
 */
export async function refusalsOf(sql: postgres.Sql, worker: Process): Promise<{ counted: number; found: string[] }> {
  for (const untilMs = performance.now() + timeoutMs; ; await delay(50)) {
    const { ids, refused } = loggedBy(worker)
    const taken = await takenFrom(sql, ids)
    const missing = taken.filter((attempt) => !refused.has(attempt))
    if (missing.length > 0 && performance.now() < untilMs) continue
    const found = missing.map((attempt) => `a late write was not logged: ${attempt}`)
    return { counted: taken.length - missing.length, found }
  }
}

/** Whether the worker holds an operation. */
export async function isAtWork(sql: postgres.Sql, worker: Process): Promise<boolean> {
  const ids = JSON.stringify(loggedBy(worker).ids)
  const rows = await sql`
    select 1 from operations
    where status = 'RUNNING' and worker_id::text in (select jsonb_array_elements_text(${ids}::text::jsonb)) limit 1`
  return rows.length > 0
}

/** The ids of the worker and the attempts of which a write was refused: its own, and attempts that it swept too late. */
function loggedBy(worker: Process) {
  const printed = worker.printed()
  const started = printed.matchAll(/"event":"worker\.started","workerId":"([^"]+)"/g)
  const refused = printed.matchAll(/"event":"attempt\.refused","operationId":"([^"]+)","type":"[^"]+","attempt":(\d+)/g)
  return {
    ids: [...started].map(([, id]) => id ?? ''),
    refused: new Set([...refused].map(([, operationId, attempt]) => `${operationId}/${attempt}`)),
  }
}

/** The attempts of these workers that another worker requeued. */
async function takenFrom(sql: postgres.Sql, workerIds: string[]): Promise<string[]> {
  const actors = JSON.stringify(workerIds.map((id) => `worker:${id}`))
  const rows = await sql<{ attempt: string }[]>`
    select claim.operation_id || '/' || claim.attempt as attempt from events claim join events taken using (operation_id, attempt)
    where claim.status = 'RUNNING' and claim.actor in (select jsonb_array_elements_text(${actors}::text::jsonb))
      and taken.status = 'PENDING' and taken.actor not in (select jsonb_array_elements_text(${actors}::text::jsonb))`
  return rows.map(({ attempt }) => attempt)
}
