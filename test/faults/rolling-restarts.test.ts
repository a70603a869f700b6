import { expect, test } from 'vitest'
import { balancer } from './balancer.ts'
import { drained, violations } from './checker.ts'
import { nothingYet, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Process } from './processes.ts'
import { openRig } from './rig.ts'
import { operationCount, rollingRestarts, timeoutMs } from './size.ts'

const exitMs = 30_000

/** Of two APIs and two workers replaces those of `which` one after the other, under load; what was not as promised. */
async function roll(rounds: number, which: (0 | 1)[], mutants: Mutant[] = []): Promise<string[]> {
  const rig = await openRig()
  await rig.sql`create table if not exists effects (operation_id uuid, attempt int)`
  const way = await balancer()
  const seen = nothingYet()
  const startApi = () => rig.startApi({}, { mutants })
  const startWorker = () => rig.startTestWorker({}, { mutants })
  const apis = await Promise.all([startApi(), startApi()])
  const workers = await Promise.all([startWorker(), startWorker()])
  for (const api of apis) way.add(api.url)
  let over = false
  const load = submitMany(seen, {
    url: () => way.url,
    callers: 6,
    pauseMs: 50,
    more: (done) => !over || done < operationCount / 10,
    // Some would outlast a drain, and stops when it is told to.
    work: (index) => (index % 100 === 50 ? 'yield-7000' : 'sleep-30'),
  })

  const found: string[] = []
  const replace = async (old: Process, next: Promise<Process>) => {
    const fresh = await next
    if (fresh.url) way.add(fresh.url)
    const toldMs = performance.now()
    old.signal('SIGTERM')
    const { code, signal } = await old.exited
    if (old.url) way.remove(old.url)
    if (code !== 0) found.push(`a process ended with ${code ?? signal}`)
    if (performance.now() - toldMs > exitMs)
      found.push(`a process took ${Math.round(performance.now() - toldMs)} ms to end`)
    return fresh
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const index of which) {
      apis[index] = await replace(apis[index], startApi())
      workers[index] = await replace(workers[index], startWorker())
    }
  }
  over = true
  await load
  if ((await drained(rig.sql, 60_000)) > 0) found.push('not drained')
  const burned = await rig.sql`select 1 from operations where failures > 0 or status = 'FAILED'`
  if (burned.length > 0) found.push(`${burned.length} operations lost an attempt`)
  const bad = Object.entries(seen.answers).filter(([answer]) => answer !== '202')
  return [...found, ...bad.map(([answer, times]) => `${times} answers ${answer}`), ...(await violations(rig, seen))]
}

test('SIGTERM one after the other under load: each ends in time, no attempt is burned, no caller notices', {
  timeout: timeoutMs,
}, async () => {
  expect(await roll(rollingRestarts, [0, 1])).toEqual([])
})

test('the check finds processes that drop what they do', { timeout: timeoutMs }, async () => {
  const found = await roll(1, [0], ['stops-at-once', 'charges-release'])
  expect(found.join()).toMatch(/answers broken/)
  expect(found.join()).toMatch(/lost an attempt/)
})
