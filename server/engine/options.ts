import { availableParallelism } from 'node:os'
import type { Connection } from '../database/connect.ts'
import type { Hints } from '../database/hints.ts'
import type { FileStore } from '../files/store.ts'
import { type Vendors, vendorNames } from '../handlers/define.ts'
import type { Log } from '../telemetry/log.ts'
import { executorInside } from './executor-inside.ts'
import { executorProcesses } from './executor-process.ts'
import type { OpenLink } from './executors.ts'
import { figures, type Handlers, type Rules, specRules } from './rules.ts'
import type { Engine } from './state.ts'
import { createWrites } from './writes.ts'

export type WorkerOptions = {
  connection: Pick<Connection, 'db' | 'copyPool' | 'url'>
  hints: Hints
  files: FileStore
  log: Log
  /** Handlers to run inside this process; instead of `executors`. */
  handlers?: Handlers
  /** Runs handlers in processes of their own. */
  executors?: {
    /** URL of a module that exports `handlers`, for the types of `rules`. */
    handlers: string
    filesFolder: string
    /** How many processes; default: one per core. */
    count?: number
    /** Most memory that one may use; default 1 GiB. */
    rssLimitBytes?: number
  }
  /** Where handlers reach the systems outside. */
  vendors?: Vendors
  /** Operations that run at once; default 10. */
  concurrency?: number
  /** Most operations of one owner that run at once, over all workers; undefined: any number. */
  ownerCap?: number
  /** Most operations of one owner that have not ended; undefined: any number. */
  ownerOperations?: number
  /** Most bytes that an owner may have stored; undefined: any number. */
  ownerStoredBytes?: number
  /** How long a worker may be silent before its operations are taken away; default 15. */
  leaseSeconds?: number
  /** How often the queue is looked at when no hint comes; default 1,000. */
  pollMs?: number
  /** The spec's figures by default. */
  rules?: Rules
}

type Opened = {
  engine: Engine
  types: string[]
  open: OpenLink
  count: number
  attempts: number
  rssLimitBytes: number
}

const gibibyte = 2 ** 30
const nowhere = Object.fromEntries(vendorNames.map((name) => [name, 'http://127.0.0.1:1'])) as Vendors

/** What a worker works with, from what it was given. */
export function openEngine(
  options: WorkerOptions,
  stopped: AbortSignal,
  troubled: (doing: string, cause: unknown) => void,
): Opened {
  const {
    connection,
    hints,
    files,
    log,
    executors,
    handlers = {},
    vendors = nowhere,
    concurrency = 10,
    ownerOperations,
    ownerStoredBytes,
  } = options
  const rules = options.rules ?? specRules
  const { db, copyPool, url: databaseUrl } = connection
  const engine: Engine = {
    db,
    files,
    hints,
    log,
    rules,
    stopped,
    finished: [],
    writes: createWrites({ db, hints }, stopped, troubled),
  }
  const phases = Object.fromEntries(Object.entries(rules).map(([type, rule]) => [type, rule.phases]))
  const completedSeconds = figures(rules, (rule) => rule.retentionSeconds.completed)
  const failedSeconds = figures(rules, (rule) => rule.retentionSeconds.failed)
  const shared = { vendors, phases, completedSeconds, failedSeconds, ownerOperations, ownerStoredBytes }
  if (!executors) {
    const open = executorInside({ ...shared, db, copyPool, files, handlers })
    return { engine, types: Object.keys(handlers), open, count: 1, attempts: Infinity, rssLimitBytes: Infinity }
  }
  const { filesFolder, count = Math.min(availableParallelism(), concurrency), rssLimitBytes = gibibyte } = executors
  const attempts = Math.ceil(concurrency / count) + 1
  const open = executorProcesses({
    ...shared,
    databaseUrl,
    filesFolder,
    attempts,
    handlers: executors.handlers,
  })
  return { engine, types: Object.keys(rules), open, count, attempts, rssLimitBytes }
}
