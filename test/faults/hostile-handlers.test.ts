import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import { type CallerRecords, call, newCallerRecords, reportOf, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { hostileSeconds, neighbours, sharing, timeoutMs } from './size.ts'

/** Longest response time while hostile handlers run. */
const longestMs = 3000 * sharing
/**
 * Longest time of a neighbour: less than the run time of a hostile handler with its grace period at the full size, where twelve neighbours
 * run alone in separate processes, two at a time, because the hostile handlers occupy the other two.
 */
const neighbourSeconds = 45
const limitMegabytes = 256
/** Lease of the workers that are lost. */
const lease = { LEASE_SECONDS: '2' }
const hoard = `hoard-${2 * limitMegabytes}`

const hostileEnds: Record<string, string> = {
  block: 'TIMEOUT',
  never: 'TIMEOUT',
  [hoard]: 'POISONED',
  kill: 'POISONED',
}

const submit = (seen: CallerRecords, url: string, work: string) => submitOnce(seen, url, randomUUID(), reportOf(work))
const submitNeighbour = (seen: CallerRecords, url: string) =>
  submitOnce(seen, url, randomUUID(), { format: 'CSV' }, 'customers:export')

/** Reads one of the operations again and again until `stop` is aborted; counts into `seen`. */
async function keepReading(seen: CallerRecords, url: string, stop: AbortSignal) {
  const [id] = seen.acknowledged.values()
  while (!stop.aborted) {
    await call(seen, `${url}/api/v1/operations/${id}`)
    await delay(50)
  }
}

type Row = { work: string; end: string; attempt: number; failures: number; crashes: number; seconds: number }

const rowsOf = ({ sql }: Rig) => sql<Row[]>`
  select coalesce(labels ->> 'work', 'neighbour') as work, coalesce(error ->> 'code', status) as end, attempt, failures, crashes,
    extract(epoch from finished_at - created_at)::float8 as seconds
  from operations`

/** An operation ends after its third exit alone, which is not counted. The first exit, with neighbours, is not charged. */
function wrong({ work, end, attempt, failures, crashes, seconds }: Row): string[] {
  const due = hostileEnds[work] ?? 'COMPLETED'
  const charged = due === 'POISONED' ? 2 : 0
  const early = due === 'POISONED' && attempt < 4
  const late = due === 'COMPLETED' && seconds > neighbourSeconds
  if (end === due && failures === 0 && crashes === charged && !early && !late) return []
  return [
    `${work} ended ${end} at attempt ${attempt} with ${failures} failures and ${crashes} crashes charged, after ${Math.round(seconds)} s`,
  ]
}

type NeighbourOptions = { runSeconds?: number; neighbourCount?: number; drainMs?: number }

/** Runs the service in one process with one executor, which runs `works` and their neighbours; returns the violations. */
async function runWithNeighbours(
  works: string[],
  mutants: Mutant[] = [],
  {
    runSeconds = hostileSeconds,
    neighbourCount = neighbours,
    drainMs = runSeconds * 1000 + 60_000,
  }: NeighbourOptions = {},
) {
  const rig = await openRig()
  await rig.sql`create table effects (operation_id uuid, attempt int)`
  const service = await rig.startApi(
    {
      ROLES: 'api,worker',
      WORKER_CONCURRENCY: String(neighbourCount + works.length),
      EXECUTOR_RSS_MB: String(limitMegabytes),
      FAULTS_RUN_TYPE: 'generateReport',
      FAULTS_RUN_SECONDS: String(runSeconds),
    },
    { mutants: ['labelled-reports', 'one-executor', ...mutants] },
  )
  const seen = newCallerRecords()
  await Promise.all([
    ...works.map((work) => submit(seen, service.url, work)),
    ...Array.from({ length: neighbourCount }, () => submitNeighbour(seen, service.url)),
  ])
  const over = new AbortController()
  const reading = keepReading(seen, service.url, over.signal)
  // The run time begins with the claim, which waits for an executor.
  while ((await rig.sql`select 1 from operations where attempt = 0`).length > 0) await delay(20)
  const open = await drained(rig.sql, drainMs)
  over.abort()
  await reading
  const { statuses, longestMs: waitedMs } = seen
  const found = [...(await rowsOf(rig)).flatMap(wrong), ...(await violations(rig, seen))]
  return { open, found, refused: Object.keys(statuses).filter((status) => !/^20[02]$/.test(status)), waitedMs }
}

for (const [words, works, edits] of [
  ['block their event loop or never return time out', ['block', 'never'], ['short-run-times']],
  ['exhaust memory or kill their process are poisoned', [hoard, 'kill'], []],
] satisfies [string, string[], Mutant[]][]) {
  test(`handlers that ${words}; neighbours complete uncharged, and the API responds`, {
    timeout: timeoutMs,
  }, async () => {
    const { open, found, refused, waitedMs } = await runWithNeighbours(works, edits)
    expect({ open, found, refused }).toEqual({ open: 0, found: [], refused: [] })
    expect(waitedMs).toBeLessThan(longestMs)
  })
}

test.runIf(isFull)(
  'a machine that is lost three times does not fail its operation',
  { timeout: timeoutMs },
  async () => {
    const rig = await openRig()
    const seen = newCallerRecords()
    const api = await rig.startApi()
    await submit(seen, api.url, 'sleep-1500')
    let worker = await rig.startTestWorker(lease)
    for (let lost = 0; lost < 3; lost++) {
      const running = () => rig.sql`select 1 from operations where status = 'RUNNING' and attempt > ${lost}`
      while ((await running()).length === 0) await delay(20)
      worker.signal('SIGKILL')
      worker = await rig.startTestWorker(lease)
    }
    const open = await drained(rig.sql, 30_000)
    const rows = await rowsOf(rig)
    expect({ open, rows, found: await violations(rig, seen) }).toEqual({
      open: 0,
      rows: [
        {
          work: 'sleep-1500',
          end: 'COMPLETED',
          attempt: expect.any(Number),
          failures: 0,
          crashes: 0,
          seconds: expect.any(Number),
        },
      ],
      found: [],
    })
  },
)

test('the check finds memory without a limit, and neighbours that are charged', { timeout: timeoutMs }, async () => {
  const { found } = await runWithNeighbours([hoard, 'kill'], ['memory-unlimited', 'charges-bystanders'])
  expect(found.join()).toMatch(/hoard-512 ended COMPLETED/)
  expect(found.join()).toMatch(/neighbour ended COMPLETED at attempt 2 with 0 failures and 1 crashes/)
})

test('the check finds a run time that only the handler enforces', { timeout: timeoutMs }, async () => {
  const few = { runSeconds: 1, neighbourCount: 0, drainMs: 2500 }
  const { found } = await runWithNeighbours(
    ['never'],
    ['short-run-times', 'deadline-interrupts-only', 'sweeps-no-deadline'],
    few,
  )
  expect(found.join()).toMatch(/never ended RUNNING/)
})

// Needs a longer run time, which the small size does not have.
test.runIf(isFull)('the check finds neighbours that stay in a blocked process', { timeout: timeoutMs }, async () => {
  const { found } = await runWithNeighbours(['block'], ['short-run-times', 'waits-for-the-blocked'])
  expect(found.join()).toMatch(/neighbour ended COMPLETED .* after/)
})
