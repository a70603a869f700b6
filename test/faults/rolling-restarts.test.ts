import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { balancer } from './balancer.ts'
import { drained, violations } from './checker.ts'
import { type Experience, nothingYet, submitMany, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { openRig, type Rig } from './rig.ts'
import { restingMs, rollingRestarts, timeoutMs } from './size.ts'

const exitMs = 30_000

/** Two APIs behind a balancer, and so many workers, with callers that submit until `rest`. */
async function serveUnderLoad(rig: Rig, workerCount: number, mutants: Mutant[] = []) {
  const startApi = () => rig.startApi({}, { mutants })
  const startWorker = () => rig.startTestWorker({}, { mutants })
  const seen = nothingYet()
  const [apis, workers, way] = await Promise.all([
    Promise.all([startApi(), startApi()]),
    Promise.all(Array.from({ length: workerCount }, startWorker)),
    balancer(),
  ])
  for (const api of apis) way.add(api.url)
  let over = false
  const load = submitMany(seen, {
    url: () => way.url,
    callers: 6,
    pauseMs: restingMs,
    more: () => !over,
    // Some would outlast a drain, and stop when they are told to.
    work: (index) => (index % 100 === 5 ? 'yield-6000' : 'sleep-30'),
  })
  const rest = () => {
    over = true
    return load
  }
  return { startApi, startWorker, apis, workers, way, seen, rest }
}

/** Ends a process as an operator does, in the middle of a burst of submits; what was not as promised. */
async function terminate(old: Process, seen: Experience, url: string): Promise<string[]> {
  const burst = Array.from({ length: 40 }, () => submitOnce(seen, url, randomUUID()))
  await Promise.race(burst)
  const toldMs = performance.now()
  old.signal('SIGTERM')
  const { code, signal } = await old.exited
  await Promise.all(burst)
  const tookMs = Math.round(performance.now() - toldMs)
  return [
    ...(code === 0 ? [] : [`a process ended with ${code ?? signal}`]),
    ...(tookMs > exitMs ? [`a process took ${tookMs} ms to end`] : []),
  ]
}

/** What callers and operations noticed. */
async function noticed({ sql }: Rig, { answers }: { answers: Record<string, number> }): Promise<string[]> {
  const burned = await sql`select 1 from operations where failures > 0 or status = 'FAILED'`
  const bad = Object.entries(answers).filter(([answer]) => answer !== '202')
  return [
    ...bad.map(([answer, times]) => `${times} answers ${answer}`),
    ...(burned.length > 0 ? [`${burned.length} operations lost an attempt`] : []),
  ]
}

test('SIGTERM one after the other under load: each ends in time, no attempt is burned, no caller notices', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const { startApi, startWorker, apis, workers, way, seen, rest } = await serveUnderLoad(rig, 2)
  const found: string[] = []
  for (let round = 0; round < rollingRestarts; round += 1) {
    const [oldApi, oldWorker] = [apis[round % 2] as Process, workers[round % 2] as Process]
    const [api, worker] = await Promise.all([startApi(), startWorker()])
    way.add(api.url)
    found.push(...(await terminate(oldApi, seen, way.url)))
    way.remove(oldApi.url)
    found.push(...(await terminate(oldWorker, seen, way.url)))
    apis[round % 2] = api
    workers[round % 2] = worker
  }
  await rest()
  expect(await drained(rig.sql, 60_000)).toBe(0)
  expect([...found, ...(await noticed(rig, seen)), ...(await violations(rig, seen))]).toEqual([])
})

test('the check finds an API that drops what it does, and a worker that charges for it', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const { apis, workers, way, seen, rest } = await serveUnderLoad(rig, 1, ['stops-at-once', 'charges-release'])
  while (
    (await rig.sql`select 1 from operations where status = 'RUNNING' and labels->>'work' = 'yield-6000'`).length === 0
  );
  await Promise.all([...apis.slice(0, 1), ...workers].map((old) => terminate(old, seen, way.url)))
  await rest()
  const found = (await noticed(rig, seen)).join()
  expect(found).toMatch(/answers broken/)
  expect(found).toMatch(/lost an attempt/)
})
