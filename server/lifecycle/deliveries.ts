import { type Status, statuses } from './states.ts'

/** What a webhook can be sent for: that an operation has come to a status, or that it has something new to say of its progress. */
export const webhookEvents = [...statuses, 'PROGRESS'] as const

export type WebhookEvent = (typeof webhookEvents)[number]

/** What a delivery tells: a webhook event, or nothing but that the receiver can be reached. */
export type DeliveryEvent = Status | 'PROGRESS' | 'PING'

/**
 * PENDING: due now or later, or being sent. The others are ends: DELIVERED, acknowledged with 2xx; FAILED, given up; BLOCKED, the
 * address is one that nothing is sent to. A redelivery makes any of them PENDING again.
 */
export const deliveryStates = ['PENDING', 'DELIVERED', 'FAILED', 'BLOCKED'] as const

export type DeliveryState = (typeof deliveryStates)[number]

/**
 * How one attempt went. ACKNOWLEDGED: 2xx. REFUSED: any other final status. REDIRECTED: 3xx, which nobody follows. GONE: 410, the
 * receiver wants no more. TIMED_OUT: not done within the time of an attempt. UNREACHABLE: no name, no connection, no TLS, no HTTP.
 * BLOCKED: the address is one that nothing is sent to. DISABLED: the receiver was disabled or deleted before anything was sent.
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

/** All that is ever told of an answer: its body and its exact status may say what the receiver's network is like inside. */
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx'

const firstRetryMs = 5000
const growth = 3
const longestRetryMs = 8 * 60 * 60 * 1000

/** How long a delivery is tried, from its first due time on. */
export const deliverySeconds = 3 * 24 * 60 * 60

/** Milliseconds until the next try after `tries` failed ones, at least 1: 5 s, growing threefold up to 8 h, ±20 %. */
export function redeliveryMs(tries: number, random: () => number = Math.random): number {
  const base = Math.min(firstRetryMs * growth ** (tries - 1), longestRetryMs)
  return Math.round(base * (0.8 + 0.4 * random()))
}
