import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { call, type Experience, nothingYet, reportOf, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { hostileSeconds, neighbours, timeoutMs } from './size.ts'

/** Longest that anybody may wait for an answer, whatever handlers do on this machine. */
const longestMs = 2000
const limitMegabytes = 256
/** Three deaths of its own process alone; before them one beside its neighbours, for which nobody is charged. */
const poisonedAttempts = 4

/** How an operation must end, and the attempts that it may take for that. */
type End = { end: string; attempts?: number }
const hostileEnds: Record<string, End> = {
  block: { end: 'TIMEOUT' },
  never: { end: 'TIMEOUT' },
  [`hoard-${2 * limitMegabytes}`]: { end: 'POISONED', attempts: poisonedAttempts },
  kill: { end: 'POISONED', attempts: poisonedAttempts },
}

const submit = (seen: Experience, url: string, work: string) => submitOnce(seen, url, randomUUID(), reportOf(work))

/** Reads one of the operations again and again until told to stop; counts into `seen`. */
async function keepReading(seen: Experience, url: string, stop: AbortSignal) {
  const [id] = seen.acknowledged.values()
  while (!stop.aborted) {
    await call(seen, `${url}/api/v1/operations/${id}`)
    await delay(50)
  }
}

type Row = { work: string; end: string; attempt: number; failures: number; crashes: number; effects: number }

const rowsOf = ({ sql }: Rig) => sql<Row[]>`
  select labels ->> 'work' as work, coalesce(error ->> 'code', status) as end, attempt, failures, crashes,
    (select count(*)::int from effects where effects.operation_id = operations.operation_id) as effects
  from operations`

function wrong({ work, end, attempt, failures, crashes, effects }: Row): string[] {
  const hostile = hostileEnds[work]
  if (hostile) {
    const { attempts = attempt } = hostile
    const asExpected = end === hostile.end && attempt === attempts && failures === 0
    return asExpected ? [] : [`${work} ended ${end} at attempt ${attempt} with ${failures} failures`]
  }
  const fine = end === 'COMPLETED' && effects > 0 && failures === 0 && crashes === 0
  return fine ? [] : [`${work} ended ${end} with ${failures} failures and ${crashes} crashes charged`]
}

/** The whole service in one process with one executor, with these and their neighbours in it; what is wrong. */
async function beside(works: string[], mutants: Mutant[] = []) {
  const rig = await openRig()
  await rig.sql`create table effects (operation_id uuid, attempt int)`
  const service = await rig.startApi(
    {
      ROLES: 'api,worker',
      WORKER_CONCURRENCY: String(neighbours + works.length),
      EXECUTOR_RSS_MB: String(limitMegabytes),
      FAULTS_RUN_SECONDS: String(hostileSeconds),
    },
    { mutants: ['short-run-times', 'labelled-reports', 'one-executor', ...mutants] },
  )
  const seen = nothingYet()
  const all = [...works, ...Array.from({ length: neighbours }, () => 'sleep-1000')]
  await Promise.all(all.map((work) => submit(seen, service.url, work)))
  const over = new AbortController()
  const reading = keepReading(seen, service.url, over.signal)
  const open = await drained(rig.sql, hostileSeconds * 1000 + 60_000)
  over.abort()
  await reading
  const { answers, longestMs: waitedMs } = seen
  const found = [...(await rowsOf(rig)).flatMap(wrong), ...(await violations(rig, seen))]
  return { open, found, refused: Object.keys(answers).filter((status) => !/^20[02]$/.test(status)), waitedMs }
}

for (const [words, works] of [
  ['block their event loop or never return end at their time', ['block', 'never']],
  ['exhaust memory or kill their process are poisoned', [`hoard-${2 * limitMegabytes}`, 'kill']],
] as const) {
  test(`handlers that ${words}; neighbours complete uncharged, and the API answers`, {
    timeout: timeoutMs,
  }, async () => {
    const { open, found, refused, waitedMs } = await beside([...works])
    expect({ open, found, refused }).toEqual({ open: 0, found: [], refused: [] })
    expect(waitedMs).toBeLessThan(longestMs)
  })
}

test('a machine that is lost three times is no failure of its operation', { timeout: timeoutMs }, async () => {
  const rig = await openRig()
  const seen = nothingYet()
  const api = await rig.startApi()
  await submit(seen, api.url, 'sleep-1500')
  for (let lost = 0; lost < 3; lost++) {
    const worker = await rig.startTestWorker()
    const running = () => rig.sql`select 1 from operations where status = 'RUNNING' and attempt = ${lost + 1}`
    while ((await running()).length === 0) await delay(20)
    worker.signal('SIGKILL')
    await worker.exited
  }
  await rig.startTestWorker()
  const open = await drained(rig.sql, 30_000)
  const rows = await rowsOf(rig)
  expect({ open, rows, found: await violations(rig, seen) }).toEqual({
    open: 0,
    rows: [{ work: 'sleep-1500', end: 'COMPLETED', attempt: 4, failures: 0, crashes: 0, effects: 1 }],
    found: [],
  })
})

test('the check finds memory without a limit, and bystanders that are charged', { timeout: timeoutMs }, async () => {
  const unlimited = await beside([`hoard-${2 * limitMegabytes}`], ['memory-unlimited'])
  expect(unlimited.found.join()).toMatch(/hoard-512 ended COMPLETED/)
  const charging = await beside(['kill'], ['charges-bystanders'])
  expect(charging.found.join()).toMatch(/sleep-1000 ended COMPLETED with 0 failures and 1 crashes charged/)
})

test('the check finds neighbours that are left in a blocked process', { timeout: timeoutMs }, async () => {
  const { found } = await beside(['block'], ['waits-for-the-blocked'])
  expect(found.join()).toMatch(/sleep-1000 ended TIMEOUT/)
})
