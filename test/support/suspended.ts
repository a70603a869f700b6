import { eq } from 'drizzle-orm'
import { callbackKey, callbackToken } from '../../server/contract/callback-token.ts'
import { connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { beginWait, type NewWait } from '../../server/database/operations/waits.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { secret } from '../../server/database/secrets.ts'
import type { TestService } from './service.ts'

export const actor = 'worker:test'

/** Runs an operation that no worker has claimed: its first attempt, without a worker. Returns the attempt. */
export async function startAttempt(db: Db, operationId: string) {
  await db
    .update(operations)
    .set({ status: 'RUNNING', attempt: 1, turnAt: null, dueAt: null, deadlineAt: null, startedAt: new Date() })
    .where(eq(operations.operationId, operationId))
  return { operationId, attempt: 1 }
}

/** Begins the waits in the attempt, and makes the operation WAITING, as a worker does when a handler awaits them. */
export async function suspend(db: Db, attempt: { operationId: string; attempt: number }, waits: readonly NewWait[]) {
  let completedWaits = 0
  for (const wait of waits) completedWaits = (await beginWait(db, { ...attempt, ...wait }))?.completedWaits ?? -1
  return transition(db, 'wait', attempt, { completedWaits, names: waits.map(({ name }) => name) }, { actor })
}

/** The waits that most tests use: a decision and a callback within a day, and a timer of an hour. */
export const usualWaits: NewWait[] = [
  { name: 'decision', kind: 'INPUT', seconds: 86_400, who: 'compliance' },
  { name: 'criminalRecords', kind: 'CALLBACK', seconds: 86_400 },
  { name: 'nextDay', kind: 'TIMER', seconds: 3600 },
]

/** What tests do with the waits of a service's operations, by the path of the operation. */
export type WaitRig = {
  db: Db
  /** Makes an operation that is PENDING WAITING. */
  suspend(path: string, waits?: readonly NewWait[]): Promise<void>
  /** The path of the callback URL of a wait. */
  callback(path: string, name?: string): string
  close(): Promise<void>
}

export async function openWaitRig({ databaseUrl }: Pick<TestService, 'databaseUrl'>): Promise<WaitRig> {
  const connection = connect(databaseUrl, { poolSize: 2, applicationName: 'waits-test' })
  const { db } = connection
  const key = await secret(db, 'callbacks')
  const uuidOf = (path: string) => path.slice(-36)
  return {
    db,
    async suspend(path, waits = usualWaits) {
      const row = await suspend(db, await startAttempt(db, uuidOf(path)), waits)
      if (!row) throw new Error(`${path} does not wait`)
    },
    callback(path, name = 'criminalRecords') {
      const operationId = uuidOf(path)
      return `/api/v1/callbacks/${callbackToken(callbackKey(key, operationId), { operationId, name })}`
    },
    close: () => connection.close(),
  }
}

/** Opens the rig for one use. */
export async function withWaits<T>(
  service: Pick<TestService, 'databaseUrl'>,
  use: (rig: WaitRig) => Promise<T>,
): Promise<T> {
  const rig = await openWaitRig(service)
  try {
    return await use(rig)
  } finally {
    await rig.close()
  }
}
