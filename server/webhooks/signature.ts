import { createHmac } from 'node:crypto'
import { decodeBase64 } from '../lib/base64.ts'

/** The signed content: the message id, which is the same in all attempts, the time of this attempt, and the body. */
export type Signing = { id: string; timestampSeconds: number; body: string }

/**
 * The signature headers. `secrets`: the current one, then the previous ones that receivers may still use. The Standard Webhooks header contains
 * a signature with each, `X-Webhook-Signature` one with the current secret.
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

/** The base64-decoded bytes after `whsec_`; any other secret is used as it is. The contract admits only strict base64. */
function keyOf(secret: string): Buffer {
  if (!secret.startsWith(prefix)) return Buffer.from(secret, 'utf8')
  const key = decodeBase64(secret.slice(prefix.length), 'base64')
  if (!key) throw new TypeError('a webhook secret that starts with whsec_ must be base64 after it')
  return key
}
