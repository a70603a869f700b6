import { randomUUID } from 'node:crypto'
import { Problem } from '../contract/problem.ts'
import type { Db } from '../database/db.ts'
import { claimStreams, forgetStreams, leaveStreams } from '../database/open-streams.ts'

/** The streams and sockets that each credential has open, over all processes. */
export type OpenStreams = {
  /** Counts one more; throws `RATE_LIMITED` when there are as many as there may be. The function that it answers counts it off. */
  open(credential: string): Promise<() => void>
  close(): Promise<void>
}

export type OpenStreamsOptions = {
  limit: number
  /** Between two signs of life of this process. */
  refreshMs?: number
  /** How long one who opens waits for the count. A stream that is not counted would be one too many for as long as it is open: it is refused. */
  patienceMs?: number
  onTrouble?(cause: unknown): void
}

/** What one credential has here. `counted`: what the database says of it, which may be more, and is then room for the next one. */
type Own = { open: number; counted: number; waiting: PromiseWithResolvers<boolean>[]; changed: boolean }

/** Soon enough for whoever closes one stream to open another elsewhere, and late enough for a page's worth of them to be one write. */
const tellMs = 100
const retrySeconds = 5

const unavailable = (cause: unknown) =>
  new Problem('UNAVAILABLE', 'The service cannot count its streams now. Try again after the seconds in Retry-After.', {
    retryAfter: retrySeconds,
    cause,
  })

/**
 * One write at a time tells the database what this process has open and asks for what is wanted, for all credentials that wait. A process
 * that is killed stops counting when its signs of life stop.
 */
export function countStreams(
  db: Db,
  { limit, refreshMs = 15_000, patienceMs = 3000, onTrouble = () => {} }: OpenStreamsOptions,
): OpenStreams {
  const processId = randomUUID()
  const owns = new Map<string, Own>()
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let again = false

  const refreshes = setInterval(() => {
    for (const own of owns.values()) own.changed = true
    write(true)
  }, refreshMs)
  refreshes.unref()

  /** Writes what there is, and after it what comes meanwhile. */
  function write(forgetting = false) {
    again = writing !== undefined
    writing ??= writeAll(forgetting).finally(() => {
      writing = undefined
      if (again) write()
    })
  }

  async function writeAll(forgetting: boolean) {
    const due = [...owns].filter(([, { changed, waiting }]) => changed || waiting.length > 0)
    const asked = new Map(due.map(([credential, own]) => [credential, own.waiting.splice(0)]))
    for (const [, own] of due) own.changed = false
    const wishes = due.map(([credential, { open }]) => ({
      credential,
      open,
      wanted: open + (asked.get(credential)?.length ?? 0),
    }))
    try {
      if (wishes.length > 0) settle(await claimStreams(db, { processId, limit, wishes }), asked)
      if (forgetting) await forgetStreams(db, processId)
    } catch (cause) {
      // It may have been written all the same: there is room for no more than what is open.
      for (const [, own] of due) Object.assign(own, { changed: true, counted: own.open })
      for (const { reject } of [...asked.values()].flat()) reject(unavailable(cause))
      onTrouble(cause)
    }
  }

  function settle(
    counts: readonly { credential: string; open: number }[],
    asked: Map<string, PromiseWithResolvers<boolean>[]>,
  ) {
    for (const { credential, open: counted } of counts) {
      const own = owns.get(credential)
      if (!own) continue
      own.counted = counted
      for (const { resolve } of asked.get(credential) ?? []) {
        const granted = own.open < counted
        if (granted) own.open += 1
        resolve(granted)
      }
      if (own.open === 0 && own.counted === 0 && own.waiting.length === 0) owns.delete(credential)
      else if (own.open < own.counted) tellSoon(own)
    }
  }

  function tellSoon(own: Own) {
    own.changed = true
    timer ??= setTimeout(() => {
      timer = undefined
      write()
    }, tellMs).unref()
  }

  function counting(credential: string): () => void {
    let counts = true
    return () => {
      const own = owns.get(credential)
      if (!counts || !own) return
      counts = false
      own.open -= 1
      tellSoon(own)
    }
  }

  /** One that comes too late is counted off again. */
  async function inTime(granted: Promise<boolean>, credential: string): Promise<boolean> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      granted.then((was) => was && counting(credential)()).catch(() => {})
      reject(unavailable(new Error('the count of open streams did not come in time')))
    }, patienceMs)
    try {
      return await Promise.race([granted, late])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async open(credential) {
      const own = owns.get(credential) ?? { open: 0, counted: 0, waiting: [], changed: false }
      owns.set(credential, own)
      if (own.open < own.counted && own.waiting.length === 0 && !writing) {
        own.open += 1
        return counting(credential)
      }
      const asking = Promise.withResolvers<boolean>()
      own.waiting.push(asking)
      write()
      if (await inTime(asking.promise, credential)) return counting(credential)
      const detail = `This credential has ${limit} streams and sockets open, which is all that it may have. Close one first.`
      throw new Problem('RATE_LIMITED', detail, { retryAfter: retrySeconds })
    },
    async close() {
      clearInterval(refreshes)
      clearTimeout(timer)
      await writing
      await leaveStreams(db, processId).catch(onTrouble)
    },
  }
}
