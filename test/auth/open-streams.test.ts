import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countStreams, type OpenStreams } from '../../server/auth/open-streams.ts'
import { Problem } from '../../server/contract/problem.ts'
import { type Connection, connect } from '../../server/database/connect.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'

const limit = 20

let database: TestDatabase
const ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await database.drop()
})

type Process = { streams: OpenStreams; connection: Connection; troubles: unknown[] }

function startProcess(options: { refreshMs?: number; patienceMs?: number } = {}): Process {
  const connection = connect(database.url, { poolSize: 2, applicationName: 'test' })
  const troubles: unknown[] = []
  const streams = countStreams(connection.db, { limit, onTrouble: (cause) => troubles.push(cause), ...options })
  ends.push(
    () => connection.close(),
    () => streams.close(),
  )
  return { streams, connection, troubles }
}

let credential: string
let names = 0
beforeEach(() => {
  credential = `credential-${names++}`
})

/** Those of `count` that may open, all asked for at once. */
async function opened({ streams }: Process, count: number) {
  const asked = Array.from({ length: count }, () => streams.open(credential).catch(refused))
  return (await Promise.all(asked)).filter((close) => close !== undefined)
}

function refused(error: unknown): undefined {
  if (!(error instanceof Problem && error.code === 'RATE_LIMITED')) throw error
  expect(error.extra.retryAfter).toBe(5)
}

async function counted(connection: Connection): Promise<number> {
  const [row] =
    await connection.sql`select coalesce(sum(open), 0)::int as open from open_streams where credential = ${credential}`
  return row?.open
}

describe('the streams of a credential', () => {
  it('are as many as the limit, over all processes that open at once', async () => {
    const processes = [startProcess(), startProcess(), startProcess()]
    const counts = await Promise.all(processes.map(async (one) => (await opened(one, 12)).length))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(limit)
    expect(await counted(processes[0]?.connection as Connection)).toBe(limit)
  })

  it('make room for others when they close, each once, soon elsewhere and at once here', async () => {
    const [one, other] = [startProcess(), startProcess()]
    const [first, second] = await opened(one, limit)
    expect(await opened(other, 1)).toHaveLength(0)
    first?.()
    first?.()
    expect(await opened(one, 2)).toHaveLength(1)
    second?.()
    await expect.poll(() => opened(other, 2)).toHaveLength(1)
    expect(await opened(one, 1)).toHaveLength(0)
  })

  it('are their own', async () => {
    const one = startProcess()
    expect(await opened(one, limit + 1)).toHaveLength(limit)
    credential = `${credential}-of-another`
    expect(await opened(one, limit + 1)).toHaveLength(limit)
  })

  it('stop counting when their process is silent for 45 seconds, and its rows go', async () => {
    const [killed, one] = [startProcess(), startProcess({ refreshMs: 50 })]
    const silentFor = (seconds: number) =>
      execute(
        database.url,
        `update open_streams set seen_at = now() - interval '${seconds} seconds' where credential = '${credential}' and open = 15`,
      )
    expect(await opened(killed, 15)).toHaveLength(15)
    await silentFor(40)
    expect(await opened(one, limit)).toHaveLength(5)
    await silentFor(46)
    expect(await opened(one, limit)).toHaveLength(15)
    await silentFor(91)
    await expect.poll(() => counted(one.connection)).toBe(limit)
  })

  it('count again, all of them, when their rows were lost', async () => {
    const [one, other] = [startProcess({ refreshMs: 50 }), startProcess()]
    expect(await opened(one, limit)).toHaveLength(limit)
    await execute(database.url, 'truncate open_streams')
    await expect.poll(() => counted(one.connection)).toBe(limit)
    expect(await opened(other, 1)).toHaveLength(0)
  })

  it('stop counting when their process stops', async () => {
    const [one, other] = [startProcess(), startProcess()]
    expect(await opened(one, limit)).toHaveLength(limit)
    await one.streams.close()
    expect(await opened(other, 1)).toHaveLength(1)
  })
})

it('one whose count comes too late is refused, and does not count', async () => {
  const one = startProcess({ patienceMs: 100 })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const locking = Promise.withResolvers<void>()
  const holder = one.connection.sql.begin(async (sql) => {
    await sql`lock table open_streams`
    locking.resolve()
    await released
  })
  await locking.promise
  await expect(one.streams.open(credential)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  release()
  await holder
  await expect.poll(() => counted(one.connection)).toBe(0)
  expect(await opened(one, limit + 1)).toHaveLength(limit)
})

it('none is opened that cannot be counted, and what was counted stays right', async () => {
  const one = startProcess()
  const [first] = await opened(one, 3)
  await execute(database.url, 'alter table open_streams rename to gone')
  await expect(one.streams.open(credential)).rejects.toMatchObject({ code: 'UNAVAILABLE', extra: { retryAfter: 5 } })
  first?.()
  await expect.poll(() => one.troubles.length).toBeGreaterThan(1)
  await execute(database.url, 'alter table gone rename to open_streams')
  expect(await opened(one, limit)).toHaveLength(limit - 2)
  expect(await counted(one.connection)).toBe(limit)
})
