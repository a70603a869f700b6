import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RetryableError } from '../../server/handlers/define.ts'
import { imported, imports, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

/** The time from the failure of the first attempt to the start of the second. */
async function waitedMs(operationId: string): Promise<number> {
  const failed = await rig.untilRow(operationId, ({ failures }) => failures === 1)
  const begun = await rig.untilRow(operationId, ({ attempt, startedAt }) => attempt === 2 && startedAt !== null)
  return (begun.startedAt?.getTime() ?? 0) - failed.updatedAt.getTime()
}

function failingOnce(error: Error) {
  return imports(async (ctx) => {
    if (ctx.attempt === 1) throw error
    return imported
  })
}

test('a RetryableError determines the delay', async () => {
  rig.work({ handlers: failingOnce(new RetryableError('busy', { retryAfter: 3 })) })
  const ms = await waitedMs((await rig.submit()).operationId)
  expect(ms).toBeGreaterThanOrEqual(3000)
})

test.each([
  new RetryableError('busy'),
  new Error('broken'),
])('otherwise (%s) the delay is the backoff of about a second', async (error) => {
  rig.work({ handlers: failingOnce(error) })
  const ms = await waitedMs((await rig.submit()).operationId)
  expect(ms).toBeGreaterThanOrEqual(800)
  expect(ms).toBeLessThan(10_000)
})

test('a delayed attempt keeps start_after, and its queue timeout counts from its due time', async () => {
  rig.work({ handlers: failingOnce(new RetryableError('busy', { retryAfter: 100 })) })
  const startAfter = new Date(Date.now() + 200)
  const { operationId } = await rig.submit({ startAfter })
  const row = await rig.untilRow(operationId, ({ failures }) => failures === 1)
  expect(row).toMatchObject({
    status: 'PENDING',
    startAfter,
    turnAt: null,
    startedAt: null,
    workerId: null,
    progress: null,
  })
  const dueInMs = (row.dueAt?.getTime() ?? 0) - row.updatedAt.getTime()
  expect(Math.round(dueInMs / 1000)).toBe(100)
  expect(row.deadlineAt?.getTime()).toBeGreaterThan((row.dueAt?.getTime() ?? 0) + 60_000)
})

test('the number of attempts is that of the operation, not of its type', async () => {
  let runs = 0
  rig.work({
    handlers: imports(async () => {
      runs += 1
      throw new RetryableError('busy for ever', { retryAfter: 0 })
    }),
  })
  const row = await rig.until((await rig.submit({ maxAttempts: 2 })).operationId, 'FAILED')
  expect(runs).toBe(2)
  const error = { code: 'PROCESSING_ERROR', retryable: true, retryAfter: 1 }
  expect(row.error).toMatchObject({ ...error, detail: expect.stringContaining('busy for ever') })
})
