import postgres from 'postgres'
import type { TestService } from '../support/service.ts'

/** Writes the history of operations instead of a worker: each call commits and sends a notification. */
export function historian({ databaseUrl }: TestService) {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => {} })

  type Written = { event: string; status: string; count?: number; progress?: { percentage: number; phase: string } }
  async function write(id: string | readonly string[], { event, status, count = 1, progress }: Written) {
    const operationIds = [id].flat().map((each) => each.slice(-36))
    const text = progress ? JSON.stringify(progress) : null
    await sql`
      with moved as (
        update operations set status = ${status}, attempt = 1, last_sequence = last_sequence + ${count},
          progress = coalesce(${text}::text::jsonb, progress), turn_at = null,
          started_at = coalesce(started_at, now()), updated_at = greatest(updated_at, clock_timestamp()),
          finished_at = case when ${status} = 'CANCELLED' then now() end
        where operation_id = any(${operationIds}::uuid[]) returning *)
      insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, progress, data)
      select operation_id, last_sequence - ${count} + n, ${event}, updated_at, status, 1, 'worker:x', ${text}::text::jsonb,
        case when ${event} = 'log' then json_build_object('message', 'line ' || n || repeat(' …', 50)) end
      from moved, generate_series(1, ${count}::int) n`
    // A notification has at most 8,000 bytes.
    await sql`select pg_notify('longrun_events', 'moved:' || id) from unnest(${operationIds}::text[]) id`
  }

  return {
    start: (id: string | readonly string[]) => write(id, { event: 'status-update', status: 'RUNNING' }),
    log: (id: string, count = 1) => write(id, { event: 'log', status: 'RUNNING', count }),
    progress: (id: string, percentage: number) =>
      write(id, { event: 'status-update', status: 'RUNNING', progress: { percentage, phase: 'DATA_PROCESSING' } }),
    end: (id: string | readonly string[]) => write(id, { event: 'cancelled', status: 'CANCELLED' }),
    close: () => sql.end(),
  }
}
