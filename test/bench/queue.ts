import { makeWorkerUtils } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import { v7 as uuidv7 } from 'uuid'
import { batchedCreate } from '../../server/database/operations/create.ts'
import { freshDatabase } from './fresh.ts'
import { repeat } from './load.ts'
import { line, median } from './rig.ts'

const connections = 10

/**
 * The cost of adding one job to the queue, without HTTP: `submit` as the API calls it, `addJob` and `send` of the peers, through a pool of
 * 10 connections of the same process, on the same server with durable commits. First ten callers, each of which waits for its response
 * before the next call; then a hundred, like concurrent requests at a busy API. No worker runs, and every job has the same small input.
 */
export async function benchQueue(server: string, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server, connections)
  const boss = new PgBoss({ connectionString: database.url, max: connections, supervise: false, schedule: false })
  await boss.start()
  await boss.createQueue('noop')
  const graphile = await makeWorkerUtils({ connectionString: database.url, maxPoolSize: connections })
  await graphile.migrate()
  const input = { orderId: 'order_0123456789' }
  const submit = batchedCreate(database.db)
  const queues = {
    own: () => submit({ ...submission(), input }),
    boss: () => boss.send('noop', input),
    graphile: () => graphile.addJob('noop', input),
  }
  try {
    const ms = quick ? 700 : 1000
    for (const put of Object.values(queues)) await repeat(put, { callers: 10, ms: 500 })
    for (const callers of [10, 100]) {
      const rounds: Record<keyof typeof queues, number>[] = []
      for (let round = 0; round < (quick ? 1 : 7); round++) {
        rounds.push({
          own: await repeat(queues.own, { callers, ms }),
          boss: await repeat(queues.boss, { callers, ms }),
          graphile: await repeat(queues.graphile, { callers, ms }),
        })
      }
      const to = (peer: 'boss' | 'graphile') => median(rounds.map((round) => round.own / round[peer]))
      line(`queue: submits/s, ${callers} callers`, median(rounds.map(({ own }) => own)).toFixed(0))
      for (const [peer, name] of [
        ['graphile', 'graphile-worker addJob'],
        ['boss', 'pg-boss send'],
      ] as const) {
        line(`submit ÷ ${name}, ${callers} callers`, to(peer).toFixed(1), { text: '≥ 4', met: to(peer) >= 4 })
      }
    }
  } finally {
    await boss.stop({ graceful: false })
    await graphile.release()
    await database.drop()
  }
}

/** An operation that does nothing, of one of sixteen owners. */
export function submission() {
  const operationId = uuidv7()
  return {
    operationId,
    ownerId: `owner-${operationId.at(-1)}`,
    type: 'noop',
    input: {},
    priority: 'NORMAL' as const,
    maxAttempts: 3,
    queueTimeoutSeconds: 86_400,
  }
}
