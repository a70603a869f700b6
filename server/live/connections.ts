import type { Caller } from '../contract/implementation.ts'
import { followingTroubled } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'

/** A connection that stays open for longer than a request. */
export type OpenConnection = {
  /** Who opened it, and what for: it stays while the credential stands for this owner and has this scope. */
  caller: Caller
  scope: string
  /** It is time for a sign of life. */
  beat(): void
  /** The credential does not stand any more: end it. */
  revoked(): void
}

/** All of them in this process. */
export type Connections = {
  /** Looks after it until the function that it answers is called. */
  add(connection: OpenConnection): () => void
  count(): number
  close(): void
}

/** Signs of life are spread over the interval, so that no moment has to give all of them. */
const slots = 30

/**
 * Gives each connection its beat every `beatMs` (default 15 s), and asks every `recheckMs` (default 15 s) whether the credentials still
 * stand: one timer and one question for all of them.
 */
export function watchConnections({
  recall,
  log,
  beatMs = 15_000,
  recheckMs = 15_000,
}: {
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
  log: Log
  beatMs?: number
  recheckMs?: number
}): Connections {
  const wheel = Array.from({ length: slots }, () => new Set<OpenConnection>())
  let next = 0
  let turn = 0
  let rechecking = false

  const beats = setInterval(() => {
    turn = (turn + 1) % slots
    for (const connection of wheel[turn] ?? []) connection.beat()
  }, beatMs / slots)

  const rechecks = setInterval(() => {
    if (rechecking) return
    rechecking = true
    recheck()
      .catch((cause) => followingTroubled(log, cause))
      .finally(() => {
        rechecking = false
      })
  }, recheckMs)

  async function recheck() {
    const open = wheel.flatMap((slot) => [...slot])
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
      next = (next + 1) % slots
      const slot = wheel[next]
      slot?.add(connection)
      return () => slot?.delete(connection)
    },
    count: () => wheel.reduce((sum, { size }) => sum + size, 0),
    close() {
      clearInterval(beats)
      clearInterval(rechecks)
    },
  }
}
