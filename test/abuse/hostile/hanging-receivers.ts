import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import postgres from 'postgres'
import { webhookDelays } from '../webhook-delays.ts'
import { type HostilePattern, send, submitReport } from './pattern.ts'

const targets = { small: 200, full: 3000 }

/** Receivers that accept the connection and the request and never respond: each delivery attempt takes its 15 seconds. */
export const pattern: HostilePattern = {
  title: 'has thousands of webhook receivers that never respond',
  environment: { WEBHOOK_ALLOW_INSECURE: 'true' },
  prepare: async ({ databaseUrl }) => databaseUrl,
  async attack({ url, hostileKey: key, size, prepared }, { begun, stop }) {
    let connections = 0
    const filled = Promise.withResolvers<void>()
    const server = createServer((socket) => {
      socket.on('error', () => {}).resume()
      connections += 1
      if (connections === 40) filled.resolve()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const webhook = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, events: ['CANCELLED'] }
    const id = await submitReport(url, key, { startAfter: new Date(Date.now() + 3_600_000).toISOString(), webhook })
    const { status } = await send(url, { method: 'DELETE', path: `/api/v1/operations/${id}`, key })
    if (status >= 300) throw new Error(`the cancel was answered with ${status}`)
    const sql = postgres(prepared as string, { max: 1, onnotice: () => {} })
    // Deliveries of one finished operation to many targets, as operations with their own webhooks create them. All targets are one server.
    await sql`
      insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at)
      select gen_random_uuid(), owner_id, operation_id, target || '-' || n, sequence, event, status, occurred_at, now(), give_up_at
      from deliveries, generate_series(2, ${targets[size]}::int) as n where operation_id = ${id.slice(-36)}::uuid`
    await sql.end()
    await filled.promise
    begun()
    if (!stop.aborted) await once(stop, 'abort')
    server.close()
  },
  observe: webhookDelays,
  observations: { small: 40, full: 200 },
  p99Ms: 1000,
  async afterwards({ sql, size, hostileOwner }) {
    const [found] =
      await sql`select count(*)::int as total from deliveries where owner_id = ${hostileOwner} and state = 'PENDING'`
    if (found?.total !== targets[size]) throw new Error(`${found?.total} deliveries of ${targets[size]} are left`)
  },
}
