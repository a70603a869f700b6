import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { cancelOperations } from '../../server/handlers/cancel-operations.ts'
import { retryOperations } from '../../server/handlers/retry-operations.ts'
import { openLive } from '../../server/live/live.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { imported, imports, interrupted, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterAll(() => rig.close())

/** Nobody looks by himself as long as a test lasts: what is heard is a hint. */
const rarelyMs = 600_000

/** A follower's ear, which listens when this resolves. */
async function listen() {
  const { hints, connection } = rig
  const listening = Promise.withResolvers<void>()
  onTestFinished(hints.resumed(listening.resolve))
  const live = openLive({ db: connection.db, hints, log: createLog('silent') }, { compareMs: rarelyMs })
  onTestFinished(() => live.close())
  await listening.promise
  return live
}

test('a bulk cancel and a bulk retry are heard at once, by the handlers, the workers and the followers of what they mean', async () => {
  const live = await listen()
  const heard: string[] = []
  const cancelling = Promise.withResolvers<void>()
  const handlers = imports(async ({ signal, attempt }) => {
    heard.push(`begun ${attempt}`)
    if (heard.length > 1) return imported
    await interrupted(signal).catch(({ kind }) => heard.push(`told to ${kind}`))
    // Said before it ends: by the cancel itself, and not by what comes of it.
    await cancelling.promise
    throw signal.reason
  })
  rig.work({ pollMs: rarelyMs, handlers })
  // In another worker, whose own free slot would make it look at the queue.
  rig.work({ pollMs: rarelyMs, handlers: { cancelOperations, retryOperations } })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'RUNNING')
  live.follow(
    { operationId, after: 0 },
    {
      take(events) {
        if (events.some(({ status }) => status === 'CANCELLING')) cancelling.resolve()
        return events.length
      },
      over: () => {},
    },
  )
  const input = { filter: { type: 'importOrders' } }
  await rig.submit({ type: 'cancelOperations', input })
  await rig.until(operationId, 'CANCELLED')
  expect(heard).toEqual(['begun 1', 'told to cancel'])

  await rig.submit({ type: 'retryOperations', input })
  const { retriedBy } = await rig.untilRow(operationId, (row) => row.retriedBy !== null)
  await rig.until(retriedBy ?? '', 'COMPLETED')
})
