import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { formatId } from '../../server/contract/ids.ts'
import { insertAll, type NewOperation } from '../../server/database/operations/create.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { retry } from '../../server/database/operations/retry.ts'
import { purge } from '../../server/database/operations/sweep.ts'
import { type Dependency, defineOperation, OperationError } from '../../server/handlers/define.ts'
import { createPause } from '../support/poll.ts'
import { imported, imports, openRig, ownerId, type Rig, submission } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

/** Imports whose input says how they end, and which record the order in which they start. */
function scripted() {
  const started: string[] = []
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const handlers = imports(async ({ operationId }, input) => {
    started.push(operationId)
    await gates.get(operationId)?.promise
    if ((input as Record<string, unknown>).fails) throw new OperationError('INVALID_FILE', 'It fails.')
    return imported
  })
  const gate = (operationId: string) => {
    gates.set(operationId, Promise.withResolvers())
    return { open: () => gates.get(operationId)?.resolve() }
  }
  return { started, handlers, gate }
}

const fails = { input: { uploadId: 'upload_x', fails: true } }
const ends = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'] as const
const ended = (operationId: string) => rig.until(operationId, ...ends)

const cancelIt = (operationId: string) =>
  cancel(rig.connection.db, { ownerId, operationId, actor: 'owner', retentionSeconds: () => 60 })

async function untilAllEnd() {
  const pause = createPause()
  for (;;) {
    const rows = (await rig.connection.db.execute(
      sql`select status, count(*)::int as total from operations group by status`,
    )) as unknown as { status: string; total: number }[]
    if (rows.every(({ status }) => ends.some((end) => end === status)))
      return Object.fromEntries(rows.map(({ status, total }) => [status, total]))
    await pause()
  }
}

/** Submissions that start at their dependencies, in one statement. */
async function submitAll(all: readonly NewOperation[]) {
  await insertAll(rig.connection.db, all)
  rig.notifications.notify('submitted', all[0]?.operationId ?? '')
}

test('an operation starts when its dependencies have completed, and runs once', async () => {
  const { started, handlers, gate } = scripted()
  const first = await rig.submit({ startAfter: new Date(Date.now() + 200) })
  const { open } = gate(first.operationId)
  const second = await rig.submit()
  const last = await rig.submit({ dependsOn: [first.operationId, second.operationId] })
  rig.work({ handlers })
  await rig.until(second.operationId, 'COMPLETED')
  await rig.until(first.operationId, 'RUNNING')
  expect(await rig.read(last.operationId)).toMatchObject({ status: 'PENDING', openDependencies: 1, deadlineAt: null })
  open()
  expect(await rig.until(last.operationId, 'COMPLETED')).toMatchObject({ attempt: 1, failures: 0 })
  expect(started).toHaveLength(3)
  expect(started.at(-1)).toBe(last.operationId)
})

test('starts at once after the last dependency, long before the next poll', async () => {
  const { handlers, gate } = scripted()
  const first = await rig.submit()
  const last = await rig.submit({ dependsOn: [first.operationId] })
  const { open } = gate(first.operationId)
  rig.work({ handlers, pollMs: 600_000 })
  await rig.until(first.operationId, 'RUNNING')
  open()
  await rig.until(last.operationId, 'COMPLETED')
})

describe.each([
  { policy: 'FAIL', status: 'FAILED' },
  { policy: 'CANCEL', status: 'CANCELLED' },
] as const)('a chain of 50 with the policy $policy', ({ policy, status }) => {
  const chain = (root: Partial<NewOperation>) => {
    const all: NewOperation[] = [{ ...submission(), ...root }]
    for (let index = 1; index < 50; index += 1) {
      const dependsOn = [all.at(-1)?.operationId ?? '']
      all.push({ ...submission(), dependsOn, dependencyPolicy: policy })
    }
    return all
  }

  it('ends with its root, which fails, without running', async () => {
    const { started, handlers } = scripted()
    const all = chain(fails)
    await submitAll(all)
    // The rounds follow each other without a poll.
    rig.work({ handlers, pollMs: 600_000 })
    const last = await rig.until(all.at(-1)?.operationId ?? '', 'FAILED', 'CANCELLED')
    expect(started).toEqual([all[0]?.operationId])
    const before = formatId('operation', all.at(-2)?.operationId ?? '')
    const why = `The dependency ${before} ended ${status}. Retry the dependency first, then this operation.`
    expect(last).toMatchObject(
      policy === 'FAIL'
        ? { status, attempt: 0, failures: 0, error: { code: 'DEPENDENCY_FAILED', detail: why } }
        : { status, attempt: 0, reason: why, error: null },
    )
    expect(last.expiresAt).not.toBeNull()
    expect(await untilAllEnd()).toEqual(policy === 'FAIL' ? { FAILED: 50 } : { FAILED: 1, CANCELLED: 49 })
  })

  it('ends with its root, which is cancelled', async () => {
    const all = chain({ startAfter: new Date(Date.now() + 3_600_000) })
    await submitAll(all)
    rig.work(scripted())
    await cancelIt(all[0]?.operationId ?? '')
    expect(await untilAllEnd()).toEqual(policy === 'FAIL' ? { CANCELLED: 1, FAILED: 49 } : { CANCELLED: 50 })
  })
})

test('fan-out of 1,000 and fan-in: each runs once, after its dependencies', async () => {
  const { started, handlers } = scripted()
  const root = submission()
  const children = Array.from({ length: 1000 }, () => ({ ...submission(), dependsOn: [root.operationId] }))
  const joins = Array.from({ length: 10 }, (_, index) => ({
    ...submission(),
    dependsOn: children.slice(index * 100, index * 100 + 100).map(({ operationId }) => operationId),
  }))
  const last = { ...submission(), dependsOn: joins.map(({ operationId }) => operationId) }
  await submitAll([last, ...joins, ...children, root])
  rig.work({ handlers, concurrency: 100, pollMs: 10_000 })
  await rig.until(last.operationId, 'COMPLETED')
  expect(await untilAllEnd()).toEqual({ COMPLETED: 1012 })
  expect(started).toHaveLength(1012)
  const at = new Map(started.map((id, index) => [id, index]))
  for (const { operationId, dependsOn } of [...children, ...joins, last])
    for (const before of dependsOn) expect(at.get(before)).toBeLessThan(at.get(operationId) ?? -1)
})

test('cancel of a root ends 1,000 dependents', async () => {
  const root = { ...submission(), startAfter: new Date(Date.now() + 3_600_000) }
  const children = Array.from({ length: 1000 }, () => ({ ...submission(), dependsOn: [root.operationId] }))
  await submitAll([root, ...children])
  rig.work(scripted())
  await cancelIt(root.operationId)
  expect(await untilAllEnd()).toEqual({ CANCELLED: 1, FAILED: 1000 })
})

test('with ANY_END it starts after failures and cancels', async () => {
  const bad = await rig.submit(fails)
  const cancelled = await rig.submit({ startAfter: new Date(Date.now() + 3_600_000) })
  const dependsOn = [bad.operationId, cancelled.operationId]
  const last = await rig.submit({ dependsOn, dependencyPolicy: 'ANY_END' })
  rig.work(scripted())
  await rig.until(bad.operationId, 'FAILED')
  expect(await rig.read(last.operationId)).toMatchObject({ status: 'PENDING', openDependencies: 1 })
  await cancelIt(cancelled.operationId)
  await rig.until(last.operationId, 'COMPLETED')
})

test('an operation that waits for dependencies can be cancelled, and does not expire in the queue', async () => {
  const first = await rig.submit({ startAfter: new Date(Date.now() + 3_600_000) })
  const waiting = await rig.submit({ dependsOn: [first.operationId], queueTimeoutSeconds: 0 })
  const other = await rig.submit({ dependsOn: [first.operationId], queueTimeoutSeconds: 0 })
  const done = await rig.submit()
  rig.work({ ...scripted(), leaseSeconds: 1 })
  await rig.until(done.operationId, 'COMPLETED')
  await cancelIt(waiting.operationId)
  expect(await rig.read(waiting.operationId)).toMatchObject({ status: 'CANCELLED', openDependencies: null })
  expect(await rig.read(other.operationId)).toMatchObject({ status: 'PENDING', openDependencies: 1 })
  await cancelIt(first.operationId)
  expect(await ended(other.operationId)).toMatchObject({ status: 'FAILED', error: { code: 'DEPENDENCY_FAILED' } })
})

test('a retry in the middle: C fails with B, a retry of C fails while B has not been retried, and follows the retry of B', async () => {
  const { db } = rig.connection
  let isFixed = false
  const handlers = imports((_, input) => {
    if ((input as Record<string, unknown>).fails && !isFixed) throw new OperationError('INVALID_FILE', 'It fails.')
    return Promise.resolve(imported)
  })
  const rule = () => ({ queueTimeoutSeconds: 60 })
  const again = async (operationId: string) => {
    const newOperationId = uuidv7()
    const outcome = await retry(db, { ownerId, operationId, newOperationId, actor: 'owner', rule })
    expect(outcome).toMatchObject({ kind: 'created' })
    rig.notifications.notify('submitted', newOperationId)
    rig.notifications.notify('due', newOperationId)
    return newOperationId
  }
  const a = await rig.submit()
  const b = await rig.submit({ ...fails, dependsOn: [a.operationId] })
  const c = await rig.submit({ dependsOn: [a.operationId, b.operationId] })
  rig.work({ handlers })
  expect(await ended(c.operationId)).toMatchObject({ status: 'FAILED', failedDependency: b.operationId })

  const tooEarly = await again(c.operationId)
  expect((await ended(tooEarly)).error?.detail).toContain('Retry the dependency first')
  isFixed = true
  const newB = await again(b.operationId)
  const newC = await again(tooEarly)
  expect(await ended(newC)).toMatchObject({ status: 'COMPLETED', dependsOn: [a.operationId, newB] })
  expect(await rig.read(newB)).toMatchObject({ status: 'COMPLETED', dependsOn: [a.operationId] })
})

test('a retry of an operation that ran does not need dependencies that were deleted since', async () => {
  const { db } = rig.connection
  const a = await rig.submit()
  const b = await rig.submit({ ...fails, dependsOn: [a.operationId] })
  rig.work(scripted())
  await rig.until(b.operationId, 'FAILED')
  await purge(db, { ownerId, operationId: a.operationId, tombstoneSeconds: 60 })
  const newOperationId = uuidv7()
  const rule = () => ({ queueTimeoutSeconds: 60 })
  await retry(db, { ownerId, operationId: b.operationId, newOperationId, actor: 'owner', rule })
  expect(await ended(newOperationId)).toMatchObject({ error: { code: 'INVALID_FILE' }, dependsOn: null })
})

test('a handler reads the results of its dependencies', async () => {
  const seen: (readonly Dependency[])[] = []
  let rows: number | undefined
  const handlers = {
    ...imports((_, input) => {
      if ((input as Record<string, unknown>).fails) throw new OperationError('INVALID_FILE', 'It fails.')
      return Promise.resolve(imported)
    }),
    exportCustomers: defineOperation('exportCustomers', {
      async run(context, { format }) {
        seen.push(context.dependencies())
        if (format === 'NDJSON') context.resultOf('generateReport')
        rows = context.resultOf('importOrders').rowsLoaded
        return { fileId: 'x', downloadUrl: 'file:x', rowCount: rows } as never
      },
    }),
  }
  const bad = await rig.submit(fails)
  const [good, other] = [await rig.submit(), await rig.submit()]
  rig.work({ handlers })
  for (const { operationId } of [bad, good, other]) await ended(operationId)
  const dependsOn = [bad, good, other].map(({ operationId }) => operationId)
  await purge(rig.connection.db, { ownerId, operationId: other.operationId, tombstoneSeconds: 60 })
  const more = { type: 'exportCustomers', dependsOn, dependencyPolicy: 'ANY_END' as const }
  const reader = await rig.submit({ ...more, input: { format: 'CSV' } })
  expect(await ended(reader.operationId)).toMatchObject({ status: 'COMPLETED' })
  expect(rows).toBe(imported.rowsLoaded)
  expect(seen[0]).toMatchObject([
    {
      operationId: bad.operationId,
      type: 'importOrders',
      status: 'FAILED',
      result: null,
      error: { code: 'INVALID_FILE' },
    },
    { operationId: good.operationId, type: 'importOrders', status: 'COMPLETED', result: imported, error: null },
  ])
  const wrong = await rig.submit({ ...more, input: { format: 'NDJSON' } })
  expect(await ended(wrong.operationId)).toMatchObject({
    status: 'FAILED',
    failures: 1,
    error: { code: 'DEPENDENCY_FAILED', detail: expect.stringContaining('generateReport') },
  })
  const alone = await rig.submit({ type: 'exportCustomers', input: { format: 'CSV' } })
  expect(await ended(alone.operationId)).toMatchObject({ error: { code: 'DEPENDENCY_FAILED' } })
  expect(seen.at(-1)).toEqual([])
})
