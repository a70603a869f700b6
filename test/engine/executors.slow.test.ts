import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test as base, expect, vi } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { cancel } from '../../server/database/operations/read.ts'
import type { WorkerOptions } from '../../server/engine/worker.ts'
import type { Act, Script } from './executor-handlers.ts'
import { openRig, ownerId, rulesWith } from './rig.ts'

// Processes start, exit and wait for retries, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const handlers = new URL('../../dist/test/engine-handlers.js', import.meta.url).href

type Engine = Awaited<ReturnType<typeof openEngine>>

/** These tests mostly wait, so they run concurrently, each with its own database. */
const test = base.extend<{ engine: Engine }>({
  // vitest reads the needed fixtures from the first parameter: none.
  engine: async ({ task: _ }, use) => {
    const engine = await openEngine()
    await use(engine)
    await engine.rig.close()
  },
}).concurrent

async function openEngine() {
  const rig = await openRig()

  /** The executors that have run the operation, in order. */
  async function pidsOf(operationId: string): Promise<number[]> {
    const events = await eventsOf(rig.connection.db, { operationId })
    return events.flatMap(({ data }) => (data?.message === 'ran' ? [(data.data as { pid: number }).pid] : []))
  }

  return {
    rig,

    /** A worker whose handlers run in executor processes. */
    work(executors: { count: number; rssLimitBytes?: number }, options: Partial<WorkerOptions> = {}) {
      return rig.work({
        ...options,
        handlers: {},
        executors: { handlers, files: { kind: 'disk', folder: rig.folder, minFreeBytes: 0 }, ...executors },
      })
    },

    submit(script: Act[], type = 'importOrders', more: Omit<Script, 'script'> = {}) {
      return rig.submit({ type, input: { script, ...more } })
    },

    ask(operationId: string) {
      const retentionSeconds = () => 60
      return cancel(rig.connection.db, { ownerId, operationId, actor: 'owner', reason: undefined, retentionSeconds })
    },

    /** Waits until each operation has run; returns the executors that ran them first. */
    async untilRan(operationIds: string[]): Promise<number[]> {
      const first = async () => (await Promise.all(operationIds.map(pidsOf))).flatMap(([pid]) => (pid ? [pid] : []))
      return vi.waitUntil(async () => {
        const pids = await first()
        return pids.length === operationIds.length && pids
      }, soon)
    },
  }
}

/** Whether a process is running; a zombie is not. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

// Processes start slowly on a busy machine; none of these tests measures that.
const soon = { timeout: 60_000, interval: 50 }
const untilGone = (pids: number[]) => vi.waitUntil(() => !pids.some(isAlive), soon)

const linger: Act[] = [{ act: 'linger' }, { act: 'complete' }]

test.for([
  'exit',
  'kill',
] as const)('when an executor with several operations exits (%s) none is charged, and each runs again alone', async (act, {
  engine: { rig, work, submit, untilRan },
}) => {
  const rows = [await submit([{ act, ran: 3 }, { act: 'complete' }]), await submit(linger), await submit(linger)]
  work({ count: 1 })
  const second: number[] = []
  for (const { operationId } of rows) {
    const row = await rig.until(operationId, 'COMPLETED')
    expect(row).toMatchObject({ attempt: 2, failures: 0, crashes: 0, alone: true })
    second.push(Number(row.result?.rowsRead))
  }
  const first = await untilRan(rows.map(({ operationId }) => operationId))
  expect(new Set(first).size).toBe(1)
  expect(new Set([...first, ...second]).size).toBe(4)
  await untilGone(second)
})

test('an operation that ends its executor runs three times alone, then is FAILED with POISONED; its neighbours complete', async ({
  engine: { rig, work, submit },
}) => {
  const poisoned = await submit([{ act: 'kill', ran: 2 }])
  const neighbour = await submit(linger)
  work({ count: 1 })
  await rig.until(neighbour.operationId, 'COMPLETED')
  const row = await rig.until(poisoned.operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'POISONED' })
  // The first exit is not charged.
  expect(row).toMatchObject({ attempt: 4, failures: 0, result: null })
  const after = await submit([{ act: 'complete' }])
  await rig.until(after.operationId, 'COMPLETED')
})

test('a poisoned operation is compensated by an executor that does not run its handler', async ({
  engine: { rig, work, submit },
}) => {
  const poisoned = await submit([{ act: 'kill', ran: 1 }], 'deliverOrder', { step: true })
  work({ count: 1 })
  const row = await rig.until(poisoned.operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'POISONED' })
  expect(row).toMatchObject({ attempt: 4, owesCompensation: false })
  const lines = (await eventsOf(rig.connection.db, row)).flatMap(({ data }) => (data ? [data.message] : []))
  expect(lines.indexOf('undone')).toBe(lines.length - 1)
  expect(lines.length).toBeGreaterThan(1)
})

test('cancelled operations whose undo ends the executor run alone until compensation is abandoned', async ({
  engine: { rig, work, submit, ask },
}) => {
  const more = { step: true, undoKills: true }
  const rows = [
    await submit([{ act: 'later' }], 'deliverOrder', more),
    await submit([{ act: 'later' }], 'deliverOrder', more),
  ]
  const before = work({ count: 1 })
  for (const { operationId } of rows) await rig.untilRow(operationId, ({ failures }) => failures === 1)
  await before.drain(1000)
  for (const { operationId } of rows)
    expect(await ask(operationId)).toMatchObject({ operation: { status: 'CANCELLING' } })
  work({ count: 1 })
  for (const { operationId } of rows) {
    const row = await rig.until(operationId, 'FAILED', 'CANCELLED')
    expect(row.error).toMatchObject({
      code: 'COMPENSATION_FAILED',
      detail: expect.stringContaining('STOCK_RESERVATION'),
    })
    // Once together, then three times alone.
    expect(row).toMatchObject({ attempt: 5, owesCompensation: false })
  }
})

test('an operation that exceeds the memory limit of its executor ends POISONED, and the worker continues', async ({
  engine: { rig, work, submit },
}) => {
  const poisoned = await submit([{ act: 'hoard' }])
  work({ count: 1, rssLimitBytes: 300 * 2 ** 20 })
  const row = await rig.until(poisoned.operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'POISONED', detail: expect.stringContaining('too much memory') })
  expect(row).toMatchObject({ attempt: 3 })
  await rig.until((await submit([{ act: 'complete' }])).operationId, 'COMPLETED')
})

test('neighbours of an operation that blocks its executor complete elsewhere; alone it may block', async ({
  engine: { rig, work, submit },
}) => {
  const blocking = await submit([{ act: 'block', ran: 3, ms: 8000 }])
  const neighbours = [await submit(linger), await submit(linger)]
  work({ count: 1 })
  for (const { operationId } of neighbours) {
    expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2, failures: 0, crashes: 0 })
  }
  expect(await rig.read(blocking.operationId)).toMatchObject({ status: 'RUNNING', attempt: 2 })
  const row = await rig.until(blocking.operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 0, crashes: 0 })
})

test('an operation that never returns times out; its executor is killed, and its neighbours run again uncharged', async ({
  engine: { rig, work, submit, untilRan },
}) => {
  const endless = await submit([{ act: 'ignore' }])
  const neighbour = await submit(linger, 'deliverOrder')
  work({ count: 1 }, { rules: rulesWith({ timeoutSeconds: 1 }) })
  const failed = await rig.until(endless.operationId, 'FAILED')
  expect(failed.error).toMatchObject({ code: 'TIMEOUT' })
  const [claimed] = await eventsOf(rig.connection.db, failed)
  expect((failed.finishedAt?.getTime() ?? 0) - (claimed?.timestamp.getTime() ?? 0)).toBeLessThan(10_000)
  const shared = await untilRan([endless.operationId, neighbour.operationId])
  expect(shared[1]).toBe(shared[0])
  const row = await rig.until(neighbour.operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 0, crashes: 0, alone: false })
  expect(row.result?.trackingNumber).not.toBe(String(shared[0]))
  await untilGone(shared)
})

test('a neighbour of an abandoned attempt is not charged when that attempt ends the executor', async ({
  engine: { rig, work, submit, ask, untilRan },
}) => {
  const abandoned = await submit([{ act: 'ignoreThenKill', ms: 11_000 }])
  const neighbour = await submit(linger)
  work({ count: 1 })
  await untilRan([abandoned.operationId, neighbour.operationId])
  await ask(abandoned.operationId)
  rig.notifications.notify('changed', abandoned.operationId)
  await rig.until(abandoned.operationId, 'CANCELLED')
  expect(await rig.until(neighbour.operationId, 'COMPLETED')).toMatchObject({ attempt: 2, crashes: 0, failures: 0 })
})

test('the first executor that is ready does not get more attempts than intended', async ({
  engine: { work, submit, untilRan },
}) => {
  const rows = [await submit(linger), await submit(linger), await submit(linger), await submit(linger)]
  work({ count: 4 }, { concurrency: 4 })
  const pids = await untilRan(rows.map(({ operationId }) => operationId))
  for (const pid of pids) expect(pids.filter((other) => other === pid).length).toBeLessThanOrEqual(2)
})

test('a drained worker leaves no executor, and its operations are PENDING again', async ({
  engine: { rig, work, submit, untilRan },
}) => {
  const rows = [await submit([{ act: 'linger' }]), await submit([{ act: 'linger' }])]
  const alone = await submit([{ act: 'ignore' }])
  await rig.connection.db.execute(`update operations set alone = true where operation_id = '${alone.operationId}'`)
  const worker = work({ count: 2 })
  const ids = [...rows, alone].map(({ operationId }) => operationId)
  const pids = await untilRan(ids)
  expect(pids.filter((pid) => pid === pids[2])).toHaveLength(1)
  expect(pids.every(isAlive)).toBe(true)
  await worker.drain(3000)
  await untilGone(pids)
  for (const id of ids) expect(await rig.read(id)).toMatchObject({ status: 'PENDING', failures: 0, crashes: 0 })
})

test.for<Act>([
  { act: 'ignore' },
  { act: 'block', ran: 1, ms: 60_000 },
])('the executors of a killed worker exit by themselves, whatever they run ($act)', async (act, {
  engine: { rig, submit, untilRan },
}) => {
  const { operationId } = await submit([act])
  const script = fileURLToPath(new URL('./executor-worker.ts', import.meta.url))
  const worker = spawn(process.execPath, [script, rig.url, rig.folder, handlers], { stdio: 'ignore' })
  const pids = await untilRan([operationId])
  expect(pids.every(isAlive)).toBe(true)
  worker.kill('SIGKILL')
  await untilGone(pids)
})
