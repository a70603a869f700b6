import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../database/db.ts'
import { beat, leave, register } from '../database/workers.ts'
import { createBell, within } from './timing.ts'

/** A worker's lease: its name in the rows for as long as it lasts. */
export type Lease = {
  /** Undefined while there is no lease: nothing may be claimed. */
  workerId(): string | undefined
  /** Gives the lease back, so that nobody has to wait for it to run out. Answers what its id was. */
  end(): Promise<string | undefined>
}

export type LeaseOptions = {
  db: Db
  leaseMs: number
  started(workerId: string): void
  /** Everything that was claimed under this id may be somebody else's by now. */
  lost(workerId: string): void
  troubled(cause: unknown): void
}

/**
 * Takes a lease and renews it at a third of its length. It is lost when the database says so, and also when the database
 * could not be asked for its whole length: by then others may have taken it away. A new one then has a new id.
 */
export function holdLease({ db, leaseMs, started, lost, troubled }: LeaseOptions): Lease {
  const everyMs = leaseMs / 3
  const bell = createBell()
  let workerId: string | undefined
  let renewedMs = 0
  let ended = false

  function drop() {
    const was = workerId
    workerId = undefined
    if (was) lost(was)
    bell.ring()
  }

  async function renew() {
    // The lease counts from before the question: the answer may have been long on its way.
    const askedMs = performance.now()
    if (workerId) {
      const asked = workerId
      const kept = await within(everyMs, beat(db, asked), 'a heartbeat')
      if (workerId !== asked) return
      if (kept) renewedMs = askedMs
      else drop()
      return
    }
    const fresh = uuidv7()
    await within(everyMs, register(db, fresh), 'registering a worker')
    if (ended) return leave(db, fresh)
    workerId = fresh
    renewedMs = askedMs
    started(fresh)
  }

  async function keep() {
    while (!ended) {
      await renew().catch(troubled)
      await bell.heard(workerId ? everyMs : Math.min(everyMs, 500))
    }
  }

  const watch = setInterval(() => {
    if (workerId && performance.now() - renewedMs > leaseMs) drop()
  }, leaseMs / 10)
  void keep()

  return {
    workerId: () => workerId,
    async end() {
      const was = workerId
      ended = true
      workerId = undefined
      clearInterval(watch)
      bell.ring()
      if (was) await leave(db, was)
      return was
    },
  }
}
