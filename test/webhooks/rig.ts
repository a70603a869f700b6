import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asc, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { createLinks } from '../../server/contract/links.ts'
import { systemNames } from '../../server/contract/webhook-url.ts'
import { type Connection, connect } from '../../server/database/connection.ts'
import { claim } from '../../server/database/operations/claim.ts'
import { create } from '../../server/database/operations/create.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { deliveries, deliveryAttempts, webhookReceivers } from '../../server/database/schema/webhooks.ts'
import { type SealingKeys, seal, sealingKeys } from '../../server/database/sealed.ts'
import type { ReceiverEvent, WebhookEvent, WebhookFormat } from '../../server/domain/webhook-schedule.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { type Delivery, startWebhooks, type WebhookOptions } from '../../server/webhooks/due.ts'
import { ownerId, submission } from '../engine/rig.ts'
import { clearTables, createDatabase } from '../support/database.ts'
import { createPause } from '../support/poll.ts'
import { registerWorker } from '../support/register-worker.ts'

export const secret = `whsec_${Buffer.from('a webhook secret of 32 bytes....').toString('base64')}`

type DeliveryRow = typeof deliveries.$inferSelect

/** A database of one test file, with senders, operations and receivers. */
export type Rig = {
  url: string
  connection: Connection
  keys: SealingKeys
  /** Starts a sender that is stopped after the test. */
  send(options?: Partial<WebhookOptions>): Delivery
  receiver(
    url: string,
    values?: { events?: ReceiverEvent[]; secret?: string; previous?: string; format?: WebhookFormat },
  ): Promise<string>
  /** Inserts an operation with this outcome and returns its id. */
  ended(
    webhook?: { url: string; secret?: string; format?: WebhookFormat },
    end?: 'finish' | 'fail',
    owner?: string,
  ): Promise<string>
  /** An operation that a worker has claimed. */
  claimed(): Promise<{ operationId: string; attempt: number }>
  /** Copies the delivery of the operation for `targets` more targets, due now, all at the same receiver. */
  copied(operationId: string, targets: number): Promise<void>
  /** Deliveries of the operation, in the order of their receivers. */
  deliveries(operationId: string): Promise<DeliveryRow[]>
  until(holds: () => Promise<boolean>): Promise<void>
  /** Waits until `holds` is true for the single delivery of the operation; returns the delivery. */
  untilDelivery(operationId: string, holds: (row: DeliveryRow) => boolean): Promise<DeliveryRow>
  attempts(deliveryId: string): Promise<(typeof deliveryAttempts.$inferSelect)[]>
  /** Makes all pending deliveries due now. */
  hurry(): Promise<void>
  rest(): Promise<void>
  close(): Promise<void>
}

export async function openRig(): Promise<Rig> {
  const database = await createDatabase()
  const connection = connect(database.url, { poolSize: 5, applicationName: 'delivery-test' })
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
      const sender = startWebhooks({ connection, log: createLog('silent'), ...trial, ...options })
      senders.push(sender)
      return sender
    },
    async receiver(url, values = {}) {
      const receiverId = uuidv7()
      const { previous, format, events = ['COMPLETED', 'FAILED'] } = values
      await db.insert(webhookReceivers).values({
        receiverId,
        ownerId,
        url,
        events,
        ...(format ? { format } : {}),
        secret: seal(keys, values.secret ?? secret, ownerId),
        ...(previous === undefined
          ? {}
          : { previousSecret: seal(keys, previous, ownerId), previousSecretUntil: new Date(Date.now() + 60_000) }),
      })
      return receiverId
    },
    async ended(webhook, end = 'finish', owner = ownerId) {
      const newOperation = { ...submission(), ownerId: owner }
      const { operationId } = newOperation
      const sealed = webhook && {
        url: webhook.url,
        events: ['COMPLETED', 'FAILED'] as WebhookEvent[],
        secret: seal(keys, webhook.secret ?? secret, owner),
        ...(webhook.format ? { format: webhook.format } : {}),
      }
      await create(db, { ...newOperation, webhook: sealed })
      await db
        .update(operations)
        .set({ status: 'RUNNING', attempt: 1, turnAt: null, workerId: uuidv7(), startedAt: sql`now()` })
        .where(eq(operations.operationId, operationId))
      const at = { operationId, attempt: 1 }
      const cause = { actor: 'worker:test' }
      const error = { code: 'PROCESSING_ERROR', detail: 'It failed.', timestamp: new Date().toISOString() }
      const row =
        end === 'finish'
          ? await transition(db, end, at, { result: { rowsRead: 3 }, expiresAt: new Date(Date.now() + 60_000) }, cause)
          : await transition(db, end, at, { error, retentionSeconds: 60 }, cause)
      if (!row) throw new Error('the end was refused')
      return operationId
    },
    async claimed() {
      const workerId = uuidv7()
      await registerWorker(db, workerId)
      const newOperation = submission()
      await create(db, newOperation)
      const runSeconds = { importOrders: 60 }
      await claim(db, { workerId, limit: 9, runSeconds, compensationSeconds: 60, ownerCap: undefined })
      return { operationId: newOperation.operationId, attempt: 1 }
    },
    async copied(operationId, targets) {
      await db.execute(sql`
        insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at)
        select gen_random_uuid(), owner_id, operation_id, target || '-' || n, sequence, event, status, occurred_at, due_at, give_up_at
        from deliveries, generate_series(1, ${targets}::int) as n where operation_id = ${operationId}`)
    },
    deliveries: (operationId) =>
      db.select().from(deliveries).where(eq(deliveries.operationId, operationId)).orderBy(asc(deliveries.receiverId)),
    async until(holds) {
      const pause = createPause()
      while (!(await holds())) await pause()
    },
    async untilDelivery(operationId, holds) {
      const pause = createPause()
      for (;;) {
        const [row] = await rig.deliveries(operationId)
        if (row && holds(row)) return row
        await pause()
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
      await clearTables(connection.sql, [
        'operations',
        'events',
        'deliveries',
        'delivery_attempts',
        'webhook_receivers',
        'webhook_targets',
      ])
    },
    async close() {
      await rig.rest()
      await connection.close()
      await database.drop()
    },
  }
  return rig
}

export type ReceivedRequest = { headers: IncomingHttpHeaders; body: string; at: number }

/** A receiver that records its requests and responds with `answer`. */
export type Receiver = { url: string; received: ReceivedRequest[]; sockets: () => number; close(): Promise<void> }

export async function openReceiver(
  answer: (response: ServerResponse, received: ReceivedRequest, count: number) => void = (response) =>
    void response.end(),
): Promise<Receiver> {
  const received: ReceivedRequest[] = []
  let sockets = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), at: performance.now() }
      received.push(one)
      answer(response, one, received.length)
    })
  })
  server.on('connection', () => {
    sockets += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
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
