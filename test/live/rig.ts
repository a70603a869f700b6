import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { v7 as uuidV7 } from 'uuid'
import type { Db } from '../../server/database/db.ts'
import { type Hints, openHints } from '../../server/database/hints.ts'
import * as schema from '../../server/database/schema.ts'
import { type Live, type LiveOptions, openLive } from '../../server/live/live.ts'
import { type LiveOwners, openLiveOwners } from '../../server/live/owners.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { createDatabase } from '../support/database.ts'

export type LiveRig = {
  url: string
  db: Db
  hints: Hints
  live: Live
  owners: LiveOwners
  /** Names of the queries that `live` and its endpoints have sent, since the last call. */
  queries(): string[]
  /** Makes an operation of alice's that runs, and answers its id. */
  operation(ownerId?: string): Promise<string>
  /** Commits `count` more events of it, as a worker does, and tells; `quietly`: the hint is lost. */
  append(operationId: string, count?: number, how?: { quietly?: boolean; bytes?: number }): Promise<void>
  /** Commits its end. */
  complete(operationId: string): Promise<void>
  /** Deletes it, as retention does. */
  remove(operationId: string): Promise<void>
  /** Ends the connection that hints come by; it is made anew. */
  cutHints(): Promise<void>
  close(): Promise<void>
}

export const log = createLog('silent')

/** A database of its own with what `live` needs, and a writer beside it. */
export async function openRig(options: LiveOptions = {}): Promise<LiveRig> {
  const database = await createDatabase()
  const sent: string[] = []
  const client = postgres(database.url, { max: 5, fetch_types: false, onnotice: () => {} })
  const db: Db = drizzle(client, { schema, logger: { logQuery: (query) => sent.push(query) } })
  const writer = postgres(database.url, { max: 5, onnotice: () => {} })
  const hints = openHints(database.url)
  const listening = Promise.withResolvers<void>()
  hints.resumed(listening.resolve)
  const live = openLive({ db, hints, log }, options)
  const owners = openLiveOwners({ db, hints, log }, { sweepMs: options.compareMs ?? 2000 })
  await listening.promise

  const write = async (operationId: string, count: number, { event, status, bytes = 0, quietly = false }: Written) => {
    await writer`
      with moved as (
        update operations set last_sequence = last_sequence + ${count}, status = ${status},
          finished_at = case when ${event} = 'completed' then now() end, result = ${event === 'completed' ? '{"rowCount":3}' : null}::text::jsonb
        where operation_id = ${operationId} returning *)
      insert into events (operation_id, sequence, event, status, attempt, actor, data)
      select operation_id, last_sequence - ${count} + n, ${event}, status, 1, 'worker:x',
        json_build_object('message', repeat('x', ${bytes})) from moved, generate_series(1, ${count}) n`
    if (!quietly) hints.tell('moved', operationId)
  }

  return {
    url: database.url,
    db,
    hints,
    live,
    owners,
    queries: () => sent.splice(0),
    async operation(ownerId = 'alice') {
      const operationId = uuidV7()
      await writer`
        insert into operations (operation_id, owner_id, type, status, max_attempts, input)
        values (${operationId}, ${ownerId}, 'exportCustomers', 'RUNNING', 3, '{}')`
      hints.tell('submitted', operationId)
      return operationId
    },
    append: (operationId, count = 1, how = {}) =>
      write(operationId, count, { event: 'log', status: 'RUNNING', ...how }),
    complete: (operationId) => write(operationId, 1, { event: 'completed', status: 'COMPLETED' }),
    async remove(operationId) {
      await writer`delete from operations where operation_id = ${operationId}`
    },
    async cutHints() {
      await writer`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'longrun-hints'`
    },
    async close() {
      await Promise.all([live.close(), owners.close()])
      await hints.close()
      await Promise.all([client.end(), writer.end()])
      await database.drop()
    },
  }
}

type Written = { event: 'log' | 'completed'; status: 'RUNNING' | 'COMPLETED'; bytes?: number; quietly?: boolean }

/** Follows and keeps what comes. */
export function collector(live: Live, operationId: string, after = 0) {
  const sequences: number[] = []
  const waiting = new Set<() => void>()
  let ended: string | undefined
  let room = Infinity
  const following = live.follow(
    { operationId, after },
    {
      take(events) {
        const taken = events.slice(0, room)
        room -= taken.length
        sequences.push(...taken.map(({ sequence }) => sequence))
        for (const look of waiting) look()
        return taken.length
      },
      over(why) {
        ended = why
        for (const look of waiting) look()
      },
    },
  )
  /** Resolves when `is` holds. */
  const until = (is: () => boolean) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (!is()) return
      waiting.delete(look)
      resolve()
    }
    waiting.add(look)
    look()
    return promise
  }
  return {
    sequences,
    following,
    ended: () => ended,
    has: (last: number) => until(() => sequences.at(-1) === last),
    over: () => until(() => ended !== undefined),
    /** How many more it takes before it is full. */
    room(more: number) {
      room = more
    },
  }
}

/** 1 … last. */
export const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
