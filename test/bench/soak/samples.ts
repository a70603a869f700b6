import { readFileSync } from 'node:fs'
import type postgres from 'postgres'
import { familyOf } from '../rig.ts'
import type { Latency } from './callers.ts'

/** Tables that every operation writes. The others grow with the reports and files that the retention keeps. */
const hotTables = [
  'operations',
  'events',
  'deliveries',
  'idempotency_keys',
  'operation_ends',
  'operation_counts',
  'workers',
]

export type Sample = {
  atMs: number
  /** Resident MiB by process: `api`, `worker`, and the executors of a worker together. */
  memory: Record<string, number>
  deadRows: number
  liveRows: number
  /** MiB of the hot tables with their indexes. */
  hotMiB: number
  connections: number
}

/** The pids of the processes to watch, by name. A worker's executors are counted apart, under `<name> executors`. */
export type Watched = Record<string, number>

export async function takeSample(sql: postgres.Sql, watched: Watched): Promise<Sample> {
  const atMs = performance.now()
  const memory = Object.fromEntries(
    Object.entries(watched).flatMap(([name, pid]) => {
      const executors = familyOf(pid).slice(1)
      const own: [string, number][] = [[name, residentMiB([pid])]]
      return executors.length > 0 ? [...own, [`${name} executors`, residentMiB(executors)] as const] : own
    }),
  )
  const [row] = await sql<{ dead: number; live: number; mib: number; connections: number }[]>`
    select sum(n_dead_tup)::float8 as dead, sum(n_live_tup)::float8 as live,
      sum(pg_total_relation_size(relid))::float8 / 1048576 as mib,
      (select count(*)::int from pg_stat_activity where datname = current_database()) as connections
    from pg_stat_user_tables where relname in ${sql(hotTables)}`
  const { dead = 0, live = 0, mib = 0, connections = 0 } = row ?? {}
  return { atMs, memory, deadRows: dead, liveRows: live, hotMiB: mib, connections }
}

function residentMiB(pids: number[]): number {
  const each = pids.map((pid) => {
    try {
      return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    } catch {
      return 0
    }
  })
  return each.reduce((sum, mib) => sum + mib, 0)
}

/**
 * The slope in MiB an hour of a line through the samples, by least squares, and the half-width of its 95 % interval. The interval supposes
 * independent residuals; memory has none (garbage collection is a sawtooth), so the true interval is wider.
 */
export function slope(points: readonly { atMs: number; mib: number }[]): { perHour: number; plusMinus: number } {
  const hours = points.map(({ atMs }) => atMs / 3_600_000)
  const mibs = points.map(({ mib }) => mib)
  const [meanX, meanY] = [mean(hours), mean(mibs)]
  const spread = hours.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
  const perHour = hours.reduce((sum, x, n) => sum + (x - meanX) * ((mibs[n] as number) - meanY), 0) / spread
  const residuals = hours.reduce((sum, x, n) => sum + ((mibs[n] as number) - meanY - perHour * (x - meanX)) ** 2, 0)
  return { perHour, plusMinus: 1.96 * Math.sqrt(residuals / (points.length - 2) / spread) }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The quantiles of the first and of the last quarter of a time. */
export function quarters(latencies: readonly Latency[], fromMs: number, toMs: number) {
  const quarterMs = (toMs - fromMs) / 4
  const within = (startMs: number) =>
    latencies
      .filter(({ atMs }) => atMs >= startMs && atMs < startMs + quarterMs)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b)
  const at = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  const of = (startMs: number) => {
    const sorted = within(startMs)
    return { p50: at(sorted, 0.5), p99: at(sorted, 0.99) }
  }
  return { first: of(fromMs), last: of(toMs - quarterMs) }
}
