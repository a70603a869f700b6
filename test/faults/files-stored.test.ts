import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { nothingYet, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { timeoutMs, workerDeaths } from './size.ts'

const leaseSeconds = 3

/** Stored bytes that no file's row tells of, and that no sweep will remove. */
async function forgottenBytes({ sql, folder }: Rig): Promise<string[]> {
  const top = join(folder, 'files')
  const entries = await readdir(top, { recursive: true, withFileTypes: true })
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1))
  const known = await sql<{ key: string }[]>`
    select storage_key as key from files union select storage_key from discards union select storage_key from uploads`
  const told = new Set(known.map(({ key }) => key))
  return keys.filter((key) => !told.has(key)).map((key) => `forgotten: ${key}`)
}

/** A worker whose executor dies with a report's bytes stored, and which dies with it; another one takes over. */
async function strike(mutants: Mutant[] = []) {
  const rig = await openRig()
  const { sql } = rig
  const seen = nothingYet()
  const api = await rig.startApi()
  // There before the blow, and asleep until then: what its start takes is not the recovery's.
  const survivor = await rig.startWorker()
  survivor.signal('SIGSTOP')
  const victim = await rig.startWorker({}, { mutants, at: { failpoint: 'stored', action: 'kill' } })
  await submitMany(seen, { url: () => api.url, callers: 1, more: (done) => done < 1 })
  await victim.says(/fault stored/)
  const [struck] = await sql<{ at: string }[]>`select clock_timestamp()::text as at`
  victim.signal('SIGKILL')
  survivor.signal('SIGCONT')
  const open = await drained(sql, 60_000)
  const [rerun] = await sql<{ late: number }[]>`
    select extract(epoch from max(timestamp) - ${struck?.at ?? ''}::timestamptz)::float8 as late
    from events where attempt > 1 and status = 'RUNNING'`
  return { open, late: rerun?.late, found: [...(await violations(rig, seen)), ...(await forgottenBytes(rig))] }
}

test('a worker dies with a file stored and not registered: its operation runs again, with one file, and the bytes are known to the sweep', {
  timeout: timeoutMs,
}, async () => {
  for (let time = 0; time < workerDeaths; time++) {
    const { open, late, found } = await strike()
    expect({ open, found }).toEqual({ open: 0, found: [] })
    expect(late).toBeLessThan(leaseSeconds * 1.4)
  }
})

test('the check finds bytes that were stored before they were announced', { timeout: timeoutMs }, async () => {
  const { found } = await strike(['stores-unannounced'])
  expect(found.join()).toMatch(/forgotten/)
})
