import { callers, type HostilePattern, send } from './pattern.ts'

const labelled = '&label=team:none'

/** The slowest reads for an owner with many resources, one after the other. */
const reads = [
  `/api/v1/operations?pageSize=1000&includeTotal=true`,
  `/api/v1/operations?pageSize=1000${labelled}`,
  `/api/v1/operations?includeTotal=true${labelled}`,
  `/api/v1/operations?status=RUNNING&status=COMPLETED${labelled}`,
  `/api/v1/operations?status=FAILED&status=PENDING&status=CANCELLED${labelled}`,
  '/api/v1/operations?createdBefore=2001-01-01T00:00:00Z&includeTotal=true',
  '/api/v1/orders?customerId=c1&pageSize=1000',
  '/api/v1/orders/o1',
  '/api/v1/customers?segment=none',
]

const estimates: [string, object][] = [
  ['/api/v1/customers:export', { format: 'CSV', filters: { country: 'none' } }],
  ['/api/v1/operations:cancel', { filter: { label: ['team:none'] } }],
  [
    '/api/v1/reports:generate',
    {
      reportType: 'SALES_BY_COUNTRY',
      dateRange: { fromDate: '1900-01-01', toDate: '2100-01-01' },
      format: 'CSV',
      filters: { category: 'none' },
    },
  ],
]

const requests: [path: string, body?: string][] = [
  ...reads.map((path): [string] => [path]),
  ...estimates.map(([path, body]): [string, string] => [path, JSON.stringify({ ...body, validateOnly: true })]),
]

export const pattern: HostilePattern = {
  title: 'reads lists, totals and estimates over 200,000 operations and orders',
  environment: { LIMIT_READS: '1000000000', LIMIT_SUBMITS: '1000000000' },

  async prepare({ sql, size, hostileOwner: owner }) {
    const rows = size === 'full' ? 200_000 : 40_000
    await sql`set statement_timeout = 0`
    await sql`
      insert into operations (operation_id, owner_id, type, status, max_attempts, input, labels, finished_at, expires_at)
      select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid,
        ${owner}, 'generateReport', 'COMPLETED', 3, '{}', jsonb_build_object('n', n::text), now(), now() + interval '1 day'
      from generate_series(1, ${rows}::int) n`
    await sql`insert into customers select ${owner}, 'c' || n, 'Name', 'Consumer' from generate_series(1, ${rows / 4}::int) n`
    await sql`
      insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city, postal_code)
      select ${owner}, 'o' || n, 'c' || 1 + n % 1000, '2026-01-01', '2026-01-02', '', '', '', '', '', ''
      from generate_series(1, ${rows}::int) n`
    await sql`
      insert into order_lines select ${owner}, n, 'o' || case when n % 2 = 0 then 1 else n end, 'p', 'p', 'c', 's', 1, 1, 0, 1
      from generate_series(1, ${rows}::int) n`
    await sql`analyze`
  },

  async attack({ url, hostileKey: key }, control) {
    let calls = 0
    let unexpected = ''
    await callers(
      60,
      async () => {
        calls += 1
        const [path, body] = requests[calls % requests.length] ?? ['']
        const { status, bytes } = await send(url, { path, key, ...(body && { method: 'POST', body }) })
        if (![200, 503].includes(status)) unexpected = `${path} was answered with ${status}: ${bytes}`
      },
      control,
    )
    if (unexpected) throw new Error(unexpected)
  },

  p99Ms: 250,
}
