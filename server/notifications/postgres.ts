import { openPgClient, type PgClient } from '../database/client.ts'
import { parseUrl } from '../database/url.ts'
import { notifierConnected } from '../telemetry/recorded.ts'
import { isKind, type NotificationKind, type Notifier, notificationKinds } from './notifier.ts'
import { createOutbox, type Payload } from './outbox.ts'

/** Events have their own channel: it gets a notification for every event, and workers do not need them. */
const channels = {
  submitted: 'longrun_operations',
  changed: 'longrun_operations',
  due: 'longrun_operations',
  moved: 'longrun_events',
  created: 'longrun_events',
  carried: 'longrun_events',
} as const
const reconnectMs = 500
/** A half-open connection neither answers nor fails, so it is probed at this interval, with this timeout. */
const probeMs = 15_000
const answerMs = 5_000

/**
 * Opens the process's connection for notifications. It is separate from the commits: NOTIFY inside the submitting transaction takes a
 * global lock at commit (0.36 × the rate at 8 connections, 0.19 × at 32). The first notification is sent at once, later ones in batches, at
 * most one every 5 ms. `onError` gets the reason when a connection is lost; a new one is opened.
 */
export function openPostgresNotifier(url: string, onError: (error: Error) => void = () => {}): Notifier {
  const options = parseUrl(url)
  const listeners = byKind(() => new Set<(ids: string[]) => void>())
  const resumedListeners = new Set<() => void>()
  let client: PgClient | undefined
  let closed = false
  const outbox = createOutbox<NotificationKind>(send, () => client !== undefined)
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
      if (closed) return await end(fresh)
      client = fresh
      notifierConnected(['postgres'], 1)
      if (listensToEvents()) listenToEvents(fresh)
      outbox.resume()
    } catch (error) {
      lose(fresh, error instanceof Error ? error : new Error(String(error)))
    }
  }

  const listensToEvents = () => listeners.moved.size + listeners.created.size + listeners.carried.size > 0

  function listenToEvents(from: PgClient) {
    from.query(`listen ${channels.moved}`).then(
      () => {
        for (const onResumed of resumedListeners) onResumed()
      },
      (error) => lose(from, error),
    )
  }

  function lose(from: PgClient, error: Error) {
    if (client === from) {
      client = undefined
      notifierConnected(['postgres'], -1)
    }
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

  async function send(payloads: Payload<NotificationKind>[]) {
    const from = client
    if (!from) return
    const batch = payloads.map(({ channel: kind, ids }) => ({
      channel: channels[kind],
      payload: `${kind}:${ids.join(',')}`,
    }))
    await from
      .query({ name: 'notifications_send', text: sendBatch, values: [JSON.stringify(batch)] })
      .catch((error) => lose(from, error))
  }

  const probe = setInterval(() => {
    const from = client
    from?.query('select 1').catch((error) => lose(from, error))
  }, probeMs)
  probe.unref()

  function notify(kind: NotificationKind, ...operationIds: string[]) {
    if (closed || !client) return
    outbox.add(kind, operationIds)
  }

  notifierConnected(['postgres'], 0)
  void connect()
  return {
    notify,
    wake: (_type, ...operationIds) => notify('submitted', ...operationIds),
    // A payload of NOTIFY has less than 8,000 bytes, and every process would get every event.
    carriesEvents: () => false,
    publish: (events) => notify('moved', ...events.map(({ operationId }) => operationId)),
    listen(kind, onNotified) {
      const listened = listensToEvents()
      listeners[kind].add(onNotified)
      if (!listened && listensToEvents() && client) listenToEvents(client)
      return () => listeners[kind].delete(onNotified)
    },
    listenForWakes: () => () => {},
    follow: () => ({ ready: undefined, stop() {} }),
    resumed(onResumed) {
      resumedListeners.add(onResumed)
      return () => resumedListeners.delete(onResumed)
    },
    async close() {
      closed = true
      clearInterval(probe)
      clearTimeout(reconnectTimer)
      outbox.close()
      const from = client
      client = undefined
      if (!from) return
      notifierConnected(['postgres'], -1)
      await end(from)
    },
  }
}

const sendBatch = `select pg_notify(channel, payload) from json_to_recordset($1::json) as batch (channel text, payload text)`

function byKind<T>(make: () => T): Record<NotificationKind, T> {
  return Object.fromEntries(notificationKinds.map((kind) => [kind, make()])) as Record<NotificationKind, T>
}

/** Ends a connection that may be half-open; waits at most a second for it. */
async function end(client: PgClient) {
  const done = client.end().catch(() => {})
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 1000)
  await Promise.race([done, promise])
  clearTimeout(timer)
}
