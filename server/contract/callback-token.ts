import { createHmac, timingSafeEqual } from 'node:crypto'
import { isWaitName } from '../domain/wait-name.ts'
import { decodeBase64 } from '../lib/base64.ts'

/** The wait of an operation that a token completes. `operationId`: a UUID. */
export type CallbackTarget = { operationId: string; name: string }

const uuidBytes = 16
const form = /^[A-Za-z0-9_-]{23,120}\.[A-Za-z0-9_-]{43}$/

/** The key that signs the tokens of one operation, derived from the service's secret, so that an executor needs only its operation's key. */
export function callbackKey(secret: Uint8Array, operationId: string): Buffer {
  return createHmac('sha256', secret).update(`callback\n${operationId}`).digest()
}

/** The token of a callback URL: `<operation and name>.<signature>`, both in base64url. The same for the same wait. */
export function callbackToken(key: Uint8Array, { operationId, name }: CallbackTarget): string {
  const target = Buffer.concat([Buffer.from(operationId.replaceAll('-', ''), 'hex'), Buffer.from(name, 'utf8')])
  return `${target.toString('base64url')}.${sign(key, target).toString('base64url')}`
}

/** The wait that a token was made for. `malformed`: no token has this form. `forged`: not signed with this secret. */
export function openCallbackToken(secret: Uint8Array, token: string): CallbackTarget | 'malformed' | 'forged' {
  if (!form.test(token)) return 'malformed'
  const [target, signature] = token.split('.').map((part) => decodeBase64(part, 'base64url'))
  if (!target || !signature) return 'malformed'
  const name = target.subarray(uuidBytes).toString('utf8')
  if (!isWaitName(name)) return 'malformed'
  const hex = target.subarray(0, uuidBytes).toString('hex')
  const operationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const expected = sign(callbackKey(secret, operationId), target)
  if (signature.byteLength !== expected.byteLength || !timingSafeEqual(signature, expected)) return 'forged'
  return { operationId, name }
}

function sign(key: Uint8Array, target: Uint8Array): Buffer {
  return createHmac('sha256', key).update(target).digest()
}
