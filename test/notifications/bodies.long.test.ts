import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type OwnedEvent, ownedAfter } from '../../server/database/operations/owner-events.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { RetryableError } from '../../server/handlers/define.ts'
import type { NatsNotifier } from '../../server/notifications/nats.ts'
import { imported, imports, interrupted, openRig, ownerId, type Rig } from '../engine/rig.ts'
import { hasNats, type NatsServer, startNats } from '../support/nats.ts'
import { openNats, untilReceived } from './rig.ts'

const secret = randomBytes(32)

/** By the upload of the input: what the handler does. */
const handlers = imports(async (ctx, { uploadId }) => {
  ctx.progress({ phase: 'LOADING', current: 1, total: 3 })
  ctx.log('“loading” \\ 北京\n', { file: 'a.csv', rows: 12_345_678_901, share: 0.1, nested: { list: [1, null] } })
  if (uploadId === 'fails') throw new Error('the file is broken')
  if (uploadId === 'again' && ctx.attempt === 1) throw new RetryableError('not yet', { retryAfter: 0.05 })
  if (uploadId === 'lingers') await interrupted(ctx.signal)
  if (uploadId === 'large') return { ...imported, warnings: Array(2000).fill('a long warning') }
  return imported
})

describe.runIf(hasNats)('the body of an event', () => {
  let server: NatsServer
  let rig: Rig
  let worker: NatsNotifier
  let api: NatsNotifier
  beforeAll(async () => {
    server = await startNats()
    rig = await openRig()
    worker = openNats(server.url, { secret })
    api = openNats(server.url, { secret })
    await untilReceived(worker, api)
  })
  afterEach(() => rig.rest())
  afterAll(async () => {
    await rig.close()
    await Promise.all([worker.close(), api.close()])
    await server.stop()
  })

  test.each([
    { uploadId: 'completes', status: 'COMPLETED', missing: 0 },
    { uploadId: 'again', status: 'COMPLETED', missing: 0 },
    { uploadId: 'fails', status: 'FAILED', missing: 0 },
    { uploadId: 'lingers', status: 'CANCELLED', missing: 1 },
  ] as const)('of an operation that $uploadId is what a read returns', async ({ uploadId, status, missing }) => {
    const bodies: OwnedEvent[] = []
    const { ready, stop } = api.follow({ ownerId }, (_, events) => bodies.push(...events))
    await ready
    rig.work({ handlers, notifications: worker })
    const labels = { 'a.b': 'c d', team: '北' }
    const { operationId } = await rig.submit({ input: { uploadId }, labels })
    if (uploadId === 'lingers') {
      await rig.until(operationId, 'RUNNING')
      await expect.poll(() => bodies.some(({ event }) => event === 'log')).toBe(true)
      await cancel(rig.connection.db, {
        ownerId,
        operationId,
        actor: ownerId,
        address: '192.0.2.1',
        reason: 'no longer needed',
        retentionSeconds: () => 60,
      })
      worker.notify('changed', operationId)
    }
    const { lastSequence } = await rig.until(operationId, status)
    const from = new Date(0)
    const positions = [{ operationId, from, after: 0 }]
    const rows = await ownedAfter(rig.connection.db, { ownerIds: [ownerId], positions, each: 100 })
    expect(rows).toHaveLength(lastSequence)
    await expect.poll(() => bodies.at(-1)?.sequence).toBe(lastSequence)
    stop()
    // A request cancels without a body; a retry is written alone.
    const read = new Map(rows.map((row) => [row.sequence, row]))
    expect(bodies.length).toBe(new Set(bodies.map(({ sequence }) => sequence)).size)
    expect(bodies.length).toBeGreaterThanOrEqual(rows.length - missing)
    for (const body of bodies) expect(body).toEqual(read.get(body.sequence))
  })

  test('a large result is not sent, and the operation is named as `moved`', async () => {
    const moved: string[] = []
    const bodies: OwnedEvent[] = []
    const stopListening = api.listen('moved', (ids) => moved.push(...ids))
    const { ready, stop } = api.follow({ ownerId }, (_, events) => bodies.push(...events))
    await ready
    rig.work({ handlers, notifications: worker })
    const { operationId } = await rig.submit({ input: { uploadId: 'large' } })
    await rig.until(operationId, 'COMPLETED', 'FAILED')
    await expect.poll(() => moved).toContain(operationId)
    expect(bodies.some(({ event }) => event === 'completed')).toBe(false)
    stop()
    stopListening()
  })

  test('without a notifier that carries events, the statements return none', async () => {
    const seen: unknown[] = []
    const notifications = { ...rig.notifications, publish: (events: readonly object[]) => void seen.push(...events) }
    rig.work({ handlers, notifications })
    const { operationId } = await rig.submit({ input: { uploadId: 'completes' } })
    await rig.until(operationId, 'COMPLETED')
    await expect.poll(() => seen.length).toBeGreaterThan(2)
    expect(seen.filter((one) => 'bodies' in (one as object))).toEqual([])
  })
})
