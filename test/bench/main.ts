/**
 * `npm run bench [-- SECTION…] [--quick] [--orders N]`: figures compared with peers, in one run on one machine and one Postgres with
 * durable commits. Ratios are comparable between machines; absolute figures are not. `--quick` checks in about a minute that all sections
 * run; its figures are from too little work to compare with the limits. Needs `pgbench` for the ratios to it, and a machine without other
 * load. Two sections run only when they are named, because they take long: `soak [--minutes N] [--scale N]` and `partitions [--rows N]`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchAnalytics } from './analytics.ts'
import { benchAwait } from './await.ts'
import { benchBatches } from './batches.ts'
import { benchClaims } from './claims.ts'
import { benchDrain } from './drain.ts'
import { benchEstimate } from './estimate.ts'
import { benchFinish } from './finish.ts'
import { benchFollow } from './follow.ts'
import { durability } from './fresh.ts'
import { benchGuard } from './guard.ts'
import { benchHandWritten } from './hand-written.ts'
import { benchList } from './list.ts'
import { benchNotifications } from './notifications.ts'
import { benchNotifier } from './notifier.ts'
import { benchPartitions } from './partitions.ts'
import { benchPickup } from './pickup.ts'
import { benchQueue } from './queue.ts'
import { benchRead } from './read.ts'
import { benchRecovery } from './recovery.ts'
import { benchImport, benchReport } from './report.ts'
import { benchSweep } from './retention.ts'
import { startDatabase, startService } from './rig.ts'
import { benchSoak } from './soak.ts'
import { benchStart } from './start.ts'
import { benchSubmit } from './submit.ts'
import { benchUnitCosts } from './unit-costs.ts'
import { benchWaits } from './waits.ts'
import { benchWebhooks } from './webhooks.ts'
import { benchWorkers } from './workers.ts'

/** Sections with their own databases and processes. */
const engine = {
  queue: benchQueue,
  notifications: benchNotifications,
  list: benchList,
  guard: benchGuard,
  finish: benchFinish,
  drain: benchDrain,
  claims: benchClaims,
  pickup: benchPickup,
  notifier: benchNotifier,
  waits: benchWaits,
  estimate: benchEstimate,
  follow: benchFollow,
  await: benchAwait,
  recovery: benchRecovery,
  sweep: benchSweep,
  webhooks: benchWebhooks,
  workers: benchWorkers,
  'unit-costs': benchUnitCosts,
}
/** Sections that take long, and only run when they are named. */
const long = {
  soak: (server: string) => benchSoak(server, { minutes: Number(values.minutes), scale: Number(values.scale) }),
  partitions: (server: string) => benchPartitions(server, { rows: Number(values.rows) }),
}
const sections = [
  'start',
  'submit',
  'batches',
  'read',
  'hand-written',
  ...Object.keys(engine),
  'report',
  'analytics',
  'import',
  ...Object.keys(long),
]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    orders: { type: 'string' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '60' },
    scale: { type: 'string', default: '1' },
    rows: { type: 'string', default: '10000000' },
  },
})
const { quick, orders = quick ? '20000' : '1000000' } = values
const unknown = positionals.filter((name) => !sections.includes(name))
if (unknown.length > 0) throw new Error(`unknown section ${unknown.join(', ')}: choose among ${sections.join(', ')}`)
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name)

console.log(`Longrun bench: Node ${process.version}, ${availableParallelism()} cores`)
const database = await startDatabase()
// Services end with this process; the database server would not.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void database.stop().finally(() => process.exit(1)))
}
// An error outside of the section that is awaited, for example of a connection.
process.once('uncaughtException', (error) => {
  console.error(error)
  void database.stop().finally(() => process.exit(1))
})
try {
  console.log(`${await durability(database.url)}\n`)
  if (wanted('start')) await timed('start', () => benchStart({ quick }))
  const env = { DATABASE_URL: database.url }
  if (wanted('submit')) {
    const api = { ...env, ROLES: 'api' }
    await timed('submit', () => withService(api, (service) => benchSubmit(service, database.url, { quick })))
  }
  if (wanted('batches')) {
    const api = { ...env, ROLES: 'api' }
    await timed('batches', () => withService(api, (service) => benchBatches(service, database.url, { quick })))
  }
  if (wanted('read')) {
    await timed('read', () => withService(env, (service) => benchRead(service, database.url, { quick })))
  }
  if (wanted('hand-written')) {
    const api = { ...env, ROLES: 'api' }
    await timed('hand-written', () => withService(api, (service) => benchHandWritten(service, database.url, { quick })))
  }
  for (const [name, bench] of Object.entries(engine)) {
    if (wanted(name)) await timed(name, () => bench(database.url, { quick }))
  }
  for (const [name, bench] of Object.entries(long)) {
    if (positionals.includes(name)) await timed(name, () => bench(database.url))
  }
  if (wanted('report') || wanted('analytics') || wanted('import')) {
    await withService(env, async () => {})
    execFileSync(process.execPath, ['dist/server/seed.js', '--orders', orders], {
      cwd: resolve(import.meta.dirname, '../..'),
      env: { ...process.env, ...env },
    })
  }
  if (wanted('report')) {
    await timed('report', () => withService(env, (service) => benchReport(service, database.url)))
  }
  if (wanted('analytics')) {
    await timed('analytics', () => withService(env, (service) => benchAnalytics(service, database.url)))
  }
  if (wanted('import')) {
    const folder = mkdtempSync(join(tmpdir(), 'longrun-lines-'))
    const file = join(folder, 'lines.csv')
    try {
      await timed('import', () => withService(env, (service) => benchImport(service, database.url, file)))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
} finally {
  await database.stop()
}

async function timed(name: string, section: () => Promise<unknown>) {
  const began = performance.now()
  await section()
  console.log(`— ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
}

async function withService(
  env: Record<string, string>,
  work: (service: Awaited<ReturnType<typeof startService>>) => Promise<void>,
) {
  const service = await startService(env)
  try {
    await work(service)
  } finally {
    await service.stop()
  }
}
