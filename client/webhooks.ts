import { decodeBase64, equalInConstantTime, hmacSha256 } from './signature.ts'
import { asBytes } from './stream.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** Why a webhook was refused. */
export type WebhookRefusal =
  | 'MISSING_HEADER'
  /** A header is repeated or has two values, so the signed value is unknown. */
  | 'DUPLICATE_HEADER'
  /** `webhook-timestamp` is not an integer number of seconds. */
  | 'MALFORMED_TIMESTAMP'
  /** A replay, or a delivery that was delayed for longer than the tolerance. */
  | 'TIMESTAMP_TOO_OLD'
  /** One of the two clocks is wrong. */
  | 'TIMESTAMP_TOO_NEW'
  /** Signed with another secret, or the id, the timestamp or the body was changed. */
  | 'SIGNATURE_MISMATCH'
  /** Signed with the secret, but not a Longrun event. */
  | 'MALFORMED_EVENT'

/** The webhook must not be trusted. Respond with 401 and ignore it. */
export class WebhookVerificationError extends Error {
  reason: WebhookRefusal

  constructor(reason: WebhookRefusal, message: string) {
    super(message)
    this.name = 'WebhookVerificationError'
    this.reason = reason
  }
}

/** Headers of the Fetch API, of Node's `request.headers` or of a cloud function's event. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

/** A received webhook. `body` must be the exact bytes of the request: a body that was parsed and serialised again does not verify. */
export type ReceivedWebhook = { headers: WebhookHeaders; body: string | Uint8Array }

/**
 * Verifies the signature against each secret and the timestamp against `toleranceSeconds`, and returns the typed event; throws
 * `WebhookVerificationError` otherwise. https://www.standardwebhooks.com
 *
 * The event is the same in each `format` of the webhook: in a CloudEvent it is the `data`.
 *
 * During a rotation pass the new and the old secret. The body of a `Request` is consumed. The same event may arrive more than
 * once: skip a `webhook-id` that was already processed.
 */
export async function verifyWebhook(
  received: ReceivedWebhook | Request,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = new Date() }: { toleranceSeconds?: number; now?: Date } = {},
): Promise<WebhookEvent> {
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(keyOf)
  if (keys.length === 0) throw new TypeError('Pass at least one secret')

  const id = header(received.headers, 'webhook-id')
  const timestamp = header(received.headers, 'webhook-timestamp')
  const signatures = header(received.headers, 'webhook-signature')
  refuseOtherTimes(timestamp, now.getTime() / 1000, toleranceSeconds)

  const body = await bytesOf(received)
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body)
  if (!(await isSigned(signed, keys, signatures)))
    throw new WebhookVerificationError('SIGNATURE_MISMATCH', 'No signature of the webhook matches the secrets')
  return eventIn(body, id)
}

/** The key of a secret: the base64 after `whsec_`, or the UTF-8 bytes of the string. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith('whsec_')) {
    if (secret === '') throw new TypeError('A secret must not be empty')
    return new TextEncoder().encode(secret)
  }
  const key = decodeBase64(secret.slice('whsec_'.length))
  if (key === undefined || key.length === 0)
    throw new TypeError('A secret that starts with whsec_ must continue in base64')
  return key
}

/** The single value of a header. */
function header(headers: WebhookHeaders, name: string): string {
  const values = isFetchHeaders(headers)
    ? [headers.get(name)]
    : Object.entries(headers)
        .filter(([key]) => key.toLowerCase() === name)
        .flatMap(([, value]) => value)
  const [value, ...others] = values.filter((value) => value !== undefined && value !== null)
  if (!value) throw new WebhookVerificationError('MISSING_HEADER', `The webhook has no ${name}`)
  // Platforms join repeated headers with a comma and a space, which none of these values contains.
  if (others.length > 0 || value.includes(', '))
    throw new WebhookVerificationError('DUPLICATE_HEADER', `The webhook has more than one ${name}`)
  return value
}

/** Not by `instanceof`: a process may have several implementations of the Fetch API. */
function isFetchHeaders(headers: WebhookHeaders): headers is Headers {
  return typeof headers.get === 'function'
}

function refuseOtherTimes(timestamp: string, nowSeconds: number, toleranceSeconds: number): void {
  if (!/^\d{1,15}$/.test(timestamp))
    throw new WebhookVerificationError(
      'MALFORMED_TIMESTAMP',
      'webhook-timestamp is not an integer number of seconds since 1970',
    )
  const ageSeconds = nowSeconds - Number(timestamp)
  if (ageSeconds > toleranceSeconds)
    throw new WebhookVerificationError('TIMESTAMP_TOO_OLD', `The webhook was signed ${Math.round(ageSeconds)} s ago`)
  if (ageSeconds < -toleranceSeconds)
    throw new WebhookVerificationError(
      'TIMESTAMP_TOO_NEW',
      `The webhook was signed ${-Math.round(ageSeconds)} s in the future`,
    )
}

async function bytesOf(received: ReceivedWebhook | Request): Promise<Uint8Array> {
  if ('arrayBuffer' in received) return new Uint8Array(await received.arrayBuffer())
  const { body } = received
  if (typeof body === 'string') return new TextEncoder().encode(body)
  const bytes = asBytes(body)
  if (bytes) return bytes
  // The usual cause: a framework has parsed the body.
  throw new TypeError('Pass the raw body of the webhook as text or bytes; a parsed body cannot be verified')
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}

/** Computes one HMAC per secret, regardless of the number of signatures in the header. */
async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  keys: readonly Uint8Array<ArrayBuffer>[],
  signatures: string,
): Promise<boolean> {
  const expected = await Promise.all(keys.map((key) => hmacSha256(key, signed)))
  return signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => decodeBase64(signature.slice('v1,'.length)))
    .some((given) => given && expected.some((signature) => equalInConstantTime(signature, given)))
}

/** The message in the body, or in the `data` of the CloudEvent in the body, whose id is signed as `webhook-id`. */
function eventIn(body: Uint8Array, id: string): WebhookEvent {
  try {
    const sent: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    const event = isCloudEvent(sent) && sent.id === id ? sent.data : sent
    if (isEvent(event)) return event
  } catch {
    // Refused below, like JSON that is not an event.
  }
  throw new WebhookVerificationError('MALFORMED_EVENT', 'The webhook is signed but contains no Longrun event')
}

function isCloudEvent(sent: unknown): sent is { id: unknown; data: unknown } {
  return typeof sent === 'object' && sent !== null && 'specversion' in sent && 'id' in sent && 'data' in sent
}

function isEvent(event: unknown): event is WebhookEvent {
  return typeof event === 'object' && event !== null && 'event' in event && 'type' in event && 'timestamp' in event
}
