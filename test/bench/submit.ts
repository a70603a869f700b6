import { load, steady } from './load.ts'
import { pgbench, pgbenchPath } from './pgbench.ts'
import { line, median, type Service } from './rig.ts'

const body = () =>
  JSON.stringify({
    reportType: 'ORDERS_SUMMARY',
    dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
    format: 'CSV',
    startAfter: new Date(Date.now() + 86_400_000).toISOString(),
  })

/** Inserts the row of a submit directly in the database. */
const insert = `
insert into operations (operation_id, owner_id, type, max_attempts, labels, input, start_after, due_at, deadline_at)
values (gen_random_uuid(), 'bench', 'generateReport', 3, '{}',
  '{"reportType":"ORDERS_SUMMARY","dateRange":{"fromDate":"2017-01-01","toDate":"2017-12-31"},"format":"CSV"}',
  now() + interval '1 day', now() + interval '1 day', now() + interval '2 days');`

/** Submits with `startAfter`, which no worker claims: their latency at a steady rate, and their rate compared with pgbench. */
export async function benchSubmit(service: Service, databaseUrl: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 1 : 5
  const request = {
    url: `${service.url}/api/v1/reports:generate`,
    method: 'POST' as const,
    headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
    body: body(),
    expectStatus: 202,
  }
  await load({ ...request, connections: 10, seconds: quick ? 1 : 3 })

  const { url, expectStatus, ...init } = request
  const paced = await steady(() => fetch(url, init), { count: quick ? 100 : 500, everyMs: 20, expectStatus })
  const bar = { text: '≤ 20 ms', met: paced.p99Ms <= 20 }
  line('202 at 50 submits/s: p50', `${paced.p50Ms.toFixed(1)} ms`)
  line('202 at 50 submits/s: p99', `${paced.p99Ms.toFixed(1)} ms`, bar)

  if (!pgbenchPath()) return line('submit ÷ pgbench', 'pgbench not found')
  const rounds: { http: number; sql: number }[] = []
  for (let round = 0; round < 3; round++) {
    const http = (await load({ ...request, connections: 10, seconds })).rate
    rounds.push({ http, sql: await pgbench(databaseUrl, insert, { connections: 10, seconds }) })
  }
  line('submits/s over HTTP, 10 connections', median(rounds.map(({ http }) => http)).toFixed(0))
  line('the same INSERT by pgbench, 10 connections', median(rounds.map(({ sql }) => sql)).toFixed(0))
  const ratio = median(rounds.map(({ http, sql }) => http / sql))
  line('submit ÷ pgbench', ratio.toFixed(2), { text: '≥ 0.75', met: ratio >= 0.75 })
}
