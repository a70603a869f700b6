import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { create, insertAll, type NewOperation } from '../../server/database/operations/create.ts'
import { failedDependents, newestRetries, recountDependencies } from '../../server/database/operations/dependencies.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { deleteExpired, purge } from '../../server/database/operations/sweep.ts'
import { transition, transitionMany } from '../../server/database/operations/transition.ts'
import { dependencies, dependencyPolicies, operations } from '../../server/database/schema/operations.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { createPause } from '../support/poll.ts'
import { startAttempt } from '../support/suspended.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 20, applicationName: 'dependencies-test' })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const expiresAt = new Date(Date.now() + 60_000)
const actor = { actor: 'test' }
const failure = { error: { code: 'X' }, retentionSeconds: 60 }

const submission = (more: Partial<NewOperation> = {}): NewOperation => ({
  operationId: uuidv7(),
  ownerId: 'a',
  type: 'importOrders',
  input: {},
  priority: 'NORMAL',
  maxAttempts: 3,
  queueTimeoutSeconds: 600,
  ...more,
})

async function submit(more: Partial<NewOperation> = {}) {
  const given = submission(more)
  expect(await create(connection.db, given)).toMatchObject({ kind: 'created' })
  return given.operationId
}

const running = async (more: Partial<NewOperation> = {}) =>
  (await startAttempt(connection.db, await submit(more))).operationId

async function read(operationId: string) {
  const [row] = await connection.db.select().from(operations).where(eq(operations.operationId, operationId))
  if (!row) throw new Error(`no operation ${operationId}`)
  return row
}

const ends = {
  COMPLETED: (db: Connection['db'], operationId: string) =>
    transition(db, 'finish', { operationId, attempt: 1 }, { result: {}, expiresAt }, actor),
  COMPLETED_WITH_ERRORS: (db: Connection['db'], operationId: string) =>
    transition(db, 'finishWithErrors', { operationId, attempt: 1 }, { result: {}, expiresAt }, actor),
  FAILED: (db: Connection['db'], operationId: string) =>
    transition(db, 'fail', { operationId, attempt: 1 }, failure, actor),
  CANCELLED: async (db: Connection['db'], operationId: string) => {
    await transition(db, 'requestCancel', { operationId, attempt: 1 }, { graceSeconds: 10 }, actor)
    return transition(db, 'cancel', { operationId, attempt: 1 }, { retentionSeconds: 60 }, actor)
  },
}
type End = keyof typeof ends
const outcomes = Object.keys(ends) as End[]
const end = (operationId: string, how: End = 'COMPLETED', db = connection.db) => ends[how](db, operationId)

const open = { status: 'PENDING', turnAt: null, dueAt: null, deadlineAt: null, failedDependency: null }
const due = { ...open, dueAt: expect.any(Date), deadlineAt: expect.any(Date), openDependencies: null }
const inQueue = { ...due, dueAt: null, turnAt: expect.any(Date) }
const failedBy = (dependency: string) => ({ ...open, openDependencies: null, failedDependency: dependency })

/** Resolves when that many statements of the test wait for a lock. */
async function untilBlocked(wanted = 1) {
  const pause = createPause()
  for (;;) {
    const blocked = (await connection.db.execute(sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)) as unknown[]
    if (blocked.length >= wanted) return
    await pause()
  }
}

/** Runs `work` in a transaction that is committed when the returned function is called. */
async function holding(work: (db: Connection['db']) => Promise<unknown>) {
  const started = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const transaction = connection.db.transaction(async (tx) => {
    await work(tx)
    started.resolve()
    await release.promise
  })
  await started.promise
  return async () => {
    release.resolve()
    await transaction
  }
}

describe.each(dependencyPolicies)('with the policy %s', (dependencyPolicy) => {
  const isGood = (outcome: End) => dependencyPolicy === 'ANY_END' || outcome.startsWith('COMPLETED')

  test.each(outcomes)('a dependency that ends %s', async (outcome) => {
    const dependency = await running()
    const dependent = await submit({ dependsOn: [dependency], dependencyPolicy })
    expect(await read(dependent)).toMatchObject({
      ...open,
      openDependencies: 1,
      dependsOn: [dependency],
      dependencyPolicy,
    })
    await end(dependency, outcome)
    expect(await read(dependent)).toMatchObject(isGood(outcome) ? due : failedBy(dependency))
  })

  test.each(outcomes)('a dependency that has ended %s before', async (outcome) => {
    const dependency = await running()
    await end(dependency, outcome)
    const dependent = await submit({ dependsOn: [dependency], dependencyPolicy })
    expect(await read(dependent)).toMatchObject(isGood(outcome) ? inQueue : failedBy(dependency))
  })

  test('a dependency that was deleted, or belongs to another owner, counts as failed', async () => {
    for (const dependency of [uuidv7(), await running({ ownerId: 'b' })]) {
      const dependent = await submit({ dependsOn: [dependency], dependencyPolicy })
      expect(await read(dependent)).toMatchObject(isGood('FAILED') ? inQueue : failedBy(dependency))
    }
  })

  test('one fails while another is still open', async () => {
    const [first, second] = [await running(), await running()]
    const dependent = await submit({ dependsOn: [first, second], dependencyPolicy })
    await end(second, 'FAILED')
    expect(await read(dependent)).toMatchObject(isGood('FAILED') ? { ...open, openDependencies: 1 } : failedBy(second))
    await end(first)
    expect(await read(dependent)).toMatchObject(isGood('FAILED') ? due : failedBy(second))
  })
})

test('the dependency ends while the submit waits for its row, and after the submit has locked it', async () => {
  for (const outcome of outcomes) {
    const dependency = await running()
    const commit = await holding((tx) => end(dependency, outcome, tx))
    const submitted = submit({ dependsOn: [dependency] })
    await untilBlocked()
    await commit()
    expect(await read(await submitted)).toMatchObject(outcome.startsWith('COMPLETED') ? inQueue : failedBy(dependency))
  }
  for (const outcome of outcomes) {
    const dependency = await running()
    const given = submission({ dependsOn: [dependency] })
    const commit = await holding((tx) => create(tx, given))
    const ended = end(dependency, outcome)
    await untilBlocked()
    await commit()
    expect(await ended).toMatchObject({ status: outcome })
    expect(await read(given.operationId)).toMatchObject(outcome.startsWith('COMPLETED') ? due : failedBy(dependency))
  }
})

test('dependencies that end at the same time are all counted', async () => {
  for (let round = 0; round < 20; round += 1) {
    const all = await Promise.all(Array.from({ length: 8 }, () => running()))
    const dependent = await submit({ dependsOn: all })
    await Promise.all(all.map((one) => end(one)))
    expect(await read(dependent)).toMatchObject(due)
  }
  const [first, second] = [await running(), await running()]
  const dependent = await submit({ dependsOn: [first, second] })
  const commit = await holding((tx) => end(first, 'COMPLETED', tx))
  const ended = end(second)
  await untilBlocked()
  await commit()
  await ended
  expect(await read(dependent)).toMatchObject(due)
})

test('batches of finishes and cancels over common dependents, in different orders, never deadlock', async () => {
  for (let round = 0; round < 10; round += 1) {
    const roots = await Promise.all(Array.from({ length: 40 }, () => running()))
    const leaves = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        submit({ dependsOn: [...roots.slice(index), ...roots.slice(0, index)] }),
      ),
    )
    const finish = (ids: string[]) =>
      transitionMany(
        connection.db,
        'finish',
        ids.map((operationId) => ({ operationId, attempt: 1, ...actor, result: {}, expiresAt })),
      )
    const parts = [0, 1, 2, 3].map((part) => roots.filter((_, index) => index % 4 === part))
    await Promise.all([
      ...parts.map((part, index) => finish(index % 2 ? part.toReversed() : part)),
      ...leaves
        .slice(30)
        .toReversed()
        .map((operationId) =>
          cancel(connection.db, { ownerId: 'a', operationId, ...actor, retentionSeconds: () => 60 }),
        ),
      submit({ dependsOn: roots.toReversed() }),
    ])
    for (const leaf of leaves.slice(0, 30)) expect(await read(leaf)).toMatchObject(due)
    for (const leaf of leaves.slice(30))
      expect(await read(leaf)).toMatchObject({ status: 'CANCELLED', openDependencies: null })
  }
})

test('operations of one statement may depend on each other, in any order, and none is inserted twice', async () => {
  const [a, b, c] = [submission(), submission(), submission()]
  const all = [{ ...c, dependsOn: [b.operationId, a.operationId] }, { ...b, dependsOn: [a.operationId] }, a]
  expect((await insertAll(connection.db, all)).size).toBe(3)
  expect(await read(a.operationId)).toMatchObject({ ...inQueue, dependsOn: null, dependencyPolicy: null })
  expect(await read(b.operationId)).toMatchObject({ ...open, openDependencies: 1 })
  expect(await read(c.operationId)).toMatchObject({
    ...open,
    openDependencies: 2,
    dependsOn: [b.operationId, a.operationId],
  })
  await startAttempt(connection.db, a.operationId)
  await end(a.operationId)
  expect(await read(b.operationId)).toMatchObject(due)
  expect(await read(c.operationId)).toMatchObject({ ...open, openDependencies: 1 })
})

test('startAfter and the queue time begin after the dependencies', async () => {
  const dependency = await running()
  const startAfter = new Date(Date.now() + 3_600_000)
  const later = await submit({ dependsOn: [dependency], startAfter, queueTimeoutSeconds: 60 })
  const soon = await submit({ dependsOn: [dependency], queueTimeoutSeconds: 60 })
  expect([await read(later), await read(soon)]).toMatchObject([open, open])
  await end(dependency)
  expect(await read(later)).toMatchObject({ dueAt: startAfter, deadlineAt: new Date(startAfter.getTime() + 60_000) })
  const { dueAt, deadlineAt } = await read(soon)
  expect((deadlineAt?.getTime() ?? 0) - (dueAt?.getTime() ?? 0)).toBe(60_000)
})

test('a repeated submit creates neither an operation nor dependencies', async () => {
  const dependency = await running()
  const idempotency = { key: uuidv7(), fingerprint: Buffer.alloc(32), keepSeconds: 60 }
  const first = submission({ dependsOn: [dependency], idempotency })
  const outcomes = await Promise.all(
    [first, submission({ ...first, operationId: uuidv7() })].map((one) => create(connection.db, one)),
  )
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['created', 'replayed'])
  expect(await connection.db.select().from(dependencies).where(eq(dependencies.dependsOn, dependency))).toHaveLength(1)
})

test('a deleted operation leaves no dependencies; one that others wait for is deleted like any other', async () => {
  const dependency = await running()
  const dependent = await submit({ dependsOn: [dependency] })
  await cancel(connection.db, { ownerId: 'a', operationId: dependent, ...actor, retentionSeconds: () => -1 })
  while ((await deleteExpired(connection.db, { limit: 100, tombstoneSeconds: 60 })) > 0);
  expect(await connection.db.select().from(dependencies).where(eq(dependencies.operationId, dependent))).toEqual([])

  const later = await submit({ dependsOn: [dependency], startAfter: new Date(Date.now() + 3_600_000) })
  await end(dependency)
  await purge(connection.db, { ownerId: 'a', operationId: dependency, tombstoneSeconds: 60 })
  expect(await read(later)).toMatchObject({ ...due, dependsOn: [dependency] })
})

test('recounts what a process of an earlier version has ended, and nothing else', async () => {
  const [first, second, third] = [await running(), await running(), await running()]
  const both = await submit({ dependsOn: [first, second] })
  const failing = await submit({ dependsOn: [third] })
  const right = await submit({ dependsOn: [await running()] })
  const endAs = (id: string, status: string, error: string | null) =>
    connection.db.execute(
      sql`update operations set status = ${status}, finished_at = now(), error = ${error}::jsonb where operation_id = ${id}`,
    )
  const recount = async () => {
    let previous: string | undefined = '00000000-0000-0000-0000-000000000000'
    while (previous !== undefined) previous = await recountDependencies(connection.db, previous, 2)
  }
  await endAs(first, 'COMPLETED', null)
  await endAs(third, 'FAILED', '{}')
  await recount()
  expect(await read(both)).toMatchObject({ ...open, openDependencies: 1 })
  expect(await read(failing)).toMatchObject(failedBy(third))
  await endAs(second, 'COMPLETED', null)
  await recount()
  await recount()
  expect(await read(both)).toMatchObject(due)
  expect(await read(right)).toMatchObject({ ...open, openDependencies: 1 })
})

test('finds the newest retry of each dependency, and those whose dependency failed', async () => {
  const [a, b, c, gone] = [await running(), await running(), await running(), uuidv7()]
  await connection.db.update(operations).set({ retriedBy: b }).where(eq(operations.operationId, a))
  await connection.db.update(operations).set({ retriedBy: c }).where(eq(operations.operationId, b))
  expect(await newestRetries(connection.db, [gone, a, b])).toMatchObject([
    { newest: gone, exists: false },
    { newest: c, exists: true },
  ])
  const dependent = await submit({ dependsOn: [gone] })
  const found = (await failedDependents(connection.db, ['importOrders'], 1000)).filter(
    ({ operationId }) => operationId === dependent,
  )
  expect(found).toMatchObject([{ failedDependency: gone, dependencyStatus: null, dependencyPolicy: 'FAIL' }])
  expect(await failedDependents(connection.db, ['exportCustomers'], 1000)).toEqual([])
})
