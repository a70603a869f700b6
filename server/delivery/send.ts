import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, request } from 'undici'
import { faultOfUrl } from '../contract/webhook-url.ts'
import type { DeliveryOutcome, StatusClass } from '../lifecycle/deliveries.ts'
import { Blocked, bufferBytes } from './guarded-agent.ts'

/** How an attempt went, as far as anybody is ever told. */
export type Sent = { outcome: DeliveryOutcome; statusClass?: StatusClass }

export type Sending = {
  agent: Agent
  allowInsecure: boolean
  /** For everything from the look-up of the name on. */
  attemptMs: number
  signal: AbortSignal
}

/** Half of the 64 KiB that may be read: as much again can be on its way through the buffers of the stream and of its socket. */
const mostBytes = 32 * 1024
/** How long the rest of an answer is waited for whose status has said it all. */
const bodyMs = 1000

/** Makes one attempt. Never throws for what the receiver does; throws when `signal` was aborted, and then nobody knows. */
export async function send(
  { agent, allowInsecure, attemptMs, signal }: Sending,
  { url, headers, body }: { url: string; headers: Record<string, string>; body: string },
): Promise<Sent> {
  if (faultOfUrl(url, allowInsecure)) return { outcome: 'BLOCKED' }
  const late = AbortSignal.timeout(attemptMs)
  const ended = AbortSignal.any([late, signal])
  try {
    const answered = request(url, {
      method: 'POST',
      headers,
      body,
      dispatcher: agent,
      signal: ended,
      highWaterMark: bufferBytes,
      headersTimeout: attemptMs,
      bodyTimeout: attemptMs,
    })
    const answer = await within(answered, ended)
    await drain(answer.body)
    return judged(answer.statusCode)
  } catch (error) {
    if (signal.aborted) throw error
    if (late.aborted) return { outcome: 'TIMED_OUT' }
    return { outcome: isBlocked(error) ? 'BLOCKED' : 'UNREACHABLE' }
  }
}

/** A signal does not reach a request that is still without a connection. */
function within<T>(working: Promise<T>, ended: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<T>()
  if (ended.aborted) reject(ended.reason)
  ended.addEventListener('abort', () => reject(ended.reason), { once: true })
  return Promise.race([working, promise])
}

/** Lets the receiver finish what it says, within limits, and keeps nothing of it. */
async function drain(body: AsyncIterable<Buffer> & { destroy(): unknown }) {
  const reading = async () => {
    let bytes = 0
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes >= mostBytes) return
    }
  }
  const done = new AbortController()
  const limit = sleep(bodyMs, undefined, { signal: done.signal })
  await Promise.race([reading(), limit]).catch(() => {})
  done.abort()
  await limit.catch(() => {})
  body.destroy()
}

function judged(status: number): Sent {
  const statusClass = `${Math.floor(status / 100)}xx` as StatusClass
  if (statusClass === '2xx') return { outcome: 'ACKNOWLEDGED', statusClass }
  if (statusClass === '3xx') return { outcome: 'REDIRECTED', statusClass }
  return { outcome: status === 410 ? 'GONE' : 'REFUSED', statusClass }
}

function isBlocked(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Blocked) return true
  return false
}
