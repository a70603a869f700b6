/** The only file that imports the SDK of OpenTelemetry. Loaded only when traces are configured. */
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { tracesExported, tracesNotExported } from './events.ts'
import type { Log } from './log.ts'
import { asBelow, useTracer } from './traces.ts'
import type { SamplerName, TracingConfig } from './tracing-config.ts'

/** Spans that wait for the collector. Further ones are dropped: requests never wait for it. */
const queueSize = 2048
/** How long a stop waits for the collector. */
const flushMs = 2000
/** A collector that fails now and then is logged at most this often. */
const logAgainMs = 60_000

/** Makes and exports spans until `close`, which sends what is left within 2 s. */
export function startTracing(config: TracingConfig, log: Log): { close(): Promise<void> } {
  const { url, headers, compression, timeoutMs = 10_000, attributes, batchSize = 512, delayMs = 5000 } = config
  const exporter = new OTLPTraceExporter({
    url,
    headers,
    // An enumeration of strings that the package does not export.
    compression: compression as never,
    timeoutMillis: timeoutMs,
  })
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(attributes)),
    sampler: byLink(samplerOf(config)),
    spanLimits: { attributeValueLengthLimit: 1000, attributeCountLimit: 64, eventCountLimit: 128, linkCountLimit: 16 },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: reporting(exporter, log),
        maxQueueSize: config.queueSize ?? queueSize,
        maxExportBatchSize: batchSize,
        scheduledDelayMillis: delayMs,
        exportTimeoutMillis: 3 * timeoutMs,
      }),
    ],
  })
  const tracer = provider.getTracer('longrun')
  useTracer(tracer)
  return {
    async close() {
      useTracer(undefined)
      const limit = Promise.withResolvers<void>()
      const timer = setTimeout(limit.resolve, flushMs)
      await Promise.race([provider.shutdown().catch(() => {}), limit.promise])
      clearTimeout(timer)
    },
  }
}

function samplerOf({ sampler, ratio }: Pick<TracingConfig, 'sampler' | 'ratio'>): Sampler {
  const roots: Record<SamplerName, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
    parentbased_always_on: () => new ParentBasedSampler({ root: roots.always_on() }),
    parentbased_always_off: () => new ParentBasedSampler({ root: roots.always_off() }),
    parentbased_traceidratio: () => new ParentBasedSampler({ root: roots.traceidratio() }),
  }
  return roots[sampler]()
}

/** Decides about the beginning of a trace that has a link like about a span below that link, so that an attempt is sampled like its submit. */
function byLink(sampler: Sampler): Sampler {
  return {
    shouldSample(...given: Parameters<Sampler['shouldSample']>) {
      const [context, , name, kind, attributes, links] = given
      const [link] = links
      const below = link && asBelow(context, link)
      if (!below) return sampler.shouldSample(...given)
      const { decision } = sampler.shouldSample(below, link.context.traceId, name, kind, attributes, links)
      return { decision }
    },
    toString: () => `ByLink{${sampler.toString()}}`,
  }
}

/** Logs the first failure of an outage, and its end. Never the headers, which may be credentials, nor the response of the collector. */
function reporting(exporter: SpanExporter, log: Log): SpanExporter {
  let failed = 0
  let logged = false
  let loggedMs = -Infinity

  function count({ code, error }: ExportResult, spans: number) {
    if (code === ExportResultCode.SUCCESS) {
      if (logged) tracesExported(log, { lost: failed })
      failed = 0
      logged = false
      return
    }
    failed += spans
    if (logged || performance.now() - loggedMs < logAgainMs) return
    logged = true
    loggedMs = performance.now()
    const status = error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
    tracesNotExported(log, { reason: `${error?.message ?? 'unknown'}${status === undefined ? '' : ` (${status})`}` })
  }

  return {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void) =>
      exporter.export(spans, (result) => {
        count(result, spans.length)
        done(result)
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
