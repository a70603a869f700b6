import { asc, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { claim } from '../../server/database/operations/claim.ts'
import { create } from '../../server/database/operations/create.ts'
import { writeProgress } from '../../server/database/operations/progress.ts'
import { retry } from '../../server/database/operations/retry.ts'
import { transition, transitionMany } from '../../server/database/operations/transition.ts'
import { completeWait } from '../../server/database/operations/waits.ts'
import { events, operations } from '../../server/database/schema/operations.ts'
import { deliveries, type OperationWebhook, webhookReceivers } from '../../server/database/schema/webhooks.ts'
import type { WebhookEvent } from '../../server/domain/webhook-schedule.ts'
import { ownerId, submission } from '../engine/rig.ts'
import { clearTables, createDatabase, type TestDatabase } from '../support/database.ts'
import { registerWorker } from '../support/register-worker.ts'
import { suspend } from '../support/suspended.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 4, applicationName: 'delivery-rows-test' })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})
beforeEach(() => clearTables(connection.sql, ['operations', 'events', 'deliveries', 'webhook_receivers']))

const every: WebhookEvent[] = ['PENDING', 'RUNNING', 'WAITING', 'COMPLETED', 'FAILED', 'CANCELLED', 'PROGRESS']
const cause = { actor: 'worker:test' }
const completed = { result: {}, expiresAt: new Date() }
const failed = { error: { code: 'X' }, retentionSeconds: 60 }

function webhook(subscribed: WebhookEvent[], url = 'https://Example.com:8443/hook?x=1'): OperationWebhook {
  return { url, events: subscribed, secret: 'sealed' }
}

async function receiver(subscribed: WebhookEvent[], values: Partial<typeof webhookReceivers.$inferInsert> = {}) {
  const receiverId = uuidv7()
  const row = { receiverId, ownerId, url: 'https://example.com/', events: subscribed, secret: 'sealed', ...values }
  await connection.db.insert(webhookReceivers).values(row)
  return receiverId
}

async function submitted(own?: OperationWebhook): Promise<string> {
  const newOperation = submission()
  await create(connection.db, { ...newOperation, webhook: own })
  return newOperation.operationId
}

/** Sets an operation to RUNNING like a claim. */
async function running(own?: OperationWebhook) {
  const operationId = await submitted(own)
  await connection.db
    .update(operations)
    .set({ status: 'RUNNING', attempt: 1, turnAt: null, workerId: uuidv7() })
    .where(eq(operations.operationId, operationId))
  return { operationId, attempt: 1 }
}

async function deliveriesOf(operationId: string) {
  return await connection.db
    .select()
    .from(deliveries)
    .where(eq(deliveries.operationId, operationId))
    .orderBy(asc(deliveries.deliveryId))
}

const eventsOf = async (operationId: string) => (await deliveriesOf(operationId)).map(({ event }) => event)

describe('the deliveries of an event', () => {
  it('are written with the event, for the webhook of the operation and each subscribed receiver', async () => {
    const subscribed = await receiver(['COMPLETED'])
    await receiver(['FAILED'])
    await receiver(['COMPLETED'], { disabledAt: new Date(), disabledReason: 'GONE' })
    await receiver(['COMPLETED'], { ownerId: 'owner-b' })
    const at = await running(webhook(['COMPLETED']))
    const row = await transition(connection.db, 'finish', at, completed, cause)
    const [event] = await connection.db.select().from(events).where(eq(events.operationId, at.operationId))
    const rows = await deliveriesOf(at.operationId)
    expect(rows.map(({ receiverId, target }) => [receiverId, target])).toEqual(
      expect.arrayContaining([
        [null, `${ownerId} https://example.com:8443`],
        [subscribed, subscribed],
      ]),
    )
    expect(rows).toHaveLength(2)
    for (const delivery of rows) {
      expect(delivery).toMatchObject({
        ownerId,
        event: 'COMPLETED',
        status: 'COMPLETED',
        state: 'PENDING',
        attempts: 0,
      })
      expect(delivery).toMatchObject({ sequence: event?.sequence, occurredAt: event?.timestamp, dueAt: row?.updatedAt })
      expect(delivery.deliveryId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(
        Math.abs(Number.parseInt(delivery.deliveryId.replaceAll('-', '').slice(0, 12), 16) - Date.now()),
      ).toBeLessThan(60_000)
    }
  })

  it('are not written when the transition was refused', async () => {
    const at = await running(webhook(['COMPLETED']))
    await transition(connection.db, 'finish', { ...at, attempt: 7 }, completed, cause)
    expect(await deliveriesOf(at.operationId)).toEqual([])
  })

  it('are one per operation when one statement ends many operations', async () => {
    await receiver(['COMPLETED'])
    const all = await Promise.all(Array.from({ length: 20 }, () => running(webhook(['COMPLETED']))))
    await transitionMany(
      connection.db,
      'finish',
      [...all, ...all.slice(0, 5)].map((at) => ({ ...at, ...cause, ...completed })),
    )
    const rows = await connection.db.select().from(deliveries)
    expect(rows).toHaveLength(40)
    expect(new Set(rows.map(({ deliveryId }) => deliveryId)).size).toBe(40)
  })

  it('are written for the creation if subscribed, and once for submits with the same key', async () => {
    await receiver(['PENDING'])
    const newOperation = { ...submission(), webhook: webhook(['PENDING']) }
    const idempotency = { key: 'k', fingerprint: Buffer.from('f'), keepSeconds: 60 }
    await create(connection.db, { ...newOperation, idempotency })
    await create(connection.db, { ...newOperation, operationId: uuidv7(), idempotency })
    const rows = await connection.db.select().from(deliveries)
    expect(rows.map(({ operationId, sequence, event }) => [operationId, sequence, event])).toEqual([
      [newOperation.operationId, 0, 'PENDING'],
      [newOperation.operationId, 0, 'PENDING'],
    ])
  })

  it('are written by a claim with the event of the attempt', async () => {
    const operationId = await submitted(webhook(['RUNNING', 'PENDING']))
    const workerId = uuidv7()
    await registerWorker(connection.db, workerId)
    await claim(connection.db, {
      workerId,
      limit: 5,
      runSeconds: { importOrders: 60 },
      compensationSeconds: 60,
      ownerCap: undefined,
    })
    expect((await deliveriesOf(operationId)).map(({ event, status, sequence }) => [event, status, sequence])).toEqual([
      ['PENDING', 'PENDING', 0],
      ['RUNNING', 'RUNNING', 1],
    ])
  })

  it('are written when the operation begins to wait, and when a wait is completed', async () => {
    const at = await running(webhook(every))
    await connection.db.execute('truncate deliveries')
    await suspend(connection.db, at, [{ name: 'decision', kind: 'INPUT', seconds: 60 }])
    const by = { completedBy: 'key:5e884898', early: false, queueSeconds: () => 60 }
    await completeWait(connection.db, { ...at, name: 'decision', body: { decision: 'CLEAR' }, ...by })
    const rows = await deliveriesOf(at.operationId)
    expect(rows.map(({ event, status, sequence }) => [event, status, sequence])).toEqual([
      ['WAITING', 'WAITING', 1],
      ['PENDING', 'PENDING', 2],
    ])
    expect(JSON.stringify(rows)).not.toContain('CLEAR')
  })

  it('are not written for a transition that keeps the status', async () => {
    const at = await running(webhook(every))
    await connection.db.execute('truncate deliveries')
    await transition(connection.db, 'compensate', at, { error: {}, limitSeconds: 60 }, cause)
    expect(await deliveriesOf(at.operationId)).toEqual([])
  })

  it('are not written for a webhook that responded 410', async () => {
    const at = await running({ ...webhook(['FAILED']), disabledAt: new Date().toISOString() })
    await transition(connection.db, 'fail', at, failed, cause)
    expect(await deliveriesOf(at.operationId)).toEqual([])
  })

  it('of a retry go to the webhook of the first operation, unless it was disabled', async () => {
    const rule = () => ({ queueTimeoutSeconds: 60 })
    const first = await running(webhook(['PENDING']))
    await transition(connection.db, 'fail', first, failed, cause)
    const next = { ownerId, operationId: first.operationId, newOperationId: uuidv7(), actor: 'key:0', rule }
    await retry(connection.db, next)
    expect(await eventsOf(next.newOperationId)).toEqual(['PENDING'])
  })
})

describe('progress', () => {
  const progressOf = (percentage: number) => ({
    progress: { percentage },
    lines: [{ message: 'one' }, { message: 'two' }],
  })

  it('is delivered with the sequence of its event, one second later', async () => {
    const at = await running(webhook(['PROGRESS']))
    await writeProgress(connection.db, [{ ...at, ...progressOf(10) }])
    const [event] = await connection.db.select().from(events).where(eq(events.event, 'status-update'))
    const [row] = await deliveriesOf(at.operationId)
    expect(row).toMatchObject({ event: 'PROGRESS', status: 'RUNNING', sequence: event?.sequence })
    expect(Number(row?.dueAt) - Number(row?.occurredAt)).toBe(1000)
  })

  it('is merged into one delivery until a sender takes the delivery, and starts a new delivery after that', async () => {
    await receiver(['PROGRESS'])
    const at = await running(webhook(['PROGRESS']))
    for (const percentage of [10, 20, 30]) await writeProgress(connection.db, [{ ...at, ...progressOf(percentage) }])
    expect(await deliveriesOf(at.operationId)).toHaveLength(2)
    const [first] = await deliveriesOf(at.operationId)
    await connection.db
      .update(deliveries)
      .set({ lockedUntil: sql`now() + interval '1 minute'` })
      .where(eq(deliveries.deliveryId, first?.deliveryId as string))
    for (const percentage of [40, 50]) await writeProgress(connection.db, [{ ...at, ...progressOf(percentage) }])
    expect(await deliveriesOf(at.operationId)).toHaveLength(3)
  })

  describe('that changes a phase', () => {
    const change = 'A is COMPLETED'
    const changed = (percentage: number) => ({ ...progressOf(percentage), change })

    it('is delivered at once and by itself', async () => {
      const at = await running(webhook(['PROGRESS']))
      for (const percentage of [10, 20]) await writeProgress(connection.db, [{ ...at, ...changed(percentage) }])
      const rows = await deliveriesOf(at.operationId)
      expect(rows).toHaveLength(2)
      for (const { dueAt, occurredAt } of rows) expect(dueAt).toEqual(occurredAt)
    })

    it('is written in its place, with other progress in the same statement', async () => {
      const at = await running(webhook(['PROGRESS']))
      const updates = [progressOf(10), changed(20), progressOf(30), changed(40), progressOf(50)]
      expect(
        await writeProgress(
          connection.db,
          updates.map((update) => ({ ...at, ...update })),
        ),
      ).toEqual([at])
      const history = await connection.db.select().from(events).orderBy(asc(events.sequence))
      expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, index) => index + 1))
      const shown = history.flatMap(({ progress, reason }) => (progress ? [[progress.percentage, reason]] : []))
      expect(shown).toEqual([10, 20, 30, 40, 50].map((at, index) => [at, index % 2 ? change : null]))
      const [row] = await connection.db.select().from(operations)
      expect(row).toMatchObject({ progress: { percentage: 50 }, lastSequence: 15 })
      const sequences = (await deliveriesOf(at.operationId)).map(({ sequence }) => sequence)
      // Both changes, and the latest of the others.
      expect(sequences.toSorted((a, b) => a - b)).toEqual([4, 10, 13])
    })

    it('is not joined by other progress, which shares a delivery of its own', async () => {
      const at = await running(webhook(['PROGRESS']))
      const updates = [changed(10), progressOf(20), changed(30), progressOf(40), progressOf(50)]
      for (const update of updates) await writeProgress(connection.db, [{ ...at, ...update }])
      const sequences = (await deliveriesOf(at.operationId)).map(({ sequence }) => sequence)
      expect(sequences.toSorted((a, b) => a - b)).toEqual([1, 4, 7])
    })
  })

  it('is not delivered for log lines alone', async () => {
    const at = await running(webhook(['PROGRESS']))
    await writeProgress(connection.db, [{ ...at, lines: [{ message: 'one' }] }])
    expect(await deliveriesOf(at.operationId)).toEqual([])
  })
})
