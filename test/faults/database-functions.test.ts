import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../server/lib/package.ts'
import { type Edit, edited } from './edits.ts'
import { call, newCallerRecords, reportOf } from './load.ts'
import { type Mutant, mutants } from './mutants.ts'
import { openRig, type Rig } from './rig.ts'
import { timeoutMs } from './size.ts'

const startAfter = new Date(Date.now() + 3_600_000).toISOString()
const indexes = Array.from({ length: 40 }, (_, index) => index)

/** Replaces a function of the database. Its comment, the hash of the file, stays, so that no start repairs it. */
async function sabotage({ sql }: Rig, name: Mutant): Promise<void> {
  const edit: Edit | undefined = mutants.find((one) => one.name === name)
  if (!edit) throw new Error(`there is no mutant ${name}`)
  await sql.unsafe(edited(readFileSync(join(packageRoot, edit.file), 'utf8'), edit))
}

async function post(url: string, path: string, body: object) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
  const answer = await call(newCallerRecords(), `${url}/api/v1${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status: answer?.status, body: answer?.body }
}

/** Two APIs submit one operation each with the same 40 new keys at the same time. Returns the keys that both operations use. */
async function keysUsedTwice(rig: Rig, urls: readonly string[]): Promise<number> {
  const run = randomUUID()
  const submits = indexes.flatMap((index) =>
    urls.map((url) => post(url, '/reports:generate', { ...reportOf(), concurrencyKey: `${run}/${index}` })),
  )
  expect(new Set((await Promise.all(submits)).map(({ status }) => status))).toEqual(new Set([202]))
  const rows = await rig.sql`
    select concurrency_key from operations where concurrency_key like ${`%${run}%`} and turn_at is not null
    group by concurrency_key having count(*) > 1`
  return rows.length
}

/** An owner's requests hold few connections of an API at once. */
const few = indexes.slice(0, 3)

/**
 * The two operations of each of 3 batches are cancelled by two APIs. The cancels wait for the rows of dependents, which the test has locked, and go on
 * at the same time. Returns the batches that have not ended.
 */
async function batchesWithoutEnd({ sql }: Rig, urls: readonly string[]): Promise<number> {
  const [url = ''] = urls
  const later = (more: object = {}) => ({ type: 'generateReport', body: { ...reportOf(), startAfter, ...more } })
  const submit = async (operations: object[]) => {
    const { body } = await post(url, '/operations:batchCreate', { operations })
    const ids = (body.results as { operation: { operationId: string } }[]).map(({ operation }) => operation.operationId)
    return { batchId: String(body.batchId).slice('batch_'.length), ids }
  }
  const batches = await Promise.all(few.map(() => submit([later(), later()])))
  const ids = batches.flatMap((batch) => batch.ids)
  const dependents = await submit(ids.map((id) => later({ dependsOn: [id], dependencyPolicy: 'ANY_END' })))
  const cancelled = await sql.begin(async (tx) => {
    await tx`select 1 from operations where batch_id = ${dependents.batchId} for update`
    const cancels = ids.map((id, index) => post(urls[index % 2] ?? '', `/operations/${id}:cancel`, {}))
    await untilBlocked(sql, ids.length)
    return { cancels }
  })
  expect(new Set((await Promise.all(cancelled.cancels)).map(({ status }) => status))).toEqual(new Set([200]))
  const open = await sql`
    select batch_id from batches where ended_at is null and batch_id = any(${batches.map(({ batchId }) => batchId)}::uuid[])`
  return open.length
}

/** Resolves when so many statements wait for locks. */
async function untilBlocked(sql: Rig['sql'], count: number): Promise<void> {
  for (;;) {
    const [row] = await sql`
      select count(*)::int as blocked from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    if (row?.blocked >= count) return
  }
}

const races = [
  { guard: 'release_keys', mutant: 'releases-unlocked', race: keysUsedTwice },
  { guard: 'end_batches', mutant: 'ends-unlocked', race: batchesWithoutEnd },
] as const

test.for(races)('two processes call $guard at the same time: right in three rounds, and wrong without its lock', {
  timeout: timeoutMs,
}, async ({ mutant, race }) => {
  const rig = await openRig()
  const urls = (await Promise.all([rig.startApi(), rig.startApi()])).map(({ url }) => url)
  const found: number[] = []
  for (let round = 0; round < 3; round += 1) found.push(await race(rig, urls))
  expect(found).toEqual([0, 0, 0])
  await sabotage(rig, mutant)
  let wrong = 0
  for (let round = 0; round < 20 && wrong === 0; round += 1) wrong = await race(rig, urls)
  expect(wrong).toBeGreaterThan(0)
})
