import { Problem } from '../../contract/problem.ts'
import { createRoundRobin } from '../../lib/round-robin.ts'
import { requestsWaiting } from '../../telemetry/recorded.ts'

/** Shares the processor and the database connections of a process between owners. */
export type Gate = {
  /**
   * Call before a request is parsed and validated, and await the promise, if there is one: the request's turn of the processor. Undefined
   * while the event loop has time.
   */
  turn(ownerId: string): Promise<void> | undefined
  /** Resolves when the owner may use one more database connection, with the function that releases it. */
  connection(ownerId: string): Promise<() => void>
}

export type GateOptions = {
  /** Connections of the pool. */
  poolSize: number
  /** Waiting requests of one owner. */
  most?: number
  /** How long a request may wait. */
  waitMs?: number
}

/** Requests start in slices of this length. Between slices the event loop turns, so responses and other sockets are served. */
const sliceMs = 5

/**
 * Both queues serve owners round-robin.
 *
 * Processor: a request cannot be preempted, so an owner waits for at most one slice, or one request, of each other owner.
 *
 * Connections: slow statements cannot be preempted either, so one owner has at most a fifth of the pool, and all owners together leave three
 * connections to the batched statements (status reads, submits) and to the worker.
 */
export function openGate({ poolSize, most = 1000, waitMs = 5000 }: GateOptions): Gate {
  const turns = createQueue({ most, waitMs })
  let sliceEndMs = 0
  let sliceEnd: NodeJS.Immediate | undefined

  function beginSlice() {
    sliceEndMs = performance.now() + sliceMs
    // Without a reference, so that the event loop may sleep: staying awake costs a system call per request.
    sliceEnd = setImmediate(serve).unref()
  }

  const stayAwake = () => sliceEnd?.ref()

  function serve() {
    sliceEnd = undefined
    if (turns.isEmpty()) return
    beginSlice()
    serveNext()
  }

  function serveNext() {
    turns.next()
    // After the body was parsed, since its promise was resolved before this microtask is queued. Its validation comes later.
    queueMicrotask(() => {
      if (turns.isEmpty()) return
      if (performance.now() < sliceEndMs) serveNext()
      else stayAwake()
    })
  }

  const connections = createQueue({ most, waitMs })
  const perOwner = Math.max(1, Math.floor(poolSize / 5))
  const held = new Map<string, number>()
  let free = Math.max(1, poolSize - 3)
  const mayTake = (ownerId: string) => (held.get(ownerId) ?? 0) < perOwner

  function take(ownerId: string) {
    free -= 1
    held.set(ownerId, (held.get(ownerId) ?? 0) + 1)
  }

  function release(ownerId: string) {
    free += 1
    const left = (held.get(ownerId) ?? 0) - 1
    if (left > 0) held.set(ownerId, left)
    else held.delete(ownerId)
    const next = connections.next(mayTake)
    if (next !== undefined) take(next)
  }

  return {
    turn(ownerId) {
      if (!sliceEnd) {
        beginSlice()
        return undefined
      }
      if (turns.isEmpty() && performance.now() < sliceEndMs) return undefined
      const waiting = turns.wait(ownerId)
      stayAwake()
      return waiting
    },
    async connection(ownerId) {
      if (free > 0 && mayTake(ownerId) && connections.count(ownerId) === 0) take(ownerId)
      // `release` takes the connection for the request that it wakes.
      else {
        requestsWaiting([], 1)
        await connections.wait(ownerId).finally(() => requestsWaiting([], -1))
      }
      return () => release(ownerId)
    },
  }
}

const retrySeconds = 2

/** Requests that wait: per owner first come, first served. `most` and `waitMs`: as in `GateOptions`. */
function createQueue({ most, waitMs }: { most: number; waitMs: number }) {
  const waiting = createRoundRobin<() => void>()

  return {
    isEmpty: waiting.isEmpty,
    count: waiting.count,
    /** Resolves when it is the request's turn. Rejects with `RATE_LIMITED` when too many wait, with `UNAVAILABLE` after `waitMs`. */
    wait(ownerId: string): Promise<void> {
      if (waiting.count(ownerId) >= most) return Promise.reject(tooMany(most))
      return new Promise((resolve, reject) => {
        const start = () => {
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(() => {
          waiting.delete(ownerId, start)
          reject(tooLong(waitMs))
        }, waitMs)
        waiting.add(ownerId, start)
      })
    },
    /** Wakes the next request of an owner that `may` be served. Returns that owner; undefined when there is none. */
    next(may?: (ownerId: string) => boolean): string | undefined {
      const next = waiting.next(may)
      next?.item()
      return next?.ownerId
    },
  }
}

function tooMany(most: number): Problem {
  const detail = `${most.toLocaleString('en')} of your requests are waiting to be processed. Send fewer at the same time.`
  return new Problem('RATE_LIMITED', detail, { retryAfter: retrySeconds })
}

function tooLong(waitMs: number): Problem {
  const detail = `The request was not processed within ${waitMs / 1000} seconds. Send fewer requests at the same time, and send this one again after the seconds in Retry-After.`
  return new Problem('UNAVAILABLE', detail, {
    retryAfter: retrySeconds,
    cause: 'the request waited too long for others',
  })
}
