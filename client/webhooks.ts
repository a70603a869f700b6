import { decodeBase64, equalInConstantTime, hmacSha256 } from './signature.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** Why a webhook was refused. */
export type WebhookRefusal =
  | 'MISSING_HEADER'
  /** A header came twice, or with two values: which one was signed cannot be told. */
  | 'DUPLICATE_HEADER'
  /** `webhook-timestamp` is no whole number of seconds. */
  | 'MALFORMED_TIMESTAMP'
  /** A replay, or a delivery that was held up for longer than the tolerance. */
  | 'TIMESTAMP_TOO_OLD'
  /** One of the two clocks is wrong. */
  | 'TIMESTAMP_TOO_NEW'
  /** Another secret, or what was signed was changed on its way: the id, the timestamp or a byte of the body. */
  | 'SIGNATURE_MISMATCH'
  /** Signed with the secret, but not an event of Longrun. */
  | 'MALFORMED_EVENT'

/** What was received must not be trusted. Answer it with 401 and do nothing else. */
export class WebhookVerificationError extends Error {
  reason: WebhookRefusal

  constructor(reason: WebhookRefusal, message: string) {
    super(message)
    this.name = 'WebhookVerificationError'
    this.reason = reason
  }
}

/** Headers as the platforms hand them out: of the Fetch API, of Node's `request.headers`, of a cloud function's event. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

/** A webhook as it was received. `body` is what was sent, to the byte: parsed and serialised again it does not verify. */
export type ReceivedWebhook = { headers: WebhookHeaders; body: string | Uint8Array }

/**
 * The event in a webhook, when one of the secrets signed it within `toleranceSeconds` of `now`; throws
 * `WebhookVerificationError` otherwise. https://www.standardwebhooks.com
 *
 * While a secret is rotated, give the new one and the old one. A `Request` is read to its end. The same event may come more
 * than once: what has been done for a `webhook-id` need not be done again.
 */
export async function verifyWebhook(
  received: ReceivedWebhook | Request,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = new Date() }: { toleranceSeconds?: number; now?: Date } = {},
): Promise<WebhookEvent> {
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(keyOf)
  if (keys.length === 0) throw new TypeError('No secret was given')

  const id = header(received.headers, 'webhook-id')
  const timestamp = header(received.headers, 'webhook-timestamp')
  const signatures = header(received.headers, 'webhook-signature')
  refuseOtherTimes(timestamp, now.getTime() / 1000, toleranceSeconds)

  const body = await bytesOf(received)
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body)
  if (!(await isSigned(signed, keys, signatures)))
    throw new WebhookVerificationError('SIGNATURE_MISMATCH', 'No signature of the webhook is one by the given secrets')
  return eventIn(body)
}

/** The key of a secret: what `whsec_` precedes in base64, or the bytes of the string as it is. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith('whsec_')) {
    if (secret === '') throw new TypeError('A secret is empty')
    return new TextEncoder().encode(secret)
  }
  const key = decodeBase64(secret.slice('whsec_'.length))
  if (key === undefined || key.length === 0) throw new TypeError('A secret that begins with whsec_ goes on in base64')
  return key
}

/** The one value of a header. */
function header(headers: WebhookHeaders, name: string): string {
  const values = isFetchHeaders(headers)
    ? [headers.get(name)]
    : Object.entries(headers)
        .filter(([key]) => key.toLowerCase() === name)
        .flatMap(([, value]) => value)
  const [value, ...others] = values.filter((value) => value !== undefined && value !== null)
  if (!value) throw new WebhookVerificationError('MISSING_HEADER', `The webhook has no ${name}`)
  // Platforms join the values of a repeated header with a comma and a space; none of these headers has that within.
  if (others.length > 0 || value.includes(', '))
    throw new WebhookVerificationError('DUPLICATE_HEADER', `The webhook has more than one ${name}`)
  return value
}

/** Not by `instanceof`: several implementations of the Fetch API live in one process. */
function isFetchHeaders(headers: WebhookHeaders): headers is Headers {
  return typeof headers.get === 'function'
}

function refuseOtherTimes(timestamp: string, nowSeconds: number, toleranceSeconds: number): void {
  if (!/^\d{1,15}$/.test(timestamp))
    throw new WebhookVerificationError('MALFORMED_TIMESTAMP', 'webhook-timestamp is not in seconds since 1970')
  const ageSeconds = nowSeconds - Number(timestamp)
  if (ageSeconds > toleranceSeconds)
    throw new WebhookVerificationError('TIMESTAMP_TOO_OLD', `The webhook was signed ${Math.round(ageSeconds)} s ago`)
  if (ageSeconds < -toleranceSeconds)
    throw new WebhookVerificationError(
      'TIMESTAMP_TOO_NEW',
      `The webhook is signed for ${-Math.round(ageSeconds)} s ahead`,
    )
}

async function bytesOf(received: ReceivedWebhook | Request): Promise<Uint8Array> {
  if ('arrayBuffer' in received) return new Uint8Array(await received.arrayBuffer())
  const { body } = received
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return body
  // The usual mistake: a framework has parsed it.
  throw new TypeError('The body of a webhook is verified as it was sent: give its text or its bytes')
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}

/** One HMAC for each secret, however many signatures somebody wrote into the header. */
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

function eventIn(body: Uint8Array): WebhookEvent {
  try {
    const event: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (isEvent(event)) return event
  } catch {
    // Refused below, as what is JSON and no event.
  }
  throw new WebhookVerificationError('MALFORMED_EVENT', 'The webhook is signed, but holds no event')
}

function isEvent(event: unknown): event is WebhookEvent {
  return typeof event === 'object' && event !== null && 'event' in event && 'type' in event && 'timestamp' in event
}
