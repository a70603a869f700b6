import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { apiKey } from './rig.ts'

/** What the callers of a service recorded. */
export type CallerRecords = {
  /** Idempotency-Key → id of the acknowledged operation. */
  acknowledged: Map<string, string>
  /** Number of responses per status; `broken` counts connections that ended before a response. */
  statuses: Record<string, number>
  /** Keys acknowledged with two ids. */
  contradictions: string[]
  /** Keys whose connection broke before a response, and those of them whose request was executed anyway. */
  interrupted: Set<string>
  dropped: Set<string>
  longestMs: number
}

export const newCallerRecords = (): CallerRecords => ({
  acknowledged: new Map(),
  statuses: {},
  contradictions: [],
  interrupted: new Set(),
  dropped: new Set(),
  longestMs: 0,
})

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
}

/** The body of a submit whose operation does `work` in a test worker. */
export const reportOf = (work?: string) => ({ ...report, ...(work === undefined ? {} : { labels: { work } }) })

type Request = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

/** Sends one request and counts it in `seen`; undefined when the connection broke. */
export async function call(seen: CallerRecords, url: string, init: Request = {}) {
  const startedMs = performance.now()
  let name = 'broken'
  try {
    const headers = { authorization: `Bearer ${apiKey}`, ...init.headers }
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000), ...init, headers })
    const text = await response.text()
    name = String(response.status)
    return { status: response.status, body: JSON.parse(text || '{}'), headers: response.headers }
  } catch {
    return undefined
  } finally {
    seen.statuses[name] = (seen.statuses[name] ?? 0) + 1
    seen.longestMs = Math.max(seen.longestMs, performance.now() - startedMs)
  }
}

/** Submits once with `key`; returns whether the submit was acknowledged. */
export async function submitOnce(
  seen: CallerRecords,
  url: string,
  key: string,
  body: object = reportOf(),
  path = 'reports:generate',
): Promise<boolean> {
  const answer = await call(seen, `${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
  if (!answer) seen.interrupted.add(key)
  if (answer?.status !== 202) return false
  if (seen.interrupted.has(key) && answer.headers.get('idempotency-replayed') === 'true') seen.dropped.add(key)
  const { operationId } = answer.body as { operationId: string }
  const before = seen.acknowledged.get(key)
  if (before !== undefined && before !== operationId) seen.contradictions.push(`${key}: ${before} and ${operationId}`)
  seen.acknowledged.set(key, operationId)
  return true
}

export type Load = {
  /** Address for the next request. */
  url: () => string
  /** Number of concurrent callers. */
  callers: number
  /** Whether to submit another operation after `done` operations. */
  more: (done: number) => boolean
  work?: (index: number) => string | undefined
  /** Pause of a caller between two submits. */
  pauseMs?: number
  /** Awaited by each caller before it submits, so that the load does not exceed the capacity. */
  turn?: (() => Promise<unknown>) | undefined
  /** Longest time in which a key is repeated without an acknowledgement. */
  timeoutMs?: number
}

/** Submits while `more` holds. Repeats each key until it is acknowledged, for at most `timeoutMs`. */
export async function submitMany(
  seen: CallerRecords,
  { url, callers, more, work, pauseMs = 0, turn, timeoutMs = 60_000 }: Load,
): Promise<void> {
  let index = 0
  const caller = async () => {
    while (more(index)) {
      const key = randomUUID()
      const body = reportOf(work?.(index))
      index += 1
      await turn?.()
      const untilMs = performance.now() + timeoutMs
      for (let againMs = 20; !(await submitOnce(seen, url(), key, body)); againMs = Math.min(againMs * 2, 500)) {
        if (performance.now() > untilMs) return
        await delay(againMs)
      }
      if (pauseMs > 0) await delay(pauseMs)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
}
