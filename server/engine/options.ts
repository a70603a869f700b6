import type { Connection } from '../database/connection.ts'
import { defaultConnections, type ExecutorPools, workerPools } from '../database/pool-sizes.ts'
import type { Space } from '../database/quotas.ts'
import type { FilesLocation } from '../files/location.ts'
import type { S3Credentials } from '../files/open.ts'
import type { FileStore } from '../files/store.ts'
import { type Vendors, vendorNames } from '../handlers/define.ts'
import type { Notifier } from '../notifications/notifier.ts'
import type { Log } from '../telemetry/log.ts'
import { createWrites } from './attempt/writes.ts'
import type { Engine } from './context.ts'
import { inProcessExecutor } from './executor/in-process.ts'
import type { OpenLink } from './executor/pool.ts'
import { executorProcesses } from './executor/process.ts'
import { figures, type Handlers, type Rule, type Rules, specRules } from './rules.ts'

export type WorkerOptions = {
  connection: Pick<Connection, 'db' | 'copyPool' | 'url'>
  notifications: Notifier
  files: FileStore
  log: Log
  /** Handlers that run inside this process, instead of `executors`. */
  handlers?: Handlers
  /** Runs handlers in child processes. */
  executors?: {
    /** URL of a module that exports `handlers` for the types of `rules`. */
    handlers: string
    files: FilesLocation
    /** Credentials for `files`. Undefined: it needs none. */
    fileCredentials?: (() => Promise<S3Credentials>) | undefined
    /** Number of processes; default: one per core. */
    count?: number
    /** Connections and number of processes; default: those of a process with 40 connections. */
    pools?: ExecutorPools
    /** Memory limit of one process; default 1 GiB. */
    rssLimitBytes?: number
    /** Names of environment variables that they inherit beside the usual ones, none of which contains a credential. */
    variables?: readonly string[]
  }
  /** Decrypt the confidential inputs of operations. Default: none; operations with such an input are then not run. */
  sealingKeys?: readonly Buffer[]
  /** Base URLs of the external systems that handlers call. */
  vendors?: Vendors
  /** For callback URLs: the secret that signs their tokens, and what the URLs begin with. */
  callbacks?: Callbacks
  /** Operations that run at the same time; default 10. */
  concurrency?: number
  /** Most operations of one owner that run at the same time, over all workers; undefined: unlimited. */
  ownerCap?: number
  /** Most active operations of one owner; undefined: unlimited. */
  ownerOperations?: number
  /** Most bytes and files that one owner may have stored; undefined: unlimited. */
  ownerStorage?: Space
  /** Most imported order lines of one owner; undefined: unlimited. */
  ownerOrderLines?: number
  /** Most origins that the webhooks of one owner's operations may have at the same time; undefined: unlimited. */
  ownerWebhookTargets?: number
  /** A worker that has not renewed its lease for this long loses its operations; default 15. */
  leaseSeconds?: number
  /** The module of the thread that renews the lease: a source or a file of the bundle. Default: like this process. */
  leaseThread?: URL
  /** How often the queue is polled without a notification; default 1,000. */
  pollMs?: number
  /** Default: the rules of the spec. */
  rules?: Rules
}

export type Callbacks = { secret: Uint8Array; base: string }

type Opened = {
  engine: Engine
  types: string[]
  open: OpenLink
  count: number
  attempts: number
  rssLimitBytes: number
  maxSolo: number
}

const gibibyte = 2 ** 30
/** Tests without an API. */
const noCallbacks: Callbacks = { secret: Buffer.alloc(32), base: 'http://127.0.0.1:1/api/v1/callbacks/' }
const nowhere = Object.fromEntries(vendorNames.map((name) => [name, 'http://127.0.0.1:1'])) as Vendors

/** Creates the engine and the way to open executors from the options of a worker. */
export function openEngine(
  options: WorkerOptions,
  stopped: AbortSignal,
  onError: (doing: string, cause: unknown) => void,
  onDelayed: (ms: number) => void,
): Opened {
  const {
    connection,
    notifications,
    files,
    log,
    executors,
    handlers = {},
    sealingKeys = [],
    vendors = nowhere,
    callbacks = noCallbacks,
    concurrency = 10,
    ownerOperations,
    ownerStorage,
    ownerOrderLines,
    ownerWebhookTargets,
  } = options
  const rules = options.rules ?? specRules
  const { db, copyPool, url: databaseUrl } = connection
  const engine: Engine = {
    db,
    files,
    notifications,
    log,
    rules,
    stopped,
    completed: [],
    sealingKeys,
    callbackSecret: callbacks.secret,
    writes: createWrites({ db, notifications }, stopped, onError, onDelayed),
  }
  const phases = Object.fromEntries(Object.entries(rules).map(([type, rule]) => [type, rule.phases]))
  const completedSeconds = figures(rules, (rule) => rule.retentionSeconds.completed)
  const failedSeconds = figures(rules, (rule) => rule.retentionSeconds.failed)
  const quotas = { ownerOperations, ownerStorage, ownerOrderLines, ownerWebhookTargets }
  const waitPhases = Object.fromEntries(Object.entries(rules).map(([type, rule]) => [type, phasesOfWaits(rule)]))
  const figuresOfTypes = { phases, waitPhases, completedSeconds, failedSeconds }
  const shared = { vendors, ...figuresOfTypes, quotas, callbackBase: callbacks.base }
  if (!executors) {
    const open = inProcessExecutor({ ...shared, db, copyPool, files, handlers })
    const unlimited = { attempts: Infinity, rssLimitBytes: Infinity, maxSolo: 4 }
    return { engine, types: Object.keys(handlers), open, count: 1, ...unlimited }
  }
  const { files: filesLocation, fileCredentials, variables = [], rssLimitBytes = gibibyte } = executors
  const pools = executors.pools ?? workerPools(defaultConnections, concurrency, executors.count).executors
  const { count, solo: maxSolo } = pools
  const attempts = Math.ceil(concurrency / count) + 1
  const setup = { ...shared, databaseUrl, files: filesLocation, handlers: executors.handlers }
  const open = executorProcesses(setup, pools, { variables, fileCredentials })
  return { engine, types: Object.keys(rules), open, count, attempts, rssLimitBytes, maxSolo }
}

function phasesOfWaits({ waits = [] }: Rule): Record<string, string> {
  return Object.fromEntries(waits.flatMap(({ name, phase }) => (phase === undefined ? [] : [[name, phase]])))
}
