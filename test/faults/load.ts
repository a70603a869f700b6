import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { apiKey } from './rig.ts'

/** What the callers of a service saw. */
export type Experience = {
  /** Idempotency-Key → the id that it was acknowledged with. */
  acknowledged: Map<string, string>
  /** How many answers had which status; `broken`: the connection ended before one. */
  answers: Record<string, number>
  /** Keys that were acknowledged with two ids. */
  contradictions: string[]
  /** Keys whose connection broke before an answer, and those among them whose request had been carried out all the same. */
  unanswered: Set<string>
  dropped: Set<string>
  longestMs: number
}

export const nothingYet = (): Experience => ({
  acknowledged: new Map(),
  answers: {},
  contradictions: [],
  unanswered: new Set(),
  dropped: new Set(),
  longestMs: 0,
})

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
}

/** The body of a submit whose operation does `work`, if a test's worker takes it. */
export const reportOf = (work?: string) => ({ ...report, ...(work === undefined ? {} : { labels: { work } }) })

type Request = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

/** One request; undefined when the connection broke. Counts into `seen`. */
export async function call(seen: Experience, url: string, init: Request = {}) {
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
    seen.answers[name] = (seen.answers[name] ?? 0) + 1
    seen.longestMs = Math.max(seen.longestMs, performance.now() - startedMs)
  }
}

/** Asks once for what `key` stands for; whether that was acknowledged. */
export async function submitOnce(
  seen: Experience,
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
  if (!answer) seen.unanswered.add(key)
  if (answer?.status !== 202) return false
  if (seen.unanswered.has(key) && answer.headers.get('idempotency-replayed') === 'true') seen.dropped.add(key)
  const { operationId } = answer.body as { operationId: string }
  const before = seen.acknowledged.get(key)
  if (before !== undefined && before !== operationId) seen.contradictions.push(`${key}: ${before} and ${operationId}`)
  seen.acknowledged.set(key, operationId)
  return true
}

export type Load = {
  /** Where the next request goes. */
  url: () => string
  /** Callers that submit one after the other. */
  callers: number
  /** Whether another operation is to be submitted, when `done` have been. */
  more: (done: number) => boolean
  work?: (index: number) => string | undefined
  /** How long a caller rests between two. */
  pauseMs?: number
  /** What each caller waits for before it submits, so that the service is never given more than it can work off. */
  turn?: (() => Promise<unknown>) | undefined
  /** Longest that a key is repeated without being acknowledged. */
  patienceMs?: number
}

/** Submits until there is no more; each key is repeated until it is acknowledged, and given up after its patience. */
export async function submitMany(
  seen: Experience,
  { url, callers, more, work, pauseMs = 0, turn, patienceMs = 60_000 }: Load,
): Promise<void> {
  let index = 0
  const caller = async () => {
    while (more(index)) {
      const key = randomUUID()
      const body = reportOf(work?.(index))
      index += 1
      await turn?.()
      const untilMs = performance.now() + patienceMs
      for (let againMs = 20; !(await submitOnce(seen, url(), key, body)); againMs = Math.min(againMs * 2, 500)) {
        if (performance.now() > untilMs) return
        await delay(againMs)
      }
      if (pauseMs > 0) await delay(pauseMs)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
}
