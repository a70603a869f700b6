import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, request } from 'undici'
import { violationOfUrl } from '../contract/webhook-url.ts'
import type { DeliveryOutcome, StatusClass } from '../domain/webhook-schedule.ts'
import { Blocked, bufferBytes } from './guarded-agent.ts'

/** The outcome of an attempt, as far as it is shown. */
export type Sent = { outcome: DeliveryOutcome; statusClass?: StatusClass }

export type Sending = {
  agent: Agent
  allowInsecure: boolean
  /** The time limit of the attempt, including DNS. */
  attemptMs: number
  signal: AbortSignal
}

/** Half of the 64 KiB that may be received: as much again can be in the buffers of the stream and its socket. */
const mostBytes = 32 * 1024
/** The time limit for the rest of a response after its status. */
const bodyMs = 1000

/** Sends one request. Throws only when `signal` is aborted; the outcome is unknown then. */
export async function send(
  { agent, allowInsecure, attemptMs, signal }: Sending,
  { url, headers, body }: { url: string; headers: Record<string, string>; body: string },
): Promise<Sent> {
  if (violationOfUrl(url, allowInsecure)) return { outcome: 'BLOCKED' }
  const timeout = AbortSignal.timeout(attemptMs)
  const aborted = AbortSignal.any([timeout, signal])
  try {
    const requesting = request(url, {
      method: 'POST',
      headers,
      body,
      dispatcher: agent,
      signal: aborted,
      highWaterMark: bufferBytes,
      headersTimeout: attemptMs,
      bodyTimeout: attemptMs,
    })
    const response = await withSignal(requesting, aborted)
    await drain(response.body)
    return outcomeOf(response.statusCode)
  } catch (error) {
    if (signal.aborted) throw error
    if (timeout.aborted) return { outcome: 'TIMED_OUT' }
    return { outcome: isBlocked(error) ? 'BLOCKED' : 'UNREACHABLE' }
  }
}

/** undici ignores the signal of a request that has no connection yet. */
function withSignal<T>(working: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<T>()
  if (signal.aborted) reject(signal.reason)
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return Promise.race([working, promise])
}

/** Reads and discards the body, within limits. */
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

function outcomeOf(status: number): Sent {
  const statusClass = `${Math.floor(status / 100)}xx` as StatusClass
  if (statusClass === '2xx') return { outcome: 'ACKNOWLEDGED', statusClass }
  if (statusClass === '3xx') return { outcome: 'REDIRECTED', statusClass }
  return { outcome: status === 410 ? 'GONE' : 'REFUSED', statusClass }
}

function isBlocked(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Blocked) return true
  return false
}
