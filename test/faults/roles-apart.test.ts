import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openStream } from '../support/sse.ts'
import { balancer } from './balancer.ts'
import { drained, violations } from './checker.ts'
import { call, newCallerRecords, reportOf, submitMany, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { apiKey, openRig, owner, type Rig } from './rig.ts'
import { operationCount, processKills, timeoutMs, workerFaultEveryMs } from './size.ts'

const environment = { LEASE_SECONDS: '3', DATABASE_POOL_SIZE: '12', WORKER_CONCURRENCY: '8' }

/** Three APIs behind a balancer and three workers, over one database. */
async function startSix(rig: Rig, mutants: Mutant[] = []) {
  const loadBalancer = await balancer()
  const starts = {
    api: async () => {
      const api = await rig.startApi(environment, { mutants })
      loadBalancer.add(api.url)
      return api
    },
    worker: () => rig.startTestWorker(environment),
  }
  const three = (role: keyof typeof starts) => Promise.all([starts[role](), starts[role](), starts[role]()])
  const [apis, workers] = await Promise.all([three('api'), three('worker')])
  return { loadBalancer, starts, running: { api: apis, worker: workers } }
}

/** Ends processes at random, APIs and workers in turn, and replaces each; of each role at least one is left. */
async function killAtRandom({ loadBalancer, starts, running }: Awaited<ReturnType<typeof startSix>>, kills: number) {
  const replacing: Promise<unknown>[] = []
  for (let killed = 0; killed < kills; ) {
    await delay(workerFaultEveryMs / 2)
    const role = killed % 2 === 0 ? 'api' : 'worker'
    const processes: Process[] = running[role]
    if (processes.length === 1) continue
    const [struck] = processes.splice(Math.floor(Math.random() * processes.length), 1)
    if (!struck) continue
    struck.signal('SIGKILL')
    killed += 1
    if (role === 'api') loadBalancer.remove(struck.url)
    replacing.push(starts[role]().then((fresh) => void processes.push(fresh)))
  }
  await Promise.all(replacing)
}

/** Follows an operation to its end over whichever API answers; returns the ids of the events in order of arrival. */
async function follow(url: () => string, operationId: string) {
  const ids: number[] = []
  for (let fruitless = 0; fruitless < maxFruitless; ) {
    const stream = await openStream(`${url()}/api/v1/operations/${operationId}/stream`, {
      key: apiKey,
      lastEventId: ids.length === 0 ? undefined : String(ids.at(-1)),
    }).catch(() => undefined)
    if (stream?.status === 204) return { operationId, ids }
    if (stream?.status !== 200) {
      await delay(50)
      continue
    }
    const before = ids.length
    for await (const { id } of stream.blocks) if (id !== undefined) ids.push(Number(id))
    fruitless = ids.length === before ? fruitless + 1 : 0
  }
  return { operationId, ids }
}

/** A reader that reconnects this often without an event has missed the end. */
const maxFruitless = 4

/** Schedules that are due each second for as long as `seconds`. */
async function addSchedules({ sql }: Rig, count: number, seconds: number): Promise<void> {
  const operation = { input: reportOf(), priority: 'NORMAL', maxAttempts: 3, queueTimeoutSeconds: 86_400 }
  await sql`
    insert into schedules (schedule_id, owner_id, interval_seconds, time_zone, anchor_at, end_at, jitter_seconds, overlap_policy, catch_up,
      catch_up_window_seconds, type, operation, path_names, due_at, fire_at)
    select gen_random_uuid(), ${owner}, 1, 'UTC', first, first + ${seconds} * interval '1 second', 0, 'QUEUE', 'ALL', 3600, 'generateReport',
      ${sql.json(operation)}, '[]', first, first
    from generate_series(1, ${count}) n, (select date_trunc('milliseconds', now()) as first) as clock`
}

/** Streams that differ from the history of their operation. */
async function wrongStreams({ sql }: Rig, streams: readonly { operationId: string; ids: number[] }[]) {
  const rows = await sql<
    { id: string; last: number }[]
  >`select 'op_' || operation_id as id, last_sequence as last from operations`
  const lastOf = new Map(rows.map(({ id, last }) => [id, last]))
  return streams.filter(
    ({ operationId, ids }) => ids.length - 1 !== lastOf.get(operationId) || ids.some((id, index) => id !== index),
  )
}

async function runUnderKills({ kills = processKills, mutants = [] }: { kills?: number; mutants?: Mutant[] } = {}) {
  const rig = await openRig()
  const six = await startSix(rig, mutants)
  const seen = newCallerRecords()
  const url = () => six.loadBalancer.url
  await addSchedules(rig, 3, 5)

  let killing = true
  const killed = killAtRandom(six, kills).finally(() => {
    killing = false
  })
  const load = submitMany(seen, {
    url,
    callers: 4,
    pauseMs: 20,
    more: (done) => killing || done < operationCount,
    work: (index) => (index % 7 === 0 ? 'step-300' : `sleep-${50 + (index % 100)}`),
  })
  const following = (async () => {
    const streams: ReturnType<typeof follow>[] = []
    for (let followed = 0; killing; ) {
      await delay(50)
      const ids = [...seen.acknowledged.values()]
      if (streams.length < 100) streams.push(...ids.slice(followed).map((id) => follow(url, id)))
      followed = ids.length
    }
    return Promise.all(streams)
  })()
  await Promise.all([killed, load])
  while ((await rig.sql`select 1 from schedules where fire_at is not null limit 1`).length > 0) await delay(200)
  const open = await drained(rig.sql, 60_000)
  const gaps = await wrongStreams(rig, await following)
  const missing = await rig.sql`
    select schedule_id from schedules left join schedule_runs using (schedule_id)
    group by 1 having count(*) filter (where outcome = 'STARTED') <> 5`
  const found = (await violations(rig, seen)).filter((violation) => !violation.startsWith('without a key'))
  const [row] = await rig.sql<{ own: number; scheduled: number }[]>`
    select count(*) filter (where schedule_id is null)::int as own, count(*) filter (where schedule_id is not null)::int as scheduled
    from operations`
  return { open, found, gaps, missing: [...missing], ...row, acknowledged: seen.acknowledged.size }
}

test('three APIs and three workers are killed at random under load: nothing is lost, doubled or stuck, streams have no gap, schedules fire once', {
  timeout: timeoutMs,
}, async () => {
  const { own, acknowledged, ...faults } = await runUnderKills()
  expect(faults).toEqual({ open: 0, found: [], gaps: [], missing: [], scheduled: 15 })
  expect(own).toBe(acknowledged)
})

test('the check finds streams that resume at another API with new events only', { timeout: timeoutMs }, async () => {
  const { gaps } = await runUnderKills({ kills: 3, mutants: ['resumes-at-now'] })
  expect(gaps.length).toBeGreaterThan(0)
})

/** Sends `count` requests at the same time, each to the next API. */
const spread = <T>(apis: readonly Process[], count: number, send: (url: string, index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => send((apis[index % apis.length] as Process).url, index)))

test('three APIs and two workers act as one: keys, quotas, rate limits, long polls and turns of owners hold across them', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const bob = 'bob-0123456789abcdef'
  const limited = {
    ...environment,
    API_KEYS: `${owner}:${apiKey},bob:${bob}`,
    OWNER_OPERATIONS: '40',
    LIMIT_READS: '120',
  }
  const start = () => rig.startApi(limited)
  const apis = await Promise.all([start(), start(), start()])
  const seen = newCallerRecords()

  // One key at all APIs at once, before there is a worker.
  const key = randomUUID()
  await spread(apis, 30, (url) => submitOnce(seen, url, key, reportOf('sleep-1')))
  expect(seen.contradictions).toEqual([])
  expect(await rig.sql`select count(*)::int as rows from operations`).toEqual([{ rows: 1 }])

  // The quota of unfinished operations.
  const flood = newCallerRecords()
  await spread(apis, 90, (url) => submitOnce(flood, url, randomUUID(), reportOf('sleep-100')))
  expect(flood.statuses).toEqual({ 202: 39, 429: 51 })

  // Another owner's turn comes before the backlog is done.
  const asBob = { authorization: `Bearer ${bob}`, 'content-type': 'application/json' }
  const [accepted] = await spread(apis, 1, (url) =>
    call(newCallerRecords(), `${url}/api/v1/reports:generate`, {
      method: 'POST',
      headers: asBob,
      body: JSON.stringify(reportOf('sleep-1')),
    }),
  )
  const { operationId } = (accepted?.body ?? {}) as { operationId: string }
  // The end of an operation reaches a long poll at each API.
  const ends = spread(apis, 3, (url) =>
    call(newCallerRecords(), `${url}/api/v1/operations/${operationId}`, { headers: { ...asBob, prefer: 'wait=60' } }),
  )
  const one = { ...environment, WORKER_CONCURRENCY: '2' }
  await Promise.all([rig.startTestWorker(one), rig.startTestWorker(one)])
  for (const answer of await ends) expect(answer?.body).toMatchObject({ operationId, status: 'COMPLETED' })
  const [behind] = await rig.sql<{ ended: number }[]>`
    select count(*)::int as ended from operations, (select finished_at as bobs from operations where owner_id = 'bob') as b
    where owner_id = ${owner} and finished_at <= bobs`
  expect(behind?.ended).toBeLessThan(20)
  expect(await drained(rig.sql, 60_000)).toBe(0)

  // The rate limit of one credential.
  const reads = newCallerRecords()
  await spread(apis, 300, (url) => call(reads, `${url}/api/v1/operations/${[...seen.acknowledged.values()][0]}`))
  expect(reads.statuses).toEqual({ 200: 120, 429: 180 })
})
