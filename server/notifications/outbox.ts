const spacingMs = 5
/** A NOTIFY payload must stay under 8,000 bytes: 200 ids of 36 characters. */
const idsPerPayload = 200
/** Of each channel in one batch: 400,000 ids a second. */
const payloadsPerBatch = 10
/** More ids are pending only if the connection is very slow, and then polling is as fast. */
const mostPending = 20_000

/** Ids for one channel. */
export type Payload<Channel> = { channel: Channel; ids: string[] }

export type Outbox<Channel> = {
  /** Drops the ids when too many are pending. */
  add(channel: Channel, ids: readonly string[]): void
  /** Sends what is pending, when the connection is there again. */
  resume(): void
  close(): void
}

/**
 * Sends ids in batches: the first at once, later ones at most every 5 ms, and not before the last batch has been sent. `send` returns undefined
 * if there is no connection. Ids that are added twice before they are sent are sent once.
 */
export function createOutbox<Channel extends string>(
  send: (batch: Payload<Channel>[]) => Promise<unknown>,
  isConnected: () => boolean,
): Outbox<Channel> {
  const pending = new Map<Channel, Set<string>>()
  let sending = false
  let timer: NodeJS.Timeout | undefined

  function sendNext() {
    if (sending || timer || !isConnected()) return
    const batch = [...pending].flatMap(([channel, ids]) => takePayloads(ids).map((some) => ({ channel, ids: some })))
    if (batch.length === 0) return
    sending = true
    void send(batch).finally(() => {
      sending = false
      if (!timer) sendNext()
    })
    timer = setTimeout(() => {
      timer = undefined
      sendNext()
    }, spacingMs)
  }

  return {
    add(channel, ids) {
      const own = pending.get(channel) ?? new Set()
      pending.set(channel, own)
      if (own.size > mostPending) return
      for (const id of ids) own.add(id)
      sendNext()
    },
    resume: sendNext,
    close: () => clearTimeout(timer),
  }
}

/** Removes the ids of one batch from `ids`, and returns them grouped by payload. */
function takePayloads(ids: Set<string>): string[][] {
  const portions: string[][] = []
  let portion: string[] = []
  for (const id of ids) {
    if (portion.length === 0) {
      if (portions.length === payloadsPerBatch) break
      portions.push(portion)
    }
    portion.push(id)
    ids.delete(id)
    if (portion.length === idsPerPayload) portion = []
  }
  return portions
}
