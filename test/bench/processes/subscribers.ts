import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { openPostgresNotifier } from '../../../server/notifications/postgres.ts'

/**
 * Opens `each` streams to each of `operationIds`. With `updates`, commits that many events, `perSecond` of them a second, as a worker
 * does, and reports for each event and subscriber the delay from commit to arrival in milliseconds. Without, keeps the streams open.
 */
type Options = {
  url: string
  key: string
  databaseUrl: string
  operationIds: string[]
  each: number
  updates?: number
  perSecond?: number
}

const options: Options = JSON.parse(process.argv[2] ?? '{}')
const { hostname, port } = new URL(options.url)
const committed = new Map<string, number>()
const arrived: { key: string; atMs: number }[] = []
const now = () => performance.now()

async function subscribe(operationId: string) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  socket.write(
    `GET /api/v1/operations/op_${operationId}/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${options.key}\r\nLast-Event-ID: 0\r\n\r\n`,
  )
  await once(socket, 'data')
  socket.on('data', (chunk: Buffer) => {
    const atMs = now()
    for (const [, id] of chunk.toString('latin1').matchAll(/^id: (\d+)$/gm)) {
      arrived.push({ key: `${operationId}/${id}`, atMs })
    }
  })
  socket.on('error', () => {})
}

async function subscribeAll() {
  const all = options.operationIds.flatMap((operationId) => Array.from({ length: options.each }, () => operationId))
  for (let from = 0; from < all.length; from += 50) await Promise.all(all.slice(from, from + 50).map(subscribe))
}

async function update(count: number, perSecond: number) {
  const sql = postgres(options.databaseUrl, { max: 4, onnotice: () => {} })
  const notifications = openPostgresNotifier(options.databaseUrl)
  const ready = Promise.withResolvers<void>()
  notifications.resumed(ready.resolve)
  notifications.listen('moved', () => {})
  await ready.promise
  const progress = JSON.stringify({ percentage: 40, phase: 'DATA_PROCESSING', current: 4000, total: 10_000 })
  const commit = async (operationId: string) => {
    const [row] = await sql`
      with moved as (
        update operations set last_sequence = last_sequence + 1, progress = ${progress}::text::jsonb, updated_at = clock_timestamp()
        where operation_id = ${operationId} returning *)
      insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, progress)
      select operation_id, last_sequence, 'status-update', updated_at, status, 1, 'worker:x', progress from moved
      returning sequence`
    committed.set(`${operationId}/${row?.sequence}`, now())
    notifications.notify('moved', operationId)
  }
  const beganMs = now()
  for (let sent = 0; sent < count; sent++) {
    const dueMs = beganMs + (sent * 1000) / perSecond
    if (dueMs > now()) await delay(dueMs - now())
    void commit(options.operationIds[Math.floor(Math.random() * options.operationIds.length)] as string)
  }
  for (let rounds = 0; arrived.length < count * options.each && rounds < 100; rounds++) await delay(50)
  await notifications.close()
  await sql.end()
}

await subscribeAll()
process.send?.('ready')
if (options.updates) {
  await update(options.updates, options.perSecond ?? 100)
  const lateMs = arrived.map(({ key, atMs }) => atMs - (committed.get(key) ?? Number.NaN)).sort((a, b) => a - b)
  process.send?.({ expected: options.updates * options.each, lateMs })
}
process.on('SIGTERM', () => process.exit(0))
