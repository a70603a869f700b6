import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { claim } from '../../server/database/operations/claim.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { registerWorker } from '../support/register-worker.ts'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
let snapshot: pg.Client
beforeAll(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await snapshot.end()
  await rig.rest()
  await rig.connection.db.execute('truncate claim_marks')
})
afterAll(() => rig.close())

const batch = 100
const beganMs = Date.now() - 600_000

/** Waiting operations of one owner; `index` is the position in the queue. */
async function put(indexes: number[], ownerId = 'a'): Promise<string[]> {
  const rows = indexes.map((index) => ({
    operationId: uuidv7(),
    ownerId,
    type: 'importOrders',
    maxAttempts: 3,
    input: {},
    turnAt: new Date(beganMs + index),
  }))
  await rig.connection.db.insert(operations).values(rows)
  return rows.map(({ operationId }) => operationId)
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

async function claimSome(workerId: string, limit = batch) {
  const runSeconds = { importOrders: 60 }
  const rows = await claim(rig.connection.db, { workerId, limit, runSeconds, compensationSeconds: 60, ownerCap: batch })
  return rows.map(({ operationId }) => operationId)
}

const endAll = () => rig.connection.db.execute(`delete from operations where status = 'RUNNING'`)
const forget = () => rig.connection.db.execute('update claim_marks set until = now()')
/** A mark lasts a second; on a busy machine it would be over before it is measured. */
const keepMarks = () => rig.connection.db.execute(`update claim_marks set until = now() + interval '1 hour'`)

/** A worker, and a transaction with a snapshot that lasts until the end of the test, so that dead rows cannot be vacuumed. */
async function openSnapshot() {
  const workerId = uuidv7()
  await registerWorker(rig.connection.db, workerId)
  snapshot = new pg.Client(rig.url)
  await snapshot.connect()
  await snapshot.query('begin isolation level repeatable read')
  await snapshot.query('select count(*) from operations')
  return workerId
}

/** The number of index entries that one claim reads and discards. */
async function entriesRead(workerId: string): Promise<number> {
  const client = new pg.Client(rig.url)
  await client.connect()
  try {
    const read = `pg_stat_get_xact_tuples_returned('operations_turn'::regclass)
      + pg_stat_get_xact_tuples_returned('operations_running'::regclass)`
    await client.query('begin')
    await client.query(`select count(*) from select_pending($1, 100, '{importOrders}', 100)`, [workerId])
    const { rows } = await client.query<{ entries: string }>(`select ${read} as entries`)
    return Number(rows[0]?.entries)
  } finally {
    await client.end()
  }
}

test('with an old snapshot claims skip the rows that were claimed before, in the order of turns', async () => {
  const waiting = await put(upTo(5000))
  const workerId = await openSnapshot()
  for (let from = 0; from < 4500; from += batch) {
    expect(await claimSome(workerId)).toEqual(waiting.slice(from, from + batch).toSorted())
    await endAll()
  }
  await keepMarks()
  expect(await entriesRead(workerId)).toBeLessThan(3000)
  await rig.connection.db.execute('truncate claim_marks')
  expect(await entriesRead(workerId)).toBeGreaterThan(8000)
})

test('an operation that is inserted before a mark is found by the next full search', async () => {
  await put(upTo(2500).map((index) => index + 1000))
  const workerId = await openSnapshot()
  for (let claimed = 0; claimed < 2000; claimed += batch) {
    await claimSome(workerId)
    await endAll()
  }
  const late = await put([0, 1, 2])
  await forget()
  expect(await claimSome(workerId, 3)).toEqual(late)
})

test('the cap counts running operations before and after a mark', async () => {
  const waiting = await put(upTo(3000))
  const workerId = await openSnapshot()
  for (let claimed = 0; claimed < 2500; claimed += batch) {
    await claimSome(workerId)
    await endAll()
  }
  expect(await claimSome(workerId, 60)).toHaveLength(60)
  const [older] = waiting
  await rig.connection.db.execute(`insert into operations (operation_id, owner_id, type, max_attempts, input, turn_at)
    values ('${older}', 'a', 'importOrders', 3, '{}', now())`)
  expect(await claimSome(workerId)).toHaveLength(40)
  expect(await claimSome(workerId)).toEqual([])
})

test('an owner whose queue is skipped by a mark delays no other owner', async () => {
  await put(upTo(2500), 'a')
  const workerId = await openSnapshot()
  for (let claimed = 0; claimed < 2500; claimed += batch) {
    await claimSome(workerId)
    await endAll()
  }
  const others = [...(await put(upTo(5), 'b')), ...(await put(upTo(5), 'c'))]
  expect(await claimSome(workerId)).toEqual(others.toSorted())
})
