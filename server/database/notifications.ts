import { openPgClient, type PgClient } from './client.ts'
import { parseUrl } from './url.ts'

/**
 * `submitted`: an operation may be waiting, for workers. `changed`: a running operation was asked to stop, for its worker. `due`: an operation
 * need not wait for its dependencies any more, for workers; `resolve_dependents` sends it too. `moved`: an operation has a new event, for
 * subscribers; `submitted` and `changed` imply a new event as well. A notification contains ids only. It may be lost, so every receiver also polls.
 */
export type NotificationKind = (typeof kinds)[number]

const kinds = ['submitted', 'changed', 'due', 'moved'] as const

export type Notifications = {
  /** Notifies every listening process. Returns at once and never fails; while the connection is down, notifications are dropped. */
  notify(kind: NotificationKind, ...operationIds: string[]): void
  /** Calls `onNotified` with the ids of each notification of this kind, including this process's own. Returns a function that stops listening. */
  listen(kind: NotificationKind, onNotified: (operationIds: string[]) => void): () => void
  /**
   * Calls `onResumed` whenever LISTEN for `moved` starts, also after a reconnect: earlier notifications are lost. Returns a function that
   * removes the listener.
   */
  resumed(onResumed: () => void): () => void
  close(): Promise<void>
}

/** `moved` has its own channel: it gets a notification for every event, and workers do not need them. */
const channels = {
  submitted: 'longrun_operations',
  changed: 'longrun_operations',
  due: 'longrun_operations',
  moved: 'longrun_events',
} as const
const spacingMs = 5
/** A NOTIFY payload must stay under 8,000 bytes: 200 ids of 36 characters. */
const idsPerPayload = 200
/** Of each kind in one query: 400,000 ids a second. */
const payloadsPerQuery = 10
/** More ids are pending only if the connection is very slow, and then polling is as fast. */
const mostPending = 20_000
const reconnectMs = 500
/** A half-open connection neither answers nor fails, so it is probed at this interval, with this timeout. */
const probeMs = 15_000
const answerMs = 5_000

/**
 * Opens the process's connection for notifications. It is separate from the commits: NOTIFY inside the submitting transaction takes a
 * global lock at commit (0.36 × the rate at 8 connections, 0.19 × at 32). The first notification is sent at once, later ones in batches, at
 * most one every 5 ms. `onError` gets the reason when a connection is lost; a new one is opened.
 */
export function openNotifications(url: string, onError: (error: Error) => void = () => {}): Notifications {
  const options = parseUrl(url)
  const listeners = byKind(() => new Set<(ids: string[]) => void>())
  const pending = byKind(() => new Set<string>())
  const resumedListeners = new Set<() => void>()
  let client: PgClient | undefined
  let closed = false
  let sending = false
  let timer: NodeJS.Timeout | undefined
  let reconnectTimer: NodeJS.Timeout | undefined

  async function connect() {
    const fresh = openPgClient(
      options,
      { keepAlive: true, connectionTimeoutMillis: answerMs, query_timeout: answerMs },
      { application_name: 'longrun-notifications' },
    )
    fresh.on('error', (error) => lose(fresh, error))
    fresh.on('end', () => lose(fresh, new Error('the connection for notifications ended')))
    fresh.on('notification', ({ payload }) => receive(payload ?? ''))
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

  function listenToMoves(from: PgClient) {
    from.query(`listen ${channels.moved}`).then(
      () => {
        for (const onResumed of resumedListeners) onResumed()
      },
      (error) => lose(from, error),
    )
  }

  function lose(from: PgClient, error: Error) {
    if (client === from) client = undefined
    if (closed || reconnectTimer || client) return
    onError(error)
    void end(from)
    reconnectTimer = setTimeout(() => {
      reconnectTimer = undefined
      if (!closed) void connect()
    }, reconnectMs)
  }

  function receive(payload: string) {
    const [kind, ids = ''] = payload.split(':')
    if (!isKind(kind)) return
    for (const onNotified of listeners[kind]) onNotified(ids.split(','))
  }

  function send() {
    if (sending || timer || !client) return
    const batch = kinds.flatMap((kind) =>
      takePayloads(pending[kind]).map((ids) => ({ channel: channels[kind], payload: `${kind}:${ids.join(',')}` })),
    )
    if (batch.length === 0) return
    sending = true
    const from = client
    from
      .query({ name: 'notifications_send', text: sendBatch, values: [JSON.stringify(batch)] })
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
    notify(kind, ...operationIds) {
      if (closed || !client || pending[kind].size > mostPending) return
      for (const operationId of operationIds) pending[kind].add(operationId)
      send()
    },
    listen(kind, onNotified) {
      listeners[kind].add(onNotified)
      if (kind === 'moved' && listeners.moved.size === 1 && client) listenToMoves(client)
      return () => listeners[kind].delete(onNotified)
    },
    resumed(onResumed) {
      resumedListeners.add(onResumed)
      return () => resumedListeners.delete(onResumed)
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

const sendBatch = `select pg_notify(channel, payload) from json_to_recordset($1::json) as batch (channel text, payload text)`

function byKind<T>(make: () => T): Record<NotificationKind, T> {
  return { submitted: make(), changed: make(), due: make(), moved: make() }
}

function isKind(text: string | undefined): text is NotificationKind {
  return (kinds as readonly (string | undefined)[]).includes(text)
}

/** Removes the ids of one query from `ids`, and returns them grouped by payload. */
function takePayloads(ids: Set<string>): string[][] {
  const portions: string[][] = []
  let portion: string[] = []
  for (const id of ids) {
    if (portion.length === 0) {
      if (portions.length === payloadsPerQuery) break
      portions.push(portion)
    }
    portion.push(id)
    ids.delete(id)
    if (portion.length === idsPerPayload) portion = []
  }
  return portions
}

/** Ends a connection that may be half-open; waits at most a second for it. */
async function end(client: PgClient) {
  const done = client.end().catch(() => {})
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 1000)
  await Promise.race([done, promise])
  clearTimeout(timer)
}
