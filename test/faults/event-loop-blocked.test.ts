import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained } from './checker.ts'
import { newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig } from './rig.ts'
import { timeoutMs } from './size.ts'

const leaseSeconds = 3
const operations = 4

type Block = { blockMs: number; mutants?: Mutant[] }

/**
 * API and worker in one process, which runs some operations. Its main thread is blocked while another worker sweeps lost operations. All
 * operations share one executor: an executor that counts as silent would run them again, too.
 */
async function block({ blockMs, mutants = [] }: Block) {
  await using rig = await openRig()
  const { sql } = rig
  await sql`create table effects (operation_id uuid, attempt int)`
  await sql`create table released ()`
  const seen = newCallerRecords()
  const environment = { LEASE_SECONDS: String(leaseSeconds), LOG_LEVEL: 'info', FAULTS_BLOCK_MS: String(blockMs) }
  const edits: Mutant[] = ['labelled-reports', 'one-executor', ...mutants]
  const service = await rig.startApi(
    { ...environment, ROLES: 'api,worker' },
    { mutants: [...edits, 'blocks-on-signal'] },
  )
  await submitMany(seen, { url: () => service.url, callers: 4, more: (done) => done < operations, work: () => 'held' })
  const running = () => sql`select 1 from operations where status = 'RUNNING'`
  while ((await running()).length < operations) await delay(20)
  const survivor = await rig.startWorker(environment, { mutants: edits })
  const [holder] = await sql<{ workerId: string }[]>`select worker_id as "workerId" from operations limit 1`
  service.signal('SIGUSR2')
  await service.untilPrinted(/unblocked/)
  const leases = await sql<{ workerId: string }[]>`select worker_id as "workerId" from workers`
  // A response shows that the main thread continues, so all checks of the blocked time have run by then.
  await fetch(`${service.url}/healthz`)
  await sql`insert into released default values`
  const open = await drained(sql, 60_000)
  const attempts = await sql<{ attempt: number }[]>`select distinct attempt from operations order by attempt`
  return {
    open,
    attempts: attempts.map(({ attempt }) => attempt),
    kept: leases.some(({ workerId }) => workerId === holder?.workerId),
    lost: /worker\.lost/.test(survivor.printed()),
    service,
  }
}

test('a main thread that is blocked for three leases keeps its lease, and no operation runs again', {
  timeout: timeoutMs,
}, async () => {
  const blockMs = 3 * leaseSeconds * 1000
  const { open, attempts, kept, lost, service } = await block({ blockMs })
  expect({ open, attempts, kept, lost }).toEqual({ open: 0, attempts: [1], kept: true, lost: false })
  expect(service.printed()).not.toMatch(/lease-lost|executor\.exited/)
})

test('the check finds a lease that the event loop delays, and executors that count as silent', {
  timeout: timeoutMs,
}, async () => {
  const blockMs = 2.5 * leaseSeconds * 1000
  const [delayed, blamedExecutors] = await Promise.all([
    block({ blockMs, mutants: ['lease-needs-event-loop'] }),
    block({ blockMs, mutants: ['blames-executors'] }),
  ])
  expect(delayed).toMatchObject({ open: 0, kept: false })
  expect(delayed.attempts).not.toEqual([1])
  expect(blamedExecutors).toMatchObject({ open: 0, attempts: [2], kept: true, lost: false })
  expect(blamedExecutors.service.printed()).toMatch(/"event":"executor\.exited".*"reason":"unresponsive"/)
})

test('a main thread that is blocked beyond its limit loses its lease, and detects the loss when it continues', {
  timeout: timeoutMs,
}, async () => {
  // The default limit or a shorter one, plus a lease, plus the sweep of the survivor.
  const blockMs = (isFull ? 30 : 2 * leaseSeconds) * 1000 + 1.5 * leaseSeconds * 1000
  const mutants: Mutant[] = isFull ? [] : ['short-blocks']
  const { open, attempts, kept, lost, service } = await block({ blockMs, mutants })
  expect({ open, attempts, kept, lost }).toEqual({ open: 0, attempts: [2], kept: false, lost: true })
  await service.untilPrinted(/"event":"worker\.lease-lost"/)
  await service.untilPrinted(/the event loop has been blocked for \d+ ms/)
})
