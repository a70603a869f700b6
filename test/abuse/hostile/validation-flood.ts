import { callers, type HostilePattern, send } from './pattern.ts'

/** Valid bodies that cost the most to parse, validate and respond to: many ids, and the maximum of labels. */
const label = 'x'.repeat(64)
const labels = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`label-${index}`, label]))
const operationIds = Array.from(
  { length: 1000 },
  (_, index) => `op_01938f6e-5a01-7cc3-9f0b-${index.toString(16).padStart(12, '0')}`,
)
const bodies = [
  ['/api/v1/operations:batchGet', JSON.stringify({ operationIds })],
  [
    '/api/v1/reports:generate',
    JSON.stringify({
      reportType: 'ORDERS_SUMMARY',
      dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
      format: 'CSV',
      labels,
      startAfter: new Date(Date.now() + 86_400_000).toISOString(),
    }),
  ],
] as const

export const pattern: HostilePattern = {
  title: 'sends the most costly valid bodies from 60 callers, with limits raised',
  environment: { LIMIT_READS: '1000000000', LIMIT_SUBMITS: '1000000000', OWNER_OPERATIONS: '1000000000' },
  async attack({ url, hostileKey: key }, control) {
    let calls = 0
    let unexpected = ''
    await callers(
      60,
      async () => {
        calls += 1
        const [path, body] = bodies[calls % bodies.length] ?? bodies[0]
        const { status, bytes } = await send(url, { method: 'POST', path, key, body })
        if (![200, 202, 503].includes(status)) unexpected = `${path} was answered with ${status}: ${bytes}`
      },
      control,
    )
    if (unexpected) throw new Error(unexpected)
  },
  p99Ms: 250,
}
