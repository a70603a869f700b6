import {
  notifierConnected,
  notifierDropped,
  notifierIgnored,
  notifierPublished,
  notifierReceived,
} from '../telemetry/recorded.ts'
import { createEnvelope, maxTextBytes } from './envelope.ts'
import { readBodies } from './event-bodies.ts'
import { openBroker } from './nats-connection.ts'
import type { NatsServers } from './nats-url.ts'
import type { NotificationKind, Notifier, OnEvents } from './notifier.ts'
import { createOutbox, type Payload } from './outbox.ts'

/** A connection to NATS may be lost without harm, and so may `isConnected` be late. */
export type NatsNotifier = Notifier & { isConnected(): boolean }

/** Subscriptions of this process to events. What is followed beyond them is read from the rows. */
const maxFollowed = 10_000
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const legalToken = /^[A-Za-z0-9_-]{1,64}$/

type Channel = NotificationKind | `wake.${string}`

export type NatsNotifierOptions = {
  /** Of the installation; see `createEnvelope`. */
  secret: Uint8Array
  /** The connection was lost, or could not be established; called once until it is. */
  onError?: (error: Error) => void
  onConnected?: (subjects: string) => void
  /** For tests. */
  most?: number
}

/**
 * Core NATS, which stores nothing: a message goes to those who are subscribed and connected. Every message is signed, and nothing depends on
 * it: ids cause a read, and an event is used only if it is the next one of its operation.
 */
export function openNatsNotifier(servers: NatsServers, options: NatsNotifierOptions): NatsNotifier {
  const { secret, onError = () => {}, onConnected = () => {}, most = maxFollowed } = options
  const { prefix, tokenOf, seal, open } = createEnvelope(secret)
  const listeners = new Map<NotificationKind, Set<(ids: string[]) => void>>()
  const followed = new Map<string, { each: Set<OnEvents>; stop(): void }>()
  /** What is followed beyond the most subscriptions, by operation. */
  const beyond = new Map<string | undefined, Set<OnEvents>>()
  let stopCarried: (() => void) | undefined
  const resumedListeners = new Set<() => void>()
  let closed = false
  let connected = false

  // Prometheus sees that the process is not connected only if the series exists.
  notifierConnected(['nats'], 0)
  const broker = openBroker(servers, {
    onConnected() {
      if (closed) return
      setConnected(true)
      onConnected(`${prefix}.>`)
      outbox.resume()
      for (const onResumed of resumedListeners) onResumed()
    },
    onLost(error) {
      setConnected(broker.isConnected())
      if (!closed) onError(error)
    },
  })
  const outbox = createOutbox<Channel>(async (batch) => sendIds(batch), broker.isConnected)

  function setConnected(to: boolean) {
    if (to !== connected) notifierConnected(['nats'], to ? 1 : -1)
    connected = to
  }

  function send(kind: string, subject: string, text: string): boolean {
    const isSent = broker.publish(subject, seal(subject, text))
    if (isSent) notifierPublished([kind])
    else notifierDropped(['unconfirmed'])
    return isSent
  }

  function sendIds(batch: Payload<Channel>[]) {
    for (const { channel, ids } of batch) {
      send(channel.startsWith('wake.') ? 'wake' : channel, `${prefix}.${channel}`, ids.join(','))
    }
  }

  /** Calls `use` with the text of each message that another process of this installation has sent. `use` returns false if it is malformed. */
  const reading = (kind: string, use: (text: string, subject: string) => boolean) => {
    return (subject: string, message: Uint8Array) => {
      const opened = open(subject, message)
      if ('ignored' in opened) notifierIgnored([opened.ignored])
      else if (use(opened.text, subject)) notifierReceived([kind])
      else notifierIgnored(['malformed'])
    }
  }

  const readingIds = (kind: string, use: (ids: string[]) => void) =>
    reading(kind, (text) => {
      const ids = text.split(',')
      if (!ids.every((id) => uuid.test(id))) return false
      use(ids)
      return true
    })

  function notify(kind: NotificationKind, ...operationIds: string[]) {
    if (!closed && broker.isConnected()) outbox.add(kind, operationIds)
  }

  function listen(kind: NotificationKind, onNotified: (ids: string[]) => void) {
    const each = listeners.get(kind) ?? startListening(kind)
    each.add(onNotified)
    return () => each.delete(onNotified)
  }

  /** Until the end, as LISTEN: a new subscription would miss what is sent before the server knows it. */
  function startListening(kind: NotificationKind) {
    const each = new Set<(ids: string[]) => void>()
    listeners.set(kind, each)
    const received = readingIds(kind, (ids) => {
      for (const onNotified of each) onNotified(ids)
    })
    broker.subscribe(`${prefix}.${kind}`, received)
    return each
  }

  const subjectOf = (ownerId: string, operationId: string) => `${prefix}.events.${tokenOf(ownerId)}.${operationId}`

  function startFollowing(subject: string) {
    const each = new Set<OnEvents>()
    const received = reading('events', (text, at) => {
      const [ownerToken, operationId = ''] = at.split('.').slice(-2)
      const events = readBodies(text, operationId, (ownerId) => tokenOf(ownerId) === ownerToken)
      if (!events) return false
      for (const onEvents of each) onEvents(operationId, events)
      return true
    })
    const own = { each, stop: broker.subscribe(subject, received) }
    followed.set(subject, own)
    return own
  }

  /** `operationId` undefined: all operations. Whose they are is not known, so `onEvents` gets those of every owner. */
  function followByIds(operationId: string | undefined, onEvents: OnEvents) {
    const each = beyond.get(operationId) ?? new Set()
    beyond.set(operationId, each.add(onEvents))
    stopCarried ??= listen('carried', (ids) => {
      for (const id of ids) {
        for (const one of beyond.get(id) ?? []) one(id, [])
        for (const one of beyond.get(undefined) ?? []) one(id, [])
      }
    })
    return {
      ready: undefined,
      stop() {
        each.delete(onEvents)
        if (each.size === 0 && beyond.get(operationId) === each) beyond.delete(operationId)
        if (beyond.size > 0) return
        stopCarried?.()
        stopCarried = undefined
      },
    }
  }

  return {
    isConnected: broker.isConnected,
    notify,
    listen,
    wake(type, ...operationIds) {
      if (closed || !broker.isConnected()) return
      outbox.add(`wake.${legalToken.test(type) ? type : tokenOf(type)}`, operationIds)
      outbox.add('created', operationIds)
    },
    listenForWakes(types, onWake) {
      const stops = types.map((type) => {
        const subject = `${prefix}.wake.${legalToken.test(type) ? type : tokenOf(type)}`
        const received = readingIds('wake', (ids) => onWake(() => notify('submitted', ...ids)))
        return broker.subscribe(subject, received, 'workers')
      })
      return () => {
        for (const stop of stops) stop()
      }
    },
    carriesEvents: () => !closed && broker.isConnected(),
    publish(events) {
      if (closed || !broker.isConnected()) return
      const isCarried = ({ operationId, ownerId, bodies }: (typeof events)[number]) =>
        ownerId !== undefined &&
        bodies &&
        bodies.length <= maxTextBytes / 4 &&
        send('events', subjectOf(ownerId, operationId), bodies)
      const { carried = [], moved = [] } = Object.groupBy(events, (event) => (isCarried(event) ? 'carried' : 'moved'))
      outbox.add(
        'carried',
        carried.map(({ operationId }) => operationId),
      )
      outbox.add(
        'moved',
        moved.map(({ operationId }) => operationId),
      )
    },
    follow({ ownerId, operationId }, onEvents) {
      const subject = subjectOf(ownerId, operationId ?? '*')
      const known = followed.get(subject)
      if (!known && followed.size >= most) return followByIds(operationId, onEvents)
      const own = known ?? startFollowing(subject)
      own.each.add(onEvents)
      return {
        ready: broker.isConnected() ? broker.confirmed() : undefined,
        stop() {
          own.each.delete(onEvents)
          if (own.each.size > 0 || followed.get(subject) !== own) return
          followed.delete(subject)
          own.stop()
        },
      }
    },
    resumed(onResumed) {
      resumedListeners.add(onResumed)
      return () => resumedListeners.delete(onResumed)
    },
    async close() {
      closed = true
      outbox.close()
      await broker.close()
      setConnected(false)
    },
  }
}
