import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readConfig } from '../../server/app/config.ts'
import { openNotifier } from '../../server/app/notifier.ts'
import { startWorker, type WorkerOptions } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import { defineOperation, OperationError } from '../../server/handlers/define.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { hasNats, startNats } from '../support/nats.ts'
import { openStream } from '../support/sse.ts'
import { type Fresh, freshDatabase } from './fresh.ts'
import { pickup } from './pickup.ts'
import { line, startService, startWorkerService } from './rig.ts'

type Api = Awaited<ReturnType<typeof startService>>

/**
 * NATS beside PostgreSQL as the notifier: how long an operation waits for one of three workers of which one has no free slot, and how often the
 * API searches the events of operations that it streams.
 */
export async function benchNotifier(server: string, { quick }: { quick: boolean }) {
  if (!hasNats) {
    line('NATS', 'nats-server is not installed')
    return
  }
  const nats = await startNats()
  try {
    const figures = []
    for (const env of [{}, { NATS_URL: nats.url }] as Record<string, string>[])
      figures.push(await measure(server, env, { quick }))
    const [postgres, withNats] = figures
    if (!postgres || !withNats) return
    line(
      'pick-up through PostgreSQL, three workers, one of them full: p50, p99',
      `${ms(postgres.p50)}, ${ms(postgres.p99)}`,
    )
    line('pick-up through NATS: p50, p99', `${ms(withNats.p50)}, ${ms(withNats.p99)}`, {
      text: 'p50 at most 2 ms later',
      met: withNats.p50 <= postgres.p50 + 2,
    })
    const fallen = 1 - withNats.reads / postgres.reads
    line('searches of events for 20 streams through PostgreSQL', `${postgres.reads} for ${postgres.events} events`)
    line('searches of events for 20 streams through NATS', `${withNats.reads} for ${withNats.events} events`)
    line('fewer through NATS', `${(100 * fallen).toFixed(0)} %`, { text: '≥ 80 %', met: fallen >= 0.8 })
  } finally {
    await nats.stop()
  }
}

const ms = (figure: number) => `${figure.toFixed(1)} ms`

async function measure(server: string, env: Record<string, string>, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server, 20)
  const folder = mkdtempSync(join(tmpdir(), 'longrun-bench-notifier-'))
  // The streamed operations end FAILED.
  const log = createLog('silent')
  const config = readConfig({ ...env, DATABASE_URL: database.url })
  const notifications = await openNotifier(config, database, log)
  const common = { connection: database, notifications, files: diskStore(folder), log, ownerCap: 100 }
  const environment = { ...env, DATABASE_URL: database.url, LIMIT_STREAMS: '1000' }
  const api = await startService({ ...environment, ROLES: 'api' })
  try {
    const streams = await streamed(api, database, common, { quick })
    const full = startWorker({ ...common, handlers: lingering, concurrency: 1 })
    await submit(api)
    await untilRunning(database, 1)
    const workers = await Promise.all([startWorkerService(environment), startWorkerService(environment)])
    try {
      return { ...streams, ...(await pickup(api, database, { quick, busy: 1 })) }
    } finally {
      await Promise.all([...workers.map((worker) => worker.stop()), full.drain(1000)])
    }
  } finally {
    await api.stop()
    await notifications.close()
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const lingering = {
  exportCustomers: defineOperation('exportCustomers', {
    run: (ctx) =>
      new Promise((_, reject) => {
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))
      }),
  }),
}

/** 20 operations that report their progress ten times a second, each with a stream. */
async function streamed(
  api: Api,
  database: Fresh,
  common: Omit<WorkerOptions, 'handlers'>,
  { quick }: { quick: boolean },
) {
  const updates = quick ? 20 : 100
  const handlers = {
    exportCustomers: defineOperation('exportCustomers', {
      async run(ctx) {
        // The streams are open.
        await delay(1500)
        for (let current = 1; current <= updates; current++) {
          ctx.progress({ current, total: updates })
          await delay(110)
        }
        throw new OperationError('NOT_FOUND', 'A result would need a file.')
      },
    }),
  }
  const worker = startWorker({ ...common, handlers, concurrency: 20 })
  try {
    const ids = await Promise.all(Array.from({ length: 20 }, () => submit(api)))
    const before = await searches(database)
    const counts = await Promise.all(
      ids.map(async (id) => {
        const stream = await openStream(`${api.url}/api/v1/operations/${id}/stream`, { key: api.key })
        let events = 0
        for await (const block of stream.blocks) if (block.id !== undefined) events += 1
        return events
      }),
    )
    // The statistics are sent with a delay of up to a second.
    await delay(2000)
    return { reads: (await searches(database)) - before, events: counts.reduce((sum, count) => sum + count, 0) }
  } finally {
    await worker.drain(2000)
  }
}

async function submit(api: Api): Promise<string> {
  const response = await fetch(`${api.url}/api/v1/customers:export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'NDJSON', filters: { source: 'IMPORTED' } }),
  })
  if (response.status !== 202) throw new Error(await response.text())
  return ((await response.json()) as { operationId: string }).operationId
}

async function untilRunning({ sql }: Fresh, count: number) {
  while ((await sql`select from operations where status = 'RUNNING'`).length < count) await delay(50)
}

/** Searches of the index of events: one for each operation of a read. */
async function searches({ sql }: Fresh): Promise<number> {
  const [row] = await sql<{ scans: number }[]>`
    select idx_scan::int as scans from pg_stat_user_tables where relname = 'events'`
  return row?.scans ?? 0
}
