import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import type { DeliveryRow } from '../database/webhooks/due.ts'
import { traceHeaders } from '../domain/trace-context.ts'

/** A CloudEvent 1.0 in its JSON format: a message as its data, and the attributes of the event. */
export type CloudEvent = {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject: string
  time: string
  datacontenttype: 'application/json'
  dataschema: string
  /** Extension Distributed Tracing: the trace of the submit. The HTTP header of this name is that of the attempt. */
  traceparent?: string
  tracestate?: string
  data: Record<string, unknown>
}

type About = Pick<DeliveryRow, 'deliveryId' | 'operationId' | 'batchId' | 'receiverId'>

/** `source` and `id` are the same in all attempts. `traceContext`: of the submit, as it is stored. */
export function cloudEvent(
  delivery: About,
  data: Record<string, unknown>,
  { links, traceContext }: { links: Links; traceContext: string | null | undefined },
): CloudEvent {
  const { collection, subject, schema } = subjectOf(delivery)
  return {
    specversion: '1.0',
    id: formatId('delivery', delivery.deliveryId),
    source: links.api(collection),
    type: String(data.type),
    subject,
    time: String(data.timestamp),
    datacontenttype: 'application/json',
    dataschema: `${links.api('/openapi.json')}#/components/schemas/${schema}`,
    ...(traceContext ? traceHeaders(traceContext) : {}),
    data,
  }
}

function subjectOf({ operationId, batchId, receiverId }: About) {
  if (operationId) {
    return { collection: '/operations', subject: formatId('operation', operationId), schema: 'OperationMessage' }
  }
  if (batchId) return { collection: '/batches', subject: formatId('batch', batchId), schema: 'BatchMessage' }
  // Only a ping has neither, and it has a receiver.
  return { collection: '/webhookReceivers', subject: formatId('receiver', receiverId ?? ''), schema: 'PingMessage' }
}

/** What is sent of a message: its content type and other headers of its format, and its body. */
export type Content = { headers: Record<string, string>; body: string }

export function jsonContent(message: Record<string, unknown>): Content {
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(message) }
}

/** HTTP Protocol Binding §3.2. `text`: the event as JSON. */
export function structuredContent(text: string): Content {
  return { headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' }, body: text }
}

/** HTTP Protocol Binding §3.1. `Content-Type` is the `datacontenttype`. */
export function binaryContent({ data, datacontenttype: _, ...attributes }: CloudEvent): Content {
  const { headers, body } = jsonContent(data)
  const own = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerValue(value)])
  return { headers: { ...headers, ...Object.fromEntries(own) }, body }
}

/**
 * HTTP Protocol Binding §3.1.3.2: the UTF-8 bytes of all characters outside printable ASCII, and of space, double quote and percent, are
 * percent-encoded. So no value can end its header.
 */
export function headerValue(value: string): string {
  return value.replaceAll(/[^\x21-\x7e]|["%]/gu, (character) =>
    [...Buffer.from(character, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
