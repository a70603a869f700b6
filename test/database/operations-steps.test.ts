import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claim } from '../../server/database/claims.ts'
import { type Connection, connect } from '../../server/database/connect.ts'
import { eventsOf } from '../../server/database/events.ts'
import * as schema from '../../server/database/schema.ts'
import { operations } from '../../server/database/schema.ts'
import { type KnownStep, type StepValues, take } from '../../server/database/transitions.ts'
import { register } from '../../server/database/workers.ts'
import { allows, isTerminal, type Status, type Step, statuses, transitions } from '../../server/lifecycle/states.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
const workerId = uuidv7()
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 5, applicationName: 'steps-test' })
  await register(connection.db, workerId)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

/** A row in `status`, with what the CHECKs ask of it. */
async function put(status: Status, type = 'importOrders') {
  const operationId = uuidv7()
  const now = new Date()
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
    result: status.startsWith('COMPLETED') ? {} : null,
    finishedAt: isTerminal(status) ? now : null,
  })
  return operationId
}

async function read(operationId: string) {
  const [row] = await connection.db.select().from(operations).where(eq(operations.operationId, operationId))
  return row
}

const expiresAt = new Date(Date.now() + 60_000)
const failing = { error: { code: 'X' }, retentionSeconds: 60 }
const unwinding = { error: { code: 'X' }, limitSeconds: 60 }
const values: StepValues = {
  finish: { result: { rows: 1 }, expiresAt },
  finishWithErrors: { result: { rows: 1 }, expiresAt },
  fail: failing,
  retry: { delayMs: 1000, queueSeconds: 60 },
  release: { queueSeconds: 60 },
  crash: { queueSeconds: 60, delayMs: 0, alone: true },
  unwind: unwinding,
  unwindQueued: unwinding,
  cancelToUnwind: { cancelReason: 'why' },
  unwindCancelled: { limitSeconds: 60 },
  releaseCancelled: {},
  failToCancel: failing,
  timeOut: failing,
  expireInQueue: failing,
  cancelPending: { cancelReason: 'why', retentionSeconds: 60 },
  requestCancel: { cancelReason: 'why', graceSeconds: 10 },
  cancel: { retentionSeconds: 60 },
}

const claims: Step[] = ['claim', 'claimCancelled']
const steps = (Object.keys(transitions) as Step[]).filter((step): step is KnownStep => !claims.includes(step))
const grid = statuses.flatMap((status) => steps.map((step) => ({ status, step })))

const claiming = { workerId, limit: 100, runSeconds: { importOrders: 60 }, unwindSeconds: 60, ownerCap: 1000 }

const take1 = (step: KnownStep, operationId: string, attempt: number) =>
  take(connection.db, step, { operationId, attempt }, values[step], { actor: 'test' })

describe('every step from every status', () => {
  test.each(grid)('$step from $status', async ({ status, step }) => {
    const operationId = await put(status)
    const before = await read(operationId)
    const moved = await take1(step, operationId, 1)
    const after = await read(operationId)
    const history = await eventsOf(connection.db, { operationId })
    if (!allows(step, status)) {
      expect(moved).toBeUndefined()
      expect(after).toEqual(before)
      expect(history).toEqual([])
      return
    }
    expect(moved).toEqual(after)
    const { to } = transitions[step]
    expect(after).toMatchObject({ status: to, attempt: 1, lastSequence: 1 })
    expect(history).toMatchObject([{ sequence: 1, status: to, attempt: 1, actor: 'test' }])
    if (isTerminal(to)) {
      expect(after).toMatchObject({ workerId: null, turnAt: null, deadlineAt: null })
      expect(after?.finishedAt).not.toBeNull()
      expect(after?.expiresAt).not.toBeNull()
    }
  })

  test.each(grid)('$step from $status by an older attempt changes nothing', async ({ status, step }) => {
    const operationId = await put(status)
    const before = await read(operationId)
    expect(await take1(step, operationId, 0)).toBeUndefined()
    expect(await read(operationId)).toEqual(before)
  })

  test('a claim takes PENDING alone, and raises the attempt', async () => {
    const ids = await Promise.all(statuses.map((status) => put(status, 'claimed')))
    const rows = await claim(connection.db, { ...claiming, runSeconds: { claimed: 60 } })
    expect(rows.map((row) => row.operationId)).toEqual([ids[statuses.indexOf('PENDING')]])
    expect(rows[0]).toMatchObject({ status: 'RUNNING', attempt: 2, workerId, turnAt: null, lastSequence: 1 })
    expect(await claim(connection.db, { ...claiming, workerId: uuidv7() })).toEqual([])
  })
})

test('a step works in a transaction of pg, and goes with it', async () => {
  const operationId = await put('RUNNING')
  const pgDb = drizzle(connection.copyPool, { schema })
  const finish = (rollBack: boolean) =>
    pgDb.transaction(async (tx) => {
      const row = await take(tx, 'finish', { operationId, attempt: 1 }, values.finish, { actor: 'test' })
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

test('of a cancel and a finish at the same moment one wins, the history has no gap, and nothing is taken twice', async () => {
  for (let round = 0; round < 100; round += 1) {
    const operationId = await put('RUNNING')
    const [asked, finished] = await Promise.all([
      take1('requestCancel', operationId, 1),
      take1('finish', operationId, 1),
    ])
    expect([asked, finished].filter(Boolean)).toHaveLength(1)
    expect(await read(operationId)).toMatchObject({ status: asked ? 'CANCELLING' : 'COMPLETED', lastSequence: 1 })
    if (asked) expect(await take1('cancel', operationId, 1)).toMatchObject({ status: 'CANCELLED', lastSequence: 2 })
  }
})

describe('the database itself refuses', () => {
  const wrong: [string, Partial<typeof operations.$inferInsert>][] = [
    ['an unknown status', { status: 'DONE' as Status }],
    ['FAILED without an error', { status: 'FAILED', finishedAt: new Date() }],
    ['an error without FAILED', { error: { code: 'X' } }],
    ['a result before the end', { status: 'RUNNING', result: {} }],
    ['an end without its time', { status: 'COMPLETED', result: {} }],
    ['a time of an end before it', { status: 'RUNNING', finishedAt: new Date() }],
    ['a turn of what is not waiting', { status: 'RUNNING', turnAt: new Date() }],
  ]
  test.each(wrong)('%s', async (_, change) => {
    const row = { operationId: uuidv7(), ownerId: 'a', type: 't', maxAttempts: 1, input: {}, ...change }
    await expect(connection.db.insert(operations).values(row)).rejects.toMatchObject({ cause: { code: '23514' } })
  })
})
