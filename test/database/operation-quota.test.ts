import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { NewOperation } from '../../server/database/operations/create.ts'
import { countActive } from '../../server/database/quotas.ts'
import { createWithinQuota, openOperationQuota } from '../../server/quotas/operations.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
let other: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 5, applicationName: 'test' })
  other = connect(database.url, { poolSize: 5, applicationName: 'test' })
})
afterEach(() => connection.sql`delete from operations`)
afterAll(async () => {
  await Promise.all([connection.close(), other.close()])
  await database.drop()
})

const submission = (ownerId = 'alice'): NewOperation => ({
  operationId: uuidv7(),
  ownerId,
  type: 'generateReport',
  input: {},
  priority: 'NORMAL',
  maxAttempts: 1,
  queueTimeoutSeconds: 60,
})

/** Two processes that share only the database. */
function processes(cap: number) {
  const process = ({ db }: Connection) => createWithinQuota(db, openOperationQuota(db, cap))
  return [process(connection), process(other)] as const
}

describe('an owner’s active operations', () => {
  // 5: every submit is counted. 300: far below four fifths of it, submits are not counted.
  it.each([5, 300])('never exceed %i, through any process, and reach exactly that number', async (cap) => {
    const [one, two] = processes(cap)
    const outcomes: string[] = []
    for (let round = 0; round < 10; round += 1) {
      const submits = Array.from({ length: cap / 5 }, (_, index) => (index % 2 ? one : two)(submission()))
      for (const outcome of await Promise.all(submits)) outcomes.push(outcome.kind)
    }
    expect(outcomes.filter((kind) => kind === 'created')).toHaveLength(cap)
    expect(outcomes.filter((kind) => kind === 'full')).toHaveLength(cap)
    expect(await countActive(connection.db, { ownerId: 'alice', most: 1000 })).toBe(cap)
  })

  it('reach exactly the limit with concurrent submits, some of which cannot be stored', async () => {
    const cap = 300
    const [one, two] = processes(cap)
    const submits = Array.from({ length: 600 }, (_, index) =>
      (index % 2 ? one : two)(index % 50 === 7 ? { ...submission(), priority: 'UNHEARD' as 'LOW' } : submission()),
    )
    const settled = await Promise.allSettled(submits)
    expect(settled.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    expect(await countActive(connection.db, { ownerId: 'alice', most: 1000 })).toBe(cap)
  })

  it('are counted by the indexes of unfinished operations, even with a long history', async () => {
    await connection.sql`
      insert into operations (operation_id, owner_id, type, max_attempts, input, deadline_at, status, finished_at)
      select gen_random_uuid(), 'alice', 'generateReport', 3, '{}', now(), 'COMPLETED', now() from generate_series(1, 20000)`
    const submit = createWithinQuota(connection.db, openOperationQuota(connection.db, 5))
    for (let index = 0; index < 3; index += 1) await submit(submission())
    for (const statement of ['select 1', 'analyze operations', 'vacuum analyze operations']) {
      await connection.sql.unsafe(statement)
      // The statistics may not include earlier statements yet, so the scans are counted within the transaction.
      const used = await connection.sql.begin(async (tx) => {
        const scans = () => tx<{ name: string; scans: number }[]>`
          select relname as name, pg_stat_get_xact_numscans(oid)::int as scans from pg_class
          where relname like 'operations%' order by relname`
        const before = await scans()
        expect((await tx`select count_active('alice', 5) as count`)[0]?.count).toBe(3)
        const after = await scans()
        return after.flatMap(({ name, scans }, index) => (scans > (before[index]?.scans ?? 0) ? [name] : []))
      })
      // Any index of PENDING rows is suitable, and so is any of WAITING rows.
      const ofPending = ['operations_list_status', 'operations_deadline', 'operations_turn']
      const ofWaiting = ['operations_waiting', 'operations_wait_due']
      expect([...ofPending, 'operations_running', ...ofWaiting]).toEqual(expect.arrayContaining(used))
      expect(used).toHaveLength(3)
    }
  })
})

describe('far below the quota', () => {
  it('a hundredth of it is admitted without a query', async () => {
    const quota = openOperationQuota(connection.db, 1000)
    const free = async () => 'free'
    const exact = async () => 'exact'
    expect(await quota.within('alice', { free, exact })).toBe('free')
    await connection.sql`alter table operations rename to gone`
    const without = await Promise.allSettled(Array.from({ length: 9 }, () => quota.within('alice', { free, exact })))
    const tenth = await quota.within('alice', { free, exact }).catch(() => 'looked')
    const other = await quota.within('bob', { free, exact }).catch(() => 'looked')
    await connection.sql`alter table gone rename to operations`
    expect(without).toEqual(Array.from({ length: 9 }, () => ({ status: 'fulfilled', value: 'free' })))
    expect([tenth, other]).toEqual(['looked', 'looked'])
    expect(await quota.within('alice', { free, exact })).toBe('free')
  })

  it('operations in progress count in addition to the counted ones', async () => {
    const quota = openOperationQuota(connection.db, 1000)
    const stuck = Promise.withResolvers<string>()
    const calls = Array.from({ length: 12 }, () =>
      quota.within('alice', { free: () => stuck.promise, exact: async () => 'exact' }),
    )
    expect(await Promise.all(calls.slice(10))).toEqual(['exact', 'exact'])
    stuck.resolve('free')
    expect(await Promise.all(calls.slice(0, 10))).toEqual(Array.from({ length: 10 }, () => 'free'))
  })
})
