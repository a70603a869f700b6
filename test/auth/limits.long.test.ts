import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RateClass } from '../../server/contract/document.ts'
import { Problem } from '../../server/contract/problem.ts'
import { deleteEndedWindows } from '../../server/database/rate-limits.ts'
import { createLimits, type Limits } from '../../server/quotas/rate-limits.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
const pools: pg.Pool[] = []
const opened: Limits[] = []
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(async () => {
  for (const limits of opened) limits.close()
  await Promise.all(pools.map((pool) => pool.end()))
  await database.drop()
})

/** Long enough that every request is counted on a busy machine. A request that waits for longer is admitted without a count. */
const longTimeoutMs = 20_000
/** The default of the service. */
const defaultTimeoutMs = 500
/** Longer than the default timeout, and shorter than any other wait in these tests. */
const boundMs = 2500

/** The limits of one process, and the number of its queries. */
function createProcess(
  limit: number,
  { ownerLimit = 10 * limit, windowSeconds = 60, max = 2, timeoutMs = longTimeoutMs } = {},
) {
  const errors: unknown[] = []
  let queries = 0
  const pool = new pg.Pool({ connectionString: database.url, max, query_timeout: 3000 + timeoutMs })
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
    const { query } = client
    client.query = ((...given: Parameters<typeof query>) => {
      queries += 1
      return query.apply(client, given)
    }) as typeof query
  })
  pools.push(pool)
  const ofEach = (figure: number) => ({ submits: figure, reads: figure, uploads: figure })
  const most = { credential: ofEach(limit), owner: ofEach(ownerLimit) }
  const limits = createLimits(pool, { most, windowSeconds, timeoutMs, onError: (cause) => errors.push(cause) })
  opened.push(limits)
  return { limits, errors, pool, queries: () => queries }
}

let credential: string
let ownerId: string
let names = 0
beforeEach(() => {
  names += 1
  credential = `credential-${names}`
  ownerId = `owner-${names}`
})

type RequestResult = {
  admitted: boolean
  left?: number
  leftOfOwner?: number
  seconds?: number
  whose?: string | undefined
  retryAfter?: number
}

/** The rate limit that the headers state; for a refused request also the `retryAfter` in seconds. */
async function request(limits: Limits, rateClass: RateClass = 'reads'): Promise<RequestResult> {
  try {
    const headers = await limits.admit(
      { actor: 'key:test', credential, rateLimitKey: credential, ownerId, scopes: new Set() },
      rateClass,
    )
    return { admitted: true, ...stated(headers) }
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'RATE_LIMITED')) throw error
    const whose = /^(This credential|All credentials of this owner together) may send/.exec(error.message)?.[1]
    return { admitted: false, whose, retryAfter: error.extra.retryAfter ?? 0, ...stated(error.headers) }
  }
}

function stated(headers: Record<string, string>) {
  const [, left, seconds, ofOwner] =
    /^"\w+";r=(\d+);t=(\d+)(?:, "owner-\w+";r=(\d+);t=\d+)?$/.exec(headers.ratelimit ?? '') ?? []
  if (left === undefined) return {}
  const known = { left: Number(left), seconds: Number(seconds) }
  return ofOwner === undefined ? known : { ...known, leftOfOwner: Number(ofOwner) }
}

/** Number of admitted requests out of `count` concurrent requests. */
async function admitted(limits: Limits, count: number) {
  const answers = await Promise.all(Array.from({ length: count }, () => request(limits)))
  return answers.filter((answer) => answer.admitted).length
}

describe('a rate limit', () => {
  it('is exact with one process, and counts down', async () => {
    const { limits } = createProcess(250)
    const lefts: unknown[] = []
    for (let n = 0; n < 250; n++) lefts.push((await request(limits)).left)
    expect(lefts).toEqual(Array.from({ length: 250 }, (_, n) => 249 - n))
    expect(await request(limits)).toMatchObject({ admitted: false, left: 0 })
  })

  it('needs a query for one request in a hundred and the owner’s limit for one in 500, and none once it is reached', async () => {
    const { limits, queries } = createProcess(6000, { ownerLimit: 50_000 })
    expect(await admitted(limits, 3000)).toBe(3000)
    expect(queries()).toBe(50 + 6)
    expect(await admitted(limits, 3500)).toBe(3000)
    const reached = queries()
    expect(reached).toBeLessThanOrEqual(101 + 12)
    expect(await admitted(limits, 1000)).toBe(0)
    expect(queries()).toBe(reached)
  })

  it('is shared by all processes, and reached at most 5 % early when five of six stop', async () => {
    const processes = Array.from({ length: 6 }, () => createProcess(1000).limits)
    const [busy, ...silent] = processes as [Limits, ...Limits[]]
    for (const limits of silent) expect((await request(limits)).admitted).toBe(true)
    const all = silent.length + (await admitted(busy, 1100))
    expect(all).toBeLessThanOrEqual(1000)
    expect(all).toBeGreaterThanOrEqual(950)
  })

  it('is never exceeded by processes that count concurrently', async () => {
    const processes = Array.from({ length: 4 }, () => createProcess(997).limits)
    const counts = await Promise.all(processes.map((limits) => admitted(limits, 400)))
    const all = counts.reduce((sum, count) => sum + count, 0)
    expect(all).toBeLessThanOrEqual(997)
    // A process that needs no more keeps the rest of its block.
    expect(all).toBeGreaterThanOrEqual(0.95 * 997)
  })

  it('is separate for each class and each credential', async () => {
    const { limits } = createProcess(3)
    expect(await admitted(limits, 5)).toBe(3)
    expect((await request(limits, 'submits')).admitted).toBe(true)
    expect((await request(limits, 'uploads')).admitted).toBe(true)
    credential = `${credential}-of-another`
    expect(await admitted(limits, 5)).toBe(3)
  })
})

describe('the rate limit of an owner', () => {
  it('is shared by all its credentials in all processes, and never exceeded', async () => {
    const processes = Array.from({ length: 3 }, () => createProcess(100, { ownerLimit: 500 }).limits)
    const counts = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        credential = `minted-${index}`
        return admitted(processes[index % 3] as Limits, 30)
      }),
    )
    const all = counts.reduce((sum, count) => sum + count, 0)
    expect(all).toBeLessThanOrEqual(500)
    expect(all).toBeGreaterThanOrEqual(0.95 * 500)
    expect(await request(processes[0] as Limits)).toMatchObject({
      whose: 'All credentials of this owner together',
      leftOfOwner: 0,
    })
    ownerId = `${ownerId}-another`
    expect((await request(processes[0] as Limits)).admitted).toBe(true)
  })

  it('does not count requests that the credential’s limit refuses, and vice versa', async () => {
    const { limits } = createProcess(10, { ownerLimit: 15 })
    expect(await admitted(limits, 1000)).toBe(10)
    expect(await request(limits)).toMatchObject({ admitted: false, whose: 'This credential', left: 0 })
    const first = credential
    credential = `${first}-second`
    expect(await request(limits)).toMatchObject({ admitted: true, left: 9, leftOfOwner: 4 })
    expect(await admitted(limits, 1000)).toBe(4)
    // After a thousand refusals by the owner's limit, the credential still has its full limit.
    expect(await request(limits)).toMatchObject({
      admitted: false,
      whose: 'All credentials of this owner together',
      left: 5,
    })
    ownerId = `${ownerId}-another`
    expect(await request(limits)).toMatchObject({ admitted: true, left: 4, leftOfOwner: 14 })
  })

  it('needs no query to refuse a request, of any credential', async () => {
    const { limits, queries } = createProcess(100, { ownerLimit: 50 })
    expect(await admitted(limits, 60)).toBe(50)
    const reached = queries()
    expect(await admitted(limits, 500)).toBe(0)
    expect(queries()).toBe(reached)
  })
})

it('counts of ended windows are deleted, and the others stay', async () => {
  const { limits, pool } = createProcess(5)
  await request(limits)
  await execute(database.url, `insert into rate_limits values ('reads:gone', 1, 1000)`)
  await deleteEndedWindows(pool)
  const { rows } = await pool.query<{ key: string }>(
    `select key from rate_limits where key in ('reads:gone', 'reads:${credential}')`,
  )
  expect(rows).toEqual([{ key: `reads:${credential}` }])
})

describe('a window', () => {
  it('ends after the seconds of Retry-After, in each process', async () => {
    const windowSeconds = 2
    const [one, other] = [createProcess(5, { windowSeconds }).limits, createProcess(5, { windowSeconds }).limits]
    for (let round = 0; round < 3; round++) {
      expect(await admitted(one, 7)).toBe(5)
      const [refusedHere, refusedThere] = [await request(one), await request(other)]
      for (const refused of [refusedHere, refusedThere]) {
        expect(refused).toMatchObject({ admitted: false, retryAfter: refused.seconds })
        expect(refused.seconds).toBeLessThanOrEqual(windowSeconds)
      }
      await delay(1000 * (refusedThere.seconds ?? Number.NaN))
      const again = await request(round % 2 ? other : one)
      expect(again).toMatchObject({ admitted: true, left: 4 })
      await delay(1000 * (again.seconds ?? Number.NaN))
    }
  })

  it('drops the rest of its block when it ends', async () => {
    const { limits } = createProcess(300, { windowSeconds: 1 })
    const first = await request(limits)
    expect(first).toMatchObject({ left: 299, seconds: 1 })
    await delay(1000 * (first.seconds ?? Number.NaN))
    expect(await request(limits)).toMatchObject({ left: 299, seconds: 1 })
  })

  it('uses the database’s clock, whatever the process’s clock says', async () => {
    const [right, fast] = [createProcess(4).limits, createProcess(4).limits]
    expect(await admitted(right, 4)).toBe(4)
    const { now } = Date
    Date.now = () => now() + 3_600_000
    try {
      expect(await admitted(fast, 4)).toBe(0)
    } finally {
      Date.now = now
    }
  })
})

describe('without the database', () => {
  it('requests are soon admitted without headers, and counted again when the database is available', async () => {
    const { limits, errors } = createProcess(5, { timeoutMs: defaultTimeoutMs })
    await execute(database.url, 'alter table rate_limits rename to gone')
    try {
      const startMs = performance.now()
      expect(await admitted(limits, 20)).toBe(20)
      expect(await request(limits)).toEqual({ admitted: true })
      expect(performance.now() - startMs).toBeLessThan(boundMs)
      expect(errors).toHaveLength(1)
    } finally {
      await execute(database.url, 'alter table gone rename to rate_limits')
    }
    await expect.poll(async () => (await request(limits)).admitted).toBe(false)
  })

  it('the same when the database responds too late', async () => {
    const { limits, errors, pool } = createProcess(5, { max: 1, timeoutMs: defaultTimeoutMs })
    const holding = await pool.connect()
    const startMs = performance.now()
    expect(await admitted(limits, 20)).toBe(20)
    expect(performance.now() - startMs).toBeLessThan(boundMs)
    expect(errors).toHaveLength(1)
    holding.release()
  })
})
