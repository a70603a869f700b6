import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Connection, connect } from '../../server/database/connection.ts'
import { create, type NewOperation } from '../../server/database/operations/create.ts'
import type { OperationRow } from '../../server/database/operations/read.ts'
import { operations } from '../../server/database/schema/operations.ts'
import type { Status } from '../../server/domain/state-machine.ts'
import { type Rule, type Rules, specRules } from '../../server/engine/rules.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../server/engine/worker.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import type { FileStore } from '../../server/files/store.ts'
import { defineOperation, type Handler } from '../../server/handlers/define.ts'
import type { Notifier } from '../../server/notifications/notifier.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { bundled } from '../support/bundle.ts'
import { clearTables, createDatabase } from '../support/database.ts'
import { createPause } from '../support/poll.ts'

export const ownerId = 'owner-a'

/** A database for one test file, and everything that a worker needs. */
export type Rig = {
  url: string
  connection: Connection
  notifications: Notifier
  files: FileStore
  folder: string
  /** Starts a worker that is drained after the test, with handlers of the test for real types. */
  work(options: Partial<WorkerOptions> & Pick<WorkerOptions, 'handlers'>): Worker
  submit(values?: Partial<NewOperation>): Promise<OperationRow>
  read(operationId: string): Promise<OperationRow>
  /** The row as soon as it has one of `statuses`. */
  until(operationId: string, ...statuses: Status[]): Promise<OperationRow>
  untilRow(operationId: string, holds: (row: OperationRow) => boolean): Promise<OperationRow>
  /** Drains every worker and clears the tables. Call it after each test. */
  rest(): Promise<void>
  close(): Promise<void>
}

/** `withSample`: with the sample orders. */
export async function openRig({ withSample = false } = {}): Promise<Rig> {
  const database = await createDatabase({ withSample })
  const { url } = database
  const connection = connect(url, { poolSize: 5, applicationName: 'engine-test' })
  const { db } = connection
  const notifications = openPostgresNotifier(url)
  const folder = await mkdtemp(join(tmpdir(), 'longrun-engine-'))
  const files = diskStore(folder)
  const log = createLog('silent')
  const leaseThread = bundled('lease-thread')
  const workers: Worker[] = []

  async function read(operationId: string) {
    const [row] = await db.select().from(operations).where(eq(operations.operationId, operationId))
    if (!row) throw new Error(`no operation ${operationId}`)
    return row
  }

  async function untilRow(operationId: string, holds: (row: OperationRow) => boolean) {
    const pause = createPause()
    for (;;) {
      const row = await read(operationId)
      if (holds(row)) return row
      await pause()
    }
  }

  async function rest() {
    await Promise.all(workers.splice(0).map((worker) => worker.drain(1000)))
    await clearTables(connection.sql, ['operations', 'events', 'waits', 'dependencies', 'workers'])
  }

  return {
    url,
    connection,
    notifications,
    files,
    folder,
    work(options) {
      const worker = startWorker({
        connection,
        notifications,
        files,
        log,
        leaseThread,
        rules: specRules,
        pollMs: 100,
        ...options,
      })
      workers.push(worker)
      return worker
    },
    async submit(values) {
      const answer = await create(db, { ...submission(), ...values })
      if (!('operation' in answer)) throw new Error(answer.kind)
      notifications.notify('submitted', answer.operation.operationId)
      return read(answer.operation.operationId)
    },
    read,
    until: (operationId, ...statuses) => untilRow(operationId, ({ status }) => statuses.includes(status)),
    untilRow,
    rest,
    async close() {
      await rest()
      await notifications.close()
      await connection.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

export function submission(): NewOperation {
  return {
    operationId: uuidv7(),
    ownerId,
    type: 'importOrders',
    input: { uploadId: 'upload_x' },
    priority: 'NORMAL',
    maxAttempts: 3,
    queueTimeoutSeconds: 600,
  }
}

type Import = Handler<'importOrders'>

/** A handler of `importOrders` that does what the test says. */
export function imports(run: Import['run']) {
  return { importOrders: defineOperation('importOrders', { run }) }
}

export const imported = { rowsRead: 3, rowsLoaded: 2, rowsUnchanged: 0, rowsRejected: 1 }

/** The rules of the spec, with `change` applied to `importOrders`. */
export function rulesWith(change: Partial<Rule>): Rules {
  return { ...specRules, importOrders: { ...(specRules.importOrders as Rule), ...change } }
}

/** Rejects with the reason of `signal` when it is aborted, like a handler that stops. */
export function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
