import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { cancelOperations } from '../../server/handlers/cancel-operations.ts'
import { retryOperations } from '../../server/handlers/retry-operations.ts'
import { createHistory } from '../../server/streaming/history.ts'
import { openOperationFeed } from '../../server/streaming/operation-feed.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { imported, imports, interrupted, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterAll(() => rig.close())

/** Longer than the test: polling finds nothing, only notifications do. */
const rarelyMs = 600_000

/** An event feed that receives notifications when this resolves. */
async function listen() {
  const { notifications, connection } = rig
  const listening = Promise.withResolvers<void>()
  onTestFinished(notifications.resumed(listening.resolve))
  const history = createHistory()
  onTestFinished(() => history.close())
  const live = openOperationFeed(
    { db: connection.db, notifications, history, log: createLog('silent') },
    { compareMs: rarelyMs },
  )
  onTestFinished(() => live.close())
  await listening.promise
  return live
}

test('a bulk cancel and a bulk retry notify handlers, workers and subscribers at once', async () => {
  const live = await listen()
  const received: string[] = []
  const cancelling = Promise.withResolvers<void>()
  const handlers = imports(async ({ signal, attempt }) => {
    received.push(`started ${attempt}`)
    if (received.length > 1) return imported
    await interrupted(signal).catch(({ kind }) => received.push(`interrupted by ${kind}`))
    // The event of the cancel is received before the operation ends.
    await cancelling.promise
    throw signal.reason
  })
  rig.work({ pollMs: rarelyMs, handlers })
  // In a second worker: the first one would look at the queue when its slot becomes free.
  rig.work({ pollMs: rarelyMs, handlers: { cancelOperations, retryOperations } })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'RUNNING')
  live.subscribe(
    { ownerId: 'alice', operationId, after: 0 },
    {
      take(events) {
        if (events.some(({ status }) => status === 'CANCELLING')) cancelling.resolve()
        return events.length
      },
      end: () => {},
    },
  )
  const input = { filter: { type: 'importOrders' } }
  await rig.submit({ type: 'cancelOperations', input })
  await rig.until(operationId, 'CANCELLED')
  expect(received).toEqual(['started 1', 'interrupted by cancel'])

  await rig.submit({ type: 'retryOperations', input })
  const { retriedBy } = await rig.untilRow(operationId, (row) => row.retriedBy !== null)
  await rig.until(retriedBy ?? '', 'COMPLETED')
})
