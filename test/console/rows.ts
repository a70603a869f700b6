import type { Input } from '../../client/index.ts'
import { createClient } from '../../client/index.ts'
import { sharedConnection } from '../support/database.ts'
import { type TestService, testOwner } from '../support/service.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const satisfies Input<'generateReport'>

/** Submits reports. Where no worker runs they stay `PENDING`. */
export async function submitReports(
  { url, apiKey }: Pick<TestService, 'url' | 'apiKey'>,
  count: number,
  labels: Record<string, string> = {},
  { startAfter }: { startAfter?: string } = {},
): Promise<string[]> {
  const longrun = createClient({ baseUrl: url, apiKey })
  const items = Array.from(
    { length: count },
    () => ({ type: 'generateReport', input: report, options: { labels, ...(startAfter && { startAfter }) } }) as const,
  )
  const { results } = await longrun.batchCreate(items)
  return results.map(({ operation }) => operation?.id ?? '')
}

/** Inserts operations without events, one per second of the past: the first one is the newest. */
export async function insertOperations(
  { databaseUrl }: Pick<TestService, 'databaseUrl'>,
  {
    count,
    status = 'CANCELLED',
    ownerId = testOwner,
    type = 'generateReport',
  }: { count: number; status?: 'FAILED' | 'RUNNING' | 'CANCELLED'; ownerId?: string; type?: string },
): Promise<string[]> {
  const sql = sharedConnection(databaseUrl)
  const error = {
    type: '/problems/NO_CARRIER',
    title: 'No carrier',
    status: 422,
    code: 'NO_CARRIER',
    detail: 'No carrier.',
  }
  const rows = await sql<{ id: string }[]>`
    insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, error, progress, created_at,
      updated_at, started_at, finished_at, expires_at, last_sequence)
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || 'a'
        || substr(md5(random()::text), 1, 15))::uuid,
      ${ownerId}, ${type}, ${status}, 1, 3, ${sql.json(report)},
      ${status === 'FAILED' ? sql.json(error) : null}, '{"percentage": 10, "phase": "DATA_PROCESSING"}', at, at, at,
      case when ${status} <> 'RUNNING' then at + interval '2 seconds' end,
      case when ${status} <> 'RUNNING' then now() + interval '7 days' end, 0
    from (select now() - n * interval '1 second' as at from generate_series(1, ${count}::int) n) times
    order by at desc
    returning 'op_' || operation_id as id`
  return rows.map(({ id }) => id)
}
