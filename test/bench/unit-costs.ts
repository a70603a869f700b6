import { setTimeout as delay } from 'node:timers/promises'
import { sealingKeys } from '../../server/database/sealed.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { processCpu, serverCpu } from './cpu.ts'
import { untilNoneWaiting, walPosition } from './drain.ts'
import { insertRunning } from './follow.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { load, repeat } from './load.ts'
import { startChild } from './process.ts'
import { familyOf, line, startService, startWorkerService } from './rig.ts'
import { fillPending } from './seed.ts'
import { end, listen, register, submitted } from './webhooks.ts'

/** What a part of the work cost in all: seconds of processor and bytes of WAL. */
type Cost = { count: number; server: number; own: number; wal: number }

/**
 * The unit costs of docs/capacity.md: processor time of PostgreSQL and of the service, and WAL, for a submit, a status read, a no-op from its
 * claim to its end, an event that reaches ten streams, and a webhook. The costs include what the processes do when they are idle.
 */
export async function benchUnitCosts(server: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 1 : 8
  await withDatabase(server, (database) => requests(database, seconds))
  await withDatabase(server, (database) => noops(database, quick ? 3000 : 40_000))
  await withDatabase(server, (database) => events(database, quick ? 200 : 2000))
  await withDatabase(server, (database) => webhooks(database, quick ? 100 : 1000))
}

async function requests(database: Fresh, seconds: number) {
  const { sql } = database
  const api = await startService({ DATABASE_URL: database.url, ROLES: 'api' })
  const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }
  const report = {
    reportType: 'ORDERS_SUMMARY',
    dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
    format: 'CSV',
    startAfter: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const post = (path: string, body: object, more = {}) =>
    fetch(`${api.url}/api/v1${path}`, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) })
  let key = 0
  const submit = async () => {
    const response = await post('/reports:generate', report, { 'idempotency-key': `unit-costs-${key++}` })
    if (response.status !== 202) throw new Error(`a submit was answered with ${response.status}`)
    await response.arrayBuffer()
  }
  try {
    for (const callers of [1, 20]) {
      await repeat(submit, { callers, ms: 2000 })
      const before = key
      const cost = await costOf(sql, [api.pid], async () => {
        await repeat(submit, { callers, ms: seconds * 1000 })
        return key - before
      })
      print(`submit with a key, ${callers} callers`, cost)
    }
    await printBytes(database)
    const operations = Array.from({ length: 1000 }, () => ({ type: 'generateReport', body: report }))
    const batch = await costOf(sql, [api.pid], async () => {
      let sent = 0
      await repeat(
        async () => {
          const response = await post('/operations:batchCreate', { operations }, { prefer: 'return=minimal' })
          await response.arrayBuffer()
          sent += operations.length
        },
        { callers: 2, ms: seconds * 1000 },
      )
      return sent
    })
    print('submit in a batch of 1,000', batch)
    const [row] = await sql<{ id: string }[]>`select 'op_' || operation_id as id from operations limit 1`
    const url = `${api.url}/api/v1/operations/${row?.id}`
    const read = await costOf(sql, [api.pid], async () => {
      const { rate } = await load({ url, headers, connections: 10, seconds })
      return rate * seconds
    })
    print('status read', read)
  } finally {
    await api.stop()
  }
}

/** No-ops of one worker; the executors count as the service. */
async function noops(database: Fresh, count: number) {
  const { sql, url } = database
  await fillPending(sql, { count, owner: `'owner-' || n % 10`, type: 'noop' })
  await sql`vacuum (analyze) operations`
  const worker = await startChild('longrun', { url, concurrency: 100 })
  try {
    const cost = await costOf(sql, familyOf(worker.pid), async () => {
      await untilNoneWaiting(sql, Infinity)
      return count
    })
    print('no-op, from its claim to its end', cost)
  } finally {
    await worker.stop()
  }
}

async function events(database: Fresh, count: number) {
  const { sql, url } = database
  const api = await startService({ DATABASE_URL: url, ROLES: 'api' })
  try {
    const operationIds = await insertRunning(database, 100)
    const options = {
      url: api.url,
      key: api.key,
      databaseUrl: url,
      operationIds,
      each: 10,
      updates: count,
      perSecond: 100,
    }
    const subscribers = await startChild('subscribers', options)
    const cost = await costOf(sql, [api.pid], async () => {
      await subscribers.message()
      return count
    })
    await subscribers.kill()
    print('event that ten streams receive', cost)
  } finally {
    await api.stop()
  }
}

/** The difference between operations that end with and without a receiver. */
async function webhooks(database: Fresh, count: number) {
  const { sql, db, url } = database
  const endpoint = await listen(new Map())
  const notifications = openPostgresNotifier(url)
  const worker = await startWorkerService({ DATABASE_URL: url, WEBHOOK_ALLOW_INSECURE: 'true' })
  const work = () =>
    costOf(sql, familyOf(worker.pid), async () => {
      for (let n = 0; n < count; n++) {
        await end(database, notifications, await submitted(database, n % 10))
        await delay(10)
      }
      while ((await sql`select from deliveries where state = 'PENDING' limit 1`).length > 0) await delay(50)
      return count
    })
  try {
    const without = await work()
    const keys = await sealingKeys(db, undefined)
    for (let n = 0; n < 10; n++) await register(database, keys, n, endpoint.responding)
    const cost = await work()
    const less = (name: 'server' | 'own' | 'wal') => cost[name] - without[name]
    print('webhook', { count, server: less('server'), own: less('own'), wal: less('wal') })
  } finally {
    await worker.stop()
    await notifications.close()
    endpoint.server.closeAllConnections()
    endpoint.server.close()
  }
}

async function printBytes({ sql }: Fresh) {
  const [row] = await sql<{ rows: number; operations: number; keys: number }[]>`
    select count(*)::float8 as rows, pg_total_relation_size('operations')::float8 as operations,
      pg_total_relation_size('idempotency_keys')::float8 as keys from operations`
  const { rows = 0, operations = 0, keys = 0 } = row ?? {}
  line('bytes of a pending operation, and of its key', `${(operations / rows).toFixed(0)}, ${(keys / rows).toFixed(0)}`)
}

/** `work` returns how many it did. */
async function costOf(sql: Fresh['sql'], pids: number[], work: () => Promise<number>): Promise<Cost> {
  const cpu = await serverCpu(sql)
  const [server, own, wal] = [cpu?.() ?? Number.NaN, processCpu(pids), await walPosition(sql)]
  const count = await work()
  return {
    count,
    server: (cpu?.() ?? Number.NaN) - server,
    own: processCpu(pids) - own,
    wal: (await walPosition(sql)) - wal,
  }
}

function print(name: string, { count, server, own, wal }: Cost) {
  const micros = (seconds: number) => `${((seconds * 1e6) / count).toFixed(0)} µs`
  line(`${name}: PostgreSQL, service`, `${micros(server)}, ${micros(own)}`)
  line(`${name}: WAL`, `${(wal / count / 1024).toFixed(2)} KiB`)
}

async function withDatabase(server: string, work: (database: Fresh) => Promise<void>) {
  const database = await freshDatabase(server)
  try {
    await work(database)
  } finally {
    await database.drop()
  }
}
