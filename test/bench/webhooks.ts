import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { create } from '../../server/database/operations/create.ts'
import { transitionMany } from '../../server/database/operations/transition.ts'
import { webhookReceivers } from '../../server/database/schema/webhooks.ts'
import { type SealingKeys, seal, sealingKeys } from '../../server/database/sealed.ts'
import type { Notifier } from '../../server/notifications/notifier.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { submission } from './queue.ts'
import { line, startWorkerService } from './rig.ts'

const receivers = 100
const perSecond = 50

/**
 * Measures the delay from the end of an operation to the request at its receiver: a worker process sends 50 messages a second to the
 * receivers of 100 owners, first while all receivers respond, then while one in ten accepts every request and never responds.
 */
export async function benchWebhooks(server: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 3 : 40
  const responding = await round(server, seconds, 0)
  const withHanging = await round(server, seconds, receivers / 10)
  line('webhooks: first attempt, all well, p99', `${responding.toFixed(0)} ms`)
  const met = withHanging <= 2000
  line('webhooks: first attempt, one in ten hangs, p99', `${withHanging.toFixed(0)} ms`, { text: '≤ 2,000 ms', met })
  line('webhooks: one in ten hangs ÷ all well', (withHanging / responding).toFixed(2), {
    text: '≤ 2',
    met: withHanging <= 2 * responding,
  })
}

/** The 99th percentile of the receivers that respond, in ms, with a separate database and worker. */
async function round(server: string, seconds: number, hanging: number): Promise<number> {
  const database = await freshDatabase(server)
  const receivedAt = new Map<string, number>()
  const endpoint = await listen(receivedAt)
  const notifications = openPostgresNotifier(database.url)
  const worker = await startWorkerService({ DATABASE_URL: database.url, WEBHOOK_ALLOW_INSECURE: 'true' })
  try {
    const keys = await sealingKeys(database.db, undefined)
    for (let n = 0; n < receivers; n++)
      await register(database, keys, n, n < hanging ? endpoint.hangs : endpoint.responding)
    const ended = new Map<string, number>()
    const startedMs = performance.now()
    for (let n = 0; n < seconds * perSecond; n++) {
      await delay(Math.max(0, startedMs + (n * 1000) / perSecond - performance.now()))
      const operationId = await submitted(database, n % receivers)
      if (n % receivers >= hanging) ended.set(operationId, performance.now())
      await end(database, notifications, operationId)
    }
    for (const untilMs = performance.now() + 30_000; receivedAt.size < ended.size && performance.now() < untilMs; ) {
      await delay(50)
    }
    if (receivedAt.size < ended.size) throw new Error(`${ended.size - receivedAt.size} webhooks did not arrive`)
    const took = [...ended].map(([id, at]) => (receivedAt.get(id) as number) - at).sort((a, b) => a - b)
    return took[Math.floor(took.length * 0.99)] as number
  } finally {
    await worker.stop()
    await notifications.close()
    endpoint.server.closeAllConnections()
    endpoint.server.close()
    await database.drop()
  }
}

/** Records the arrival time of the first message of each operation. Requests to `hangs` get no response. */
export async function listen(
  receivedAt: Map<string, number>,
): Promise<{ server: Server; responding: string; hangs: string }> {
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/hangs') return
    const id = String(request.headers['x-operation-id'])
    if (!receivedAt.has(id)) receivedAt.set(id, performance.now())
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, responding: `${url}/well`, hangs: `${url}/hangs` }
}

export async function register({ db }: Fresh, keys: SealingKeys, n: number, url: string) {
  const ownerId = `owner-${n}`
  const secret = seal(keys, 'a secret of the bench', ownerId)
  await db.insert(webhookReceivers).values({ receiverId: uuidv7(), ownerId, url, events: ['FAILED'], secret })
}

/** An operation of a type that no worker knows, so that it ends when the bench ends it. */
export async function submitted({ db }: Fresh, n: number): Promise<string> {
  const newOperation = { ...submission(), ownerId: `owner-${n}`, type: 'noop' }
  await create(db, newOperation)
  return `op_${newOperation.operationId}`
}

export async function end({ db }: Fresh, notifications: Notifier, id: string) {
  const operationId = id.slice('op_'.length)
  const error = { code: 'QUEUE_TIMEOUT', detail: 'It ended.' }
  const item = { operationId, attempt: 0, actor: 'bench', error, retentionSeconds: 3600 }
  const moved = await transitionMany(db, 'expireInQueue', [item])
  if (moved.length !== 1) throw new Error('an end was refused')
  notifications.notify('moved', operationId)
}
