import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Messages of one installation: the processes that share a database. */
export type Envelope = {
  /** The first tokens of all subjects, which no other installation has. */
  prefix: string
  /** A legal token of a subject for any text: subjects must not contain spaces, dots, wildcards or line breaks. It hides the text. */
  tokenOf(text: string): string
  seal(subject: string, text: string): Buffer
  /** The text of a message, or why it must be ignored. */
  open(subject: string, message: Uint8Array): { text: string } | { ignored: 'oversized' | 'forged' }
}

/** Larger events are read from their rows. NATS allows a message 1 MB. */
export const maxTextBytes = 64 * 1024
const macBytes = 16

/**
 * Every message begins with an HMAC of its subject and text, so that a process ignores what another program has published, and what was recorded
 * under another subject. Repeated messages have to be harmless. The keys are derived from a secret in the database.
 */
export function createEnvelope(secret: Uint8Array): Envelope {
  const derived = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `longrun notifications ${purpose}`, bytes))
  const messageKey = derived('messages', 32)
  const tokenKey = derived('tokens', 32)
  // The number is the version of the messages: processes of an older release do not receive those of a newer one.
  const prefix = `longrun.${derived('subjects', 12).toString('base64url')}.1`

  const macOf = (subject: string, text: Uint8Array | string) =>
    createHmac('sha256', messageKey).update(`${subject}\n`).update(text).digest().subarray(0, macBytes)

  return {
    prefix,
    tokenOf: (text) => createHmac('sha256', tokenKey).update(text).digest('base64url').slice(0, 22),
    seal: (subject, text) => Buffer.concat([macOf(subject, text), Buffer.from(text)]),
    open(subject, message) {
      if (message.length > macBytes + maxTextBytes) return { ignored: 'oversized' }
      if (message.length < macBytes) return { ignored: 'forged' }
      const text = message.subarray(macBytes)
      if (!timingSafeEqual(message.subarray(0, macBytes), macOf(subject, text))) return { ignored: 'forged' }
      return { text: Buffer.from(text.buffer, text.byteOffset, text.length).toString() }
    },
  }
}
