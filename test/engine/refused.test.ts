import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { transition } from '../../server/database/operations/transition.ts'
import { type Context, defineOperation } from '../../server/handlers/define.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { imported, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

type Late = Context<'importOrders', { noted: undefined }>

/** The writes that a handler may still attempt after it has lost the operation, by the name in the log. */
const late: Record<string, (ctx: Late) => Promise<unknown>> = {
  finish: async () => imported,
  'finish in its own transaction': (ctx) => ctx.db.transaction((tx) => ctx.finish(tx, imported)),
  fail: async () => Promise.reject(new Error('late')),
  startStep: (ctx) => ctx.step('noted'),
  progress: async (ctx) => ctx.log('late'),
}

test.for(Object.entries(late))('a late write is refused and logged once: %s', async ([name, writeLate]) => {
  const taken = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const lines: Record<string, unknown>[] = []
  const handler = defineOperation('importOrders', {
    steps: { noted: { run: async () => {}, undo: async () => {} } },
    async run(ctx) {
      if (ctx.attempt === 1) {
        started.resolve()
        await taken.promise
        await writeLate(ctx as unknown as Late)
      }
      return imported
    },
  })
  rig.work({
    handlers: { importOrders: handler },
    log: createLog('info', { write: (line) => lines.push(JSON.parse(line)) }),
    // The worker must not detect the loss before the write.
    pollMs: 60_000,
    concurrency: 1,
  })
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  await started.promise
  await transition(rig.connection.db, 'release', { operationId, attempt: 1 }, { queueSeconds: 60 }, { actor: 'test' })
  taken.resolve()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2, failures: 0 })
  const [write = ''] = name.split(' ')
  const refused = () => lines.filter((line) => line.event === 'attempt.refused' && line.write === write)
  // The second attempt may complete before the refusal of the first one is logged.
  await expect.poll(refused).toEqual([expect.objectContaining({ operationId, attempt: 1 })])
})
