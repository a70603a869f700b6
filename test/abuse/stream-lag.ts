import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type postgres from 'postgres'
import { v7 as uuidV7 } from 'uuid'
import type { Stage, Target } from './hostile/pattern.ts'

export const ownerStream = '/api/v1/operations/stream'

/** Opens an event stream; returns its unread response. `cut` closes the connection. */
export async function openEventStream(
  { url }: Pick<Target, 'url'>,
  { path, key, lastEventId }: { path: string; key: string; lastEventId?: string },
): Promise<{ response: IncomingMessage; cut(): void }> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const asking = request(new URL(path, url), { headers, agent: false })
  asking.end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  response.on('error', () => {})
  const cut = () => asking.destroy()
  if (response.statusCode === 200) return { response, cut }
  cut()
  throw new Error(`a stream was answered with ${response.statusCode}`)
}

/** The same for an attack: repeats the request until it is admitted or `stop` is aborted. */
export async function openInsistently(
  target: Pick<Target, 'url'>,
  asking: { path: string; key: string; lastEventId?: string; stop: AbortSignal },
): Promise<Awaited<ReturnType<typeof openEventStream>> | undefined> {
  while (!asking.stop.aborted) {
    const opened = await openEventStream(target, asking).catch(() => undefined)
    if (opened) return opened
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return undefined
}

/** A cursor of the owner's stream for the current position. */
export async function cursorOf(target: Pick<Target, 'url'>, key: string): Promise<string> {
  const { response, cut } = await openEventStream(target, { path: ownerStream, key })
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    const cursor = /^id: (\S+)$/m.exec(text)?.[1]
    if (cursor !== undefined) {
      cut()
      return cursor
    }
  }
  throw new Error('a stream ended before it had sent a cursor')
}

/** Inserts running operations of an owner: one for each count, with that many events. */
export async function insertHistory(sql: postgres.Sql, ownerId: string, counts: readonly number[]): Promise<string[]> {
  const ids = counts.map(() => uuidV7())
  for (const [index, operationId] of ids.entries()) {
    await sql`
      insert into operations (operation_id, owner_id, type, status, max_attempts, input, last_sequence, attempt)
      values (${operationId}, ${ownerId}, 'exportCustomers', 'RUNNING', 3, '{}', ${counts[index] ?? 0}, 1)`
    await sql`
      insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, data)
      select ${operationId}, n, 'log', clock_timestamp(), 'RUNNING', 1, 'worker:x',
        json_build_object('message', 'line ' || n || ' of a history')
      from generate_series(1, ${counts[index] ?? 0}::int) n`
  }
  return ids
}

/** Commits one event of an operation and sends the notification, as a worker does. */
export async function commitEvent(sql: postgres.Sql, operationId: string): Promise<void> {
  await sql`
    with written as (
      update operations set last_sequence = last_sequence + 1 where operation_id = ${operationId} returning *),
    inserted as (
      insert into events (operation_id, sequence, event, status, attempt, actor, data)
      select operation_id, last_sequence, 'log', status, 1, 'worker:x', '{"message":"live"}' from written)
    select pg_notify('longrun_events', 'moved:' || operation_id) from written`
}

const intervalMs = 50

/**
 * The delay in milliseconds from the commit of an event to its arrival at the neighbour. Commits an event of one operation every 50 ms;
 * each figure is the later arrival of the operation's stream and the owner's stream.
 */
export async function streamLag(stage: Stage, observations: number): Promise<number[]> {
  const { sql, neighbourKey: key, neighbourOwner } = stage
  const [operationId = ''] = await insertHistory(sql, neighbourOwner, [0])
  const paths = [ownerStream, `/api/v1/operations/op_${operationId}/stream`]
  const streams = await Promise.all(paths.map((path) => openEventStream(stage, { path, key })))
  const seen = streams.map(({ response }) => seenBy(response, operationId))
  // A stream has begun when its first events have arrived.
  await commitEvent(sql, operationId)
  await Promise.all(seen.map(({ at }) => at(1)))
  const beganMs = performance.now()
  const lags: Promise<number>[] = []
  for (let index = 0; index < observations; index += 1) {
    const dueMs = beganMs + index * intervalMs
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
    const arrivals = Promise.all(seen.map(({ at }) => at(index + 2)))
    await commitEvent(sql, operationId)
    const committedMs = performance.now()
    // An event may arrive before the response to its commit.
    lags.push(arrivals.then((times) => Math.max(0, ...times.map((atMs) => atMs - committedMs))))
  }
  const figures = await Promise.all(lags)
  for (const { cut } of streams) cut()
  return figures
}

/** `at(n)` resolves with the arrival time of the event with this sequence. */
function seenBy(response: IncomingMessage, operationId: string) {
  const arrived = new Map<number, number>()
  const waiting = new Map<number, (atMs: number) => void>()
  let rest = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const atMs = performance.now()
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const sequence = /"sequence":(\d+)/.exec(block)?.[1]
      if (sequence === undefined || (block.includes('"operationId"') && !block.includes(operationId))) continue
      arrived.set(Number(sequence), atMs)
      waiting.get(Number(sequence))?.(atMs)
    }
  })
  return {
    at(sequence: number): Promise<number> {
      const atMs = arrived.get(sequence)
      return atMs === undefined ? new Promise((resolve) => waiting.set(sequence, resolve)) : Promise.resolve(atMs)
    },
  }
}
