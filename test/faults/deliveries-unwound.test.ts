import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import type { Failpoint } from './failpoints.ts'
import { call, type Experience, nothingYet, submitOnce } from './load.ts'
import type { Environment, Process, Sabotage } from './processes.ts'
import { openRig, type Rig } from './rig.ts'
import { deliveriesEach, everyStrike, timeoutMs } from './size.ts'
import { openVendors, steps, untilAsked, vendorFaults } from './vendors.ts'

/** A delivery and how it must end: with this status, or FAILED with this code. */
type Delivery = { choices: Record<string, string>; end: string; cancelAt?: string }

/** At each step: it declines, is never there, does not answer before a cancel or the end of the run time, with its effect or without. */
const troubled: Delivery[] = steps.flatMap(({ vendor, field, code }) => [
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

/** Each dies once, at one place of one step; the last step is declined where something has to be undone. */
function struck(victim: 'executor' | 'worker', first: number): Delivery[] {
  const all = places.flatMap((place, at) =>
    steps.map(({ step }, index) => {
      const undoing = place.startsWith('undo')
      const choices = { warehouse: `${victim} ${place} ${step} once`, ...(undoing ? { contact: 'test_declined' } : {}) }
      const end = undoing ? 'CONFIRMATION_REFUSED' : 'COMPLETED'
      // At the small size each step once, at different places.
      return { chosen: everyStrike || (at + index) % places.length === first, choices, end }
    }),
  )
  return all.filter(({ chosen }) => chosen)
}

/** Its process dies at each attempt, when the vendor has done it and nobody has kept that. */
const poisoned: Delivery[] = steps
  .filter(({ step }) => everyStrike || step === 'chargePayment')
  .map(({ step }) => ({ choices: { warehouse: `executor step-called ${step} always` }, end: 'POISONED' }))

async function submit(rig: Rig, seen: Experience, url: string, { choices, cancelAt }: Delivery): Promise<string> {
  const key = randomUUID()
  await submitOnce(seen, url, key, choices, `orders/A-${1 + (seen.acknowledged.size % 5)}:deliver`)
  const id = seen.acknowledged.get(key) as string
  if (cancelAt) {
    await untilAsked(rig, id, cancelAt)
    await call(seen, `${url}/api/v1/operations/${id}:cancel`, { method: 'POST' })
  }
  return id
}

type Setting = {
  environment?: Environment
  sabotage?: Sabotage
  /** Workers in processes of their own, each of which is followed by another when it dies; 0: the API's process is the worker. */
  workers?: number
}

/** Runs deliveries to their ends. What is wrong, and how many of them were struck. */
async function deliver(given: Delivery[], { environment = {}, sabotage, workers = 0 }: Setting = {}) {
  await using rig = await openRig()
  const vendors = await openVendors(rig)
  const seen = nothingYet()
  let over = false
  const alive = new Set<Process>()
  async function keepWorking() {
    while (!over) {
      // It may die before it can say that it works.
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
  const ids = await Promise.all(given.map((delivery) => submit(rig, seen, api.url, delivery)))
  const open = await drained(rig.sql, timeoutMs / 2)
  over = true
  for (const worker of alive) await worker.end()
  await Promise.all(working)
  const rows = await rig.sql<{ id: string; end: string }[]>`
    select 'op_' || operation_id as id, coalesce(error ->> 'code', status) as end from operations`
  const ends = new Map(rows.map(({ id, end }) => [id, end]))
  const found = given.flatMap(({ choices, end }, index) => {
    const came = ends.get(ids[index] as string)
    return came === end ? [] : [`${JSON.stringify(choices)} ended ${came}, not ${end}`]
  })
  const struck = (await readdir(rig.folder)).filter((name) => name.startsWith('struck-')).length
  return { open, struck, found: [...found, ...(await vendorFaults(rig)), ...(await violations(rig, seen))] }
}

const together = { WORKER_CONCURRENCY: '40' }
/** Over before a vendor that hangs or is late is given up. */
const hurried = { ...together, FAULTS_RUN_TYPE: 'deliverOrder', FAULTS_RUN_SECONDS: '4' }
const strikes = [...places]

test('deliveries that fail, are cancelled or time out at each step: all that was done is undone once, in reverse', {
  timeout: timeoutMs,
}, async () => {
  const { late = [], others = [] } = Object.groupBy(troubled, ({ end }) => (end === 'TIMEOUT' ? 'late' : 'others'))
  // One time after the other: of more at once some would be given up before they met their trouble.
  for (let time = 0; time < deliveriesEach; time += 1) {
    const ended = await Promise.all([
      deliver(late, { environment: hurried, sabotage: { mutants: ['short-run-times'] } }),
      deliver([...others, { choices: {}, end: 'COMPLETED' }], { environment: together }),
    ])
    for (const { open, found } of ended) expect({ open, found }).toEqual({ open: 0, found: [] })
  }
})

test('deliveries whose process dies at each step and each undo: each effect is had once, and undone once if at all', {
  timeout: timeoutMs,
}, async () => {
  const given = struck('executor', 0)
  const {
    open,
    struck: died,
    found,
  } = await deliver([...given, ...poisoned], {
    environment: { WORKER_CONCURRENCY: '40' },
    sabotage: { mutants: ['one-executor'], strikes },
  })
  expect({ open, died, found }).toEqual({ open: 0, died: given.length, found: [] })
})

test('deliveries whose worker dies at each step and each undo: each effect is had once, and undone once if at all', {
  timeout: timeoutMs,
}, async () => {
  const given = struck('worker', 1)
  const environment = { WORKER_CONCURRENCY: '1' }
  const { open, struck: died, found } = await deliver(given, { environment, sabotage: { strikes }, workers: 4 })
  expect({ open, died, found }).toEqual({ open: 0, died: given.length, found: [] })
})

test('the check finds a charge for each attempt, effects of which no answer came, and undos in another order', {
  timeout: timeoutMs,
}, async () => {
  const died = [{ choices: { warehouse: 'executor step-called chargePayment once' }, end: 'COMPLETED' }]
  const late = troubled.filter(({ choices, cancelAt }) => cancelAt && choices.paymentMethod === 'test_late')
  const declined = troubled.filter(({ choices }) => choices.contact === 'test_declined')
  const [charging, forgetful, wrongWayRound] = await Promise.all([
    deliver(died, { sabotage: { mutants: ['attempt-in-key'], strikes } }),
    deliver(late, { sabotage: { mutants: ['forgets-the-begun'] } }),
    deliver(declined, { sabotage: { mutants: ['undoes-oldest-first'] } }),
  ])
  expect(charging.found.join()).toMatch(/done twice: \S+, payment/)
  expect(forgetful.found.join()).toMatch(/left behind: \S+, payment after CANCELLED/)
  expect(wrongWayRound.found.join()).toMatch(/undone in another order/)
})
