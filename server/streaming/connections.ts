import type { Caller } from '../contract/implementation.ts'
import { createLoop } from '../lib/loop.ts'
import { streamingError } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'

/** A connection that stays open longer than a request. */
export type OpenConnection = {
  /** The connection may stay open while the caller's credential belongs to this owner and has this scope. */
  caller: Caller
  scope: string
  heartbeat(): void
  /** The credential is no longer valid: close. */
  revoked(): void
}

/** All open connections of this process. */
export type Connections = {
  /** Returns a function that removes the connection. */
  add(connection: OpenConnection): () => void
  count(): number
  close(): Promise<void>
}

/** Heartbeats are spread over the interval. */
const slotCount = 30

/**
 * Calls each connection's `heartbeat` every `heartbeatMs` (default 15 s), with one timer, and checks all their credentials every
 * `recheckMs` (default 15 s), with one query.
 */
export function watchConnections({
  recall,
  log,
  heartbeatMs = 15_000,
  recheckMs = 15_000,
}: {
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
  log: Log
  heartbeatMs?: number
  recheckMs?: number
}): Connections {
  const slots = Array.from({ length: slotCount }, () => new Set<OpenConnection>())
  let nextSlot = 0
  let currentSlot = 0

  const heartbeats = setInterval(() => {
    currentSlot = (currentSlot + 1) % slotCount
    for (const connection of slots[currentSlot] ?? []) connection.heartbeat()
  }, heartbeatMs / slotCount)

  const rechecks = createLoop({ everyMs: recheckMs, round: recheck, onError: (cause) => streamingError(log, cause) })

  async function recheck() {
    const open = slots.flatMap((slot) => [...slot])
    if (open.length === 0) return
    const callers = await recall([...new Set(open.map(({ caller }) => caller.credential))])
    const byCredential = new Map(callers.map((caller) => [caller.credential, caller]))
    for (const { caller, scope, revoked } of open) {
      const now = byCredential.get(caller.credential)
      if (now?.ownerId !== caller.ownerId || !now.scopes.has(scope)) revoked()
    }
  }

  return {
    add(connection) {
      nextSlot = (nextSlot + 1) % slotCount
      const slot = slots[nextSlot]
      slot?.add(connection)
      return () => slot?.delete(connection)
    },
    count: () => slots.reduce((sum, { size }) => sum + size, 0),
    async close() {
      clearInterval(heartbeats)
      await rechecks.close()
    },
  }
}
