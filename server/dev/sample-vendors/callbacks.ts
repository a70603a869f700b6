import type { Db } from '../../database/db.ts'
import { isTransient } from '../../database/errors.ts'
import { createLoop } from '../../lib/loop.ts'
import { sampleVendorError } from '../../telemetry/events.ts'
import type { Log } from '../../telemetry/log.ts'
import { type CallbackRow, claimCallbacks, keepCallback, type VendorKey } from './database.ts'

export type Callbacks = {
  /** Makes the callback of one call now, if it is due. */
  makeNow(of: VendorKey): Promise<void>
  close(): Promise<void>
}

const pollMs = 500
const timeoutMs = 5000
/** A callback that was refused or got no answer so often is given up. */
const maxTries = 100

/**
 * Makes the due callbacks of the sample vendors until closed. They are rows, so that any process makes those of a process that has ended. Each
 * one is tried until it gets a 2xx, or a 4xx, which another try would not change.
 */
export function startCallbacks({ db, log, closing }: { db: Db; log: Log; closing: AbortSignal }): Callbacks {
  async function make(of?: VendorKey) {
    const due = await claimCallbacks(db, { ...of, leaseMs: 2 * timeoutMs })
    await Promise.all(due.map(call))
    return due.length
  }

  async function call(callback: CallbackRow) {
    const { url, body, calls, tries } = callback
    const isAnswered = await post(url, body)
    if (closing.aborted) return
    const left = isAnswered ? { calls: calls - 1, tries: 0 } : { calls, tries: tries + 1 }
    const isOver = left.calls === 0 || left.tries === maxTries
    await keepCallback(db, callback, isOver ? undefined : { ...left, delayMs: isAnswered ? 0 : pollMs * left.tries })
  }

  async function post(url: string, body: object) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)]),
      })
      await response.body?.cancel()
      return response.ok || (response.status >= 400 && response.status < 500 && response.status !== 429)
    } catch {
      return false
    }
  }

  const loop = createLoop({
    round: async () => void (await make()),
    everyMs: pollMs,
    onError(cause) {
      if (!isTransient(cause)) sampleVendorError(log, { path: 'callbacks', cause })
    },
  })
  return { makeNow: async (of) => void (await make(of)), close: loop.close }
}
