import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '../../server/contract/problem.ts'
import { type Connection, connect } from '../../server/database/connection.ts'
import { countStreams, type OpenStreams } from '../../server/quotas/open-streams.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'

const limit = 20
const ownerLimit = 50

let database: TestDatabase
const ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await database.drop()
})

type Process = { streams: OpenStreams; connection: Connection; errors: unknown[] }

function startProcess(options: { refreshMs?: number; timeoutMs?: number } = {}): Process {
  const connection = connect(database.url, { poolSize: 2, applicationName: 'test' })
  const errors: unknown[] = []
  const streams = countStreams(connection.db, {
    limits: { credential: limit, owner: ownerLimit },
    onError: (cause) => errors.push(cause),
    ...options,
  })
  ends.push(
    () => connection.close(),
    () => streams.close(),
  )
  return { streams, connection, errors }
}

let credential: string
let ownerId: string
let names = 0
beforeEach(() => {
  names += 1
  credential = `credential-${names}`
  ownerId = `owner-${names}`
})

/** The number of streams that open when `count` are requested concurrently. */
async function opened({ streams }: Process, count: number) {
  const requests = Array.from({ length: count }, () =>
    streams.open({ rateLimitKey: credential, ownerId }).catch(refused),
  )
  return (await Promise.all(requests)).filter((close) => close !== undefined)
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
  it('are limited over all processes that open them concurrently', async () => {
    const processes = [startProcess(), startProcess(), startProcess()]
    const counts = await Promise.all(processes.map(async (one) => (await opened(one, 12)).length))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(limit)
    expect(await counted(processes[0]?.connection as Connection)).toBe(limit)
  })

  it('are released once when they close, at once in this process and soon in others', async () => {
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

  it('count for that credential only', async () => {
    const one = startProcess()
    expect(await opened(one, limit + 1)).toHaveLength(limit)
    credential = `${credential}-of-another`
    expect(await opened(one, limit + 1)).toHaveLength(limit)
  })

  it('are no longer counted when their process has no heartbeat for 45 seconds, and its rows are deleted', async () => {
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

  it('are all counted again after their rows were lost', async () => {
    const [one, other] = [startProcess({ refreshMs: 50 }), startProcess()]
    expect(await opened(one, limit)).toHaveLength(limit)
    await execute(database.url, 'truncate open_streams')
    await expect.poll(() => counted(one.connection)).toBe(limit)
    expect(await opened(other, 1)).toHaveLength(0)
  })

  it('are no longer counted when their process stops', async () => {
    const [one, other] = [startProcess(), startProcess()]
    expect(await opened(one, limit)).toHaveLength(limit)
    await one.streams.close()
    expect(await opened(other, 1)).toHaveLength(1)
  })
})

describe('the streams of an owner', () => {
  it('are limited over all its credentials and all processes', async () => {
    const processes = [startProcess(), startProcess(), startProcess()] as const
    const counts: number[] = []
    for (let n = 0; n < 6; n++) {
      credential = `minted-${n}`
      const own = await Promise.all(processes.map((one) => opened(one, 6)))
      counts.push(own.flat().length)
    }
    expect(counts).toEqual([18, 18, 14, 0, 0, 0])
    ownerId = `${ownerId}-another`
    credential = 'of-another'
    expect(await opened(processes[0], 1)).toHaveLength(1)
  })

  it('do not count for the credential when the owner’s limit refuses them, and vice versa, and the problem names the limit', async () => {
    const one = startProcess()
    const open = { first: await opened(one, limit), second: [] as (() => void)[] }
    // Twenty-five refusals that do not count for the owner.
    expect(await opened(one, 25)).toHaveLength(0)
    await expect(one.streams.open({ rateLimitKey: credential, ownerId })).rejects.toThrow(
      /^This credential has 20 streams/,
    )
    credential = 'second'
    open.second = await opened(one, limit)
    expect(open.second).toHaveLength(limit)
    credential = 'third'
    expect(await opened(one, limit)).toHaveLength(ownerLimit - 2 * limit)
    await expect(one.streams.open({ rateLimitKey: credential, ownerId })).rejects.toThrow(
      /^All credentials of this owner together have 50 streams/,
    )
    await expect.poll(() => counted(one.connection)).toBe(ownerLimit - 2 * limit)
    open.first[0]?.()
    expect(await opened(one, 2)).toHaveLength(1)
  })
})

it('a stream that is not counted in time is refused, and does not count', async () => {
  const one = startProcess({ timeoutMs: 1000 })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const locking = Promise.withResolvers<void>()
  const holder = one.connection.sql.begin(async (sql) => {
    await sql`lock table open_streams`
    locking.resolve()
    await released
  })
  await locking.promise
  await expect(one.streams.open({ rateLimitKey: credential, ownerId })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  release()
  await holder
  await expect.poll(() => counted(one.connection)).toBe(0)
  expect(await opened(one, limit + 1)).toHaveLength(limit)
})

it('a stream that cannot be counted is refused, and the counts stay correct', async () => {
  const one = startProcess()
  const [first] = await opened(one, 3)
  await execute(database.url, 'alter table open_streams rename to gone')
  await expect(one.streams.open({ rateLimitKey: credential, ownerId })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    extra: { retryAfter: 5 },
  })
  first?.()
  await expect.poll(() => one.errors.length).toBeGreaterThan(1)
  await execute(database.url, 'alter table gone rename to open_streams')
  expect(await opened(one, limit)).toHaveLength(limit - 2)
  expect(await counted(one.connection)).toBe(limit)
})
