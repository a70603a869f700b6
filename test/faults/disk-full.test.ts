import { randomUUID } from 'node:crypto'
import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drained, violations } from './checker.ts'
import { type CallerRecords, newCallerRecords, submitMany, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { type OwnPostgres, startOwnPostgres } from './postgres.ts'
import { openRig } from './rig.ts'
import { fullDisks, timeoutMs } from './size.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

const disk = await mountSmallDisk(160)
const reason = 'this machine lets us mount no small disk: it takes Linux, root, and the right to mount'

let server: OwnPostgres
beforeAll(async () => {
  if (!disk) return
  const settings = { min_wal_size: '32MB', max_wal_size: '48MB', wal_recycle: 'off' }
  server = await startOwnPostgres({ folder: disk.folder, settings })
})
afterAll(async () => {
  await server?.close()
  await disk?.unmount()
})

/** Fills the disk of Postgres under load and frees it again; returns the statuses of the responses and the violations. */
async function fill({ folder }: SmallDisk, times: number, mutants: Mutant[] = []) {
  const rig = await openRig(server)
  await rig.sql`truncate operations, events, idempotency_keys, files, reports`
  const seen = newCallerRecords()
  const api = await rig.startApi({}, { mutants })
  let over = false
  const load = submitMany(seen, { url: () => api.url, callers: 4, pauseMs: 5, more: () => !over })
  for (let time = 0; time < times; time += 1) {
    await delay(300)
    const ballast = join(folder, 'ballast')
    await fillUp(folder, ballast)
    await submitInVain(seen, api.url)
    await rm(ballast)
    for (let key = randomUUID(); !(await submitOnce(seen, api.url, key)); ) await delay(100)
  }
  over = true
  await load
  if (mutants.length === 0) await rig.startWorker()
  const left = mutants.length === 0 ? await drained(rig.sql, 60_000) : 0
  return { left, seen, found: await violations(rig, seen) }
}

/** Fills the disk completely. */
async function fillUp(folder: string, ballast: string) {
  const file = await open(ballast, 'w')
  const bytes = Buffer.alloc(256 * 1024)
  try {
    for (let free = await statfs(folder); free.bavail > 0; free = await statfs(folder)) {
      await file.write(bytes.subarray(0, Math.min(bytes.length, free.bavail * free.bsize)))
    }
  } catch {
    // Another writer used the last block.
  } finally {
    await file.close()
  }
}

/** Submits to a full disk until some submits were refused, or for two seconds. */
async function submitInVain(seen: CallerRecords, url: string) {
  const before = seen.statuses['503'] ?? 0
  for (const untilMs = performance.now() + 2000; performance.now() < untilMs; await delay(20)) {
    await submitOnce(seen, url, randomUUID())
    if ((seen.statuses['503'] ?? 0) > before + 10) return
  }
}

test.skipIf(!disk)(
  `the disk of Postgres is full: 503, and no acknowledged operation is lost${disk ? '' : ` (${reason})`}`,
  {
    timeout: timeoutMs,
  },
  async () => {
    const { left, seen, found } = await fill(disk as SmallDisk, fullDisks)
    expect({ left, found }).toEqual({ left: 0, found: [] })
    expect(Object.keys(seen.statuses).sort()).toEqual(['202', '503'])
  },
)

test.skipIf(!disk)(
  'the check finds a service that acknowledges operations that it could not write',
  { timeout: timeoutMs },
  async () => {
    const { found } = await fill(disk as SmallDisk, 1, ['accepts-anyway'])
    expect(found.filter((words) => words.startsWith('lost'))).not.toEqual([])
  },
)
