import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { files } from '../../server/database/schema/files.ts'
import { OperationError, RetryableError } from '../../server/handlers/define.ts'
import { imported, imports, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('a submitted operation completes, and its events have no gap', async () => {
  rig.work({
    handlers: imports(async (ctx) => {
      ctx.progress({ phase: 'VALIDATION', current: 1, total: 2 })
      ctx.progress({ phase: 'LOADING', percentage: 50 })
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  const row = await rig.until(operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 1, failures: 0, result: imported })
  expect(row).toMatchObject({ workerId: null, deadlineAt: null, turnAt: null, error: null })
  expect(row.progress).toMatchObject({
    percentage: 100,
    phases: [
      { name: 'VALIDATION', status: 'COMPLETED' },
      { name: 'LOADING', status: 'COMPLETED' },
    ],
  })
  const events = await eventsOf(rig.connection.db, { operationId })
  expect(events.map(({ sequence, event, status, attempt }) => [sequence, event, status, attempt])).toEqual([
    [1, 'status-update', 'RUNNING', 1],
    [2, 'status-update', 'RUNNING', 1],
    [3, 'status-update', 'RUNNING', 1],
    [4, 'completed', 'COMPLETED', 1],
  ])
  expect(events.map(({ reason }) => reason)).toEqual([
    null,
    'VALIDATION is IN_PROGRESS',
    'VALIDATION is COMPLETED, LOADING is IN_PROGRESS',
    null,
  ])
  expect(events[1]?.progress).toMatchObject({ phase: 'VALIDATION', current: 1, total: 2 })
  expect(events[0]?.actor).toMatch(/^worker:/)
})

test('a warning makes it COMPLETED_WITH_ERRORS, with the warning in the result and the expiry that the handler got', async () => {
  const warning = { code: 'ROWS_REJECTED', message: 'one row', affectedRecords: 1 }
  let handlerExpiry: Date | undefined
  rig.work({
    handlers: imports(async (ctx) => {
      ctx.warn(warning)
      handlerExpiry = ctx.expiresAt()
      return imported
    }),
  })
  const row = await rig.until((await rig.submit()).operationId, 'COMPLETED_WITH_ERRORS')
  expect(row.result).toEqual({ ...imported, warnings: [warning] })
  expect(row.expiresAt).toEqual(handlerExpiry)
  expect(Math.abs((handlerExpiry?.getTime() ?? 0) - (row.startedAt?.getTime() ?? 0) - 604_800_000)).toBeLessThan(2000)
})

test('an OperationError fails it at once with its code, detail and errors', async () => {
  const errors = [{ pointer: '/rows/3', message: 'line 4, column 2' }]
  rig.work({
    handlers: imports(async (ctx) => {
      ctx.progress({ phase: 'LOADING', percentage: 10 })
      throw new OperationError('NO_DATA_IN_RANGE', 'nothing\u0000there', { errors })
    }),
  })
  const row = await rig.until((await rig.submit()).operationId, 'FAILED')
  expect(row).toMatchObject({ attempt: 1, failures: 1, result: null })
  expect(row.error).toMatchObject({ code: 'NO_DATA_IN_RANGE', detail: 'nothingthere', errors })
  expect(row.error?.instance).toBe(`/api/v1/operations/op_${row.operationId}`)
  expect(row.progress?.phases?.[1]).toMatchObject({ name: 'LOADING', status: 'FAILED' })
})

test('an unknown error is retried up to the attempts of the type, and callers never see its text', async () => {
  let runs = 0
  rig.work({
    handlers: imports(async () => {
      runs += 1
      if (runs < 3) throw new RetryableError('again', { retryAfter: 0.05 })
      throw new Error('password=hunter2 at line 3')
    }),
  })
  const row = await rig.until((await rig.submit()).operationId, 'FAILED')
  expect(runs).toBe(3)
  expect(row).toMatchObject({ attempt: 3, failures: 3 })
  expect(row.error).toMatchObject({ code: 'PROCESSING_ERROR' })
  const history = await eventsOf(rig.connection.db, row)
  expect(history.map((event) => event.status)).toEqual([
    'RUNNING',
    'PENDING',
    'RUNNING',
    'PENDING',
    'RUNNING',
    'FAILED',
  ])
  expect(JSON.stringify([row, history])).not.toContain('hunter2')
})

test('a result that the database cannot store fails it with INVALID_RESULT', async () => {
  const results = [{ rejectUrl: 'a\u0000b' }, { rejectUrl: '\ud800' }]
  rig.work({
    handlers: imports(async (ctx) => {
      const result = { ...imported, ...results.pop() }
      return results.length > 0 ? result : ctx.db.transaction((tx) => ctx.finish(tx, result))
    }),
  })
  for (const _ of [1, 2]) {
    const row = await rig.until((await rig.submit()).operationId, 'FAILED')
    expect(row.error).toMatchObject({ code: 'INVALID_RESULT' })
  }
})

test('ctx.finish commits the completion with the rows of the handler, or neither', async () => {
  let runs = 0
  rig.work({
    handlers: imports(async (ctx) => {
      runs += 1
      return ctx.db.transaction(async (tx) => {
        const finished = await ctx.finish(tx, imported)
        if (runs === 1) throw new RetryableError('rolled back', { retryAfter: 0 })
        return finished
      })
    }),
  })
  const row = await rig.until((await rig.submit()).operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 1, result: imported })
  const history = await eventsOf(rig.connection.db, row)
  expect(history.map((event) => event.status)).toEqual(['RUNNING', 'PENDING', 'RUNNING', 'COMPLETED'])
})

test('an operation that is completed in a long transaction has the time of its completion, not of the transaction’s start', async () => {
  let before = new Date()
  rig.work({
    handlers: imports((ctx) =>
      ctx.db.transaction(async (tx) => {
        await tx.select().from(files)
        // In the open transaction now() stays the same; the clock and the progress advance.
        ctx.progress({ phase: 'LOADING', percentage: 50 })
        const row = await rig.untilRow(ctx.operationId, ({ progress }) => progress !== null)
        before = row.updatedAt
        return ctx.finish(tx, imported)
      }),
    ),
  })
  const row = await rig.until((await rig.submit()).operationId, 'COMPLETED')
  expect(row.finishedAt?.getTime()).toBeGreaterThanOrEqual(before.getTime())
  expect(row.updatedAt.getTime()).toBeGreaterThanOrEqual(before.getTime())
  const end = (await eventsOf(rig.connection.db, row)).at(-1)
  expect(end?.timestamp).toEqual(row.updatedAt)
})

test('files are kept only if their attempt completes the operation', async () => {
  let runs = 0
  const keys: string[] = []
  const worker = rig.work({
    handlers: imports(async (ctx) => {
      runs += 1
      const file = await ctx.files.create({ name: 'a.csv', mediaType: 'text/csv' }, contents('a,b\n', '1,2\n'))
      keys.push(file.storageKey)
      expect(file).toMatchObject({ sizeBytes: 8, url: `file:${file.fileId}` })
      if (runs === 1) throw new RetryableError('again', { retryAfter: 0 })
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'COMPLETED')
  await worker.drain(1000)
  const rows = await rig.connection.db.select().from(files)
  expect(rows.map((row) => row.storageKey)).toEqual([keys[1]])
  await expect(read(keys[0] ?? '')).rejects.toThrow()
  expect(await read(keys[1] ?? '')).toBe('a,b\n1,2\n')
})

test('progress is written at most ten times a second, including the last update', async () => {
  rig.work({
    handlers: imports(async (ctx) => {
      for (let current = 0; current <= 1000; current += 1) {
        ctx.progress({ phase: 'VALIDATION', current, total: 1000 })
        if (current % 100 === 0) await new Promise(setImmediate)
      }
      throw new OperationError('NO_DATA_IN_RANGE', 'x')
    }),
  })
  const row = await rig.until((await rig.submit()).operationId, 'FAILED')
  expect(row.progress).toMatchObject({ current: 1000, percentage: 60, phase: 'VALIDATION' })
})

async function read(storageKey: string) {
  let text = ''
  for await (const chunk of await rig.files.read(storageKey)) text += chunk
  return text
}

async function* contents(...chunks: string[]) {
  yield* chunks
}
