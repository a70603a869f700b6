import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createSignal } from '../../server/lib/signal.ts'

export type ReceivedSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  traceState?: string
  name: string
  kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER'
  attributes: Record<string, unknown>
  links: { traceId: string; spanId: string }[]
  events: { name: string; attributes: Record<string, unknown> }[]
  isError: boolean
  durationMs: number
  /** `traceparent` of the span, if it was sampled. */
  traceparent: string
}

/** A collector that receives OTLP over HTTP as JSON. */
export type Collector = {
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string
  spans: ReceivedSpan[]
  requests: { path: string; headers: IncomingHttpHeaders; body: string; resource: Record<string, unknown> }[]
  /** The status of its responses; 200 at first. */
  status: number
  /** Responses wait for this promise. */
  ready: Promise<unknown>
  /** Resolves with the spans that match when there are `count` of them. */
  until(matches: (span: ReceivedSpan) => boolean, count?: number): Promise<ReceivedSpan[]>
  /** Resolves when it has received `count` requests. */
  untilRequests(count: number): Promise<void>
  close(): Promise<void>
}

type Attribute = { key: string; value: Record<string, unknown> }
const kinds = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const attributesOf = (list: readonly Attribute[] = []) =>
  Object.fromEntries(
    list.map(({ key, value }) => [key, 'intValue' in value ? Number(value.intValue) : Object.values(value)[0]]),
  )

export async function openCollector(): Promise<Collector> {
  const arrived = createSignal()
  const server = createServer((request, response) => void receive(request, response))
  async function receive(request: IncomingMessage, response: ServerResponse) {
    const body = await text(request).catch(() => '')
    const { resource, spans } = read(body)
    collector.requests.push({ path: request.url ?? '', headers: request.headers, body, resource })
    if (collector.status === 200) collector.spans.push(...spans)
    arrived.notify()
    await collector.ready
    response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}')
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    requests: [],
    status: 200,
    ready: Promise.resolve(),
    async until(matches, count = 1) {
      for (;;) {
        const found = collector.spans.filter(matches)
        if (found.length >= count) return found
        await arrived.wait(1000)
      }
    },
    async untilRequests(count) {
      while (collector.requests.length < count) await arrived.wait(1000)
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return collector
}

function read(body: string): { resource: Record<string, unknown>; spans: ReceivedSpan[] } {
  if (!body.startsWith('{')) return { resource: {}, spans: [] }
  const { resourceSpans = [] } = JSON.parse(body)
  const spans = resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: never[] }[] }) =>
    scopeSpans.flatMap((scope) => scope.spans.map(spanOf)),
  )
  return { resource: attributesOf(resourceSpans[0]?.resource.attributes), spans }
}

// biome-ignore lint/suspicious/noExplicitAny: the JSON of OTLP
function spanOf(span: any): ReceivedSpan {
  const { traceId, spanId, parentSpanId, traceState, name } = span
  return {
    traceId,
    spanId,
    ...(parentSpanId ? { parentSpanId } : {}),
    ...(traceState ? { traceState } : {}),
    name,
    kind: kinds[span.kind] ?? 'INTERNAL',
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map((link: { traceId: string; spanId: string }) => ({
      traceId: link.traceId,
      spanId: link.spanId,
    })),
    events: (span.events ?? []).map((event: { name: string; attributes: Attribute[] }) => ({
      name: event.name,
      attributes: attributesOf(event.attributes),
    })),
    isError: span.status?.code === 2,
    durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
    traceparent: `00-${traceId}-${spanId}-01`,
  }
}

/** The variables that send the spans of a service to the collector at once. */
export const tracedTo = (collector: Pick<Collector, 'url'>, more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_BSP_SCHEDULE_DELAY: '20',
  ...more,
})
