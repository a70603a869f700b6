import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openCallbackToken } from '../../server/contract/callback-token.ts'
import { eventsOf } from '../../server/database/operations/events.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { completeWait, waitsOf } from '../../server/database/operations/waits.ts'
import type { Status } from '../../server/domain/state-machine.ts'
import { defineOperation, defineStep, WaitTimeout } from '../../server/handlers/define.ts'
import { imported, openRig, ownerId, type Rig, rulesWith } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

/** The waits that the type of these tests declares. */
const rules = rulesWith({
  waits: [
    { name: 'vendor', kind: 'CALLBACK' },
    { name: 'second', kind: 'CALLBACK' },
    { name: 'decision', kind: 'INPUT' },
  ],
})

/** The contract declares no waits of the type, so their names and bodies are not typed. */
type Waiting = {
  sleep(name: string, seconds: number): Promise<void>
  waitForCallback(name: string, options: { timeoutSeconds: number }): Promise<unknown>
  waitForInput(name: string, options: { timeoutSeconds: number; who?: string }): Promise<unknown>
  callbackUrl(name: string): string
  step(name: string): Promise<unknown>
  attempt: number
}

/** Counts what a step did, by name. */
function counter() {
  const counts: Record<string, number> = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  return { counts, count }
}

function handlersOf(run: (context: Waiting) => Promise<unknown>, count: (name: string) => void = () => {}) {
  const reserve = defineStep('importOrders', {
    run: async () => count('reserve'),
    undo: async () => count('undo'),
  })
  const importOrders = defineOperation('importOrders', {
    steps: { reserve },
    async run(context) {
      await run(context as unknown as Waiting)
      return imported
    },
  })
  return { importOrders }
}

const complete = (operationId: string, name: string, body: Record<string, unknown> = {}, early = false) =>
  completeWait(rig.connection.db, {
    operationId,
    name,
    body,
    completedBy: 'key:test',
    early,
    queueSeconds: () => 600,
  }).then((outcome) => {
    rig.notifications.notify('submitted', operationId)
    return outcome
  })

const day = { timeoutSeconds: 86_400 }

async function statusesOf(operationId: string) {
  const events = await eventsOf(rig.connection.db, { operationId, limit: 100 })
  return events.map(({ status }) => status)
}

it('a timer: the operation waits without a worker, a slot or a deadline, and runs again from the top', async () => {
  const { counts, count } = counter()
  const handlers = handlersOf(async (context) => {
    count('run')
    await context.step('reserve')
    await context.sleep('pause', 0.5)
  }, count)
  rig.work({ handlers, rules, concurrency: 1 })
  const { operationId } = await rig.submit()
  const waiting = await rig.until(operationId, 'WAITING')
  expect(waiting).toMatchObject({
    workerId: null,
    turnAt: null,
    deadlineAt: null,
    startedAt: null,
    attempt: 1,
    failures: 0,
  })
  expect(waiting.waits).toEqual([{ name: 'pause', kind: 'TIMER', expiresAt: expect.any(String) }])
  const done = await rig.until(operationId, 'COMPLETED')
  expect(done).toMatchObject({ attempt: 2, failures: 0, waits: null })
  expect(counts).toEqual({ run: 2, reserve: 1 })
})

it('a waiting operation leaves its slot to another one', async () => {
  const first = Promise.withResolvers<string>()
  const handlers = handlersOf(async (context) => {
    const { operationId } = context as unknown as { operationId: string }
    if (operationId === (await first.promise)) await context.waitForCallback('vendor', day)
  })
  rig.work({ handlers, rules, concurrency: 1, ownerCap: 1 })
  const waiting = await rig.submit()
  first.resolve(waiting.operationId)
  await rig.until(waiting.operationId, 'WAITING')
  const other = await rig.submit()
  await rig.until(other.operationId, 'COMPLETED')
  expect((await rig.read(waiting.operationId)).status).toBe('WAITING')
})

it('a callback: the handler gets its body', async () => {
  const bodies: unknown[] = []
  const handlers = handlersOf(async (context) => {
    bodies.push(await context.waitForCallback('vendor', day))
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'WAITING')
  expect(await complete(operationId, 'vendor', { verdict: 'CLEAR' })).toMatchObject({
    kind: 'completed',
    resumed: true,
  })
  await rig.until(operationId, 'COMPLETED')
  expect(bodies).toEqual([{ verdict: 'CLEAR' }])
  expect(await statusesOf(operationId)).toEqual(['RUNNING', 'WAITING', 'PENDING', 'RUNNING', 'COMPLETED'])
})

it('a callback before the handler waits for it: the handler does not wait', async () => {
  const started = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const handlers = handlersOf(async (context) => {
    started.resolve()
    await arrived.promise
    expect(await context.waitForCallback('vendor', day)).toEqual({ verdict: 'CLEAR' })
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await started.promise
  expect(await complete(operationId, 'vendor', { verdict: 'CLEAR' }, true)).toMatchObject({ resumed: false })
  arrived.resolve()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 1 })
})

it('a callback before the operation is claimed', async () => {
  const { operationId } = await rig.submit()
  expect(await complete(operationId, 'vendor', { verdict: 'CLEAR' }, true)).toMatchObject({ kind: 'completed' })
  rig.work({ handlers: handlersOf((context) => context.waitForCallback('vendor', day)), rules })
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 1 })
})

it('a callback between the begin of its wait and the end of the attempt: the operation runs again at once', async () => {
  const begun = Promise.withResolvers<void>()
  const completed = Promise.withResolvers<void>()
  const handlers = handlersOf(async (context) => {
    const waiting = context.waitForCallback('vendor', day)
    if (context.attempt === 1) {
      await waiting.catch(() => begun.resolve())
      await completed.promise
    }
    await waiting
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await begun.promise
  expect(await complete(operationId, 'vendor')).toMatchObject({ kind: 'completed', resumed: false })
  completed.resolve()
  await rig.until(operationId, 'COMPLETED')
  expect(await statusesOf(operationId)).toEqual(['RUNNING', 'PENDING', 'RUNNING', 'COMPLETED'])
})

it('two waits at once: each completion runs the handler again until both are complete', async () => {
  const handlers = handlersOf(async (context) => {
    const [first, second] = await Promise.all([
      context.waitForCallback('vendor', day),
      context.waitForCallback('second', day),
    ])
    expect([first, second]).toEqual([{ n: 1 }, { n: 2 }])
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  const both = await rig.until(operationId, 'WAITING')
  expect(both.waits?.map(({ name }) => name)).toEqual(['vendor', 'second'])
  await complete(operationId, 'second', { n: 2 })
  const one = await rig.untilRow(operationId, ({ status, attempt }) => status === 'WAITING' && attempt === 2)
  expect(one.waits?.map(({ name }) => name)).toEqual(['vendor'])
  await complete(operationId, 'vendor', { n: 1 })
  await rig.until(operationId, 'COMPLETED')
})

it('whatever a handler does after its suspension is ignored', async () => {
  const { counts, count } = counter()
  const refused: string[] = []
  const handlers = handlersOf(async (context) => {
    const arrived = await context.waitForCallback('vendor', day).catch(() => undefined)
    if (arrived) return
    for (const work of [() => context.step('reserve'), () => context.sleep('pause', 0)]) {
      await work().catch((error: Error) => refused.push(error.name))
    }
  }, count)
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'WAITING')
  expect(refused).toEqual(['Suspension', 'Suspension'])
  expect(counts).toEqual({})
  await complete(operationId, 'vendor', { ok: true })
  await rig.until(operationId, 'COMPLETED')
})

it('nothing arrives in time: WAIT_TIMEOUT, without another attempt, after compensation', async () => {
  const { counts, count } = counter()
  const handlers = handlersOf(async (context) => {
    await context.step('reserve')
    await context.waitForInput('decision', { timeoutSeconds: 0.3, who: 'compliance' })
  }, count)
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  const waiting = await rig.until(operationId, 'WAITING')
  expect(waiting.waits).toMatchObject([{ name: 'decision', kind: 'INPUT', who: 'compliance' }])
  const failed = await rig.until(operationId, 'FAILED')
  expect(failed.error).toMatchObject({ code: 'WAIT_TIMEOUT' })
  expect(counts).toEqual({ reserve: 1, undo: 1 })
  expect(await complete(operationId, 'decision')).toMatchObject({ kind: 'closed' })
})

it('one of two waits expires: WAIT_TIMEOUT, while the other could still be completed', async () => {
  const handlers = handlersOf(async (context) => {
    const late = context.waitForCallback('vendor', { timeoutSeconds: 0.2 })
    await Promise.all([late, context.waitForCallback('second', day)])
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  expect((await rig.until(operationId, 'FAILED')).error).toMatchObject({ code: 'WAIT_TIMEOUT' })
})

it('a handler can continue without the answer, in every later attempt too', async () => {
  const outcomes: unknown[] = []
  const handlers = handlersOf(async (context) => {
    const waiting = context.waitForCallback('vendor', { timeoutSeconds: 0.2 })
    outcomes.push(await waiting.catch((error) => (error instanceof WaitTimeout ? 'late' : Promise.reject(error))))
    await context.sleep('pause', 0.2)
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'COMPLETED')
  expect(outcomes).toEqual(['late', 'late'])
})

it('a cancel while waiting ends the operation at once', async () => {
  rig.work({ handlers: handlersOf((context) => context.waitForCallback('vendor', day)), rules })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'WAITING')
  const cancelled = await cancel(rig.connection.db, {
    ownerId,
    operationId,
    actor: 'key:test',
    retentionSeconds: () => 60,
  })
  expect(cancelled?.operation).toMatchObject({ status: 'CANCELLED', waits: null, dueAt: null })
  expect(await complete(operationId, 'vendor')).toMatchObject({ kind: 'closed' })
})

it('a cancel while waiting undoes finished steps first, and refuses callbacks meanwhile', async () => {
  const { counts, count } = counter()
  const handlers = handlersOf(async (context) => {
    await context.step('reserve')
    await context.waitForCallback('vendor', day)
  }, count)
  const worker = rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'WAITING')
  await worker.drain(1000)
  const cancelled = await cancel(rig.connection.db, {
    ownerId,
    operationId,
    actor: 'key:test',
    retentionSeconds: () => 60,
  })
  expect(cancelled?.operation).toMatchObject({ status: 'CANCELLING', waits: null })
  expect(await complete(operationId, 'vendor', {}, true)).toMatchObject({ kind: 'closed' })
  rig.work({ handlers, rules })
  await rig.until(operationId, 'CANCELLED')
  expect(counts).toEqual({ reserve: 1, undo: 1 })
})

it('a cancel while the handler runs wins over its wait', async () => {
  const started = Promise.withResolvers<void>()
  const cancelled = Promise.withResolvers<void>()
  const handlers = handlersOf(async (context) => {
    started.resolve()
    await cancelled.promise
    await context.sleep('pause', 100)
  })
  rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await started.promise
  await cancel(rig.connection.db, { ownerId, operationId, actor: 'key:test', retentionSeconds: () => 60 })
  cancelled.resolve()
  await rig.until(operationId, 'CANCELLED')
  expect(await statusesOf(operationId)).not.toContain('WAITING')
})

it('waits survive a restart of the worker', async () => {
  const handlers = handlersOf(async (context) => {
    await context.sleep('pause', 0.1)
    await context.waitForCallback('vendor', day)
  })
  const worker = rig.work({ handlers, rules })
  const { operationId } = await rig.submit()
  await rig.untilRow(operationId, ({ waits }) => waits?.[0]?.name === 'vendor')
  await worker.drain(1000)
  expect(await complete(operationId, 'vendor')).toMatchObject({ resumed: true })
  expect((await rig.read(operationId)).status).toBe('PENDING' satisfies Status)
  rig.work({ handlers, rules })
  await rig.until(operationId, 'COMPLETED')
  const all = await waitsOf(rig.connection.db, { operationId, limit: 10 })
  expect(all.map(({ name, state }) => [name, state])).toEqual([
    ['pause', 'COMPLETED'],
    ['vendor', 'COMPLETED'],
  ])
})

it('the callback URL is the same in each attempt, and names the operation and the wait', async () => {
  const urls: string[] = []
  const secret = Buffer.alloc(32, 7)
  const handlers = handlersOf(async (context) => {
    urls.push(context.callbackUrl('vendor'))
    await context.sleep('pause', 0.1)
  })
  rig.work({ handlers, rules, callbacks: { secret, base: 'https://longrun.example/api/v1/callbacks/' } })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'COMPLETED')
  expect(urls[0]).toBe(urls[1])
  const token = urls[0]?.replace('https://longrun.example/api/v1/callbacks/', '') ?? ''
  expect(openCallbackToken(secret, token)).toEqual({ operationId, name: 'vendor' })
  expect(openCallbackToken(Buffer.alloc(32, 8), token)).toBe('forged')
})

it.each([
  ['a name with a space', (context: Waiting) => context.sleep('a pause', 1)],
  ['a negative time', (context: Waiting) => context.sleep('pause', -1)],
  ['no number', (context: Waiting) => context.sleep('pause', Number.NaN)],
  [
    'a kind that differs from the known wait',
    async (context: Waiting) => {
      await context.sleep('pause', 0)
      await context.waitForCallback('pause', day)
    },
  ],
])('%s fails the attempt', async (_, run) => {
  rig.work({ handlers: handlersOf(run), rules })
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  expect((await rig.until(operationId, 'FAILED')).error).toMatchObject({ code: 'PROCESSING_ERROR' })
})
