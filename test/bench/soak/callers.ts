import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { newCallerRecords } from '../../faults/load.ts'

/** The time at which a response came, and how long it took. */
export type Latency = { atMs: number; ms: number }

export type Answer = { status: number; body: Record<string, unknown> }

/** An owner who submits, and the addresses of the APIs, one of which may be down. */
export type Callers = ReturnType<typeof openCallers>

/** Longest time in which a submit is repeated with its key. */
const repeatMs = 60_000

/** Sends requests to the APIs in turn. Repeats a submit, with its key, until an API acknowledges it. */
export function openCallers(urls: () => string[], keys: readonly string[]) {
  const seen = newCallerRecords()
  const latencies = { submits: [] as Latency[], reads: [] as Latency[] }
  const unacknowledged: string[] = []
  let turn = 0

  const base = () => {
    const all = urls()
    return all[turn++ % all.length] as string
  }

  /** Undefined when the connection broke. */
  async function call(owner: number, path: string, body?: object, key?: string): Promise<Answer | undefined> {
    const startedMs = performance.now()
    let name = 'broken'
    try {
      const response = await fetch(`${base()}/api/v1${path}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${keys[owner]}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(key ? { 'idempotency-key': key } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(20_000),
      })
      const text = await response.text()
      name = String(response.status)
      const atMs = performance.now()
      if (response.ok) latencies[response.status === 202 ? 'submits' : 'reads'].push({ atMs, ms: atMs - startedMs })
      return { status: response.status, body: JSON.parse(text || '{}') }
    } catch {
      return undefined
    } finally {
      seen.statuses[name] = (seen.statuses[name] ?? 0) + 1
    }
  }

  /** The body of the response that accepted it; undefined when it was refused, which counts unless `mayRefuse`. */
  async function submit(owner: number, path: string, body: object, { mayRefuse = false } = {}) {
    const key = randomUUID()
    const untilMs = performance.now() + repeatMs
    for (let againMs = 20; performance.now() < untilMs; againMs = Math.min(againMs * 2, 500)) {
      const answer = await call(owner, path, body, key)
      if (answer && answer.status < 300) {
        for (const id of idsOf(answer.body)) seen.acknowledged.set(id.key ? `${key}:${id.key}` : key, id.operationId)
        return answer.body
      }
      const isRefused = answer && answer.status < 500 && answer.status !== 409 && answer.status !== 429
      if (isRefused || (mayRefuse && answer?.status === 409)) {
        if (!mayRefuse) unacknowledged.push(`${path} responded ${answer.status}: ${JSON.stringify(answer.body)}`)
        return undefined
      }
      await delay(againMs)
    }
    unacknowledged.push(`${path} was not acknowledged within ${repeatMs / 1000} s`)
    return undefined
  }

  return {
    seen,
    latencies,
    unacknowledged,
    base,
    call,
    submit,
    keyOf: (owner: number) => keys[owner] as string,
    owners: keys.length,
  }
}

/** The operations of the response to a submit or to a batch. */
function idsOf(body: Record<string, unknown>): { key: string; operationId: string }[] {
  if (typeof body.operationId === 'string') return [{ key: '', operationId: body.operationId }]
  const results = (body.results ?? []) as { operation?: { operationId: string } }[]
  return results.flatMap(({ operation }, place) =>
    operation ? [{ key: String(place), operationId: operation.operationId }] : [],
  )
}
