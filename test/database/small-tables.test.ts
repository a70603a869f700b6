import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import { claim, startDue } from '../../server/database/operations/claim.ts'
import { mergeEnds } from '../../server/database/operations/counts.ts'
import { insertAll } from '../../server/database/operations/create.ts'
import { dependencyRows, dependencyStates, newestRetries } from '../../server/database/operations/dependencies.ts'
import { eventsAfter, lastSequences } from '../../server/database/operations/events.ts'
import { changedSince, ownedAfter, ownersOf } from '../../server/database/operations/owner-events.ts'
import { writeProgress } from '../../server/database/operations/progress.ts'
import { batchedFind, cancel, findMany } from '../../server/database/operations/read.ts'
import { retry } from '../../server/database/operations/retry.ts'
import { finishStep, recordCompensation, startStep, stepsOf } from '../../server/database/operations/steps.ts'
import { deleteExpired } from '../../server/database/operations/sweep.ts'
import { currentState, transitionMany } from '../../server/database/operations/transition.ts'
import type { AttemptTransition, TransitionValues } from '../../server/database/operations/transition-values.ts'
import { beginWait, completeWait, resumeDueWaits, waitsOf } from '../../server/database/operations/waits.ts'
import { claimDue, recordAttempts } from '../../server/database/webhooks/due.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'
import { rowsRead } from './rows-read.ts'

const ownerId = 'a'
const workerId = '00000000-0000-7000-8000-00000000cccc'
const target = 'https://example.com'

/** So few rows that the planner, with its defaults, reads all of them to find some by their keys. */
const each = 800
const columns = 'operation_id, owner_id, type, status, attempt, max_attempts, input, last_sequence'
/** Ids that ascend with time, as those of submits. */
const idOf = (n: string) => `(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 3600000 + ${n}), 12, '0')
  || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`
/** So that the table is much larger than its indexes. */
const wide = `(select json_agg(md5(n::text || place)) from generate_series(1, 40) place)`
const fill = (status: string, more: string, values: string, owner = `'${ownerId}'`) => `
insert into operations (${columns}, ${more})
  select ${idOf('n')}, ${owner}, 'noop', '${status}', 1, 3, ${wide}, 2, ${values} from generate_series(1, ${each}) n;`
const state = `
insert into workers (worker_id) values ('${workerId}');
${fill('PENDING', 'turn_at, deadline_at', `now() - interval '1 hour' + n * interval '1 ms', now() + interval '1 day'`)}
${fill('PENDING', 'due_at, deadline_at', `now() - interval '1 hour' + n * interval '1 minute', now() + interval '1 day'`)}
${fill('WAITING', 'due_at, waits', `now() - interval '1 hour' + n * interval '1 minute', '[]'`)}
${fill('FAILED', 'error, finished_at, expires_at', `'{"code": "TIMEOUT"}', now(), now() - interval '1 hour' + n * interval '1 minute'`)}
${fill('COMPLETED', 'finished_at, expires_at', `now(), now() + interval '1 day'`, `'other' || n % 8`)}
analyze operations;
-- Few operations run at any time, so statistics show none.
${fill('RUNNING', 'worker_id, started_at', `'${workerId}', now()`)}
insert into steps (operation_id, name, position, state, undoable, attempt)
  select operation_id, 'charge', 1, 'DONE', true, 1 from operations;
insert into waits (operation_id, name, kind, expires_at)
  select operation_id, 'vendor', 'CALLBACK', now() + interval '1 hour' from operations;
insert into events (operation_id, sequence, event, status, attempt, actor)
  select operation_id, n, 'status-update', status, 1, 'worker' from operations, generate_series(1, 2) n;
insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at, attempts)
  select gen_random_uuid(), '${ownerId}', operation_id, '${target}', 1, 'COMPLETED', 'COMPLETED', now(),
    now() - interval '1 hour' + row_number() over () * interval '1 minute', now() + interval '1 day', 1
  from operations where status = 'RUNNING';
insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
  select '${ownerId}', operation_id::text, '', operation_id, now() + interval '1 day' from operations;
insert into operation_ends (owner_id, minute, type, status, code, ended)
  select '${ownerId}', n, 'noop', 'COMPLETED', '', 1 from generate_series(1, ${each}) n;
insert into operation_counts (owner_id, period, minute, type, status, code, ended)
  select '${ownerId}', 1, n, 'noop', 'COMPLETED', '', 1 from generate_series(1, ${each}) n;
analyze steps, waits, events, deliveries, idempotency_keys, operation_ends, operation_counts;`

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  // As a DBA may set it for slow disks: each look-up seems expensive.
  await execute(database.url, `alter database ${new URL(database.url).pathname.slice(1)} set random_page_cost = 25`)
  connection = connect(database.url, { poolSize: 3, applicationName: 'test' })
  await execute(database.url, state)
  // As autovacuum does, after which the planner may read all of an index instead of a table.
  await execute(database.url, 'vacuum')
}, 60_000)
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const cause = { actor: 'worker' }
const count = 20

const taken = new Set<string>()

/** Operations that no earlier write has changed. */
async function some(status: string): Promise<string[]> {
  const rows = await connection.sql<{ id: string }[]>`
    select operation_id as id from operations where status = ${status} and attempt = 1`
  const ids = rows.map(({ id }) => id).filter((id) => !taken.has(id))
  for (const id of ids.slice(0, count)) taken.add(id)
  return ids.slice(0, count)
}
const running = async () => (await some('RUNNING')).map((operationId) => ({ operationId, attempt: 1 }))
const firstRunning = async () => (await running())[0] as { operationId: string; attempt: number }

function ending<T extends AttemptTransition>(name: T, values: TransitionValues[T]) {
  return async () => {
    const attempts = await running()
    const items = attempts.map((attempt) => ({ ...attempt, ...cause, ...values }))
    return async (db: Db) => expect(await transitionMany(db, name, items)).toHaveLength(count)
  }
}

const step = { name: 'charge', position: 1, phase: null }
const submission = {
  ownerId,
  type: 'noop',
  input: {},
  priority: 'NORMAL',
  maxAttempts: 3,
  queueTimeoutSeconds: 60,
  createdBy: 'key',
} as const

/** Each prepares a write of at most 20 operations, and returns it. */
const writes: Record<string, () => Promise<(db: Db) => Promise<unknown>>> = {
  'a claim': async () => async (db) => {
    const runSeconds = { noop: 60 }
    const rows = await claim(db, { workerId, limit: count, runSeconds, compensationSeconds: 60, ownerCap: undefined })
    expect(rows).toHaveLength(count)
  },
  'an end': ending('finish', { result: {}, expiresAt: new Date() }),
  'an end with errors': ending('finishWithErrors', { result: {}, expiresAt: new Date() }),
  'a compensation': ending('compensate', { error: { code: 'X' }, limitSeconds: 60 }),
  'a retry after a failure': ending('retry', { queueSeconds: 60, delayMs: 1000 }),
  'a release': ending('release', { queueSeconds: 60 }),
  'a cancel': ending('requestCancel', { graceSeconds: 60 }),
  'a wait': ending('wait', { completedWaits: 0, names: ['vendor'] }),
  'progress and log lines': async () => {
    const updates = (await running()).map((attempt) => ({
      ...attempt,
      progress: { percentage: 5 },
      lines: [{ message: 'm' }],
    }))
    return async (db) => expect(await writeProgress(db, updates)).toHaveLength(count)
  },
  'the start of a step': async () => {
    const attempt = await firstRunning()
    return async (db) => expect(await startStep(db, { ...attempt, ...step })).toBe(true)
  },
  'the end of a step': async () => {
    const attempt = await firstRunning()
    const done = { ...attempt, ...step, undoable: true, result: {}, durationMs: 1 }
    return async (db) => expect(await finishStep(db, done)).toBe(true)
  },
  'an undone step': async () => {
    const attempt = await firstRunning()
    return async (db) =>
      expect(await recordCompensation(db, { ...attempt, name: 'charge', state: 'UNDONE' })).toBe(true)
  },
  'the begin of a wait': async () => {
    const attempt = await firstRunning()
    const wait = { ...attempt, name: 'person', kind: 'INPUT', seconds: 60 } as const
    return async (db) => expect(await beginWait(db, wait)).toMatchObject({ state: 'PENDING' })
  },
  'the completion of a wait': async () => {
    const [operationId] = (await some('WAITING')) as [string]
    const completion = {
      operationId,
      name: 'vendor',
      body: {},
      completedBy: 'vendor',
      early: false,
      queueSeconds: () => 60,
    }
    return async (db) => expect(await completeWait(db, completion)).toMatchObject({ kind: 'completed', resumed: true })
  },
  'waits that are over': async () => async (db) => {
    expect(await resumeDueWaits(db, { ...cause, queueSeconds: { noop: 60 }, limit: count })).toHaveLength(count)
  },
  'the start of what is due': async () => async (db) => {
    expect(await startDue(db, count)).toMatchObject({ started: count })
  },
  'submits, with keys': async () => {
    const fresh = Array.from({ length: count }, () => uuidv7())
    const all = fresh.map((operationId) => ({
      ...submission,
      operationId,
      idempotency: { key: operationId, fingerprint: Buffer.alloc(32), keepSeconds: 60 },
    }))
    return async (db) => insertAll(db, all)
  },
  'a cancel of a pending operation': async () => {
    const [operationId] = (await some('PENDING')) as [string]
    const request = { ownerId, operationId, actor: 'key', retentionSeconds: () => 60 }
    return async (db) => expect(await cancel(db, request)).toMatchObject({ kind: 'cancelled' })
  },
  'a retry': async () => {
    const [operationId] = (await some('FAILED')) as [string]
    const rule = () => ({ queueTimeoutSeconds: 60, reusesSteps: true })
    const request = { ownerId, operationId, newOperationId: uuidv7(), actor: 'key', rule }
    return async (db) => expect(await retry(db, request)).toMatchObject({ kind: 'created' })
  },
  'claimed deliveries': async () => async (db) => {
    expect(await claimDue(db, [{ target, most: count }], 60)).toHaveLength(count)
  },
  'ended deliveries': async () => {
    const rows = await connection.sql<{ id: string }[]>`
      select delivery_id as id from deliveries where locked_until is null limit ${count}`
    const attempts = rows.map(
      ({ id }) => ({ deliveryId: id, attempt: 1, outcome: 'ACKNOWLEDGED', durationMs: 1 }) as const,
    )
    return async (db) => expect(await recordAttempts(db, attempts)).toHaveLength(count)
  },
  'merged counts': async () => async (db) => {
    expect(await mergeEnds(db, count)).toBe(count)
  },
  'deleted operations': async () => async (db) => {
    expect(await deleteExpired(db, { limit: count, tombstoneSeconds: 60 })).toBe(count)
  },
}

/** Each is a read of what has changed of a few operations, for streams, webhooks, schedules and the engine. */
const reads: Record<string, (ids: string[]) => (db: Db) => Promise<unknown>> = {
  'the owners of operations': (ids) => async (db) => expect(await ownersOf(db, ids)).toHaveLength(count),
  'the last sequences of operations': (ids) => async (db) => expect(await lastSequences(db, ids)).toHaveLength(count),
  'the events after positions': (ids) => async (db) => {
    const positions = ids.map((operationId) => ({ operationId, after: 1, most: 10 }))
    expect(await eventsAfter(db, { positions, limit: 100 })).toHaveLength(count)
  },
  'the events of an owner after positions': (ids) => async (db) => {
    const positions = ids.map((operationId) => ({ operationId, after: 1, from: new Date(0) }))
    expect(await ownedAfter(db, { ownerIds: [ownerId], positions, each: 10 })).toHaveLength(count)
  },
  'the operations of an owner that have changed': () => async (db) => {
    const changed = await changedSince(db, { ownerIds: [ownerId], from: new Date(Date.now() + 60_000), each: 100 })
    expect(changed.moved).toEqual([])
  },
  'operations, read at the same time': (ids) => async (db) => {
    const find = batchedFind(db)
    expect(await Promise.all(ids.map((operationId) => find({ ownerId, operationId })))).toHaveLength(count)
  },
  'operations of an owner': (operationIds) => async (db) =>
    expect(await findMany(db, { ownerId, operationIds })).toHaveLength(count),
  'the steps of operations': (ids) => async (db) => expect(await stepsOf(db, ids)).toHaveLength(count),
  'the waits of an operation':
    ([id = '']) =>
    async (db) =>
      expect(await waitsOf(db, { operationId: id, limit: 100 })).toHaveLength(1),
  'the state of an operation':
    ([id = '']) =>
    async (db) =>
      expect(await currentState(db, id)).toBeDefined(),
  'the states of dependencies': (ids) => async (db) =>
    expect(await dependencyStates(db, { ownerId, operationIds: ids })).toHaveLength(count),
  'the results of dependencies': (ids) => async (db) => expect(await dependencyRows(db, ids)).toHaveLength(count),
  'the newest retries of operations': (ids) => async (db) => expect(await newestRetries(db, ids)).toHaveLength(count),
}

describe(`of tables with thousands of rows, a read of ${count} operations reads the rows that it needs:`, () => {
  it.each(Object.entries(reads))('%s', async (_, prepare) => {
    const rows = await connection.sql<{ id: string }[]>`
      select operation_id as id from operations where status = 'RUNNING' order by operation_id limit ${count}`
    const read = prepare(rows.map(({ id }) => id))
    expect(await rowsRead(connection, read)).toBeLessThan(each / 3)
  })
})

describe(`of tables with thousands of rows, a write of ${count} operations reads the rows that it needs:`, () => {
  it.each(Object.entries(writes))('%s', async (_, prepare) => {
    const write = await prepare()
    expect(await rowsRead(connection, write)).toBeLessThan(each / 3)
  })
})
