import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import { newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { sharing, storingDeaths, timeoutMs } from './size.ts'

const leaseSeconds = 3
/** Longest time until due bytes are deleted. */
const sweptMs = 20_000

async function storedKeys({ folder }: Rig): Promise<string[]> {
  const top = join(folder, 'files')
  const entries = await readdir(top, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1))
}

/** Stored bytes without a row in the database, which no sweep will delete. */
async function unrecordedBytes(rig: Rig): Promise<string[]> {
  const { sql } = rig
  const keys = await storedKeys(rig)
  const rows = await sql<{ key: string }[]>`
    select storage_key as key from files union select storage_key from discards union select storage_key from uploads`
  const known = new Set(rows.map(({ key }) => key))
  return keys.filter((key) => !known.has(key)).map((key) => `unrecorded bytes: ${key}`)
}

type FaultCase = { action: 'kill' | 'stop'; mutants?: Mutant[] }

/** A worker and its executor die or freeze after the bytes of a report are stored; another worker takes over. */
async function strike({ action, mutants = [] }: FaultCase) {
  await using rig = await openRig()
  const { sql } = rig
  const seen = newCallerRecords()
  const api = await rig.startApi()
  // Started before the fault and frozen until then, so that its start time is not part of the recovery.
  const survivor = await rig.startWorker({ SWEEP_SECONDS: '1' })
  survivor.signal('SIGSTOP')
  const victim = await rig.startWorker({ LOG_LEVEL: 'info' }, { mutants, at: { failpoint: 'stored', action } })
  await submitMany(seen, { url: () => api.url, callers: 1, more: (done) => done < 1 })
  await victim.untilPrinted(/fault stored/)
  const [struck] = await sql<{ at: string }[]>`select clock_timestamp()::text as at`
  victim.signal(action === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  survivor.signal('SIGCONT')
  const open = await drained(sql, 60_000)
  const [rerun] = await sql<{ late: number }[]>`
    select extract(epoch from max(timestamp) - ${struck?.at ?? ''}::timestamptz)::float8 as late
    from events where attempt > 1 and status = 'RUNNING'`
  const forgotten = await unrecordedBytes(rig)
  if (action === 'kill') await sql`update discards set due_at = now()`
  if (action === 'stop') {
    // The executor continues before its worker, so it registers the file and is about to complete.
    for (const pid of victim.struck()) process.kill(pid, 'SIGCONT')
    const completing = () => sql`
      select 1 from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction' and query like 'insert into "reports"%'`
    while ((await completing()).length === 0) await delay(20)
    victim.signal('SIGCONT')
    await victim.untilPrinted(/attempt\.refused.*"write":"finish"/)
  }
  const gone = async () => (await storedKeys(rig)).length === 1
  for (const untilMs = performance.now() + sweptMs; !(await gone()) && performance.now() < untilMs; await delay(20));
  const left = (await gone()) ? [] : ['not exactly one stored file']
  const found = [...forgotten, ...left, ...(await violations(rig, seen))]
  return { open, late: rerun?.late, found }
}

for (const action of isFull ? (['kill', 'stop'] as const) : (['stop'] as const)) {
  const words = action === 'kill' ? 'killed' : 'frozen and woken'
  test(`a worker ${words} with a file stored and not registered: its operation runs again and ends with one file; no other bytes remain`, {
    timeout: timeoutMs,
  }, async () => {
    for (let time = 0; time < storingDeaths; time++) {
      const { open, late, found } = await strike({ action })
      expect({ open, found }).toEqual({ open: 0, found: [] })
      expect(late).toBeLessThan(leaseSeconds * 1.4 * sharing)
    }
  })
}

test('the check finds bytes that were stored before they were planned', { timeout: timeoutMs }, async () => {
  const { found } = await strike({ action: 'kill', mutants: ['stores-unannounced'] })
  expect(found.join()).toMatch(/unrecorded bytes/)
  expect(found.join()).toMatch(/not exactly one stored file/)
})

test('the check finds a result whose file has no row', { timeout: timeoutMs }, async () => {
  const rig = await openRig()
  const seen = newCallerRecords()
  const [api] = await Promise.all([rig.startApi(), rig.startWorker({}, { mutants: ['files-unregistered'] })])
  await submitMany(seen, { url: () => api.url, callers: 1, more: (done) => done < 1 })
  await drained(rig.sql, 60_000)
  expect((await violations(rig, seen)).join()).toMatch(/report without its file/)
})
