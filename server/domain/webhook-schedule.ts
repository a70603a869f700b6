import { statuses } from './state-machine.ts'

/** The events of a webhook: the operation has reached a status, or has new progress. */
export const webhookEvents = [...statuses, 'PROGRESS'] as const

export type WebhookEvent = (typeof webhookEvents)[number]

/** The events of a receiver: also that all operations of a batch have ended. */
export type ReceiverEvent = WebhookEvent | 'BATCH_COMPLETED'

/** The event of a delivery: that of a receiver, or a test whether the receiver is reachable. */
export type DeliveryEvent = ReceiverEvent | 'PING'

/**
 * How a message is sent: as its JSON alone, or as a CloudEvent whose data is that JSON, with the attributes of the event in the body (structured
 * mode) or in headers (binary mode).
 */
export const webhookFormats = ['STANDARD', 'CLOUDEVENTS', 'CLOUDEVENTS_BINARY'] as const

export type WebhookFormat = (typeof webhookFormats)[number]

/**
 * PENDING: due now or later, or being sent. The others are final: DELIVERED, acknowledged with 2xx; FAILED, not retried any more; BLOCKED,
 * the address is not allowed. A redelivery makes any of them PENDING again.
 */
export const deliveryStates = ['PENDING', 'DELIVERED', 'FAILED', 'BLOCKED'] as const

export type DeliveryState = (typeof deliveryStates)[number]

/**
 * The outcome of one attempt. ACKNOWLEDGED: 2xx. REFUSED: any other final status. REDIRECTED: 3xx; redirects are not followed. GONE: 410, the
 * receiver wants no more deliveries. TIMED_OUT: no complete response in time. UNREACHABLE: DNS, connection, TLS or HTTP failed. BLOCKED: the
 * address is not allowed. DISABLED: the receiver was disabled or deleted before the request was sent.
 */
export const deliveryOutcomes = [
  'ACKNOWLEDGED',
  'REFUSED',
  'REDIRECTED',
  'GONE',
  'TIMED_OUT',
  'UNREACHABLE',
  'BLOCKED',
  'DISABLED',
] as const

export type DeliveryOutcome = (typeof deliveryOutcomes)[number]

/** The only part of a response that is shown: its body and exact status could reveal the receiver's internal network. */
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx'

const firstRetryMs = 5000
const growth = 3
const longestRetryMs = 8 * 60 * 60 * 1000

/** How long a delivery is retried, from its first due time on. */
export const deliverySeconds = 3 * 24 * 60 * 60

/** Milliseconds until the next attempt after `tries` (at least 1) failed ones: 5 s, tripling up to 8 h, ±20 %. */
export function redeliveryMs(tries: number, random: () => number = Math.random): number {
  const base = Math.min(firstRetryMs * growth ** (tries - 1), longestRetryMs)
  return Math.round(base * (0.8 + 0.4 * random()))
}
