import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { cancel, type OperationRow } from '../../server/database/operations/read.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { createWrites, type Writes } from '../../server/engine/attempt/writes.ts'
import { imported, imports, openRig, ownerId, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('a result that cannot be stored fails its operation and no other of the batch', async () => {
  const rows = await Promise.all(Array.from({ length: 20 }, () => rig.submit()))
  const bad = rows[7]?.operationId
  const gate = Promise.withResolvers<void>()
  let begun = 0
  rig.work({
    concurrency: 20,
    handlers: imports(async (ctx) => {
      begun += 1
      if (begun === rows.length) gate.resolve()
      // All return in one turn of the event loop and are written in one statement.
      await gate.promise
      return ctx.operationId === bad ? { ...imported, rejectUrl: 'a\u0000b' } : imported
    }),
  })
  for (const { operationId } of rows) {
    const row = await rig.until(operationId, 'COMPLETED', 'FAILED')
    if (operationId === bad) expect(row).toMatchObject({ status: 'FAILED', error: { code: 'INVALID_RESULT' } })
    else expect(row).toMatchObject({ status: 'COMPLETED', result: imported })
  }
})

const silent = { notify() {}, publish() {}, carriesEvents: () => false }

test('completions in shuffled batches and concurrent cancels do not deadlock, one of them wins, and the event is the winner’s', async () => {
  const { db } = rig.connection
  const rows = await Promise.all(Array.from({ length: 200 }, () => rig.submit()))
  await db.update(operations).set({ status: 'RUNNING', attempt: 1, turnAt: null })
  const stop = new AbortController()
  const errors: unknown[] = []
  const open = () => createWrites({ db, notifications: silent }, stop.signal, (_, cause) => errors.push(cause))
  // Two workers that both try to complete every operation.
  const workers = [open(), open()]
  const finish = (writes: Writes, { operationId }: OperationRow) =>
    writes.transition('finish', { operationId, attempt: 1, actor: 'test' }, { result: imported, expiresAt: new Date() })
  const requestCancel = ({ operationId }: OperationRow) =>
    cancel(db, { ownerId, operationId, actor: 'owner', reason: undefined, retentionSeconds: () => 60 })
  const [finished, again, cancelled] = await Promise.all([
    Promise.all(shuffled(rows).map(async (row) => [row.operationId, await finish(workers[0] as Writes, row)] as const)),
    Promise.all(shuffled(rows).map(async (row) => [row.operationId, await finish(workers[1] as Writes, row)] as const)),
    Promise.all(shuffled(rows).map(async (row) => [row.operationId, await requestCancel(row)] as const)),
  ])
  const won = new Map(rows.map(({ operationId }) => [operationId, 0]))
  const count = (operationId: string) => won.set(operationId, (won.get(operationId) ?? 0) + 1)
  for (const [operationId, changed] of [...finished, ...again]) if (changed) count(operationId)
  for (const [operationId, answer] of cancelled) if (answer?.kind === 'cancelled') count(operationId)
  expect([...won.values()].every((winners) => winners === 1)).toBe(true)
  expect(errors).toEqual([])
  const cancels = new Set(
    cancelled.flatMap(([operationId, answer]) => (answer?.kind === 'cancelled' ? [operationId] : [])),
  )
  for (const { operationId } of rows) {
    const row = await rig.read(operationId)
    expect(row.status).toBe(cancels.has(operationId) ? 'CANCELLING' : 'COMPLETED')
    expect(await eventsOf(db, row)).toMatchObject([{ sequence: 1, status: row.status }])
  }
  stop.abort()
})

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
