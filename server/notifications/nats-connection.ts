import { connect, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { withTimeout } from '../lib/timeout.ts'
import type { NatsServers } from './nats-url.ts'

/** A connection that is replaced when it is lost. The only user of the NATS client. */
export type Broker = {
  isConnected(): boolean
  /** Returns false if the message was not sent: there is no connection, or the server does not confirm what was sent before. */
  publish(subject: string, message: Uint8Array): boolean
  /** Stays subscribed over reconnects. `group`: each message goes to one subscriber of the group. Returns a function that unsubscribes. */
  subscribe(subject: string, onMessage: (subject: string, message: Uint8Array) => void, group?: string): () => void
  /** Resolves when the server has everything that was sent, or after 100 ms. */
  confirmed(): Promise<void>
  close(): Promise<void>
}

type Subscribed = {
  subject: string
  onMessage(subject: string, message: Uint8Array): void
  group: string | undefined
  current: Subscription | undefined
}

const responding = 'the response of the NATS server'
const dialMs = 2000
/** Pauses between attempts to connect: doubled up to the longest, with jitter, so that a cluster that returns is not overrun. */
const firstPauseMs = 250
const longestPauseMs = 5000
/** A frozen server neither answers nor fails, so it is probed at this interval, with this timeout. */
const probeMs = 5000
const answerMs = 2000
const confirmMs = 100
/** A server that does not confirm this many bytes is too slow or frozen: more would only fill the memory of this process. */
const maxUnconfirmedBytes = 8 * 2 ** 20
const confirmEveryBytes = 256 * 1024

/** `onConnected` is called for each connection, when its subscriptions are active; `onLost` with the reason when it ends, or at the first failed attempt. */
export function openBroker(
  { servers, tls, user, pass, token }: NatsServers,
  { onConnected, onLost }: { onConnected(): void; onLost(error: Error, wasConnected: boolean): void },
): Broker {
  const subscribed = new Set<Subscribed>()
  const closing = Promise.withResolvers<void>()
  let closed = false
  let current: NatsConnection | undefined
  let unconfirmedBytes = 0
  let confirming = false
  let wakeDialing = () => {}

  const options = {
    servers,
    name: 'longrun',
    timeout: dialMs,
    // This file reconnects, so that a frozen server is left within seconds and nothing is buffered for it.
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    // `null` refuses TLS even if the server offers it; an empty object requires it.
    tls: tls ? {} : null,
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user, pass: pass ?? '' }),
  }

  /** Connects until closed. */
  async function keepConnected() {
    let pauseMs = firstPauseMs
    let reported = false
    while (!closed) {
      try {
        const fresh = await connect(options)
        if (closed) return void fresh.close()
        pauseMs = firstPauseMs
        reported = false
        await use(fresh)
      } catch (error) {
        if (!reported) onLost(asError(error), false)
        reported = true
      }
      if (closed) return
      await pause(pauseMs * (0.5 + Math.random() / 2))
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
  }

  function pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    wakeDialing = resolve
    return promise.finally(() => clearTimeout(timer))
  }

  /** Resolves when the connection is lost. */
  async function use(fresh: NatsConnection) {
    const lost = Promise.withResolvers<Error>()
    void fresh.closed().then((error) => lost.resolve(error ?? new Error('the connection to NATS ended')))
    current = fresh
    unconfirmedBytes = 0
    confirming = false
    for (const one of subscribed) subscribeTo(fresh, one)
    const probe = setInterval(() => {
      withTimeout(fresh.flush(), answerMs, responding).catch((error) => lost.resolve(asError(error)))
    }, probeMs)
    probe.unref()
    withTimeout(fresh.flush(), answerMs, responding).then(() => {
      if (current === fresh) onConnected()
    }, lost.resolve)
    const error = await Promise.race([lost.promise, closing.promise])
    clearInterval(probe)
    current = undefined
    for (const one of subscribed) one.current = undefined
    void fresh.close().catch(() => {})
    if (error && !closed) onLost(error, true)
  }

  function subscribeTo(connection: NatsConnection, one: Subscribed) {
    one.current = connection.subscribe(one.subject, {
      ...(one.group === undefined ? {} : { queue: one.group }),
      // An error: the server's permissions do not allow the subject. Without its messages the process polls.
      callback: (error, message) => {
        if (error) onLost(error, false)
        else one.onMessage(message.subject, message.data)
      },
    })
  }

  function count(connection: NatsConnection, bytes: number) {
    unconfirmedBytes += bytes
    if (confirming || unconfirmedBytes < confirmEveryBytes) return
    confirming = true
    const counted = unconfirmedBytes
    const confirm = () => {
      if (current !== connection) return
      confirming = false
      unconfirmedBytes -= counted
    }
    // A connection that is lost starts again from nothing.
    connection.flush().then(confirm, () => {})
  }

  void keepConnected()
  return {
    isConnected: () => current !== undefined,
    publish(subject, message) {
      if (!current || unconfirmedBytes > maxUnconfirmedBytes) return false
      try {
        current.publish(subject, message)
      } catch {
        // The connection is closing.
        return false
      }
      count(current, subject.length + message.length)
      return true
    },
    subscribe(subject, onMessage, group) {
      const one: Subscribed = { subject, onMessage, group, current: undefined }
      subscribed.add(one)
      if (current && !current.isClosed()) subscribeTo(current, one)
      return () => {
        subscribed.delete(one)
        one.current?.unsubscribe()
      }
    },
    confirmed: () =>
      current ? withTimeout(current.flush(), confirmMs, responding).catch(() => {}) : Promise.resolve(),
    async close() {
      closed = true
      const last = current
      wakeDialing()
      if (last) await withTimeout(last.flush(), 500, responding).catch(() => {})
      closing.resolve()
    },
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause))
}
