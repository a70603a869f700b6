import { Agent, request as httpRequest } from 'node:http'
import type postgres from 'postgres'

/**
 * One way in which a tenant could take the service away from others. Each file in this folder exports one as `pattern`, and
 * `../neighbours.test.ts` runs every file: it starts a service, prepares state, starts the attack in a worker thread, measures a
 * well-behaved tenant beside it, stops the attack and checks that nothing was lost.
 *
 * The file is loaded by the test and, again, by the attacking thread, which is plain Node: it may import Node's modules, npm packages and
 * test files that do not import vitest.
 */
export type HostilePattern = {
  /** Ends the sentence "a neighbour is served while one tenant …". */
  title: string
  /** Environment of the service, in addition to database, folder and keys. Without it the limits have their defaults. */
  environment?: Record<string, string>
  /** Creates state before the attack; the result, which must be structured-cloneable, is `target.prepared` for the attack. */
  prepare?(stage: Stage): Promise<unknown>
  /**
   * Attacks until `stop` is aborted, or until it has done what it does. Calls `begun` once the attack is in force; measurement begins then.
   * A rejection fails the test. Bounded in connections and requests.
   */
  attack(target: Target, control: { begun(): void; stop: AbortSignal }): Promise<void>
  /** What the neighbour experiences, in milliseconds, one figure per observation; by default `statusReads` of an operation of its own. */
  observe?(stage: Stage, observations: number): Promise<number[]>
  /** Observations at each size; by default 200 and 1,000. */
  observations?: { small: number; full: number }
  /** Limit for the neighbour's 99th percentile on 2 idle cores. */
  p99Ms: number
  /** Runs after the attack while the service still runs; throws when something is wrong. */
  afterwards?(stage: Stage): Promise<void>
}

export type Size = 'small' | 'full'

/** What an attack gets: a URL, keys and state. */
export type Target = {
  /** Origin of the service, without a trailing slash. */
  url: string
  size: Size
  /** Every scope, of the hostile owner. */
  hostileKey: string
  /** `operations:read` only, of the hostile owner. */
  hostileReadKey: string
  prepared: unknown
}

/** What preparation, observation and the checks get. */
export type Stage = Target & {
  hostileOwner: string
  neighbourOwner: string
  /** Every scope, of the neighbour. */
  neighbourKey: string
  databaseUrl: string
  sql: postgres.Sql
  /** The service's `DATA_DIR`. */
  folder: string
  /** The complete output of the service. */
  printed(): string
}

export type Call = {
  method?: string
  /** Path and query, base path included. */
  path: string
  key?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** `json()` parses the body. */
export type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; bytes: Buffer; json(): unknown }

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

/** Sends one request over a kept connection, one connection per concurrent call. Rejects when the connection breaks or after 60 s. */
export function send(url: string, { method = 'GET', path, key, headers = {}, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      new URL(path, url),
      {
        agent,
        method,
        timeout: 60_000,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          const { statusCode: status = 0, headers } = response
          resolve({ status, headers, bytes, json: () => JSON.parse(bytes.toString()) })
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} in 60 s`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

/**
 * `count` callers, each of which repeats its call as soon as the last one has settled, until `stop` is aborted. A connection that the
 * service closes after its response does not fail the attack. `begun` is called after each caller's first call.
 */
export async function callers(
  count: number,
  call: () => Promise<unknown>,
  { begun, stop }: { begun(): void; stop: AbortSignal },
) {
  let first = count
  const caller = async () => {
    for (let calls = 0; !stop.aborted; calls += 1) {
      await call().catch(() => new Promise((resolve) => setImmediate(resolve)))
      if (calls === 0 && --first === 0) begun()
    }
  }
  await Promise.all(Array.from({ length: count }, caller))
}

export const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
}

/** Submits a report; returns the operation's id. */
export async function submitReport(url: string, key: string, more: object = {}): Promise<string> {
  const body = JSON.stringify({ ...report, ...more })
  const answer = await send(url, { method: 'POST', path: '/api/v1/reports:generate', key, body })
  if (answer.status !== 202) throw new Error(`a submit was answered with ${answer.status}: ${answer.bytes}`)
  return (answer.json() as { operationId: string }).operationId
}

const intervalMs = 20

/**
 * Reads the status of its own operation every 20 ms, without waiting for earlier responses, and times each read from when it was due. A
 * caller that waits for slow responses would measure few of them.
 */
export async function statusReads({ url, neighbourKey }: Stage, observations: number): Promise<number[]> {
  const operationId = await submitReport(url, neighbourKey)
  const startedMs = performance.now()
  const reads = Array.from({ length: observations }, async (_, index) => {
    const dueMs = startedMs + index * intervalMs
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
    const { status } = await send(url, { path: `/api/v1/operations/${operationId}`, key: neighbourKey })
    if (status !== 200) throw new Error(`a neighbour's read was answered with ${status}`)
    return performance.now() - dueMs
  })
  return Promise.all(reads)
}
