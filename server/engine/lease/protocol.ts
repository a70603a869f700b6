/** Passed in memory: the URL contains the password, and arguments and environment can be read by others. */
export type LeaseSettings = { url: string; leaseMs: number; times: SharedArrayBuffer }

export type ToLeaseThread = { type: 'end' }

export type FromLeaseThread =
  | { type: 'started' | 'lost'; workerId: string }
  | { type: 'error'; cause: unknown }
  /** The lease has been ended. */
  | { type: 'ended' }

/** Two times that the main thread and the lease thread share, in milliseconds of the process's monotonic clock. */
export type LeaseTimes = {
  /** When the main thread's event loop last ran. */
  mainAlive: LeaseTime
  /** When the lease was last renewed. */
  renewed: LeaseTime
}

type LeaseTime = { set(ms: number): void; ageMs(): number }

/** `performance.now` starts at zero in each thread; this clock is the same in all threads. */
export const processMs = () => Number(process.hrtime.bigint() / 1_000_000n)

export const leaseTimesBytes = 16

export function leaseTimes(shared: SharedArrayBuffer): LeaseTimes {
  const values = new BigInt64Array(shared)
  const at = (index: number): LeaseTime => ({
    set: (ms) => void Atomics.store(values, index, BigInt(ms)),
    ageMs: () => processMs() - Number(Atomics.load(values, index)),
  })
  return { mainAlive: at(0), renewed: at(1) }
}

/** The lease is no longer renewed when the main thread's event loop has been blocked for longer. */
export const longestBlockMs = (leaseMs: number) => Math.max(30_000, 2 * leaseMs)
