import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'

export type Load = { rate: number }

/** The requests per second that `connections` get responses to during `seconds`. Fails if any response is not a 2xx or 304. */
export async function load(options: {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  connections: number
  seconds: number
  expectStatus?: number
}): Promise<Load> {
  const result = await autocannon({
    url: options.url,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    connections: options.connections,
    duration: options.seconds,
    ...(options.body === undefined ? {} : { body: options.body }),
  })
  const expected = String(options.expectStatus ?? 200)
  const counts = Object.fromEntries(
    Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, count ?? 0]),
  )
  const others = Object.keys(counts).filter((status) => status !== expected)
  if (others.length > 0 || result.errors > 0) {
    throw new Error(
      `${options.url} responded ${JSON.stringify(counts)} with ${result.errors} errors, not only ${expected}`,
    )
  }
  return { rate: result.requests.average }
}

/** Latencies of `count` requests that start every `everyMs`, without waiting for earlier responses. */
export async function steady(
  send: () => Promise<Response>,
  { count, everyMs, expectStatus }: { count: number; everyMs: number; expectStatus: number },
): Promise<{ p50Ms: number; p99Ms: number }> {
  const latencies: number[] = []
  const request = async () => {
    const startMs = performance.now()
    const response = await send()
    await response.arrayBuffer()
    if (response.status !== expectStatus) throw new Error(`got ${response.status}, not ${expectStatus}`)
    latencies.push(performance.now() - startMs)
  }
  const pending: Promise<void>[] = []
  for (let sent = 0; sent < count; sent++) {
    pending.push(request())
    await delay(everyMs)
  }
  await Promise.all(pending)
  const sorted = latencies.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** Calls of `work` per second by `callers` concurrent callers, each of which repeats it without a pause, measured for `ms`. */
export async function repeat(
  work: (caller: number) => Promise<unknown>,
  { callers, ms }: { callers: number; ms: number },
): Promise<number> {
  const startMs = performance.now()
  let done = 0
  const call = async (_: unknown, caller: number) => {
    while (performance.now() - startMs < ms) {
      await work(caller)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return (done * 1000) / (performance.now() - startMs)
}
