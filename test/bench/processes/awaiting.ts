import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import postgres from 'postgres'
import { createClient, type Longrun } from '../../../client/index.ts'
import { openPostgresNotifier } from '../../../server/notifications/postgres.ts'

/**
 * Awaits the results of the operations, which this process completes `perSecond` as a worker does, each by a client of its own or all by one.
 * Reports for each the milliseconds from its completion to its result, and what the clients needed.
 */
type Options = {
  url: string
  key: string
  databaseUrl: string
  operationIds: string[]
  clients: 'one' | 'each'
  streams: boolean
  perSecond: number
}

const options: Options = JSON.parse(process.argv[2] ?? '{}')
let requests = 0
let waiting = 0
let reading = 0
const port = Number(new URL(options.url).port)
const sockets = new Set<Socket>()
let connections = 0
const countConnections = () => {
  connections = Math.max(connections, [...sockets].filter(({ remotePort }) => remotePort === port).length)
}
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }
  sockets.add(socket)
  socket.on('connect', countConnections).on('close', () => sockets.delete(socket))
})

const open = () =>
  createClient({
    baseUrl: options.url,
    apiKey: options.key,
    async fetch(request) {
      requests += 1
      const isStream = request.url.includes('/stream')
      if (isStream && !options.streams) return new Response('Not here', { status: 403 })
      // Polls are sent; the response of a stream arrives when it is open.
      if (!isStream && !options.streams) waiting += 1
      if (!isStream) reading += 1
      const response = await fetch(request)
      if (isStream) waiting += 1
      else reading -= 1
      return response
    },
  })

async function found(longrun: Longrun, operationIds: readonly string[]) {
  const handles = []
  for (const id of operationIds) handles.push(await longrun.operation(`op_${id}`))
  return handles
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

const { operationIds, clients } = options
const one = open()
const handles =
  clients === 'one'
    ? await found(one, operationIds)
    : (await Promise.all(operationIds.map((id) => found(open(), [id])))).flat()
await delay(5000)
process.send?.('ready')

const sql = postgres(options.databaseUrl, { max: 4, onnotice: () => {} })
const notifications = openPostgresNotifier(options.databaseUrl)
const ready = Promise.withResolvers<void>()
notifications.resumed(ready.resolve)
notifications.listen('moved', () => {})
await ready.promise
// Connections are open before the clock starts.
await Promise.all([1, 2, 3, 4].map(() => sql`select pg_sleep(0.1)`))

const heapBefore = heapBytes()
// Idle connections of the setup do not count.
for (const socket of sockets) if (socket.remotePort === port) socket.destroy()
connections = 0
requests = 0
waiting = 0
const lateMs: number[] = []
const results = handles.map(async (handle) => {
  await handle.result()
  lateMs.push(Date.now() - Date.parse(handle.snapshot.completedAt ?? ''))
})
// The streams are open and the operations were read, or the first polls were sent.
const held = clients === 'one' ? 1 : operationIds.length
while (waiting < held) await delay(20)
await delay(500)
while (options.streams && reading > 0) await delay(200)
const heapGrowth = heapBytes() - heapBefore

async function complete(operationId: string) {
  await sql`
    with moved as (
      update operations set status = 'COMPLETED', last_sequence = last_sequence + 1, result = '{"rowCount": 3}', turn_at = null,
        updated_at = clock_timestamp(), finished_at = clock_timestamp(), expires_at = now() + interval '1 day'
      where operation_id = ${operationId} returning *)
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor)
    select operation_id, last_sequence, 'completed', updated_at, status, 1, 'worker:x' from moved`
  notifications.notify('moved', operationId)
}
const beganMs = performance.now()
for (const [index, id] of operationIds.entries()) {
  const dueMs = beganMs + (index * 1000) / options.perSecond
  if (dueMs > performance.now()) await delay(dueMs - performance.now())
  void complete(id)
}
await Promise.all(results)
process.send?.({ lateMs: lateMs.sort((a, b) => a - b), connections, requests, heapGrowth })
await notifications.close()
await sql.end()
process.on('SIGTERM', () => process.exit(0))
