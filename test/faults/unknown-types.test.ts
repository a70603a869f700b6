import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { call, newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { openRig } from './rig.ts'
import { timeoutMs } from './size.ts'

/** Several rounds of a worker, which polls, starts due operations and sweeps once a second. */
const roundsMs = 3000

/** Submits operations of an unknown type, one of them expired, and of known types; returns their rows. */
async function runWithUnknownTypes(mutants: Mutant[] = []) {
  const rig = await openRig()
  await rig.sql`
    insert into operations (operation_id, owner_id, type, max_attempts, input, turn_at, deadline_at)
    select gen_random_uuid(), 'alice', 'ofTheNextVersion', 3, '{}', now() - interval '1 hour', now() + n * interval '1 hour'
    from generate_series(-1, 3) n`
  const seen = newCallerRecords()
  const api = await rig.startApi({ ROLES: 'api,worker' }, { mutants })
  await submitMany(seen, { url: () => api.url, callers: 2, more: (done) => done < 10 })
  for (let open = 10; open > 0; await delay(50)) {
    const [row] = await rig.sql`
      select count(*)::int as open from operations where type = 'generateReport' and status <> 'COMPLETED'`
    open = row?.open
  }
  await delay(roundsMs)
  const rows = await rig.sql<{ type: string; status: string; attempt: number }[]>`
    select type, status, max(attempt) as attempt from operations group by 1, 2 order by 1`
  const listed = await call(seen, `${api.url}/api/v1/operations`)
  return { rows, listed: listed?.status }
}

test('operations of an unknown type stay PENDING and do not delay others', {
  timeout: timeoutMs,
}, async () => {
  const { rows, listed } = await runWithUnknownTypes()
  expect(rows).toEqual([
    { type: 'generateReport', status: 'COMPLETED', attempt: 1 },
    { type: 'ofTheNextVersion', status: 'PENDING', attempt: 0 },
  ])
  expect(listed).toBe(200)
})

test('the check finds a worker that claims every type', { timeout: timeoutMs }, async () => {
  const { rows } = await runWithUnknownTypes(['claims-every-type'])
  expect(rows).not.toContainEqual({ type: 'ofTheNextVersion', status: 'PENDING', attempt: 0 })
})
