import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { take } from '../../server/database/transitions.ts'
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

/** What a handler may still try to write when the operation is not its attempt's any more, by what the refusal is called. */
const late: Record<string, (ctx: Late) => Promise<unknown>> = {
  finish: async () => imported,
  'finish in its own transaction': (ctx) => ctx.db.transaction((tx) => ctx.finish(tx, imported)),
  fail: async () => Promise.reject(new Error('late')),
  begin: (ctx) => ctx.step('noted'),
  tell: async (ctx) => ctx.log('late'),
}

test.for(Object.entries(late))('a late write is refused, and the log says so once: %s', async ([name, write]) => {
  const taken = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const lines: Record<string, unknown>[] = []
  const handler = defineOperation('importOrders', {
    steps: { noted: { run: async () => {}, undo: async () => {} } },
    async run(ctx) {
      if (ctx.attempt === 1) {
        started.resolve()
        await taken.promise
        await write(ctx as unknown as Late)
      }
      return imported
    },
  })
  rig.work({
    handlers: { importOrders: handler },
    log: createLog('info', { write: (line) => lines.push(JSON.parse(line)) }),
    // It must not find out by itself before it writes.
    pollMs: 60_000,
    concurrency: 1,
  })
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  await started.promise
  await take(rig.connection.db, 'release', { operationId, attempt: 1 }, { queueSeconds: 60 }, { actor: 'test' })
  taken.resolve()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2, failures: 0 })
  const said = lines.filter(({ event }) => event === 'attempt.refused')
  const [step = ''] = name.split(' ')
  expect(said).toContainEqual(expect.objectContaining({ operationId, attempt: 1, step }))
  expect(said.filter((line) => line.step === step)).toHaveLength(1)
})
