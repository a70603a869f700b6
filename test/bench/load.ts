import autocannon from 'autocannon'

export type Load = { rate: number; p50Ms: number; p99Ms: number }

/** Requests a second that `connections` get answered for `seconds`; fails if any answer is not a 2xx or 304. */
export async function load(options: {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  connections: number
  seconds: number
  /** Requests a second to send; without it as many as are answered. */
  overallRate?: number
  expectStatus?: number
}): Promise<Load> {
  const result = await autocannon({
    url: options.url,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    connections: options.connections,
    duration: options.seconds,
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.overallRate === undefined ? {} : { overallRate: options.overallRate }),
  })
  const expected = String(options.expectStatus ?? 200)
  const counts = Object.fromEntries(
    Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, count ?? 0]),
  )
  const others = Object.keys(counts).filter((status) => status !== expected)
  if (others.length > 0 || result.errors > 0) {
    throw new Error(
      `${options.url} answered ${JSON.stringify(counts)} with ${result.errors} errors, not only ${expected}`,
    )
  }
  return { rate: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 }
}
