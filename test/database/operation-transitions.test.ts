import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { claim } from '../../server/database/operations/claim.ts'
import { eventsOf } from '../../server/database/operations/events.ts'
import { transition } from '../../server/database/operations/transition.ts'
import type { AttemptTransition, TransitionValues } from '../../server/database/operations/transition-values.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { waits } from '../../server/database/schema/waits.ts'
import {
  allows,
  isTerminal,
  type Status,
  statuses,
  type Transition,
  transitions,
} from '../../server/domain/state-machine.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { registerWorker } from '../support/register-worker.ts'

let database: TestDatabase
let connection: Connection
const workerId = uuidv7()
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 5, applicationName: 'steps-test' })
  await registerWorker(connection.db, workerId)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const expiresAt = new Date(Date.now() + 60_000)

/** Inserts a row in `status` that satisfies the CHECK constraints. */
async function put(status: Status, type = 'importOrders') {
  const operationId = uuidv7()
  const now = new Date()
  await connection.db.insert(waits).values({ operationId, name: 'decision', kind: 'INPUT', expiresAt })
  await connection.db.insert(operations).values({
    operationId,
    ownerId: 'a',
    type,
    status,
    attempt: 1,
    maxAttempts: 3,
    input: {},
    turnAt: status === 'PENDING' ? now : null,
    workerId: status === 'RUNNING' || status === 'CANCELLING' ? workerId : null,
    error: status === 'FAILED' ? { code: 'X' } : null,
    waits: status === 'WAITING' ? [] : null,
    result: status.startsWith('COMPLETED') ? {} : null,
    finishedAt: isTerminal(status) ? now : null,
  })
  return operationId
}

async function read(operationId: string) {
  const [row] = await connection.db.select().from(operations).where(eq(operations.operationId, operationId))
  return row
}

const failing = { error: { code: 'X' }, retentionSeconds: 60 }
const compensating = { error: { code: 'X' }, limitSeconds: 60 }
const values: TransitionValues = {
  finish: { result: { rows: 1 }, expiresAt },
  finishWithErrors: { result: { rows: 1 }, expiresAt },
  fail: failing,
  retry: { delayMs: 1000, queueSeconds: 60 },
  release: { queueSeconds: 60 },
  crash: { queueSeconds: 60, delayMs: 0, alone: true },
  wait: { completedWaits: 0, names: ['decision'] },
  resume: { queueSeconds: 60 },
  compensate: compensating,
  compensateQueued: compensating,
  cancelToCompensate: { cancelReason: 'why' },
  compensateCancelled: { limitSeconds: 60 },
  releaseCancelled: {},
  failToCancel: failing,
  timeOut: failing,
  expireInQueue: failing,
  failDependent: failing,
  cancelPending: { cancelReason: 'why', retentionSeconds: 60 },
  requestCancel: { cancelReason: 'why', graceSeconds: 10 },
  cancel: { retentionSeconds: 60 },
}

const claims: Transition[] = ['claim', 'claimCancelled']
const attemptTransitions = (Object.keys(transitions) as Transition[]).filter(
  (transition): transition is AttemptTransition => !claims.includes(transition),
)
const grid = statuses.flatMap((status) => attemptTransitions.map((transition) => ({ status, transition })))

const claiming = { workerId, limit: 100, runSeconds: { importOrders: 60 }, compensationSeconds: 60, ownerCap: 1000 }

const apply = (name: AttemptTransition, operationId: string, attempt: number) =>
  transition(connection.db, name, { operationId, attempt }, values[name], { actor: 'test' })

describe('each transition from each status', () => {
  test.each(grid)('$transition from $status', async ({ status, transition }) => {
    const operationId = await put(status)
    const before = await read(operationId)
    const moved = await apply(transition, operationId, 1)
    const after = await read(operationId)
    const history = await eventsOf(connection.db, { operationId })
    if (!allows(transition, status)) {
      expect(moved).toBeUndefined()
      expect(after).toEqual(before)
      expect(history).toEqual([])
      return
    }
    expect(moved).toEqual(after)
    const { to } = transitions[transition]
    expect(after).toMatchObject({ status: to, attempt: 1, lastSequence: 1 })
    expect(history).toMatchObject([{ sequence: 1, status: to, attempt: 1, actor: 'test' }])
    if (isTerminal(to)) {
      expect(after).toMatchObject({ workerId: null, turnAt: null, deadlineAt: null })
      expect(after?.finishedAt).not.toBeNull()
      expect(after?.expiresAt).not.toBeNull()
    }
  })

  test.each(grid)('$transition from $status by an older attempt changes nothing', async ({ status, transition }) => {
    const operationId = await put(status)
    const before = await read(operationId)
    expect(await apply(transition, operationId, 0)).toBeUndefined()
    expect(await read(operationId)).toEqual(before)
  })

  test('a claim takes only PENDING operations and increments the attempt number', async () => {
    const ids = await Promise.all(statuses.map((status) => put(status, 'claimed')))
    const rows = await claim(connection.db, { ...claiming, runSeconds: { claimed: 60 } })
    expect(rows.map((row) => row.operationId)).toEqual([ids[statuses.indexOf('PENDING')]])
    expect(rows[0]).toMatchObject({ status: 'RUNNING', attempt: 2, workerId })
    expect(await read(rows[0]?.operationId ?? '')).toMatchObject({ turnAt: null, lastSequence: 1 })
    expect(await claim(connection.db, { ...claiming, workerId: uuidv7() })).toEqual([])
  })
})

test('a transition in a transaction of pg is rolled back with it', async () => {
  const operationId = await put('RUNNING')
  const pgDb = drizzle(connection.copyPool)
  const finish = (rollBack: boolean) =>
    pgDb.transaction(async (tx) => {
      const row = await transition(tx, 'finish', { operationId, attempt: 1 }, values.finish, { actor: 'test' })
      if (rollBack) tx.rollback()
      return row
    })
  await expect(finish(true)).rejects.toThrow()
  expect(await read(operationId)).toMatchObject({ status: 'RUNNING', lastSequence: 0 })
  const row = await finish(false)
  expect(row).toEqual(await read(operationId))
  expect(row).toMatchObject({ status: 'COMPLETED', result: { rows: 1 }, expiresAt })
  expect(row?.finishedAt).toBeInstanceOf(Date)
})

test('of a concurrent cancel and finish one wins, the history has no gap, and no sequence is used twice', async () => {
  for (let round = 0; round < 100; round += 1) {
    const operationId = await put('RUNNING')
    const [cancelRequested, finished] = await Promise.all([
      apply('requestCancel', operationId, 1),
      apply('finish', operationId, 1),
    ])
    expect([cancelRequested, finished].filter(Boolean)).toHaveLength(1)
    expect(await read(operationId)).toMatchObject({
      status: cancelRequested ? 'CANCELLING' : 'COMPLETED',
      lastSequence: 1,
    })
    if (cancelRequested)
      expect(await apply('cancel', operationId, 1)).toMatchObject({ status: 'CANCELLED', lastSequence: 2 })
  }
})

describe('the database refuses', () => {
  const wrong: [string, Partial<typeof operations.$inferInsert>][] = [
    ['an unknown status', { status: 'DONE' as Status }],
    ['FAILED without an error', { status: 'FAILED', finishedAt: new Date() }],
    ['an error without FAILED', { error: { code: 'X' } }],
    ['a result before the end', { status: 'RUNNING', result: {} }],
    ['an end without its time', { status: 'COMPLETED', result: {} }],
    ['a finish time in an active status', { status: 'RUNNING', finishedAt: new Date() }],
    ['WAITING without what the operation waits for', { status: 'WAITING' }],
    ['waits in a status other than WAITING', { status: 'RUNNING', waits: [] }],
    ['a turn in a status other than PENDING', { status: 'RUNNING', turnAt: new Date() }],
  ]
  test.each(wrong)('%s', async (_, change) => {
    const row = { operationId: uuidv7(), ownerId: 'a', type: 't', maxAttempts: 1, input: {}, ...change }
    await expect(connection.db.insert(operations).values(row)).rejects.toMatchObject({ cause: { code: '23514' } })
  })
})
