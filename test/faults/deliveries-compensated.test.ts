import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import type { Failpoint } from './failpoints.ts'
import { type CallerRecords, call, newCallerRecords, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import type { Environment, Process, Sabotage } from './processes.ts'
import { openRig, type Rig } from './rig.ts'
import { deliveriesEach, everyStrike, timeoutMs } from './size.ts'
import { openVendors, steps, untilCalled, vendorViolations } from './vendors.ts'

/** A delivery and its expected outcome: this status, or FAILED with this code. */
type Delivery = { choices: Record<string, string>; end: string; cancelAt?: string }

/** At each step the vendor declines, is unavailable, or does not respond before a cancel or the end of the run time, with or without the effect. */
const failing: Delivery[] = steps.flatMap(({ vendor, field, code }) => [
  { choices: { [field]: 'test_declined' }, end: code },
  { choices: { [field]: 'test_unavailable' }, end: 'PROCESSING_ERROR' },
  ...['test_hang', 'test_late'].flatMap((behaviour) => [
    { choices: { [field]: behaviour }, end: 'TIMEOUT' },
    { choices: { [field]: behaviour }, end: 'CANCELLED', cancelAt: vendor },
  ]),
])

const places = [
  'step-begun',
  'step-called',
  'step-kept',
  'undo-begun',
  'undo-called',
  'undo-kept',
] as const satisfies Failpoint[]

/** Each delivery is struck once, at one place of one step. For a strike at an undo, the vendor declines the last step. */
function struck(victim: 'executor' | 'worker', first: number): Delivery[] {
  const all = places.flatMap((place, at) =>
    steps.map(({ step }, index) => {
      const undoing = place.startsWith('undo')
      const choices = { warehouse: `${victim} ${place} ${step} once`, ...(undoing ? { contact: 'test_declined' } : {}) }
      const end = undoing ? 'CONFIRMATION_REFUSED' : 'COMPLETED'
      // The small size strikes each step once, at different places.
      return { chosen: everyStrike || (at + index) % places.length === first, choices, end }
    }),
  )
  return all.filter(({ chosen }) => chosen)
}

/** The process dies at each attempt, after the vendor call and before the result is stored. */
const poisoned: Delivery[] = steps
  .filter(({ step }) => everyStrike || step === 'chargePayment')
  .map(({ step }) => ({ choices: { warehouse: `executor step-called ${step} always` }, end: 'POISONED' }))

async function submit(rig: Rig, seen: CallerRecords, url: string, { choices, cancelAt }: Delivery): Promise<string> {
  const key = randomUUID()
  await submitOnce(seen, url, key, choices, `orders/A-${1 + (seen.acknowledged.size % 5)}:deliver`)
  const id = seen.acknowledged.get(key) as string
  if (cancelAt) {
    await untilCalled(rig, id, cancelAt)
    await call(seen, `${url}/api/v1/operations/${id}:cancel`, { method: 'POST' })
  }
  return id
}

type Setting = {
  environment?: Environment
  sabotage?: Sabotage
  /** Number of worker processes, each of which is replaced when it dies. 0: the API process is the worker. */
  workers?: number
}

/** Runs deliveries to their ends. Returns the violations and how many deliveries were struck. */
async function deliver(deliveries: Delivery[], { environment = {}, sabotage, workers = 0 }: Setting = {}) {
  await using rig = await openRig()
  const vendors = await openVendors(rig)
  const seen = newCallerRecords()
  let over = false
  const alive = new Set<Process>()
  async function keepWorking() {
    while (!over) {
      // The worker may die before it is ready.
      const worker = await rig.startWorker({ ...vendors, ...environment }, sabotage).catch(() => undefined)
      if (!worker) continue
      alive.add(worker)
      if (over) await worker.end()
      await worker.exited
      alive.delete(worker)
    }
  }
  const both = { ROLES: 'api,worker', ...vendors, ...environment }
  const starting = workers > 0 ? rig.startApi() : rig.startApi(both, sabotage)
  const working = Array.from({ length: workers }, keepWorking)
  const api = await starting
  const ids = await Promise.all(deliveries.map((delivery) => submit(rig, seen, api.url, delivery)))
  const open = await drained(rig.sql, timeoutMs / 2)
  over = true
  for (const worker of alive) await worker.end()
  await Promise.all(working)
  const rows = await rig.sql<{ id: string; end: string }[]>`
    select 'op_' || operation_id as id, coalesce(error ->> 'code', status) as end from operations`
  const ends = new Map(rows.map(({ id, end }) => [id, end]))
  const found = deliveries.flatMap(({ choices, end }, index) => {
    const actual = ends.get(ids[index] as string)
    return actual === end ? [] : [`${JSON.stringify(choices)} ended ${actual}, not ${end}`]
  })
  const struck = await strikesIn(rig.folder)
  found.push(...(await vendorViolations(rig, struck)), ...(await violations(rig, seen)))
  return { open, struck: struck.size, found }
}

/** The attempt in which each operation was struck. */
async function strikesIn(folder: string): Promise<Map<string, number>> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('struck-'))
  const attempts = names.map(async (name) => Number(await readFile(join(folder, name), 'utf8')))
  return new Map(
    (await Promise.all(attempts)).map((attempt, at) => [(names[at] as string).slice('struck-'.length), attempt]),
  )
}

const manySlots = { WORKER_CONCURRENCY: '40' }
/** The run time ends before the call of a hanging or late vendor times out. */
const shortRunTime = { ...manySlots, FAULTS_RUN_TYPE: 'deliverOrder', FAULTS_RUN_SECONDS: '4' }
const strikes = [...places]

const ways: { words: string; mutants: Mutant[] }[] = [
  { words: 'one step after the other', mutants: [] },
  { words: 'all steps at the same time', mutants: ['delivers-in-parallel'] },
]

for (const { words, mutants } of ways) {
  test(`deliveries, ${words}, that fail, are cancelled or time out at each step: all finished steps are undone once, in reverse order`, {
    timeout: timeoutMs,
  }, async () => {
    const { late = [], others = [] } = Object.groupBy(failing, ({ end }) => (end === 'TIMEOUT' ? 'late' : 'others'))
    // One round after the other: in a larger round some would time out before their failure occurs.
    for (let time = 0; time < deliveriesEach; time += 1) {
      const ended = await Promise.all([
        deliver(late, { environment: shortRunTime, sabotage: { mutants: ['short-run-times', ...mutants] } }),
        deliver([...others, { choices: {}, end: 'COMPLETED' }], { environment: manySlots, sabotage: { mutants } }),
      ])
      for (const { open, found } of ended) expect({ open, found }).toEqual({ open: 0, found: [] })
    }
  })

  test(`deliveries, ${words}, whose process dies at each step and each undo: each effect happens once and is undone at most once`, {
    timeout: timeoutMs,
  }, async () => {
    const deliveries = struck('executor', 0)
    const {
      open,
      struck: died,
      found,
    } = await deliver([...deliveries, ...poisoned], {
      environment: { WORKER_CONCURRENCY: '40' },
      sabotage: { mutants: ['one-executor', ...mutants], strikes },
    })
    expect({ open, died, found }).toEqual({ open: 0, died: deliveries.length, found: [] })
  })

  test(`deliveries, ${words}, whose worker dies at each step and each undo: each effect happens once and is undone at most once`, {
    timeout: timeoutMs,
  }, async () => {
    const deliveries = struck('worker', 1)
    const environment = { WORKER_CONCURRENCY: '1' }
    const {
      open,
      struck: died,
      found,
    } = await deliver(deliveries, { environment, sabotage: { mutants, strikes }, workers: 4 })
    expect({ open, died, found }).toEqual({ open: 0, died: deliveries.length, found: [] })
  })
}

test('the check finds a charge for each attempt, effects without a response, and undos out of order', {
  timeout: timeoutMs,
}, async () => {
  const died = [{ choices: { warehouse: 'executor step-called chargePayment once' }, end: 'COMPLETED' }]
  const late = failing.filter(({ choices, cancelAt }) => cancelAt && choices.paymentMethod === 'test_late')
  const declined = failing.filter(({ choices }) => choices.contact === 'test_declined')
  const [charging, incomplete, misordered] = await Promise.all([
    deliver(died, { sabotage: { mutants: ['attempt-in-key'], strikes } }),
    deliver(late, { sabotage: { mutants: ['forgets-the-begun'] } }),
    deliver(declined, { sabotage: { mutants: ['undoes-oldest-first'] } }),
  ])
  expect(charging.found.join()).toMatch(/done twice: \S+, payment/)
  expect(incomplete.found.join()).toMatch(/left behind: \S+, payment after CANCELLED/)
  expect(misordered.found.join()).toMatch(/undone out of order/)
})

test('the check finds steps of a parallel call that run again or are undone out of order', {
  timeout: timeoutMs,
}, async () => {
  const died = [{ choices: { warehouse: 'executor step-kept chargePayment once' }, end: 'COMPLETED' }]
  const declined = failing.filter(({ choices }) => choices.contact === 'test_declined')
  const [repeated, misordered] = await Promise.all([
    deliver(died, { sabotage: { mutants: ['delivers-in-parallel', 'repeats-done-steps'], strikes } }),
    deliver(declined, { sabotage: { mutants: ['delivers-in-parallel', 'positions-at-the-end'] } }),
  ])
  expect(repeated.found.join()).toMatch(/done again after its result was stored: \S+, payment/)
  expect(misordered.found.join()).toMatch(/undone out of order/)
})
