import type { Agent } from 'undici'
import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import type { Db } from '../database/db.ts'
import { type Attempted, disable, type Taken } from '../database/deliveries.ts'
import { type SealingKeys, unseal } from '../database/sealed.ts'
import { redeliveryMs } from '../lifecycle/deliveries.ts'
import { message } from './message.ts'
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

/** Makes the attempt that was taken up. Throws when it could not be made, or nobody knows how it went: then it is due again. */
export async function attempt(attempting: Attempting, taken: Taken): Promise<Attempted> {
  const { delivery } = taken
  const { deliveryId, attempts, event } = delivery
  const at = { deliveryId, attempt: attempts }
  const goal = goalOf(taken, attempting.sealingKeys)
  if (!goal) return { ...at, outcome: 'DISABLED' }
  const body = JSON.stringify(message(delivery, taken.operation ?? undefined, attempting.links))
  const id = formatId('delivery', deliveryId)
  const timestampSeconds = Math.floor(Date.now() / 1000)
  const headers = {
    ...signatureHeaders({ id, timestampSeconds, body }, goal.secrets),
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Longrun-Webhooks/1',
    'x-webhook-event': event,
    ...(delivery.operationId ? { 'x-operation-id': formatId('operation', delivery.operationId) } : {}),
  }
  const began = performance.now()
  const sent = await send(attempting, { url: goal.url, headers, body })
  if (sent.outcome === 'GONE') await disable(attempting.db, delivery)
  return {
    ...at,
    ...sent,
    durationMs: Math.round(performance.now() - began),
    retryMs: sent.outcome === 'GONE' ? undefined : redeliveryMs(delivery.tries + 1),
  }
}

type Goal = { url: string; secrets: [string, ...string[]] }

/** Where it goes and what signs it. Undefined: who was to hear of it is gone, or wants nothing any more. */
function goalOf({ delivery, operation, receiver }: Taken, keys: SealingKeys): Goal | undefined {
  const { ownerId, receiverId, event } = delivery
  const open = (sealed: string) => unseal(keys, sealed, ownerId)
  if (event !== 'PING' && !operation) return undefined
  if (!receiverId) {
    const webhook = operation?.webhook
    return webhook && !webhook.disabledAt ? { url: webhook.url, secrets: [open(webhook.secret)] } : undefined
  }
  // A ping tries out whether it may be enabled again.
  if (!receiver || (receiver.disabledAt && event !== 'PING')) return undefined
  const { url, secret, previousSecret, previousSecretUntil } = receiver
  const overlaps = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil.getTime() > Date.now()
  return { url, secrets: overlaps ? [open(secret), open(previousSecret)] : [open(secret)] }
}
