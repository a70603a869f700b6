import { createHmac } from 'node:crypto'

/** What is signed: the message's id, which stays over all attempts, the instant of this attempt, and the bytes that are sent. */
export type Signing = { id: string; timestampSeconds: number; body: string }

/**
 * The headers that let a receiver know who sent the message. `secrets`: the present one, then those that receivers may still know;
 * Standard Webhooks signs with each, `X-Webhook-Signature` with the present one.
 */
export function signatureHeaders({ id, timestampSeconds, body }: Signing, secrets: readonly [string, ...string[]]) {
  const signed = `${id}.${timestampSeconds}.${body}`
  const standard = secrets.map((secret) => `v1,${hmac(secret, signed, 'base64')}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': standard.join(' '),
    'x-webhook-signature': `sha256=${hmac(secrets[0], body, 'hex')}`,
  }
}

function hmac(secret: string, text: string, encoding: 'base64' | 'hex'): string {
  return createHmac('sha256', keyOf(secret)).update(text, 'utf8').digest(encoding)
}

const prefix = 'whsec_'

/** Behind `whsec_` stands base64; any other secret is the key itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8')
}
