import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import type { CallerRecords } from './load.ts'
import type { Rig } from './rig.ts'

/** The bytes of a stored file. */
type ReadStored = (key: string) => Promise<Uint8Array>

/** All violations as messages; empty when the stored data is correct. */
export async function violations(
  { sql, folder }: Pick<Rig, 'sql' | 'folder'>,
  seen: CallerRecords,
  read: ReadStored = (key) => readFile(join(folder, 'files', key)),
): Promise<string[]> {
  const found = seen.contradictions.map((words) => `one key, two operations: ${words}`)
  const rows = await sql<{ id: string; keyed: boolean }[]>`
    select 'op_' || operation_id as id, exists (select 1 from idempotency_keys k where k.operation_id = o.operation_id) as keyed
    from operations o`
  const stored = new Set(rows.map(({ id }) => id))
  for (const [key, id] of seen.acknowledged) if (!stored.has(id)) found.push(`lost: ${id}, acknowledged for ${key}`)
  for (const { id, keyed } of rows) if (!keyed) found.push(`without a key: ${id}`)
  return [...found, ...(await rowViolations(sql)), ...(await fileViolations(sql, read))]
}

/** The violations that the rows show. `whileRunning`: operations that have not ended are correct. */
export async function rowViolations(sql: postgres.Sql, { whileRunning = false } = {}): Promise<string[]> {
  const found: string[] = []
  for (const [what, query] of Object.entries(rules)) {
    if (whileRunning && what === 'never ended') continue
    const broken = await sql.unsafe<{ id: string; detail: string }[]>(query)
    found.push(...broken.map(({ id, detail }) => `${what}: ${id}, ${detail}`))
  }
  return found
}

/** Each query returns the operations with that violation. */
const rules = {
  'never ended': `
    select operation_id as id, status || ' at attempt ' || attempt as detail from operations
    where status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')`,
  'two terminal events': `
    select operation_id as id, string_agg(event, ', ' order by sequence) as detail from events
    where event in ('completed', 'failed', 'cancelled') group by operation_id having count(*) > 1`,
  'event after the terminal event': `
    select e.operation_id as id, 'event ' || e.sequence as detail from events e join events ending on ending.operation_id = e.operation_id
      and ending.event in ('completed', 'failed', 'cancelled') and e.sequence > ending.sequence
      and e.event not in ('completed', 'failed', 'cancelled')`,
  'status differs from the last event': `
    select o.operation_id as id, o.status || ', last event ' || coalesce(e.status, 'none') as detail from operations o
    left join events e on e.operation_id = o.operation_id and e.sequence = o.last_sequence
    where o.last_sequence > 0 and e.status is distinct from o.status`,
  'gap in the sequence': `
    select o.operation_id as id, 'last ' || o.last_sequence || ', events ' || count(e.sequence) as detail
    from operations o left join events e using (operation_id) group by o.operation_id
    having count(e.sequence) <> o.last_sequence or coalesce(max(e.sequence), 0) <> o.last_sequence`,
  'attempt number decreased': `
    select operation_id as id, before || ' to ' || attempt as detail
    from (select *, lag(attempt) over (partition by operation_id order by sequence) as before from events) e where attempt < before`,
  'completed by a worker without the operation': `
    select e.operation_id as id, e.actor || ', held by ' || claim.actor as detail from events e join lateral (
      select actor from events c where c.operation_id = e.operation_id and c.attempt = e.attempt and c.sequence < e.sequence
      order by c.sequence limit 1) claim on true
    where e.event = 'completed' and e.actor <> claim.actor`,
  'two reports': `
    select operation_id as id, count(*) || ' reports' as detail from reports group by operation_id having count(*) > 1`,
  'report without its file': `
    select r.operation_id as id, 'file ' || r.file_id as detail from reports r
    where not exists (select 1 from files f where f.file_id = r.file_id and f.operation_id = r.operation_id)`,
  'report of an operation that did not complete': `
    select r.operation_id as id, o.status as detail from reports r join operations o using (operation_id)
    where o.status not in ('COMPLETED', 'COMPLETED_WITH_ERRORS')`,
} as const

/** The file of a completed operation exists and has the bytes of its row. */
export async function fileViolations(sql: postgres.Sql, read: ReadStored): Promise<string[]> {
  const rows = await sql<{ id: string; key: string; sha256: string }[]>`
    select operation_id as id, storage_key as key, sha256 from files join operations using (operation_id)
    where status in ('COMPLETED', 'COMPLETED_WITH_ERRORS')`
  const found: string[] = []
  for (const { id, key, sha256 } of rows) {
    const bytes = await read(key).catch(() => undefined)
    if (!bytes) found.push(`file is missing: ${id}`)
    else if (createHash('sha256').update(bytes).digest('hex') !== sha256) found.push(`file has other bytes: ${id}`)
  }
  return found
}

/** Waits until all operations have ended, at most `withinMs`; returns the number of unfinished operations. */
export async function drained(sql: postgres.Sql, withinMs: number): Promise<number> {
  for (const untilMs = performance.now() + withinMs; ; await delay(50)) {
    const [answer] = await sql<{ open: number }[]>`
      select count(*)::int as open from operations where status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')`
    if (!answer?.open || performance.now() > untilMs) return answer?.open ?? 0
  }
}
