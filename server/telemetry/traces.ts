/**
 * The only file that imports `@opentelemetry/api`: the spans of the service, by the semantic conventions for HTTP and for messaging. Without an
 * SDK there is no tracer, and each function returns at its first line. docs/traces.md lists spans and attributes.
 */
import {
  type Attributes,
  type Context,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import {
  parseTraceContext,
  type Send,
  type SendFacts,
  type TraceHeaders,
  traceHeaders,
} from '../domain/trace-context.ts'

let tracer: Tracer | undefined

/** Sets what makes spans. Undefined: no spans are made. */
export function useTracer(next: Tracer | undefined) {
  tracer = next
}

/** For work that is only needed for spans. */
export function isTracing(): boolean {
  return tracer !== undefined
}

export type RequestHeaders = Pick<Headers, 'get'>

/** The span of a request that is being served. */
export type RequestSpan = {
  traceId: string
  /** Of the spans below it. */
  context: Context
  /** `code`: of the problem. */
  end(answered: { status: number; code?: string | undefined }): void
}

/** Semantic conventions for HTTP: any other method is `_OTHER`, because a client can invent methods. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Starts the span of a request. Without its path, query and headers, in which credentials and ids may be: `route` is the pattern. A sampled
 * `traceparent` is followed like any other part of a request; the sampler decides.
 */
export function startRequest(
  { method, route, byTls }: { method: string; route: string | undefined; byTls: boolean },
  headers: RequestHeaders,
): RequestSpan | undefined {
  if (!tracer) return undefined
  const known = methods.has(method) ? method : '_OTHER'
  const name = `${known === '_OTHER' ? 'HTTP' : known}${route === undefined ? '' : ` ${route}`}`
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, under(received(headers)))
  if (span.isRecording()) {
    span.setAttributes({
      'http.request.method': known,
      'url.scheme': byTls ? 'https' : 'http',
      ...(route === undefined ? {} : { 'http.route': route }),
    })
  }
  return {
    traceId: span.spanContext().traceId,
    context: trace.setSpan(ROOT_CONTEXT, span),
    end({ status, code }) {
      if (span.isRecording()) {
        span.setAttribute('http.response.status_code', status)
        if (code !== undefined) span.setAttribute('longrun.problem.code', code)
        // An error of the client is none of the server.
        if (status >= 500) failed(span, String(status))
      }
      span.end()
    },
  }
}

const none: Send = Object.freeze({ context: undefined })

/**
 * Starts the producer span of a submit, below the span of its request. Without a tracer the context is that of the request's headers, so that
 * webhooks and vendors get it.
 */
export function startSend(
  request: RequestSpan | undefined,
  headers: RequestHeaders | undefined,
  facts: SendFacts,
): Send {
  if (!tracer) {
    const context = headers && received(headers)
    return context === undefined ? none : { context }
  }
  const { type, count, retried } = facts
  const options = { kind: SpanKind.PRODUCER, links: linksTo(retried) }
  const span = tracer.startSpan(type === undefined ? 'send' : `send ${type}`, options, request?.context ?? ROOT_CONTEXT)
  if (span.isRecording()) {
    span.setAttributes({
      ...messaging('send', type),
      ...(count === undefined ? {} : { 'messaging.batch.message_count': count }),
    })
  }
  return {
    context: stored(span.spanContext()),
    end({ operationId, batchId, replayed, code }) {
      if (span.isRecording()) {
        if (operationId !== undefined) span.setAttribute('messaging.message.id', operationId)
        if (batchId !== undefined) span.setAttribute('longrun.batch.id', batchId)
        if (replayed !== undefined) {
          span.setAttribute('longrun.replayed', true)
          span.addLinks(linksTo(replayed))
        }
        if (code !== undefined) failed(span, code)
      }
      span.end()
    },
  }
}

export type AttemptFacts = {
  type: string
  /** In the API's format. */
  operationId: string
  attempt: number
  /** The stored context of the operation. */
  context: string | null
}

/** A write of a step or a wait that an attempt has made. */
export type AttemptWrite =
  | { write: 'startStep' | 'finishStep'; name: string }
  | { write: 'recordCompensation'; name: string; state: string }
  | { write: 'beginWait'; name: string; kind: string }

/** The span of an attempt. */
export type AttemptSpan = {
  traceId: string
  /** The context of the attempt, as the context of a submit is stored. */
  context: string
  wrote(write: AttemptWrite): void
  /** Records the code of the problem of a failed attempt. */
  failed(code: string): void
  /** Records the status of the operation after the attempt, or why the attempt does not determine it. */
  ended(status: string): void
  /** Ends the span, and the spans of steps that have not finished. */
  end(): void
}

/**
 * Starts the consumer span of an attempt: a trace of its own with a link to the submit, because an operation may wait for days and have many
 * attempts. It is sampled like its submit.
 */
export function startAttempt({ type, operationId, attempt, context }: AttemptFacts): AttemptSpan | undefined {
  if (!tracer) return undefined
  const maker = tracer
  const span = maker.startSpan(`process ${type}`, { kind: SpanKind.CONSUMER, links: linksTo(context) }, ROOT_CONTEXT)
  const isRecording = span.isRecording()
  if (isRecording) {
    span.setAttributes({
      ...messaging('process', type),
      'messaging.message.id': operationId,
      'longrun.attempt': attempt,
    })
  }
  const steps = new Map<string, Span>()
  const own = trace.setSpan(ROOT_CONTEXT, span)
  return {
    traceId: span.spanContext().traceId,
    context: stored(span.spanContext()),
    wrote(written) {
      if (!isRecording) return
      const { name } = written
      switch (written.write) {
        case 'startStep':
          steps.set(name, maker.startSpan(`step ${name}`, { attributes: { 'longrun.step': name } }, own))
          return
        case 'finishStep':
          steps.get(name)?.end()
          steps.delete(name)
          return
        case 'recordCompensation':
          span.addEvent('step compensated', { 'longrun.step': name, 'longrun.step.state': written.state })
          return
        case 'beginWait':
          span.addEvent('wait', { 'longrun.wait': name, 'longrun.wait.kind': written.kind })
      }
    },
    failed(code) {
      span.setAttribute('longrun.problem.code', code)
      failed(span, code)
    },
    ended: (status) => void span.setAttribute('longrun.attempt.result', status),
    end() {
      for (const step of steps.values()) {
        step.setStatus({ code: SpanStatusCode.ERROR })
        step.end()
      }
      span.end()
    },
  }
}

export type DeliveryFacts = {
  url: string
  event: string
  /** In the API's format. */
  deliveryId: string
  attempt: number
  /** The stored context of the operation or batch. */
  context: string | null | undefined
}

/** A delivery attempt: the headers that it sends, and its span if there is one. */
export type DeliverySpan = {
  headers: TraceHeaders | Record<string, never>
  end?: (sent: { outcome: string; statusClass?: string | undefined }) => void
}

const noHeaders: DeliverySpan = Object.freeze({ headers: Object.freeze({}) })

/**
 * Starts the client span of a delivery attempt, in the trace of the submit, so that the receiver goes on with the trace of its own request. Of
 * the URL it has the origin only.
 */
export function startDelivery({ url, event, deliveryId, attempt, context }: DeliveryFacts): DeliverySpan {
  if (!tracer) return context ? { headers: traceHeaders(context) } : noHeaders
  const options = { kind: SpanKind.CLIENT, links: linksTo(context) }
  const span = tracer.startSpan('POST', options, under(context))
  if (span.isRecording()) {
    const attributes = { 'http.request.method': 'POST', 'longrun.webhook.event': event }
    span.setAttributes({ ...attributes, 'longrun.delivery.id': deliveryId, 'longrun.attempt': attempt, ...origin(url) })
  }
  return {
    headers: traceHeaders(stored(span.spanContext())),
    end({ outcome, statusClass }) {
      if (span.isRecording()) {
        span.setAttribute('longrun.delivery.outcome', outcome)
        if (statusClass !== undefined) span.setAttribute('longrun.http.status_class', statusClass)
        if (outcome !== 'ACKNOWLEDGED') failed(span, outcome)
      }
      span.end()
    },
  }
}

function received(headers: RequestHeaders): string | undefined {
  const traceparent = headers.get('traceparent')
  return traceparent === null ? undefined : parseTraceContext(traceparent, headers.get('tracestate'))
}

const messaging = (operation: 'send' | 'process', type: string | undefined): Attributes => ({
  'messaging.system': 'longrun',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  ...(type === undefined ? {} : { 'messaging.destination.name': type }),
})

function origin(url: string): Attributes {
  const { protocol, hostname, port } = new URL(url)
  const scheme = protocol.slice(0, -1)
  const number = port === '' ? (scheme === 'https' ? 443 : 80) : Number(port)
  return { 'url.scheme': scheme, 'server.address': hostname, 'server.port': number }
}

function failed(span: Span, type: string) {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** The context of spans below a stored one. */
function under(context: string | null | undefined): Context {
  return context ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(context)) : ROOT_CONTEXT
}

/** For the sampler: the context of a span below `link`. Undefined if `context` has a span. */
export function asBelow(context: Context, { context: linked }: Link): Context | undefined {
  return trace.getSpanContext(context) ? undefined : trace.setSpanContext(context, linked)
}

function linksTo(context: string | null | undefined): Link[] {
  return context ? [{ context: spanContextOf(context) }] : []
}

function spanContextOf(context: string): SpanContext {
  const { traceparent, tracestate } = traceHeaders(context)
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-')
  const traceState = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true, ...traceState }
}

function stored({ traceId, spanId, traceFlags, traceState }: SpanContext): string {
  const state = traceState?.serialize()
  return `00-${traceId}-${spanId}-0${traceFlags & 0b11}${state ? ` ${state}` : ''}`
}
