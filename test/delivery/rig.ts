import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asc, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { createLinks } from '../../server/contract/links.ts'
import { systemNames } from '../../server/contract/webhook-url.ts'
import { type Connection, connect } from '../../server/database/connect.ts'
import { operations } from '../../server/database/schema.ts'
import { type SealingKeys, seal, sealingKeys } from '../../server/database/sealed.ts'
import { submit } from '../../server/database/submissions.ts'
import { take } from '../../server/database/transitions.ts'
import { deliveries, deliveryAttempts, webhookReceivers } from '../../server/database/webhook-schema.ts'
import { type Delivery, type DeliveryOptions, startDelivery } from '../../server/delivery/sender.ts'
import type { WebhookEvent } from '../../server/lifecycle/deliveries.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { ownerId, submission } from '../engine/rig.ts'
import { createDatabase } from '../support/database.ts'

export const secret = `whsec_${Buffer.from('a webhook secret of 32 bytes....').toString('base64')}`

type DeliveryRow = typeof deliveries.$inferSelect

/** A database of one test file, with senders and what they send of. */
export type Rig = {
  url: string
  connection: Connection
  keys: SealingKeys
  /** Starts a sender that is stopped after the test. */
  send(options?: Partial<DeliveryOptions>): Delivery
  receiver(url: string, values?: { events?: WebhookEvent[]; secret?: string; previous?: string }): Promise<string>
  /** An operation that has come to this end, and its id. */
  ended(webhook?: { url: string; secret?: string }, end?: 'finish' | 'fail'): Promise<string>
  /** Deliveries of the operation, in the order of their receivers. */
  deliveries(operationId: string): Promise<DeliveryRow[]>
  until(holds: () => Promise<boolean>): Promise<void>
  /** The operation's one delivery as soon as it is so. */
  untilDelivery(operationId: string, holds: (row: DeliveryRow) => boolean): Promise<DeliveryRow>
  attempts(deliveryId: string): Promise<(typeof deliveryAttempts.$inferSelect)[]>
  /** What waits is due now. */
  hurry(): Promise<void>
  rest(): Promise<void>
  close(): Promise<void>
}

export async function openRig(): Promise<Rig> {
  const database = await createDatabase()
  const connection = connect(database.url, { poolSize: 10, applicationName: 'delivery-test' })
  const { db } = connection
  const keys = await sealingKeys(db, undefined)
  const senders: Delivery[] = []

  const rig: Rig = {
    url: database.url,
    connection,
    keys,
    send(options) {
      const links = createLinks('https://longrun.example.com', (path) => path)
      const trial = { links, sealingKeys: keys, resolve: systemNames, allowInsecure: true, pollMs: 20 }
      const sender = startDelivery({ connection, log: createLog('silent'), ...trial, ...options })
      senders.push(sender)
      return sender
    },
    async receiver(url, values = {}) {
      const receiverId = uuidv7()
      const { previous, events = ['COMPLETED', 'FAILED'] } = values
      await db.insert(webhookReceivers).values({
        receiverId,
        ownerId,
        url,
        events,
        secret: seal(keys, values.secret ?? secret, ownerId),
        ...(previous === undefined
          ? {}
          : { previousSecret: seal(keys, previous, ownerId), previousSecretUntil: new Date(Date.now() + 60_000) }),
      })
      return receiverId
    },
    async ended(webhook, end = 'finish') {
      const asked = submission()
      const { operationId } = asked
      const sealed = webhook && {
        url: webhook.url,
        events: ['COMPLETED', 'FAILED'] as WebhookEvent[],
        secret: seal(keys, webhook.secret ?? secret, ownerId),
      }
      await submit(db, { ...asked, webhook: sealed })
      await db
        .update(operations)
        .set({ status: 'RUNNING', attempt: 1, turnAt: null, workerId: uuidv7(), startedAt: sql`now()` })
        .where(eq(operations.operationId, operationId))
      const at = { operationId, attempt: 1 }
      const cause = { actor: 'worker:test' }
      const error = { code: 'PROCESSING_ERROR', detail: 'It failed.', timestamp: new Date().toISOString() }
      const row =
        end === 'finish'
          ? await take(db, end, at, { result: { rowsRead: 3 }, expiresAt: new Date(Date.now() + 60_000) }, cause)
          : await take(db, end, at, { error, retentionSeconds: 60 }, cause)
      if (!row) throw new Error('the end was refused')
      return operationId
    },
    deliveries: (operationId) =>
      db.select().from(deliveries).where(eq(deliveries.operationId, operationId)).orderBy(asc(deliveries.receiverId)),
    async until(holds) {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 25))
    },
    async untilDelivery(operationId, holds) {
      for (;;) {
        const [row] = await rig.deliveries(operationId)
        if (row && holds(row)) return row
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    attempts: (deliveryId) =>
      db
        .select()
        .from(deliveryAttempts)
        .where(eq(deliveryAttempts.deliveryId, deliveryId))
        .orderBy(asc(deliveryAttempts.attempt)),
    async hurry() {
      await db.execute(`update deliveries set due_at = now() where state = 'PENDING'`)
      await db.execute('update webhook_targets set open_until = now() where open_until is not null')
    },
    async rest() {
      await Promise.all(senders.splice(0).map((sender) => sender.stop(0)))
      await db.execute('truncate operations, events, deliveries, delivery_attempts, webhook_receivers, webhook_targets')
    },
    async close() {
      await rig.rest()
      await connection.close()
      await database.drop()
    },
  }
  return rig
}

export type Heard = { headers: IncomingHttpHeaders; body: string; at: number }

/** A receiver that notes what it hears and answers as it is told to. */
export type Receiver = { url: string; heard: Heard[]; sockets: () => number; close(): Promise<void> }

export async function openReceiver(
  answer: (response: ServerResponse, heard: Heard, count: number) => void = (response) => void response.end(),
): Promise<Receiver> {
  const heard: Heard[] = []
  let sockets = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), at: performance.now() }
      heard.push(one)
      answer(response, one, heard.length)
    })
  })
  server.on('connection', () => {
    sockets += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    heard,
    sockets: () => sockets,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function answering(status: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(status, headers).end('kept from everybody: canary')
}
