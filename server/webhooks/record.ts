import type { Agent } from 'undici'
import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import type { Db } from '../database/db.ts'
import { type SealingKeys, unseal } from '../database/sealed.ts'
import { type Attempted, type ClaimedDeliveries, disable } from '../database/webhooks/due.ts'
import { redeliveryMs } from '../domain/webhook-schedule.ts'
import { startDelivery } from '../telemetry/traces.ts'
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
  const stored = claimed.event ?? { attempt: null, reason: null, progress: null, data: null }
  const body = JSON.stringify(
    claimed.batch
      ? batchMessage(claimed.batch, attempting.links)
      : message({ ...delivery, ...stored }, claimed.operation ?? undefined, attempting.links),
  )
  const id = formatId('delivery', deliveryId)
  const timestampSeconds = Math.floor(Date.now() / 1000)
  const { url } = destination
  const context = (claimed.operation ?? claimed.batch)?.traceContext
  const span = startDelivery({ url, event, deliveryId: id, attempt: attempts, context })
  const headers = {
    ...span.headers,
    ...signatureHeaders({ id, timestampSeconds, body }, destination.secrets),
    'content-type': 'application/json; charset=utf-8',
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

type Destination = { url: string; secrets: [string, ...string[]] }

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
    return webhook && !webhook.disabledAt ? { url: webhook.url, secrets: [decrypt(webhook.secret)] } : undefined
  }
  // A ping is sent to a disabled receiver too, to test it before it is enabled.
  if (!receiver || (receiver.disabledAt && event !== 'PING')) return undefined
  const { url, secret, previousSecret, previousSecretUntil } = receiver
  const overlaps = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil.getTime() > Date.now()
  return { url, secrets: overlaps ? [decrypt(secret), decrypt(previousSecret)] : [decrypt(secret)] }
}
