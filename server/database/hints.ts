import pg from 'pg'

/**
 * `submitted`: an operation may be waiting, for workers. `changed`: one that runs was asked to stop, for the worker that has it.
 * `moved`: an operation has a new event, for those who follow it; the other two mean that as well. A hint carries ids only, and
 * nothing depends on its arrival: who waits for one also polls.
 */
export type HintKind = (typeof kinds)[number]

const kinds = ['submitted', 'changed', 'moved'] as const

export type Hints = {
  /** Tells every listening process. Returns at once and never fails; while the connection is down hints are dropped. */
  tell(kind: HintKind, ...operationIds: string[]): void
  /** Calls `heard` with the ids of each hint of this kind, own ones included. Returns how to stop listening. */
  listen(kind: HintKind, heard: (operationIds: string[]) => void): () => void
  /** Calls `missed` whenever listening to `moved` begins, at first and anew: what was told before is lost. Returns how to stop that. */
  resumed(missed: () => void): () => void
  close(): Promise<void>
}

/** `moved` has a channel of its own: workers listen to no follower's hints, of which there is one for each event. */
const channels = { submitted: 'longrun_hints', changed: 'longrun_hints', moved: 'longrun_moves' } as const
const spacingMs = 5
/** A NOTIFY payload must stay under 8,000 bytes: 200 ids of 36 characters. */
const idsPerHint = 200
/** Of each kind in one round: 400,000 ids a second. */
const hintsPerRound = 10
/** More than this wait only for a connection that hardly moves, and polling is as good then. */
const mostPending = 20_000
const reconnectMs = 500
/** A half-open connection answers nothing and fails nothing: it is asked this often, and given this long. */
const probeMs = 15_000
const answerMs = 5_000

/**
 * Opens the process's connection for hints. It is one of its own, off the path of commits: a NOTIFY inside the submitting
 * transaction takes a lock on all of them (0.36 × the rate at 8 connections, 0.19 × at 32). Leading edge: the first hint goes
 * at once, later ones at most every 5 ms, bundled. `onTrouble` hears why a connection was lost; it is made anew.
 */
export function openHints(url: string, onTrouble: (error: Error) => void = () => {}): Hints {
  const listeners = byKind(() => new Set<(ids: string[]) => void>())
  const pending = byKind(() => new Set<string>())
  const missing = new Set<() => void>()
  let client: pg.Client | undefined
  let closed = false
  let sending = false
  let timer: NodeJS.Timeout | undefined
  let reconnectTimer: NodeJS.Timeout | undefined

  async function connect() {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'longrun-hints',
      keepAlive: true,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
    })
    fresh.on('error', (error) => lose(fresh, error))
    fresh.on('end', () => lose(fresh, new Error('the connection for hints ended')))
    fresh.on('notification', ({ payload }) => hear(payload ?? ''))
    try {
      await fresh.connect()
      await fresh.query(`set synchronous_commit = off; listen ${channels.submitted}`)
      client = fresh
      if (closed) return await end(fresh)
      if (listeners.moved.size > 0) listenToMoves(fresh)
      send()
    } catch (error) {
      lose(fresh, error instanceof Error ? error : new Error(String(error)))
    }
  }

  function listenToMoves(from: pg.Client) {
    from.query(`listen ${channels.moved}`).then(
      () => {
        for (const missed of missing) missed()
      },
      (error) => lose(from, error),
    )
  }

  function lose(from: pg.Client, error: Error) {
    if (client === from) client = undefined
    if (closed || reconnectTimer || client) return
    onTrouble(error)
    void end(from)
    reconnectTimer = setTimeout(() => {
      reconnectTimer = undefined
      if (!closed) void connect()
    }, reconnectMs)
  }

  function hear(payload: string) {
    const [kind, ids = ''] = payload.split(':')
    if (!isKind(kind)) return
    for (const heard of listeners[kind]) heard(ids.split(','))
  }

  function send() {
    if (sending || timer || !client) return
    const told = kinds.flatMap((kind) =>
      taken(pending[kind]).map((ids) => ({ channel: channels[kind], payload: `${kind}:${ids.join(',')}` })),
    )
    if (told.length === 0) return
    sending = true
    const from = client
    from
      .query({ name: 'hints_tell', text: telling, values: [JSON.stringify(told)] })
      .catch((error) => lose(from, error))
      .finally(() => {
        sending = false
        if (!timer) send()
      })
    timer = setTimeout(() => {
      timer = undefined
      send()
    }, spacingMs)
  }

  const probe = setInterval(() => {
    const from = client
    from?.query('select 1').catch((error) => lose(from, error))
  }, probeMs)
  probe.unref()

  void connect()
  return {
    tell(kind, ...operationIds) {
      if (closed || !client || pending[kind].size > mostPending) return
      for (const operationId of operationIds) pending[kind].add(operationId)
      send()
    },
    listen(kind, heard) {
      listeners[kind].add(heard)
      if (kind === 'moved' && listeners.moved.size === 1 && client) listenToMoves(client)
      return () => listeners[kind].delete(heard)
    },
    resumed(missed) {
      missing.add(missed)
      return () => missing.delete(missed)
    },
    async close() {
      closed = true
      clearInterval(probe)
      clearTimeout(timer)
      clearTimeout(reconnectTimer)
      if (client) await end(client)
    },
  }
}

const telling = `select pg_notify(channel, payload) from json_to_recordset($1::json) as told (channel text, payload text)`

function byKind<T>(make: () => T): Record<HintKind, T> {
  return { submitted: make(), changed: make(), moved: make() }
}

function isKind(text: string | undefined): text is HintKind {
  return (kinds as readonly (string | undefined)[]).includes(text)
}

/** Takes what one round holds out of `ids`, in the portions of its hints. */
function taken(ids: Set<string>): string[][] {
  const portions: string[][] = []
  let portion: string[] = []
  for (const id of ids) {
    if (portion.length === 0) {
      if (portions.length === hintsPerRound) break
      portions.push(portion)
    }
    portion.push(id)
    ids.delete(id)
    if (portion.length === idsPerHint) portion = []
  }
  return portions
}

/** Ends a connection that may be half-open: asked to, and not waited for beyond a moment. */
async function end(client: pg.Client) {
  const done = client.end().catch(() => {})
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 1000)
  await Promise.race([done, promise])
  clearTimeout(timer)
}
