import { type TransitionItem, transition, transitionMany } from '../../server/database/operations/transition.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { line, median } from './rig.ts'
import { fillPending } from './seed.ts'

const batchSize = 100

/**
 * Shows why completions are written in batches: running operations are completed one by one by ten callers through ten connections, and a
 * hundred in one statement by one caller through one connection. Both use the same transition, event and fencing token, with durable
 * commits, alternately.
 */
export async function benchFinish(server: string, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server)
  try {
    const rounds: { single: number; batched: number }[] = []
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      rounds.push({
        single: await singly(database, quick ? 1000 : 5000),
        batched: await batched(database, quick ? 5000 : 20_000),
      })
    }
    line('finish: ends/s in batches of 100', median(rounds.map(({ batched }) => batched)).toFixed(0))
    line('finish in batches ÷ one by one', median(rounds.map(({ single, batched }) => batched / single)).toFixed(1))
  } finally {
    await database.drop()
  }
}

async function singly({ db, sql }: Fresh, count: number): Promise<number> {
  const items = await running(sql, count)
  return timed(count, async () => {
    const callers = Array.from({ length: 10 }, async () => {
      for (let item = items.pop(); item; item = items.pop()) {
        if (!(await transition(db, 'finish', item, item, item))) throw new Error('an end was refused')
      }
    })
    await Promise.all(callers)
  })
}

async function batched({ db, sql }: Fresh, count: number): Promise<number> {
  const items = await running(sql, count)
  return timed(count, async () => {
    while (items.length > 0) {
      const batch = items.splice(-batchSize)
      const moved = await transitionMany(db, 'finish', batch)
      if (moved.length !== batch.length) throw new Error('an end was refused')
    }
  })
}

/** Running operations and the outcome of each. */
async function running(sql: Fresh['sql'], count: number): Promise<TransitionItem<'finish'>[]> {
  await sql`truncate operations, events`
  await fillPending(sql, { count, owner: `'owner-' || n % 10`, type: 'noop' })
  const rows = await sql<{ operationId: string }[]>`
    update operations set status = 'RUNNING', attempt = 1, last_sequence = 1, worker_id = gen_random_uuid(), turn_at = null,
      started_at = now(), deadline_at = now() + interval '1 hour'
    returning operation_id as "operationId"`
  await sql`vacuum (analyze) operations`
  const progress = { percentage: 100 }
  const expiresAt = new Date(Date.now() + 604_800_000)
  return rows.map(({ operationId }) => ({
    operationId,
    attempt: 1,
    actor: 'worker:bench',
    result: {},
    progress,
    expiresAt,
  }))
}

async function timed(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (count * 1000) / (performance.now() - began)
}
