import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { balancer } from './balancer.ts'
import { drained, violations } from './checker.ts'
import { type CallerRecords, newCallerRecords, submitMany, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { openRig, owner, type Rig } from './rig.ts'
import { restingMs, rollingRestarts, timeoutMs } from './size.ts'

const exitMs = 30_000

/** Two APIs behind a balancer and several workers, with callers that submit until `rest`. */
async function serveUnderLoad(rig: Rig, workerCount: number, mutants: Mutant[] = []) {
  const startApi = () => rig.startApi({}, { mutants })
  const startWorker = () => rig.startTestWorker({}, { mutants })
  const seen = newCallerRecords()
  const [apis, workers, loadBalancer] = await Promise.all([
    Promise.all([startApi(), startApi()]),
    Promise.all(Array.from({ length: workerCount }, startWorker)),
    balancer(),
  ])
  for (const api of apis) loadBalancer.add(api.url)
  let over = false
  const load = submitMany(seen, {
    url: () => loadBalancer.url,
    callers: 6,
    pauseMs: restingMs,
    more: () => !over,
    // Some take longer than a drain and stop when interrupted.
    work: (index) => (index % 100 === 5 ? 'yield-6000' : 'sleep-30'),
  })
  const rest = () => {
    over = true
    return load
  }
  return { startApi, startWorker, apis, workers, loadBalancer, seen, rest }
}

/** Ends a process as an operator does; returns the violations. */
async function terminate(old: Process): Promise<string[]> {
  const startMs = performance.now()
  old.signal('SIGTERM')
  const { code, signal } = await old.exited
  const tookMs = Math.round(performance.now() - startMs)
  return [
    ...(code === 0 ? [] : [`a process ended with ${code ?? signal}`]),
    ...(tookMs > exitMs ? [`a process took ${tookMs} ms to end`] : []),
  ]
}

type AtWork = {
  elsewhere: string
  /** Longest time for which the requests of the API are blocked. */
  heldMs?: number
}

/** The same while requests of the API wait in the database. */
async function terminateAtWork(
  { sql }: Rig,
  api: Process,
  seen: CallerRecords,
  { elsewhere, heldMs = 1500 }: AtWork,
): Promise<string[]> {
  const keys = Array.from({ length: 10 }, () => randomUUID())
  const { burst, ending, waitingRequests } = await sql.begin(async (tx) => {
    // Blocks only submits with one of these keys.
    await tx`
      insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
      select ${owner}, key, '', gen_random_uuid(), now() from jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) key`
    const burst = keys.map((key) => submitOnce(seen, api.url, key))
    const waiting = () => tx<{ pid: number; since: string }[]>`
      select pid, query_start::text as since from pg_locks join pg_stat_activity using (pid)
      where not granted and transactionid = pg_current_xact_id()::xid`
    while ((await waiting()).length === 0) await delay(10)
    const ending = terminate(api)
    await Promise.race([ending, delay(heldMs)])
    const waitingRequests = await waiting()
    await tx`delete from idempotency_keys where expires_at = now()`
    return { burst, ending, waitingRequests }
  })
  await Promise.all(burst)
  // The first request must be carried out before its repetition arrives.
  const under = JSON.stringify(waitingRequests.map(({ pid, since }) => `${pid} ${since}`))
  const underWay = () => sql`
    select 1 from pg_stat_activity
    where state = 'active' and pid || ' ' || query_start in (select jsonb_array_elements_text(${under}::text::jsonb))`
  while ((await underWay()).length > 0) await delay(10)
  for (const key of keys) if (!seen.acknowledged.has(key)) await submitOnce(seen, elsewhere, key)
  return ending
}

/**
 * The violations that callers and operations saw. A server may close an idle connection (a request that crosses the close is repeated with
 * its key); closing a connection with an accepted request is a violation.
 */
async function violationsOfRestart({ sql }: Rig, { statuses, dropped }: CallerRecords): Promise<string[]> {
  const charged = await sql`select 1 from operations where failures > 0 or status = 'FAILED'`
  const bad = Object.entries(statuses).filter(([status]) => status !== '202' && status !== 'broken')
  return [
    ...(dropped.size > 0 ? [`${dropped.size} requests were executed and got no response`] : []),
    ...bad.map(([status, times]) => `${times} responses ${status}`),
    ...(charged.length > 0 ? [`${charged.length} operations were charged`] : []),
  ]
}

test('SIGTERM one after the other under load: each process ends in time, no attempt is charged, each accepted request gets a response', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const { startApi, startWorker, apis, workers, loadBalancer, seen, rest } = await serveUnderLoad(rig, 2)
  const found: string[] = []
  for (let round = 0; round < rollingRestarts; round += 1) {
    const [oldApi, oldWorker] = [apis[round % 2] as Process, workers[round % 2] as Process]
    const [api, worker] = await Promise.all([startApi(), startWorker()])
    loadBalancer.add(api.url)
    found.push(...(await terminateAtWork(rig, oldApi, seen, { elsewhere: loadBalancer.url })))
    loadBalancer.remove(oldApi.url)
    found.push(...(await terminate(oldWorker)))
    apis[round % 2] = api
    workers[round % 2] = worker
  }
  await rest()
  expect(await drained(rig.sql, 60_000)).toBe(0)
  expect([...found, ...(await violationsOfRestart(rig, seen)), ...(await violations(rig, seen))]).toEqual([])
})

test('the check finds an API that drops requests, and a worker that charges operations', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const { apis, workers, loadBalancer, seen, rest } = await serveUnderLoad(rig, 1, ['stops-at-once', 'charges-release'])
  while (
    (await rig.sql`select 1 from operations where status = 'RUNNING' and labels->>'work' = 'yield-6000'`).length === 0
  );
  // A process that stops at once does so within this time on a busy machine, too.
  const held = { elsewhere: loadBalancer.url, heldMs: exitMs }
  await Promise.all([terminateAtWork(rig, apis[0] as Process, seen, held), ...workers.map(terminate)])
  await rest()
  const found = (await violationsOfRestart(rig, seen)).join()
  expect(found).toMatch(/executed and got no response/)
  expect(found).toMatch(/operations were charged/)
})
