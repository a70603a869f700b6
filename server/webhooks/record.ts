import type { Agent } from 'undici'
import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import type { Db } from '../database/db.ts'
import { type SealingKeys, seal, unseal } from '../database/sealed.ts'
import { type Attempted, type ClaimedDeliveries, disable, keepCloudEvent } from '../database/webhooks/due.ts'
import { redeliveryMs, type WebhookFormat } from '../domain/webhook-schedule.ts'
import { startDelivery } from '../telemetry/traces.ts'
import {
  binaryContent,
  type CloudEvent,
  type Content,
  cloudEvent,
  jsonContent,
  structuredContent,
} from './cloud-event.ts'
import { batchMessage, message } from './message.ts'
import { send } from './send.ts'
import { signatureHeaders } from './signature.ts'

export type Attempting = {
  db: Db
  agent: Agent
  links: Links
  sealingKeys: SealingKeys
  allowInsecure: boolean
  attemptMs: number
  signal: AbortSignal
}

/** Sends a claimed delivery. Throws when it could not be sent or was aborted; it is sent again after its lease then. */
export async function attemptDelivery(attempting: Attempting, claimed: ClaimedDeliveries): Promise<Attempted> {
  const { delivery } = claimed
  const { deliveryId, attempts, event } = delivery
  const at = { deliveryId, attempt: attempts }
  const destination = destinationOf(claimed, attempting.sealingKeys)
  if (!destination) return { ...at, outcome: 'DISABLED' }
  const { body, headers: ofFormat } = await contentOf(attempting, claimed, destination.format)
  const id = formatId('delivery', deliveryId)
  const timestampSeconds = Math.floor(Date.now() / 1000)
  const { url } = destination
  const context = (claimed.operation ?? claimed.batch)?.traceContext
  const span = startDelivery({ url, event, deliveryId: id, attempt: attempts, context })
  const headers = {
    ...span.headers,
    ...signatureHeaders({ id, timestampSeconds, body }, destination.secrets),
    ...ofFormat,
    'user-agent': 'Longrun-Webhooks/1',
    'x-webhook-event': event,
    ...(delivery.operationId ? { 'x-operation-id': formatId('operation', delivery.operationId) } : {}),
    ...(delivery.batchId ? { 'x-batch-id': formatId('batch', delivery.batchId) } : {}),
  }
  const startMs = performance.now()
  const sent = await send(attempting, { url, headers, body })
  span.end?.(sent)
  if (sent.outcome === 'GONE') await disable(attempting.db, delivery)
  return {
    ...at,
    ...sent,
    durationMs: Math.round(performance.now() - startMs),
    retryMs: sent.outcome === 'GONE' ? undefined : redeliveryMs(delivery.tries + 1),
  }
}

async function contentOf(attempting: Attempting, claimed: ClaimedDeliveries, format: WebhookFormat): Promise<Content> {
  if (format === 'STANDARD') return jsonContent(messageOf(attempting, claimed))
  const text = await eventText(attempting, claimed)
  return format === 'CLOUDEVENTS' ? structuredContent(text) : binaryContent(JSON.parse(text) as CloudEvent)
}

function messageOf({ links }: Attempting, { delivery, operation, batch, event }: ClaimedDeliveries) {
  if (batch) return batchMessage(batch, links)
  const stored = event ?? { attempt: null, reason: null, progress: null, data: null }
  return message({ ...delivery, ...stored }, operation ?? undefined, links)
}

/**
 * The CloudEvent of a delivery as JSON. It is stored before it is sent the first time: receivers take two events with the same `source` and `id`
 * for the same event, but the operation may have changed until the next attempt.
 */
async function eventText(attempting: Attempting, claimed: ClaimedDeliveries): Promise<string> {
  const { db, links, sealingKeys } = attempting
  const { deliveryId, ownerId, cloudEvent: known } = claimed.delivery
  if (known !== null) return unseal(sealingKeys, known, ownerId)
  const { traceContext } = claimed.operation ?? claimed.batch ?? {}
  const text = JSON.stringify(cloudEvent(claimed.delivery, messageOf(attempting, claimed), { links, traceContext }))
  const kept = await keepCloudEvent(db, { deliveryId, cloudEvent: seal(sealingKeys, text, ownerId) })
  return kept === undefined ? text : unseal(sealingKeys, kept, ownerId)
}

type Destination = { url: string; secrets: [string, ...string[]]; format: WebhookFormat }

/** The URL and the signing secrets. Undefined when the receiver was deleted or disabled. */
function destinationOf(
  { delivery, operation, batch, receiver }: ClaimedDeliveries,
  keys: SealingKeys,
): Destination | undefined {
  const { ownerId, receiverId, event } = delivery
  const decrypt = (sealed: string) => unseal(keys, sealed, ownerId)
  if (event !== 'PING' && !operation && !batch) return undefined
  if (!receiverId) {
    const webhook = (operation ?? batch)?.webhook
    if (!webhook || webhook.disabledAt) return undefined
    return { url: webhook.url, secrets: [decrypt(webhook.secret)], format: webhook.format ?? 'STANDARD' }
  }
  // A ping is sent to a disabled receiver too, to test it before it is enabled.
  if (!receiver || (receiver.disabledAt && event !== 'PING')) return undefined
  const { url, secret, previousSecret, previousSecretUntil, format } = receiver
  const overlaps = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil.getTime() > Date.now()
  return { url, secrets: overlaps ? [decrypt(secret), decrypt(previousSecret)] : [decrypt(secret)], format }
}
