import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { operationTypes } from '../../generated/operations.ts'
import type { Connection } from '../database/connection.ts'
import { type Figures, openFigures } from '../database/figures.ts'
import { watchReadiness } from '../database/readiness.ts'
import { withMetrics } from '../http/metrics.ts'
import { withProbes } from '../http/probes.ts'
import { type Fetch, listen } from '../http/server.ts'
import { packageRoot } from '../lib/package.ts'
import { withTimeout } from '../lib/timeout.ts'
import { createAddressLimits } from '../quotas/address-limits.ts'
import type { Metrics, Reading } from '../telemetry/metrics.ts'
import { fromDatabase, fromProcess } from '../telemetry/readings.ts'
import { type Config, hasMetrics } from './config.ts'
import { filesLocation } from './files-location.ts'

/** How long a scrape waits for the database and the disk. Prometheus waits for 10 s by default. */
const readMs = 5000
/** How long scrapes share figures: at least `leastMs`, and `times` as long as reading them has taken. */
export type Sharing = { leastMs: number; times: number }
const defaultSharing: Sharing = { leastMs: 5000, times: 20 }

export type MetricsOfProcess = { metrics: Metrics; close(): Promise<void> }

/** The metrics of a process; undefined if it has no port for them. Then nothing is measured or read. */
export async function openMetrics(
  config: Config,
  connection: Connection,
  shares = defaultSharing,
): Promise<MetricsOfProcess | undefined> {
  if (!hasMetrics(config)) return undefined
  const { createMetrics } = await import('../telemetry/metrics.ts')
  const figures = openFigures(connection.url, { leaseSeconds: config.LEASE_SECONDS })
  const files = filesLocation(config)
  const disk = files.kind === 'disk' ? files : undefined
  const info = { version: versionOf(), roles: [...new Set(config.ROLES)].toSorted().join(',') }
  const shared = sharing(shares, async () => {
    const [database, free] = await Promise.all([bounded(figures.read()), disk && bounded(freeBytes(disk.folder))])
    return [
      ...databaseReadings(database),
      ...(free === undefined ? [] : [{ metric: fromProcess.filesFree, value: free }]),
    ]
  })
  const metrics = createMetrics(async () => [
    ...(await shared()),
    { metric: fromProcess.info, labels: info, value: 1 },
    ...(disk ? [{ metric: fromProcess.filesMinFree, value: disk.minFreeBytes }] : []),
    ...connection.poolFigures().flatMap(({ pool, most, used, waiting }) => [
      { metric: fromProcess.connectionsMost, labels: { pool }, value: most },
      { metric: fromProcess.connections, labels: { pool }, value: used },
      { metric: fromProcess.connectionsWaiting, labels: { pool }, value: waiting },
    ]),
  ])
  return { metrics, close: figures.close }
}

/** Serves the metrics and the probes on a port of their own; undefined without METRICS_PORT. */
export async function listenForMetrics(config: Config, { metrics }: MetricsOfProcess, connection: Connection) {
  const { METRICS_PORT: port, METRICS_HOST: host = config.HOST, METRICS_KEY: key, LIMIT_ANONYMOUS: most } = config
  if (port === undefined) return undefined
  const addressLimits = createAddressLimits({ requests: most, links: most, preflights: most })
  const { unready, stop } = watchReadiness(connection)
  const listener = await listen(withProbes(unready, withMetrics({ metrics, key, addressLimits, origin: '' })), {
    port,
    host,
  })
  return {
    url: listener.url,
    close: () => {
      stop()
      return listener.close()
    },
  }
}

/** Adds the metrics to the API, unless they have a port of their own. Without a key they are for programs on this machine. */
export function withSharedMetrics(
  { METRICS_PORT, METRICS_KEY: key }: Config,
  metrics: Metrics | undefined,
  api: Fetch,
  endpoint: Omit<Parameters<typeof withMetrics>[0], 'metrics' | 'key' | 'localOnly'>,
): Fetch {
  if (!metrics || METRICS_PORT !== undefined) return api
  return withMetrics({ metrics, key, localOnly: key === undefined, ...endpoint }, api)
}

async function bounded<T>(reading: Promise<T>): Promise<T | undefined> {
  return withTimeout(reading, readMs, 'reading figures').catch(() => undefined)
}

/** Concurrent calls share one call of `read`, and later ones its result for a while. `read` never rejects. */
function sharing<T>({ leastMs, times }: Sharing, read: () => Promise<T>): () => Promise<T> {
  let latest: Promise<T> | undefined
  let untilMs = 0
  return () => {
    if (latest && performance.now() < untilMs) return latest
    const startMs = performance.now()
    untilMs = Infinity
    latest = read().finally(() => {
      const nowMs = performance.now()
      untilMs = nowMs + Math.max(leastMs, times * (nowMs - startMs))
    })
    return latest
  }
}

function databaseReadings(figures: Figures | undefined): Reading[] {
  if (!figures) return [{ metric: fromDatabase.up, value: 0 }]
  const { states, deliveries, workers, tables = [], walBytes } = figures
  return [
    { metric: fromDatabase.up, value: 1 },
    { metric: fromDatabase.workers, value: workers },
    ...(states ? stateReadings(states) : []),
    ...(deliveries ? deliveryReadings(deliveries) : []),
    ...tables.flatMap(({ table, deadRows, bytes }) => [
      { metric: fromDatabase.deadRows, labels: { table }, value: deadRows },
      { metric: fromDatabase.tableBytes, labels: { table }, value: bytes },
    ]),
    ...(walBytes === undefined ? [] : [{ metric: fromDatabase.walBytes, value: walBytes }]),
  ]
}

const stateNames = ['queued', 'delayed', 'running', 'cancelling', 'waiting'] as const

/** With 0 for each known type and state without operations, so that series do not end and begin. */
function stateReadings(states: NonNullable<Figures['states']>): Reading[] {
  const types = [...new Set([...Object.keys(operationTypes), ...states.map(({ type }) => type)])]
  return types.flatMap((type) => {
    const own = new Map(states.filter((one) => one.type === type).map((one) => [one.state, one]))
    return [
      ...stateNames.map((state) => {
        return { metric: fromDatabase.operations, labels: { type, state }, value: own.get(state)?.operations ?? 0 }
      }),
      { metric: fromDatabase.oldestQueued, labels: { type }, value: own.get('queued')?.oldestSeconds ?? 0 },
      { metric: fromDatabase.oldestRunning, labels: { type }, value: own.get('running')?.oldestSeconds ?? 0 },
    ]
  })
}

function deliveryReadings(deliveries: NonNullable<Figures['deliveries']>): Reading[] {
  return (['working', 'failing'] as const).flatMap((target) => {
    const found = deliveries.find((one) => one.target === target)
    return [
      { metric: fromDatabase.deliveriesDue, labels: { target }, value: found?.deliveries ?? 0 },
      { metric: fromDatabase.oldestDelivery, labels: { target }, value: found?.oldestSeconds ?? 0 },
    ]
  })
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  return version
}
