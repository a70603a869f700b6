import { asc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { writeProgress } from '../../server/database/operations/progress.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { events } from '../../server/database/schema/operations.ts'
import { OperationError } from '../../server/handlers/define.ts'
import { imported, imports, interrupted, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

/** All events of an operation. */
function historyOf(operationId: string) {
  return rig.connection.db
    .select()
    .from(events)
    .where(eq(events.operationId, operationId))
    .orderBy(asc(events.sequence))
}

const linesOf = async (operationId: string) =>
  (await historyOf(operationId)).flatMap(({ event, data }) => (event === 'log' ? [data] : []))

const gapless = (history: { sequence: number }[]) => history.map((_, index) => index + 1)

test.each([
  'returns',
  'throws',
  'finishes',
])('lines and progress form one sequence without a gap, all before the terminal event, when the handler %s', async (way) => {
  rig.work({
    handlers: imports(async (ctx) => {
      for (let line = 0; line < 30; line += 1) {
        ctx.log(`line ${line}`, { line })
        ctx.progress({ phase: 'LOADING', current: line, total: 30 })
        if (line % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 120))
      }
      if (way === 'throws') throw new OperationError('NO_DATA_IN_RANGE', 'none')
      return way === 'finishes' ? ctx.db.transaction((tx) => ctx.finish(tx, imported)) : imported
    }),
  })
  const { operationId } = await rig.submit()
  const row = await rig.until(operationId, 'COMPLETED', 'FAILED')
  const history = await historyOf(operationId)
  expect(history.map(({ sequence }) => sequence)).toEqual(gapless(history))
  expect(row.lastSequence).toBe(history.length)
  expect(history.at(-1)?.event).toBe(way === 'throws' ? 'failed' : 'completed')
  const lines = history.filter(({ event }) => event === 'log')
  expect(lines.map(({ data }) => data)).toEqual(
    Array.from({ length: 30 }, (_, line) => ({ message: `line ${line}`, data: { line } })),
  )
  expect(
    lines.every(({ actor, attempt, status }) => actor.startsWith('worker:') && attempt === 1 && status === 'RUNNING'),
  ).toBe(true)
  const shown = history.flatMap(({ event, progress }) =>
    event === 'status-update' && progress ? [progress.current] : [],
  )
  expect(shown.length).toBeGreaterThan(1)
  expect(shown).toEqual(shown.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
})

test('lines beyond the limit are dropped, and the last one says so', async () => {
  rig.work({
    handlers: imports(async (ctx) => {
      for (let line = 1; line <= 10_005; line += 1) ctx.log(`line ${line}`)
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  const row = await rig.until(operationId, 'COMPLETED')
  const lines = await linesOf(operationId)
  expect(lines).toHaveLength(10_000)
  expect(lines.at(-2)).toEqual({ message: 'line 9999' })
  expect(lines.at(-1)?.message).toContain('further lines were dropped')
  expect(row.lastSequence).toBe(10_002)
})

test('a line is made storable: truncated, without NUL and lone surrogates, with limited data', async () => {
  rig.work({
    handlers: imports(async (ctx) => {
      ctx.log('x'.repeat(1001))
      ctx.log('a\u0000b\ud800c', { text: 'd\u0000e\udc00f', '\u0000key': [{ deep: '\ud800' }] })
      ctx.log(`${'y'.repeat(999)}😀`)
      ctx.log('much', { text: 'z'.repeat(4096) })
      ctx.log('just', { text: 'z'.repeat(4096 - '{"text":""}'.length) })
      ctx.log('wide', { text: 'ä'.repeat(3000) })
      ctx.log('escaped', { text: 'the text \\u0000 itself' })
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'COMPLETED')
  const [long, odd, pair, much, just, wide, escaped] = await linesOf(operationId)
  expect(long).toEqual({ message: 'x'.repeat(1000) })
  expect(odd).toEqual({ message: 'ab\ufffdc', data: { text: 'de\ufffdf', key: [{ deep: '\ufffd' }] } })
  expect(pair?.message).toHaveLength(1000)
  expect(much).toEqual({ message: 'much', data: { dropped: '4107 bytes of data' } })
  expect(just?.data).toEqual({ text: 'z'.repeat(4085) })
  expect(wide).toEqual({ message: 'wide', data: { dropped: '6011 bytes of data' } })
  expect(escaped).toEqual({ message: 'escaped', data: { text: 'the text \\u0000 itself' } })
})

test('data that is not JSON is dropped and does not fail the operation', async () => {
  rig.work({
    handlers: imports(async (ctx) => {
      const circle: Record<string, unknown> = {}
      circle.self = circle
      ctx.log('circle', circle)
      ctx.log('big', { count: 2n })
      return imported
    }),
  })
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  await rig.until(operationId, 'COMPLETED', 'FAILED')
  const why = { dropped: 'data that is not JSON' }
  expect(await linesOf(operationId)).toEqual([
    { message: 'circle', data: why },
    { message: 'big', data: why },
  ])
})

test('a late write is refused and uses no sequence number', async () => {
  const { db } = rig.connection
  const started = Promise.withResolvers<void>()
  const worker = rig.work({
    handlers: imports(async (ctx) => {
      started.resolve()
      return interrupted(ctx.signal)
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  const progress = { operationId, attempt: 1, lines: [{ message: 'mine' }, { message: 'too' }] }
  expect(await writeProgress(db, [progress])).toEqual([{ operationId, attempt: 1 }])
  await transition(db, 'release', progress, { queueSeconds: 60 }, { actor: 'test' })
  expect(await writeProgress(db, [progress])).toEqual([])
  await worker.drain(1000)
  const row = await rig.read(operationId)
  const history = await historyOf(operationId)
  expect(history.map(({ sequence }) => sequence)).toEqual(gapless(history))
  expect(row.lastSequence).toBe(history.length)
  expect(await linesOf(operationId)).toHaveLength(2)
})
