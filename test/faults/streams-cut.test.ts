import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidV7 } from 'uuid'
import { expect, test } from 'vitest'
import { openStream } from '../support/sse.ts'
import type { Mutant } from './mutants.ts'
import { apiKey, openRig, owner, type Rig } from './rig.ts'
import { cutReaders, streamedEvents, timeoutMs } from './size.ts'

/** Commits the history of an operation in bursts, and notifies as a worker does. */
async function write({ sql }: Rig, operationId: string, last: number) {
  for (let written = 0; written < last; ) {
    await sleep(Math.random() * 40)
    const count = Math.min(1 + Math.floor(Math.random() * 5), last - written)
    written += count
    const [event, status] = written === last ? ['completed', 'COMPLETED'] : ['log', 'RUNNING']
    await sql`
      with moved as (
        update operations set last_sequence = ${written}, status = ${status},
          finished_at = case when ${status} = 'COMPLETED' then now() end
        where operation_id = ${operationId} returning *)
      insert into events (operation_id, sequence, event, status, attempt, actor)
      select operation_id, n, case when n = ${written} then ${event} else 'log' end, status, 1, 'worker:x'
      from moved, generate_series(${written - count + 1}::int, ${written}) n`
    await sql`select pg_notify('longrun_events', ${`moved:${operationId}`})`
  }
}

/** Reads a stream to its end while it is cut repeatedly; returns the ids in order of arrival and the number of cuts. */
async function read(url: string): Promise<{ ids: number[]; cuts: number }> {
  const ids: number[] = []
  let fruitless = 0
  for (let cuts = 0; ; cuts += 1) {
    const before = ids.at(-1)
    const lastEventId = before === undefined ? undefined : String(before)
    const stream = await openStream(url, { key: apiKey, lastEventId }).catch(() => undefined)
    // Some of a thousand concurrent connections fail.
    if (!stream) continue
    if (stream.status === 204) return { ids, cuts }
    expect(stream.status).toBe(200)
    if (fruitless > maxFruitless) return { ids, cuts }
    const cutting = setTimeout(stream.cut, Math.random() * 400)
    for await (const { id } of stream.blocks) if (id !== undefined) ids.push(Number(id))
    clearTimeout(cutting)
    fruitless = ids.at(-1) === before ? fruitless + 1 : 0
  }
}

/** A reader that reconnects this often without an event has missed the end. */
const maxFruitless = 10

/** Differences between the events that the readers saw and the history. */
async function readWhileCut(rig: Rig, readers: number, last: number, mutants: Mutant[] = []) {
  const api = await rig.startApi({}, { mutants })
  const operationIds = Array.from({ length: Math.ceil(readers / 10) }, () => uuidV7())
  for (const operationId of operationIds) {
    await rig.sql`
      insert into operations (operation_id, owner_id, type, status, max_attempts, input)
      values (${operationId}, ${owner}, 'exportCustomers', 'RUNNING', 3, '{}')`
  }
  const reading = Array.from({ length: readers }, (_, index) =>
    read(`${api.url}/api/v1/operations/op_${operationIds[index % operationIds.length]}/stream`),
  )
  await Promise.all(operationIds.map((operationId) => write(rig, operationId, last)))
  const seen = await Promise.all(reading)
  const right = Array.from({ length: last + 1 }, (_, sequence) => sequence)
  const wrong = seen.filter(({ ids }) => ids.join() !== right.join()).map(({ ids }) => ids.join())
  return { wrong, cuts: seen.reduce((sum, { cuts }) => sum + cuts, 0) }
}

test('readers of streams are cut at random: each sees every event once, in order', { timeout: timeoutMs }, async () => {
  const { wrong, cuts } = await readWhileCut(await openRig(), cutReaders, streamedEvents)
  expect(wrong).toEqual([])
  expect(cuts).toBeGreaterThan(cutReaders)
})

test('the check finds a stream that resumes with new events only', { timeout: timeoutMs }, async () => {
  const { wrong } = await readWhileCut(await openRig(), 20, 60, ['resumes-at-now'])
  expect(wrong.length).toBeGreaterThan(0)
})
