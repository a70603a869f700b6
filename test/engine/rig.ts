import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { operationTypes } from '../../generated/operations.ts'
import { type Connection, connect } from '../../server/database/connect.ts'
import { type Hints, openHints } from '../../server/database/hints.ts'
import type { OperationRow } from '../../server/database/operations.ts'
import { operations } from '../../server/database/schema.ts'
import { type Submission, submit } from '../../server/database/submissions.ts'
import { type Rule, type Rules, specRules } from '../../server/engine/rules.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../server/engine/worker.ts'
import { diskStore, type FileStore } from '../../server/files/store.ts'
import { defineOperation, type Handler } from '../../server/handlers/define.ts'
import type { Status } from '../../server/lifecycle/states.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { createDatabase } from '../support/database.ts'

export const ownerId = 'owner-a'

/** A database of one test file, with what a worker needs beside it. */
export type Rig = {
  url: string
  connection: Connection
  hints: Hints
  files: FileStore
  folder: string
  /** Starts a worker that is drained after the test. Handlers are the test's own, under the names of real types. */
  work(options: Partial<WorkerOptions> & Pick<WorkerOptions, 'handlers'>): Worker
  submit(values?: Partial<Submission>): Promise<OperationRow>
  read(operationId: string): Promise<OperationRow>
  /** The row as soon as it has one of `statuses`. */
  until(operationId: string, ...statuses: Status[]): Promise<OperationRow>
  untilRow(operationId: string, holds: (row: OperationRow) => boolean): Promise<OperationRow>
  /** Drains every worker: for after each test, passed or not. */
  rest(): Promise<void>
  close(): Promise<void>
}

export async function openRig(): Promise<Rig> {
  const database = await createDatabase()
  const { url } = database
  const connection = connect(url, { poolSize: 10, applicationName: 'engine-test' })
  const { db } = connection
  const hints = openHints(url)
  const folder = await mkdtemp(join(tmpdir(), 'longrun-engine-'))
  const files = diskStore(folder)
  const log = createLog('silent')
  const workers: Worker[] = []

  async function read(operationId: string) {
    const [row] = await db.select().from(operations).where(eq(operations.operationId, operationId))
    if (!row) throw new Error(`no operation ${operationId}`)
    return row
  }

  async function untilRow(operationId: string, holds: (row: OperationRow) => boolean) {
    for (;;) {
      const row = await read(operationId)
      if (holds(row)) return row
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  async function rest() {
    await Promise.all(workers.splice(0).map((worker) => worker.drain(1000)))
    await db.execute('truncate operations, events, workers')
  }

  return {
    url,
    connection,
    hints,
    files,
    folder,
    work(options) {
      const worker = startWorker({ connection, hints, files, log, pollMs: 100, ...options })
      workers.push(worker)
      return worker
    },
    async submit(values) {
      const answer = await submit(db, { ...submission(), ...values })
      if (!('operation' in answer)) throw new Error(answer.kind)
      hints.tell('submitted', answer.operation.operationId)
      return read(answer.operation.operationId)
    },
    read,
    until: (operationId, ...statuses) => untilRow(operationId, ({ status }) => statuses.includes(status)),
    untilRow,
    rest,
    async close() {
      await rest()
      await hints.close()
      await connection.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

export function submission(): Submission {
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

/** The spec's figures, with `change` made to those of `importOrders`. */
export function rulesWith(change: Partial<Rule>): Rules {
  return { ...specRules, importOrders: { ...operationTypes.importOrders, ...change } }
}

/** Rejects with the reason of `signal` as soon as it is aborted: a handler that yields. */
export function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
