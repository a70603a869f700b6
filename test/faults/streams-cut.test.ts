import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidV7 } from 'uuid'
import { expect, test } from 'vitest'
import { openStream } from '../support/sse.ts'
import type { Mutant } from './mutants.ts'
import { apiKey, openRig, owner, type Rig } from './rig.ts'
import { cutReaders, followedEvents, timeoutMs } from './size.ts'

/** Commits an operation's history from its start to its end, in bursts, and tells as a worker does. */
async function write({ sql }: Rig, operationId: string, last: number) {
  for (let told = 0; told < last; ) {
    await sleep(Math.random() * 40)
    const count = Math.min(1 + Math.floor(Math.random() * 5), last - told)
    told += count
    const [event, status] = told === last ? ['completed', 'COMPLETED'] : ['log', 'RUNNING']
    await sql`
      with moved as (
        update operations set last_sequence = ${told}, status = ${status},
          finished_at = case when ${status} = 'COMPLETED' then now() end
        where operation_id = ${operationId} returning *)
      insert into events (operation_id, sequence, event, status, attempt, actor)
      select operation_id, n, case when n = ${told} then ${event} else 'log' end, status, 1, 'worker:x'
      from moved, generate_series(${told - count + 1}::int, ${told}) n`
    await sql`select pg_notify('longrun_moves', ${`moved:${operationId}`})`
  }
}

/** Reads a stream to its end, cut again and again; answers the ids in the order in which they came, and how often it was cut. */
async function read(url: string): Promise<{ ids: number[]; cuts: number }> {
  const ids: number[] = []
  let vain = 0
  for (let cuts = 0; ; cuts += 1) {
    const before = ids.at(-1)
    const lastEventId = before === undefined ? undefined : String(before)
    const stream = await openStream(url, { key: apiKey, lastEventId }).catch(() => undefined)
    // A thousand who connect at once do not all get through.
    if (!stream) continue
    if (stream.status === 204) return { ids, cuts }
    expect(stream.status).toBe(200)
    if (vain > mostVain) return { ids, cuts }
    const cutting = setTimeout(stream.cut, Math.random() * 400)
    for await (const { id } of stream.blocks) if (id !== undefined) ids.push(Number(id))
    clearTimeout(cutting)
    vain = ids.at(-1) === before ? vain + 1 : 0
  }
}

/** A reader who comes again so often and gets nothing has missed the end. */
const mostVain = 10

/** What readers who were cut have seen otherwise than it happened. */
async function misread(rig: Rig, readers: number, last: number, mutants: Mutant[] = []) {
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
  const { wrong, cuts } = await misread(await openRig(), cutReaders, followedEvents)
  expect(wrong).toEqual([])
  expect(cuts).toBeGreaterThan(cutReaders)
})

test('the check finds a stream that goes on with what happens from now on', { timeout: timeoutMs }, async () => {
  const { wrong } = await misread(await openRig(), 20, 60, ['resumes-at-now'])
  expect(wrong.length).toBeGreaterThan(0)
})
