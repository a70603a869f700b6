import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cancel } from '../../server/database/operations/read.ts'
import { sealInput } from '../../server/database/operations/sealed-input.ts'
import { events, operations } from '../../server/database/schema/operations.ts'
import type { SealingKeys } from '../../server/database/sealed.ts'
import { defineOperation, defineStep, RetryableError } from '../../server/handlers/define.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { imported, imports, openRig, ownerId, type Rig } from './rig.ts'

/** Workers with operations whose input is stored encrypted. */

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

const canary = 'canary-70c5'
const input = { uploadId: canary }
const right: SealingKeys = [randomBytes(32)]
const wrong: SealingKeys = [randomBytes(32)]

const submitSealed = () => rig.submit({ input: sealInput(right, input, ownerId) })
const released = 'the service cannot decrypt its input: the key is missing'
const untilReleased = (operationId: string) =>
  rig.untilRow(operationId, ({ status, attempt }) => status === 'PENDING' && attempt > 0)

/** Ends the backoff of an operation, so that the test need not wait for it. */
const makeDue = (operationId: string) =>
  rig.connection.db
    .update(operations)
    .set({ dueAt: null, turnAt: new Date() })
    .where(eq(operations.operationId, operationId))

test('the handler gets the input in clear, and the row keeps it encrypted', async () => {
  let seen: unknown
  rig.work({
    sealingKeys: right,
    handlers: imports(async (_, given) => {
      seen = given
      return imported
    }),
  })
  const { operationId } = await submitSealed()
  const row = await rig.until(operationId, 'COMPLETED')
  expect(seen).toEqual(input)
  expect(JSON.stringify(row)).not.toContain(canary)
  expect(row).toHaveProperty('input', { sealed: expect.any(String) })
})

test('an input that is stored in clear is read as it is, whatever the keys', async () => {
  let seen: unknown
  rig.work({
    handlers: imports(async (_, given) => {
      seen = given
      return imported
    }),
  })
  const { operationId } = await rig.submit({ input })
  await rig.until(operationId, 'COMPLETED')
  expect(seen).toEqual(input)
})

test.each<[string, readonly Buffer[]]>([
  ['no key', []],
  ['another key', wrong],
])('a worker with %s returns the operation uncharged, and a worker with the key completes it', async (_, sealingKeys) => {
  let runs = 0
  const handlers = imports(async () => {
    runs += 1
    return imported
  })
  const worker = rig.work({ handlers, sealingKeys })
  const { operationId } = await submitSealed()
  const row = await untilReleased(operationId)
  await worker.drain(1000)
  expect(row).toMatchObject({ failures: 0, error: null })
  expect(runs).toBe(0)
  const history = await rig.connection.db.select().from(events).where(eq(events.operationId, operationId))
  expect(history.map(({ reason }) => reason)).toContain(released)
  await makeDue(operationId)
  rig.work({ handlers, sealingKeys: right })
  expect(await rig.until(operationId, 'COMPLETED', 'FAILED')).toMatchObject({ status: 'COMPLETED' })
  expect(runs).toBe(1)
})

test('steps are compensated by a worker with the key after a cancel that a worker without it has claimed', async () => {
  const undone: unknown[] = []
  const step = defineStep('importOrders', {
    run: async () => 'effect',
    undo: async (_, { uploadId }) => void undone.push(uploadId),
  })
  const importOrders = defineOperation('importOrders', {
    steps: { step },
    async run(ctx) {
      await ctx.step('step')
      throw new RetryableError('later', { retryAfter: 600 })
    },
  })
  const first = rig.work({ handlers: { importOrders }, sealingKeys: right })
  const { operationId } = await submitSealed()
  await untilReleased(operationId)
  await first.drain(1000)
  await cancel(rig.connection.db, { ownerId, operationId, actor: 'key:test', retentionSeconds: () => 60 })
  const second = rig.work({ handlers: { importOrders }, sealingKeys: wrong })
  await rig.untilRow(operationId, ({ attempt, workerId }) => attempt === 2 && workerId === null)
  await second.drain(1000)
  expect(undone).toEqual([])
  expect(await rig.read(operationId)).toMatchObject({ status: 'CANCELLING', owesCompensation: true })
  await makeDue(operationId)
  rig.work({ handlers: { importOrders }, sealingKeys: right })
  expect(await rig.until(operationId, 'CANCELLED', 'FAILED')).toMatchObject({ status: 'CANCELLED' })
  expect(undone).toEqual([canary])
})

test('an input that was changed, or copied from another owner, fails the operation with a clear problem', async () => {
  rig.work({ sealingKeys: right, handlers: imports(async () => imported) })
  for (const sealed of [sealInput(right, input, 'owner-b'), { sealed: 'changed' }]) {
    const { operationId } = await rig.submit({ input: sealed })
    const row = await rig.until(operationId, 'COMPLETED', 'FAILED')
    expect(row.error).toMatchObject({
      code: 'PROCESSING_ERROR',
      detail: 'The stored input of the operation was damaged and cannot be decrypted. Submit a new operation.',
    })
  }
})

test('an unexpected error that quotes the input is not logged with its text, and its place in the code is', async () => {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  rig.work({
    log,
    sealingKeys: right,
    handlers: imports(async (_, { uploadId }) => {
      throw new Error(`nothing of ${uploadId} may be logged`, { cause: new TypeError(`${uploadId}, too`) })
    }),
  })
  const { operationId } = await rig.submit({ input: sealInput(right, input, ownerId), maxAttempts: 1 })
  const { error } = await rig.until(operationId, 'FAILED')
  // The line is written after the commit.
  await expect.poll(() => lines.join('\n')).toContain('the message is hidden')
  const logged = lines.join('\n')
  expect(logged).toContain('sealed-input.test.ts')
  expect(logged + JSON.stringify(error)).not.toContain(canary)
})
