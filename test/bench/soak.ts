import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import { drained, fileViolations, rowViolations } from '../faults/checker.ts'
import { freshDatabase } from './fresh.ts'
import { line } from './rig.ts'
import { type Callers, openCallers } from './soak/callers.ts'
import { startLoad, startSchedules } from './soak/load.ts'
import { startReceiver } from './soak/receiver.ts'
import { mean, quarters, type Sample, slope, takeSample } from './soak/samples.ts'
import { startProcesses, terminateBackends } from './soak/service.ts'
import { startStreams } from './soak/streams.ts'

const owners = 4
const sampleMs = 5000
/** Rows are checked more often than the retention deletes them, so that each is checked after its end. */
const checkMs = 30_000
const retentionSeconds = 180
/** Below this the slope of memory says nothing: a process that warms up grows. */
const meaningfulMinutes = 30

/**
 * Mixed load and chaos for `minutes`: what grows (memory, tables, dead rows, connections, latency), and whether an operation is lost,
 * doubled or stuck. A process is killed every 20 to 60 seconds, and all backends are terminated every two to four minutes.
 */
export async function benchSoak(server: string, { minutes, scale }: { minutes: number; scale: number }) {
  const database = await freshDatabase(server, 4)
  const folder = await mkdtemp(join(tmpdir(), 'longrun-soak-'))
  const receiver = await startReceiver()
  const keys = Array.from({ length: owners }, (_, n) => `soak-${n}-0123456789abcdef`)
  const processes = await startProcesses({
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    API_KEYS: keys.map((key, n) => `soak-${n}:${key}`).join(),
    WEBHOOK_ALLOW_INSECURE: 'true',
    LEASE_SECONDS: '5',
    DATABASE_POOL_SIZE: '12',
    RETENTION_COMPLETED_SECONDS: String(retentionSeconds),
    RETENTION_FAILED_SECONDS: String(retentionSeconds),
    RETENTION_IDEMPOTENCY_SECONDS: String(retentionSeconds),
    SWEEP_SECONDS: '5',
  })
  try {
    const { sql } = database
    const callers = openCallers(processes.urls, keys)
    const load = startLoad(callers, { webhook: receiver.url, scale })
    const deleteSchedules = await startSchedules(callers, 5)
    const streams = startStreams(callers, load.any, 50)
    const startMs = performance.now()
    const chaos = disturb(sql, processes, startMs + minutes * 60_000)
    const { samples, found } = await watch(sql, processes.watched, startMs + minutes * 60_000)
    const endMs = performance.now()
    const terminations = await chaos
    await streams.stop()
    await deleteSchedules()
    await load.stop()
    const left = await drained(sql, 120_000)
    const unsent = await delivered(sql)
    await processes.stop()
    // The files are compared while no process sweeps.
    found.push(...(await rowViolations(sql)))
    found.push(...(await fileViolations(sql, (key) => readFile(join(folder, 'files', key)))))
    found.push(...(await lost(sql, callers)), ...callers.seen.contradictions, ...callers.unacknowledged)
    found.push(...load.errors, ...streams.gaps)
    found.push(...[...load.withWebhook].filter((id) => !receiver.acknowledged.has(id)).map((id) => `no webhook: ${id}`))

    line('soak: load average of the machine, 15 minutes', (loadavg()[2] as number).toFixed(1))
    line('soak: minutes', ((endMs - startMs) / 60_000).toFixed(1))
    line('operations accepted, of callers', String(callers.seen.acknowledged.size))
    line('operations ended, with those of schedules', String(await endedCount(sql)))
    line('processes killed and replaced', String(processes.kills()))
    line('terminations of all backends', String(terminations))
    line('events on streams, streams opened', `${streams.totals.events}, ${streams.totals.opened}`)
    line('webhook requests', String(receiver.requests()))
    line(
      'responses',
      Object.entries(callers.seen.statuses)
        .map(([status, n]) => `${status}: ${n}`)
        .join(', '),
    )
    printGrowth(samples, minutes)
    printLatency(callers, startMs, endMs)
    for (const words of new Set(found)) console.log(`  ${words}`)
    line('operations that have not ended', String(left), { text: '0', met: left === 0 })
    line('deliveries that have not ended', String(unsent), { text: '0', met: unsent === 0 })
    line('violations: lost, doubled, out of order', String(new Set(found).size), { text: '0', met: found.length === 0 })
  } finally {
    await processes.stop()
    receiver.close()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

type Processes = Awaited<ReturnType<typeof startProcesses>>

/** Kills and terminates until `untilMs`; returns how often the backends were terminated. */
async function disturb(sql: postgres.Sql, processes: Processes, untilMs: number): Promise<number> {
  let terminations = 0
  let nextMs = performance.now() + 90_000
  for (;;) {
    const pauseMs = 20_000 + Math.random() * 40_000
    if (performance.now() + pauseMs > untilMs) return terminations
    await delay(pauseMs)
    if (performance.now() > nextMs) {
      await terminateBackends(sql)
      terminations += 1
      nextMs = performance.now() + 120_000 + Math.random() * 120_000
    } else await processes.replaceOne()
  }
}

/** Takes samples and checks the rows until `untilMs`. */
async function watch(sql: postgres.Sql, watched: Processes['watched'], untilMs: number) {
  const samples: Sample[] = []
  const found: string[] = []
  for (let checkAtMs = performance.now() + checkMs; performance.now() < untilMs; await delay(sampleMs)) {
    samples.push(await takeSample(sql, watched()))
    if (performance.now() < checkAtMs) continue
    checkAtMs += checkMs
    found.push(...(await rowViolations(sql, { whileRunning: true })))
  }
  return { samples, found }
}

/** Waits until no delivery is due; returns how many are. */
async function delivered(sql: postgres.Sql): Promise<number> {
  for (const untilMs = performance.now() + 90_000; ; await delay(200)) {
    const [row] = await sql<{ open: number }[]>`select count(*)::int as open from deliveries where state = 'PENDING'`
    if (!row?.open || performance.now() > untilMs) return row?.open ?? 0
  }
}

/** Acknowledged operations of which neither the row nor the tombstone exists. */
async function lost(sql: postgres.Sql, { seen }: Callers): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select 'op_' || operation_id as id from operations union all select 'op_' || operation_id from tombstones`
  const stored = new Set(rows.map(({ id }) => id))
  return [...seen.acknowledged]
    .filter(([, id]) => !stored.has(id))
    .map(([key, id]) => `lost: ${id}, acknowledged for ${key}`)
}

async function endedCount(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ ended: number }[]>`
    select (select count(*) from tombstones)::int + (select count(*) from operations where finished_at is not null)::int as ended`
  return row?.ended ?? Number.NaN
}

function printGrowth(all: Sample[], minutes: number) {
  // Without the time in which code is compiled, pools open and the retention has not deleted anything.
  const samples = all.slice(Math.floor(all.length / 5))
  const isMeaningful = minutes >= meaningfulMinutes
  for (const name of ['api', 'worker', 'worker executors']) {
    const points = samples.flatMap(({ atMs, memory }) => (memory[name] ? [{ atMs, mib: memory[name] }] : []))
    const { perHour, plusMinus } = slope(points)
    const [least, most] = [Math.min(...points.map(({ mib }) => mib)), Math.max(...points.map(({ mib }) => mib))]
    line(`memory of the kept ${name}: least, most`, `${least.toFixed(0)}, ${most.toFixed(0)} MiB`)
    const text = `${perHour.toFixed(1)} ± ${plusMinus.toFixed(1)} MiB/h`
    if (isMeaningful) line(`slope of the kept ${name}, 95 % interval`, text, { text: '< 5 MiB/h', met: perHour < 5 })
    else line(`slope of the kept ${name}: too short to judge`, text)
  }
  const quarter = Math.ceil(samples.length / 4)
  const ends = (of: (sample: Sample) => number) =>
    [mean(samples.slice(quarter, 2 * quarter).map(of)), mean(samples.slice(-quarter).map(of))] as const
  const compare = (name: string, of: (sample: Sample) => number, most: number, unit = '') => {
    const [before, after] = ends(of)
    const text = `${before.toFixed(0)}, ${after.toFixed(0)}${unit}, × ${(after / before).toFixed(2)}`
    line(`${name}: second and last quarter`, text, { text: `≤ × ${most}`, met: after / before <= most })
  }
  compare('hot tables', ({ hotMiB }) => hotMiB, 1.25, ' MiB')
  compare('dead rows of hot tables', ({ deadRows }) => deadRows, 1.5)
  compare('live rows of hot tables', ({ liveRows }) => liveRows, 1.25)
  compare('connections', ({ connections }) => connections, 1.25)
  line('connections: most', String(Math.max(...all.map(({ connections }) => connections))))
}

function printLatency({ latencies }: Callers, startMs: number, endMs: number) {
  for (const [name, of] of Object.entries(latencies)) {
    const { first, last } = quarters(of, startMs, endMs)
    for (const share of ['p50', 'p99'] as const) {
      const ratio = last[share] / first[share]
      const text = `${first[share].toFixed(1)}, ${last[share].toFixed(1)} ms, × ${ratio.toFixed(2)}`
      line(`${name}, ${share}: first and last quarter`, text)
    }
  }
}
