/** The only file that imports `prom-client`, which writes the text format and measures the process. Loaded only when metrics are configured. */
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client'
import { recordedMetrics, type Sample } from './counts.ts'
import { type ReadMetric, readMetrics } from './readings.ts'

/** A value that was read for a scrape. */
export type Reading = { metric: ReadMetric; labels?: Record<string, string>; value: number }

export type Metrics = {
  contentType: string
  /** The text format of all metrics. */
  text(): Promise<string>
}

/** Gauges of `prom-client` with the name of a counter, which `promtool check metrics` refuses. The same by type have another name. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** Measures the process once, however many services run in it. */
let ofProcess: Registry | undefined

/** `read`: returns the values of `readMetrics` that are known. It must be limited in time and never reject. */
export function createMetrics(read: () => Promise<readonly Reading[]>): Metrics {
  if (!ofProcess) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
    for (const name of misnamed) ofProcess.removeSingleMetric(name)
  }
  const shared = ofProcess
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    async text() {
      const readings = Map.groupBy(await read(), ({ metric }) => metric)
      const registry = new Registry()
      for (const recorded of recordedMetrics.values()) registry.registerMetric(valued(recorded, recorded.samples()))
      for (const metric of readMetrics) {
        const samples = readings.get(metric)?.map(({ labels = {}, value }) => ({ labels, value }))
        if (samples) registry.registerMetric(valued(metric, samples))
      }
      return `${await registry.metrics()}\n${await shared.metrics()}`
    },
  }
}

/** A metric as the registry reads it, with values that were counted elsewhere. */
function valued({ name, help, type }: ReadMetric, samples: readonly Sample[]): Metric {
  const values = samples.map(({ name: metricName = name, labels, value }) => ({ metricName, labels, value }))
  return { name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) } as unknown as Metric
}
