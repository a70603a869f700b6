import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLimits, type Limits } from '../../server/auth/limits.ts'
import type { RateClass } from '../../server/contract/document.ts'
import { Problem } from '../../server/contract/problem.ts'
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

/** Long enough that a busy machine counts every request: one that waits for longer is let through. */
const patient = 20_000
/** As a service has it. */
const usual = 500
/** More than the usual patience, less than any answer that is waited for. */
const soonMs = 2500

/** What a process has, and how many queries it has sent. */
function createProcess(limit: number, { windowSeconds = 60, max = 2, patienceMs = patient } = {}) {
  const troubles: unknown[] = []
  let queries = 0
  const pool = new pg.Pool({ connectionString: database.url, max, query_timeout: 3000 + patienceMs })
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
  const most = { submits: limit, reads: limit, uploads: limit }
  const limits = createLimits(pool, { most, windowSeconds, patienceMs, onTrouble: (cause) => troubles.push(cause) })
  opened.push(limits)
  return { limits, troubles, pool, queries: () => queries }
}

let credential: string
let names = 0
beforeEach(() => {
  credential = `credential-${names++}`
})

/** What is told of the limit; of a refusal also after how many seconds to come again. */
async function asked(limits: Limits, rateClass: RateClass = 'reads') {
  try {
    const headers = await limits.admit(
      { actor: 'key:test', credential, allowance: credential, ownerId: 'alice', scopes: new Set() },
      rateClass,
    )
    return { admitted: true, ...told(headers) }
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'RATE_LIMITED')) throw error
    return { admitted: false, retryAfter: error.extra.retryAfter ?? 0, ...told(error.headers) }
  }
}

function told(headers: Record<string, string>) {
  const [, left, seconds] = /r=(\d+);t=(\d+)$/.exec(headers.ratelimit ?? '') ?? []
  return left === undefined ? {} : { left: Number(left), seconds: Number(seconds) }
}

/** How many of `count` are admitted, all asked for at once. */
async function admitted(limits: Limits, count: number) {
  const answers = await Promise.all(Array.from({ length: count }, () => asked(limits)))
  return answers.filter((answer) => answer.admitted).length
}

describe('a limit', () => {
  it('is exact at one process, and counts down', async () => {
    const { limits } = createProcess(250)
    const lefts: unknown[] = []
    for (let n = 0; n < 250; n++) lefts.push((await asked(limits)).left)
    expect(lefts).toEqual(Array.from({ length: 250 }, (_, n) => 249 - n))
    expect(await asked(limits)).toMatchObject({ admitted: false, left: 0 })
  })

  it('costs a query for one in a hundred, and none once it is reached', async () => {
    const { limits, queries } = createProcess(6000)
    expect(await admitted(limits, 3000)).toBe(3000)
    expect(queries()).toBe(50)
    expect(await admitted(limits, 3500)).toBe(3000)
    const reached = queries()
    expect(reached).toBeLessThanOrEqual(101)
    expect(await admitted(limits, 1000)).toBe(0)
    expect(queries()).toBe(reached)
  })

  it('is one of all processes, at most 5 % early with six of which five go silent', async () => {
    const processes = Array.from({ length: 6 }, () => createProcess(1000).limits)
    const [busy, ...silent] = processes as [Limits, ...Limits[]]
    for (const limits of silent) expect((await asked(limits)).admitted).toBe(true)
    const all = silent.length + (await admitted(busy, 1100))
    expect(all).toBeLessThanOrEqual(1000)
    expect(all).toBeGreaterThanOrEqual(950)
  })

  it('is never exceeded by processes that all send at once', async () => {
    const processes = Array.from({ length: 4 }, () => createProcess(997).limits)
    const counts = await Promise.all(processes.map((limits) => admitted(limits, 400)))
    const all = counts.reduce((sum, count) => sum + count, 0)
    expect(all).toBeLessThanOrEqual(997)
    // A process that needs no more keeps what is left of its block.
    expect(all).toBeGreaterThanOrEqual(0.95 * 997)
  })

  it('is each class’s and each credential’s own', async () => {
    const { limits } = createProcess(3)
    expect(await admitted(limits, 5)).toBe(3)
    expect((await asked(limits, 'submits')).admitted).toBe(true)
    expect((await asked(limits, 'uploads')).admitted).toBe(true)
    credential = `${credential}-of-another`
    expect(await admitted(limits, 5)).toBe(3)
  })
})

describe('a window', () => {
  it('ends after exactly the seconds of Retry-After, at each process', async () => {
    const windowSeconds = 2
    const [one, other] = [createProcess(5, { windowSeconds }).limits, createProcess(5, { windowSeconds }).limits]
    for (let round = 0; round < 3; round++) {
      expect(await admitted(one, 7)).toBe(5)
      const [refusedHere, refusedThere] = [await asked(one), await asked(other)]
      for (const refused of [refusedHere, refusedThere]) {
        expect(refused).toMatchObject({ admitted: false, retryAfter: refused.seconds })
        expect(refused.seconds).toBeLessThanOrEqual(windowSeconds)
      }
      await delay(1000 * (refusedThere.seconds ?? Number.NaN))
      const again = await asked(round % 2 ? other : one)
      expect(again).toMatchObject({ admitted: true, left: 4 })
      await delay(1000 * (again.seconds ?? Number.NaN))
    }
  })

  it('takes what is left of its block with it', async () => {
    const { limits } = createProcess(300, { windowSeconds: 1 })
    const first = await asked(limits)
    expect(first).toMatchObject({ left: 299, seconds: 1 })
    await delay(1000 * (first.seconds ?? Number.NaN))
    expect(await asked(limits)).toMatchObject({ left: 299, seconds: 1 })
  })

  it('goes by the database’s clock, whatever the process’s says', async () => {
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
  it('requests are let through, soon and untold, and counted again when it is back', async () => {
    const { limits, troubles } = createProcess(5, { patienceMs: usual })
    await execute(database.url, 'alter table rate_limits rename to gone')
    try {
      const startMs = performance.now()
      expect(await admitted(limits, 20)).toBe(20)
      expect(await asked(limits)).toEqual({ admitted: true })
      expect(performance.now() - startMs).toBeLessThan(soonMs)
      expect(troubles).toHaveLength(1)
    } finally {
      await execute(database.url, 'alter table gone rename to rate_limits')
    }
    await expect.poll(async () => (await asked(limits)).admitted).toBe(false)
  })

  it('that answers too late, too', async () => {
    const { limits, troubles, pool } = createProcess(5, { max: 1, patienceMs: usual })
    const holding = await pool.connect()
    const startMs = performance.now()
    expect(await admitted(limits, 20)).toBe(20)
    expect(performance.now() - startMs).toBeLessThan(soonMs)
    expect(troubles).toHaveLength(1)
    holding.release()
  })
})
