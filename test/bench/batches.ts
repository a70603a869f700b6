import { makeWorkerUtils } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import { freshDatabase } from './fresh.ts'
import { load, repeat } from './load.ts'
import { line, median, type startService } from './rig.ts'

type Service = Awaited<ReturnType<typeof startService>>

const size = 1000
/** One batch is inserted while the next one is checked. */
const callers = 3

/**
 * Operations accepted over HTTP in batches of 1,000, which wait for `startAfter`, beside the bulk inserts of the peers without HTTP, through as
 * many connections, on the same server with durable commits. Then the same with a key for each batch and each operation.
 */
export async function benchBatches(service: Service, server: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 1 : 5
  const post = (keyed: boolean, more: Record<string, string> = {}) => {
    const same = body(undefined)
    let sent = 0
    return async () => {
      sent += 1
      const response = await fetch(`${service.url}/api/v1/operations:batchCreate`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${service.key}`,
          'content-type': 'application/json',
          ...more,
          ...(keyed ? { 'idempotency-key': `${performance.timeOrigin}-${sent}` } : {}),
        },
        body: keyed ? body(`${performance.timeOrigin}-${sent}`) : same,
      })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`a batch was answered with ${response.status}`)
    }
  }
  const rateOf = (send: () => Promise<unknown>) => repeat(send, { callers, ms: seconds * 1000 })
  const plain = post(false)
  const minimal = post(false, { prefer: 'return=minimal' })
  await rateOf(plain)
  const peers = await openPeers(server)
  try {
    const rounds: { whole: number; own: number; graphile: number; boss: number }[] = []
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      rounds.push({
        whole: size * (await rateOf(plain)),
        own: size * (await rateOf(minimal)),
        graphile: size * (await rateOf(peers.graphile)),
        boss: size * (await rateOf(peers.boss)),
      })
    }
    const own = median(rounds.map((round) => round.own))
    line(`operations/s in batches of ${size} over HTTP, ids returned`, own.toFixed(0), {
      text: '≥ 20,000',
      met: own >= 20_000,
    })
    line(`the same, whole operations returned`, median(rounds.map(({ whole }) => whole)).toFixed(0))
    line(`the same with idempotency keys`, (size * (await rateOf(post(true)))).toFixed(0))
    line(`graphile-worker addJobs of ${size}, without HTTP`, median(rounds.map(({ graphile }) => graphile)).toFixed(0))
    line(`pg-boss insert of ${size}, without HTTP`, median(rounds.map(({ boss }) => boss)).toFixed(0))
  } finally {
    await peers.close()
  }
  await benchReaders(service, { quick })
}

function body(key: string | undefined): string {
  const startAfter = new Date(Date.now() + 3_600_000).toISOString()
  const report = { reportType: 'ORDERS_SUMMARY', format: 'CSV', startAfter }
  const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const operations = Array.from({ length: size }, (_, index) => ({
    type: 'generateReport',
    body: { ...report, dateRange },
    ...(key === undefined ? {} : { idempotencyKey: `${key}-${index}` }),
  }))
  return JSON.stringify({ operations })
}

async function openPeers(server: string) {
  const database = await freshDatabase(server, callers)
  const boss = new PgBoss({ connectionString: database.url, max: callers, supervise: false, schedule: false })
  await boss.start()
  await boss.createQueue('noop')
  const graphile = await makeWorkerUtils({ connectionString: database.url, maxPoolSize: callers })
  await graphile.migrate()
  const payload = {
    reportType: 'ORDERS_SUMMARY',
    format: 'CSV',
    dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  }
  const all = Array.from({ length: size })
  return {
    graphile: () => graphile.addJobs(all.map(() => ({ identifier: 'noop', payload }))),
    boss: () =>
      boss.insert(
        'noop',
        all.map(() => ({ data: payload })),
      ),
    async close() {
      await boss.stop({ graceful: false })
      await graphile.release()
      await database.drop()
    },
  }
}

/** Reads of one batch of 1,000 active operations by 100 readers. */
async function benchReaders(service: Service, { quick }: { quick: boolean }) {
  const headers = { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: body(undefined) }
  const { batchId } = (await (await fetch(`${service.url}/api/v1/operations:batchCreate`, init)).json()) as {
    batchId: string
  }
  const url = `${service.url}/api/v1/batches/${batchId}`
  const { rate } = await load({ url, headers, connections: 100, seconds: quick ? 1 : 3 })
  line(`reads/s of a batch of ${size}, 100 readers`, rate.toFixed(0), { text: '≥ 1,000', met: rate >= 1000 })
}
