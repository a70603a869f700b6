import { setTimeout } from 'node:timers/promises'
import { webhookDelays } from '../webhook-delays.ts'
import { type HostilePattern, report, send } from './pattern.ts'

const rows = { small: 20_000, full: 400_000 }

/**
 * The state after operations with that many webhook origins have ended and no origin responds: half of the deliveries wait for a retry, the
 * others are due behind an open breaker. Inserted by SQL, because the quota of targets would refuse most of them.
 */
export const pattern: HostilePattern = {
  environment: { WEBHOOK_ALLOW_INSECURE: 'true' },
  title: 'has deliveries waiting for hundreds of thousands of webhook targets',
  async prepare({ sql, size, hostileOwner }) {
    // In one transaction, so that no due delivery is sent before its breaker is open.
    await sql.begin(async (tx) => {
      await tx`
        insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, attempts, tries, outcome,
          due_at, give_up_at)
        select gen_random_uuid(), ${hostileOwner}, gen_random_uuid(), ${hostileOwner} || ' https://h' || n || '.example.com', 1, 'FAILED', 'FAILED',
          now(), 5, 5, 'TIMED_OUT', now() + case when n % 2 = 0 then interval '1 hour' else interval '-1 minute' end, now() + interval '3 days'
        from generate_series(1, ${rows[size]}::int) as n`
      await tx`
        insert into webhook_targets (target, failures, open_until)
        select target, 5, now() + interval '1 hour' from deliveries where owner_id = ${hostileOwner} and due_at < now()`
    })
  },
  /** The owner continues at its rate limit; submits with webhooks at new origins are refused. */
  async attack({ url, hostileKey: key }, { begun, stop }) {
    begun()
    for (let origin = 0; !stop.aborted; origin += 1) {
      const webhook = { url: `https://next-${origin}.example.com/` }
      const body = JSON.stringify({ ...report, webhook })
      const { status, bytes } = await send(url, { method: 'POST', path: '/api/v1/reports:generate', key, body })
      if (status !== 429) throw new Error(`a submit with one target more was answered with ${status}: ${bytes}`)
      await setTimeout(60, undefined, { signal: stop }).catch(() => {})
    }
  },
  observe: webhookDelays,
  observations: { small: 40, full: 200 },
  p99Ms: 1000,
  async afterwards({ sql, size, hostileOwner }) {
    const [waiting] = await sql`
      select count(*)::int as total from deliveries where owner_id = ${hostileOwner} and state = 'PENDING' and sequence = 1`
    if (waiting?.total !== rows[size]) throw new Error(`${waiting?.total} deliveries of ${rows[size]} are left`)
  },
}
