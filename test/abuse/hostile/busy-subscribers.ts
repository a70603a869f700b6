import postgres from 'postgres'
import { insertHistory, openInsistently, ownerStream, streamLag } from '../stream-lag.ts'
import type { HostilePattern } from './pattern.ts'

/** Concurrent operations of one owner, each with as many updates a second as a handler can record. */
const operations = 100
const roundMs = 100
const streams = 20

export const pattern: HostilePattern = {
  title: 'subscribes with all its streams to a hundred operations that emit ten events a second each',
  async prepare({ sql, hostileOwner, databaseUrl }) {
    const ids = await insertHistory(
      sql,
      hostileOwner,
      Array.from({ length: operations }, () => 0),
    )
    return { ids, databaseUrl }
  },
  async attack({ url, hostileKey: key, prepared }, { begun, stop }) {
    const { ids, databaseUrl } = prepared as { ids: string[]; databaseUrl: string }
    const open = await Promise.all(
      ids
        .slice(0, streams / 2)
        .flatMap((id) =>
          [ownerStream, `/api/v1/operations/op_${id}/stream`].map((path) =>
            openInsistently({ url }, { path, key, stop }),
          ),
        ),
    )
    for (const stream of open) stream?.response.resume()
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
    begun()
    while (!stop.aborted) {
      const dueMs = performance.now() + roundMs
      await commitAll(sql, ids)
      await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()))
    }
    for (const stream of open) stream?.cut()
    await sql.end()
  },
  observe: streamLag,
  observations: { small: 100, full: 1000 },
  p99Ms: 100,
}

/** Commits one event of each operation in one statement, as a worker does. */
async function commitAll(sql: postgres.Sql, ids: readonly string[]) {
  await sql`
    with written as (
      update operations set last_sequence = last_sequence + 1 where operation_id = any(${`{${ids.join()}}`}::uuid[]) returning *),
    inserted as (
      insert into events (operation_id, sequence, event, status, attempt, actor, progress)
      select operation_id, last_sequence, 'status-update', status, 1, 'worker:x', '{"percentage":40,"current":4000,"total":10000}'
      from written)
    select pg_notify('longrun_events', 'moved:' || operation_id) from written`
}
