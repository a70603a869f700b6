import { availableParallelism } from 'node:os'

/**
 * How the connections of one service process, its executors included, are divided. The sum is at most `DATABASE_POOL_SIZE`. Callers wait when
 * all connections of their share are in use.
 */
export type PoolSizes = {
  /** For the queries of Drizzle. */
  queries: number
  transactions: number
  /** For rate limits and the readiness probe. */
  counts: number
}

export type ExecutorPools = {
  /** Executors of the pool, and the connections of each. */
  count: number
  each: ExecutorPool
  /** Executors that run one operation alone, beside the pool. */
  solo: number
}

export type ExecutorPool = {
  /** For queries and transactions, which take seconds at most. */
  queries: number
  /** For COPY and long queries. */
  copies: number
}

/** The least total with which every operation makes progress. */
export const leastConnections = { api: 5, worker: 10 }

/** The connection that reads the figures of `/metrics`, in addition. */
export const metricsConnections = 1

export const defaultConnections = 40

const notifications = 1

/** The connections of an executor that runs one operation alone. */
export const soloPool: ExecutorPool = { queries: 1, copies: 1 }
const soloConnections = 2
const mostSolo = 4

/** The connections of a process without the role `worker`. */
export function apiPools(total: number): PoolSizes {
  const counts = countsOf(total)
  return { ...ofProcess(total - counts - notifications), counts }
}

/**
 * The connections of a process with the role `worker`: executors get half of what is left for queries, but not more than `concurrency`
 * operations can use. `executors`: most executors of the pool.
 */
export function workerPools(
  total: number,
  concurrency: number,
  executors = Math.min(availableParallelism(), concurrency),
): PoolSizes & { executors: ExecutorPools } {
  const counts = countsOf(total)
  const lease = 1
  const rest = total - counts - notifications - lease
  const half = Math.max(2 * soloConnections, Math.floor(rest / 2))
  const solo = Math.min(mostSolo, Math.max(1, Math.floor(half / 4)))
  const left = half - solo * soloConnections
  const count = Math.max(1, Math.min(executors, Math.floor(left / 2)))
  const each = ofExecutor(Math.floor(left / count), Math.ceil(concurrency / count) + 1)
  const used = solo * soloConnections + count * (each.queries + each.copies)
  return { ...ofProcess(rest - used), counts, executors: { count, each, solo } }
}

const countsOf = (total: number) => (total < 20 ? 1 : 2)

function ofProcess(connections: number) {
  const transactions = Math.max(1, Math.floor(connections / 3))
  return { queries: connections - transactions, transactions }
}

function ofExecutor(connections: number, attempts: number): ExecutorPool {
  const queries = Math.min(4, Math.max(1, Math.floor(connections / 3)))
  return { queries, copies: Math.min(attempts, connections - queries) }
}
