import { randomBytes } from 'node:crypto'
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node'
import { sql } from 'drizzle-orm'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { OwnedEvent } from '../../server/database/operations/owner-events.ts'
import { createEnvelope } from '../../server/notifications/envelope.ts'
import { type NatsNotifierOptions, openNatsNotifier } from '../../server/notifications/nats.ts'
import { parseNatsUrl } from '../../server/notifications/nats-url.ts'
import type { NotificationKind, Notifier } from '../../server/notifications/notifier.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { createDatabase } from '../support/database.ts'
import { hasNats, startNats } from '../support/nats.ts'

/** A broker that the conformance suite uses. */
export type System = {
  open(onError?: (error: Error) => void): Notifier
  /** Ends the connections of all notifiers; they connect again. */
  cut(): Promise<void>
  close(): Promise<void>
}

export const systems = [
  { name: 'PostgreSQL', isThere: true, start: startPostgres },
  { name: 'NATS', isThere: hasNats, start: startNatsSystem },
]

async function startPostgres(): Promise<System> {
  const database = await createDatabase()
  const connection: Connection = connect(database.url, { poolSize: 1, applicationName: 'notifications-test' })
  return {
    open: (onError) => openPostgresNotifier(database.url, onError),
    async cut() {
      await connection.db.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'longrun-notifications'`,
      )
    },
    async close() {
      await connection.close()
      await database.drop()
    },
  }
}

async function startNatsSystem(): Promise<System> {
  let server = await startNats()
  const { port, url } = server
  const secret = randomBytes(32)
  return {
    open: (onError) => openNats(url, { secret, ...(onError ? { onError } : {}) }),
    async cut() {
      await server.stop()
      server = await startNats({ port })
    },
    close: () => server.stop(),
  }
}

export function openNats(url: string, options: NatsNotifierOptions) {
  const servers = parseNatsUrl(url)
  if (!servers) throw new Error(`malformed: ${url}`)
  return openNatsNotifier(servers, options)
}

/** A program that is connected to the same server and knows `secret`, or another one. */
export async function openStranger(url: string, secret: Uint8Array = randomBytes(32)) {
  const connection: NatsConnection = await connectNats({ servers: url.replace('nats://', '') })
  return { connection, envelope: createEnvelope(secret), close: () => connection.close() }
}

let made = 0
export const newId = () => `018f0000-0000-7000-8000-${String(made++).padStart(12, '0')}`

/** Repeats notifications until one is received: those sent while not connected are dropped. */
export async function untilReceived(sender: Notifier, listener: Notifier, kind: NotificationKind = 'submitted') {
  const id = newId()
  const received = Promise.withResolvers<void>()
  const stop = listener.listen(kind, (ids) => {
    if (ids.includes(id)) received.resolve()
  })
  const sending = setInterval(() => sender.notify(kind, id), 10)
  await received.promise
  clearInterval(sending)
  stop()
}

export function ownedEvent(values: Partial<OwnedEvent> = {}): OwnedEvent {
  return {
    operationId: newId(),
    sequence: 1,
    event: 'status-update',
    timestamp: new Date('2026-01-02T03:04:05.678Z'),
    status: 'RUNNING',
    attempt: 1,
    actor: 'worker:x',
    address: null,
    reason: null,
    progress: null,
    data: null,
    outcome: null,
    ownerId: 'alice',
    type: 'importOrders',
    labels: {},
    createdAt: new Date('2026-01-02T03:04:05.000Z'),
    batchId: null,
    scheduleId: null,
    ...values,
  }
}
