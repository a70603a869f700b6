import { Worker } from 'node:worker_threads'
import {
  type FromLeaseThread,
  type LeaseSettings,
  leaseTimes,
  leaseTimesBytes,
  processMs,
  type ToLeaseThread,
} from './protocol.ts'

/** A worker's right to its operations. Each lease has a new worker id. */
export type Lease = {
  /** Undefined while there is no lease; nothing may be claimed then. */
  workerId(): string | undefined
  /** Ends the lease, so that other workers need not wait for its expiry. Returns its worker id. */
  end(): Promise<string | undefined>
}

export type LeaseOptions = {
  /** Of the database, with the password. */
  url: string
  leaseMs: number
  /** The module of the thread. */
  thread: URL
  onStart(workerId: string): void
  /** Another worker may have claimed the operations of this id. */
  onLost(workerId: string): void
  onError(cause: unknown): void
}

/** How often the main thread signals the lease thread that its event loop runs. */
const aliveEveryMs = 250
const restartMs = 500
/** The thread has one connection and uses 8 MB of heap. */
const resourceLimits = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4 }

/**
 * Acquires a lease and renews it in a separate thread (`thread.ts`): requests, large documents and garbage collection can block this event
 * loop for seconds, and a lease lost because of that would run the operations a second time.
 */
export function holdLease({ url, leaseMs, thread: module, onStart, onLost, onError }: LeaseOptions): Lease {
  const shared = new SharedArrayBuffer(leaseTimesBytes)
  const times = leaseTimes(shared)
  const settings: LeaseSettings = { url, leaseMs, times: shared }
  const ending = Promise.withResolvers<void>()
  let current: string | undefined
  let ended = false

  const signalAlive = () => times.mainAlive.set(processMs())
  signalAlive()
  const aliveTimer = setInterval(signalAlive, aliveEveryMs).unref()
  let thread: Worker | undefined = open()

  function open(): Worker {
    // Without the preloads of the command line, which only the main thread needs.
    const opened = new Worker(module, { workerData: settings, execArgv: [], resourceLimits })
    opened.unref()
    opened.on('message', receive)
    opened.on('error', onError)
    opened.on('exit', () => {
      thread = undefined
      if (ended) return ending.resolve()
      drop()
      setTimeout(() => {
        if (!ended) thread = open()
      }, restartMs)
    })
    return opened
  }

  function receive(message: FromLeaseThread) {
    if (message.type === 'error') return onError(message.cause)
    if (message.type === 'ended') return ending.resolve()
    if (ended) return
    if (message.type === 'lost') return drop()
    current = message.workerId
    onStart(message.workerId)
  }

  function drop() {
    const workerId = current
    current = undefined
    if (workerId) onLost(workerId)
  }

  return {
    // After a freeze of the process the lease may have expired before its thread detects it.
    workerId: () => (times.renewed.ageMs() <= leaseMs ? current : undefined),
    async end() {
      const workerId = current
      ended = true
      current = undefined
      clearInterval(aliveTimer)
      thread?.ref()
      thread?.postMessage({ type: 'end' } satisfies ToLeaseThread)
      if (thread) await ending.promise
      return workerId
    },
  }
}
