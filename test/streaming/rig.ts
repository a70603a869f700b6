import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { v7 as uuidV7 } from 'uuid'
import type { Db } from '../../server/database/db.ts'
import type { EventRow } from '../../server/database/operations/events.ts'
import type { Notifier } from '../../server/notifications/notifier.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { createHistory, type History } from '../../server/streaming/history.ts'
import {
  type OperationFeed,
  type OperationFeedOptions,
  openOperationFeed,
} from '../../server/streaming/operation-feed.ts'
import { type OwnerFeed, openOwnerFeed } from '../../server/streaming/owner-feed.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { createDatabase } from '../support/database.ts'

export type LiveRig = {
  url: string
  db: Db
  notifications: Notifier
  live: OperationFeed
  owners: OwnerFeed
  history: History
  /** The queries that `live` and its endpoints have sent since the last call. */
  queries(): Query[]
  /** Runs a query again and returns how many events its scans read: the larger number of a custom plan and a generic plan. */
  rowsRead(query: Query): Promise<number>
  /** Inserts a running operation and returns its id. */
  operation(ownerId?: string): Promise<string>
  /** Commits `count` more events of the operation, as a worker does, and notifies; `quietly`: without the notification. */
  append(operationId: string, count?: number, how?: { quietly?: boolean; bytes?: number }): Promise<void>
  /** Commits the terminal event of the operation. */
  complete(operationId: string): Promise<void>
  /** Deletes the operation, as the sweep does. */
  remove(operationId: string): Promise<void>
  /** Ends the connection for notifications; the service opens a new one. */
  cutNotifications(): Promise<void>
  close(): Promise<void>
}

export type Query = { text: string; values: unknown[] }

export const log = createLog('silent')

/** A separate database with the feeds and a writer. */
export async function openRig(
  options: OperationFeedOptions = {},
  openNotifier: (url: string) => Notifier = openPostgresNotifier,
): Promise<LiveRig> {
  const database = await createDatabase()
  const sent: Query[] = []
  const client = postgres(database.url, { max: 5, fetch_types: false, onnotice: () => {} })
  const db: Db = drizzle(client, { logger: { logQuery: (text, values) => sent.push({ text, values }) } })
  const writer = postgres(database.url, { max: 5, onnotice: () => {} })
  const notifications = openNotifier(database.url)
  const listening = Promise.withResolvers<void>()
  notifications.resumed(listening.resolve)
  const history = createHistory()
  const live = openOperationFeed({ db, notifications, log, history }, options)
  const owners = openOwnerFeed({ db, notifications, log, history }, { sweepMs: options.compareMs ?? 2000 })
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
    if (!quietly) notifications.notify('moved', operationId)
  }

  return {
    url: database.url,
    db,
    notifications,
    live,
    owners,
    history,
    queries: () => sent.splice(0),
    rowsRead: (query) => eventsRead(writer, query),
    async operation(ownerId = 'alice') {
      const operationId = uuidV7()
      await writer`
        insert into operations (operation_id, owner_id, type, status, max_attempts, input)
        values (${operationId}, ${ownerId}, 'exportCustomers', 'RUNNING', 3, '{}')`
      notifications.notify('submitted', operationId)
      return operationId
    },
    append: (operationId, count = 1, how = {}) =>
      write(operationId, count, { event: 'log', status: 'RUNNING', ...how }),
    complete: (operationId) => write(operationId, 1, { event: 'completed', status: 'COMPLETED' }),
    async remove(operationId) {
      await writer`delete from operations where operation_id = ${operationId}`
    },
    async cutNotifications() {
      await writer`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'longrun-notifications'`
    },
    async close() {
      await Promise.all([live.close(), owners.close()])
      await history.close()
      await notifications.close()
      await Promise.all([client.end(), writer.end()])
      await database.drop()
    },
  }
}

type Written = { event: 'log' | 'completed'; status: 'RUNNING' | 'COMPLETED'; bytes?: number; quietly?: boolean }

type Plan = { Plans?: Plan[]; 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number } & Record<
  string,
  unknown
>

async function eventsRead(sql: postgres.Sql, { text, values }: Query): Promise<number> {
  const connection = await sql.reserve()
  const literals = values.map((value) => `'${String(value).replaceAll("'", "''")}'`).join(', ')
  const counts: number[] = []
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await connection.unsafe(`set plan_cache_mode = ${mode}`)
    await connection.unsafe(`prepare looked as ${text}`)
    const [row] = await connection.unsafe(`explain (analyze, format json) execute looked(${literals})`)
    await connection.unsafe('deallocate looked')
    counts.push(eventsOfPlan(row?.['QUERY PLAN'][0].Plan))
  }
  connection.release()
  return Math.max(...counts)
}

function eventsOfPlan(plan: Plan): number {
  const removed = ['Rows Removed by Filter', 'Rows Removed by Index Recheck'].map((name) => Number(plan[name] ?? 0))
  const own = (plan['Actual Rows'] + removed.reduce((sum, rows) => sum + rows, 0)) * plan['Actual Loops']
  const below = (plan.Plans ?? []).reduce((sum, child) => sum + eventsOfPlan(child), 0)
  return below + (plan['Relation Name'] === 'events' ? own : 0)
}

/** Subscribes and records what arrives. */
export function collector(live: OperationFeed, operationId: string, after = 0, ownerId = 'alice') {
  const sequences: number[] = []
  const seen: EventRow[] = []
  const waiting = new Set<() => void>()
  let ended: string | undefined
  let room = Infinity
  const subscription = live.subscribe(
    { ownerId, operationId, after },
    {
      take(events) {
        const taken = events.slice(0, room)
        room -= taken.length
        sequences.push(...taken.map(({ sequence }) => sequence))
        seen.push(...taken)
        for (const look of waiting) look()
        return taken.length
      },
      end(reason) {
        ended = reason
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
    /** The events with those sequences. */
    events: seen,
    subscription,
    ended: () => ended,
    has: (last: number) => until(() => sequences.at(-1) === last),
    over: () => until(() => ended !== undefined),
    /** How many more events the collector accepts. */
    room(more: number) {
      room = more
    },
  }
}

/** 1 … last. */
export const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
