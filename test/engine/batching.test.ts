import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/events.ts'
import { cancel, type OperationRow } from '../../server/database/operations.ts'
import { operations } from '../../server/database/schema.ts'
import { createWrites, type Writes } from '../../server/engine/writes.ts'
import { imported, imports, openRig, ownerId, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('one result that cannot be stored fails its own operation, and no other of the batch', async () => {
  const rows = await Promise.all(Array.from({ length: 20 }, () => rig.submit()))
  const bad = rows[7]?.operationId
  const gate = Promise.withResolvers<void>()
  let begun = 0
  rig.work({
    concurrency: 20,
    handlers: imports(async (ctx) => {
      begun += 1
      if (begun === rows.length) gate.resolve()
      // All return in one turn of the loop, and so are written in one statement.
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

test('finishes in shuffled batches that race with cancels: no deadlock, one winner each, and its history says who', async () => {
  const { db } = rig.connection
  const rows = await Promise.all(Array.from({ length: 200 }, () => rig.submit()))
  await db.update(operations).set({ status: 'RUNNING', attempt: 1, turnAt: null })
  const stop = new AbortController()
  const trouble: unknown[] = []
  const open = () => createWrites({ db, hints: { tell: () => {} } }, stop.signal, (_, cause) => trouble.push(cause))
  // Two workers that both think they hold every operation.
  const workers = [open(), open()]
  const finish = (writes: Writes, { operationId }: OperationRow) =>
    writes.take('finish', { operationId, attempt: 1, actor: 'test' }, { result: imported, expiresAt: new Date() })
  const ask = ({ operationId }: OperationRow) =>
    cancel(db, { ownerId, operationId, actor: 'owner', reason: undefined, retentionSeconds: () => 60 })
  const [finished, again, cancelled] = await Promise.all([
    Promise.all(shuffled(rows).map(async (row) => [row.operationId, await finish(workers[0] as Writes, row)] as const)),
    Promise.all(shuffled(rows).map(async (row) => [row.operationId, await finish(workers[1] as Writes, row)] as const)),
    Promise.all(shuffled(rows).map(async (row) => [row.operationId, await ask(row)] as const)),
  ])
  const won = new Map(rows.map(({ operationId }) => [operationId, 0]))
  const count = (operationId: string) => won.set(operationId, (won.get(operationId) ?? 0) + 1)
  for (const [operationId, moved] of [...finished, ...again]) if (moved) count(operationId)
  for (const [operationId, answer] of cancelled) if (answer?.kind === 'cancelled') count(operationId)
  expect([...won.values()].every((winners) => winners === 1)).toBe(true)
  expect(trouble).toEqual([])
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
