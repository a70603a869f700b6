import pg from 'pg'

/**
 * `submitted`: an operation may be waiting. `changed`: an operation moved otherwise (a cancel was asked for, an attempt
 * ended). A hint carries ids only, and nothing depends on its arrival: who waits for one also polls.
 */
export type HintKind = 'submitted' | 'changed'

export type Hints = {
  /** Tells every listening process. Returns at once and never fails; while the connection is down hints are dropped. */
  tell(kind: HintKind, operationId: string): void
  /** Calls `heard` with the ids of each hint of this kind, own ones included. Returns how to stop listening. */
  listen(kind: HintKind, heard: (operationIds: string[]) => void): () => void
  close(): Promise<void>
}

const channel = 'longrun_hints'
const spacingMs = 5
/** A NOTIFY payload must stay under 8,000 bytes: 200 ids of 36 characters. */
const idsPerHint = 200
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
  const listeners = { submitted: new Set<(ids: string[]) => void>(), changed: new Set<(ids: string[]) => void>() }
  const pending = { submitted: new Set<string>(), changed: new Set<string>() }
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
      await fresh.query(`set synchronous_commit = off; listen ${channel}`)
      client = fresh
      if (closed) await end(fresh)
      else send()
    } catch (error) {
      lose(fresh, error instanceof Error ? error : new Error(String(error)))
    }
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
    if (kind !== 'submitted' && kind !== 'changed') return
    for (const heard of listeners[kind]) heard(ids.split(','))
  }

  function send() {
    if (sending || timer || !client) return
    const payloads = (['submitted', 'changed'] as const)
      .filter((kind) => pending[kind].size > 0)
      .map((kind) => `${kind}:${take(pending[kind]).join(',')}`)
    if (payloads.length === 0) return
    sending = true
    const from = client
    from
      .query(`select pg_notify('${channel}', payload) from unnest($1::text[]) payload`, [payloads])
      .catch((error) => lose(from, error))
      .finally(() => {
        sending = false
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
    tell(kind, operationId) {
      if (closed || !client) return
      pending[kind].add(operationId)
      send()
    },
    listen(kind, heard) {
      listeners[kind].add(heard)
      return () => listeners[kind].delete(heard)
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

function take(ids: Set<string>) {
  const taken = [...ids].slice(0, idsPerHint)
  for (const id of taken) ids.delete(id)
  return taken
}

/** Ends a connection that may be half-open: asked to, and not waited for beyond a moment. */
async function end(client: pg.Client) {
  const done = client.end().catch(() => {})
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 1000)
  await Promise.race([done, promise])
  clearTimeout(timer)
}
