import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { create } from '../../server/database/operations/create.ts'
import { openBroker } from '../../server/notifications/nats-connection.ts'
import { imported, imports, openRig, type Rig, submission } from '../engine/rig.ts'
import { hasNats, type NatsServer, startNats } from '../support/nats.ts'
import { openNats, untilReceived } from './rig.ts'

const secret = randomBytes(32)

/** The workers poll once a minute, so that each operation starts by a wake or not at all in the time of the test. */
const pollMs = 60_000

describe.runIf(hasNats)('wakes through NATS', () => {
  let server: NatsServer
  let rig: Rig
  const open: ReturnType<typeof openNats>[] = []
  const closers: (() => void)[] = []
  beforeAll(async () => {
    server = await startNats()
    rig = await openRig()
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) close()
    await rig.rest()
    await Promise.all(open.splice(0).map((one) => one.close()))
  })
  afterAll(async () => {
    await rig.close()
    await server.stop()
  })

  function notifier() {
    const one = openNats(server.url, { secret })
    open.push(one)
    return one
  }

  /** A worker that counts what it runs; operations of the upload `lingers` run until `release`. */
  async function startWorker(concurrency: number) {
    const ran: string[] = []
    const released = Promise.withResolvers<void>()
    closers.push(released.resolve)
    const handlers = imports(async (ctx, { uploadId }) => {
      ran.push(ctx.operationId)
      if (uploadId === 'lingers') await released.promise
      return imported
    })
    const notifications = notifier()
    await untilReceived(notifications, notifications)
    rig.work({ handlers, notifications, concurrency, pollMs })
    await expect.poll(() => rig.connection.sql`select from workers`).not.toHaveLength(0)
    return { ran, release: released.resolve }
  }

  async function submit(api: ReturnType<typeof openNats>, uploadId: string, count = 1): Promise<string[]> {
    const ids: string[] = []
    for (let at = 0; at < count; at++) {
      const outcome = await create(rig.connection.db, { ...submission(), input: { uploadId } })
      if (!('operation' in outcome)) throw new Error(outcome.kind)
      ids.push(outcome.operation.operationId)
    }
    api.wake('importOrders', ...ids)
    return ids
  }

  async function startApi() {
    const api = notifier()
    await untilReceived(api, api)
    return api
  }

  test('of three workers, one of which has no free slot, the others run every operation', async () => {
    const api = await startApi()
    const full = await startWorker(1)
    await submit(api, 'lingers')
    await expect.poll(() => full.ran).toHaveLength(1)
    const workers = [await startWorker(4), await startWorker(4)]
    const ids: string[] = []
    // One after the other, so that each wake goes to one of the three.
    for (let time = 0; time < 30; time++) {
      const [id = ''] = await submit(api, 'completes')
      ids.push(id)
      await rig.until(id, 'COMPLETED')
    }
    expect(full.ran).toHaveLength(1)
    expect(workers.flatMap(({ ran }) => ran).toSorted()).toEqual(ids.toSorted())
    full.release()
  })

  test('one wake for more operations than the chosen worker has slots for reaches all workers', async () => {
    const api = await startApi()
    const workers = [await startWorker(5), await startWorker(5), await startWorker(5)]
    const ids = await submit(api, 'lingers', 15)
    await expect.poll(() => workers.map(({ ran }) => ran.length)).toEqual([5, 5, 5])
    for (const { release } of workers) release()
    await Promise.all(ids.map((id) => rig.until(id, 'COMPLETED')))
  })

  test('a wake reaches one of several workers', async () => {
    const api = await startApi()
    const received: number[] = []
    for (const index of [0, 1, 2]) {
      const one = notifier()
      one.listenForWakes(['importOrders'], () => received.push(index))
      await untilReceived(one, one)
    }
    for (let time = 0; time < 20; time++) {
      api.wake('importOrders', ...(await submit(notifierOfNobody, 'completes')))
      await expect.poll(() => received).toHaveLength(time + 1)
    }
    await untilReceived(api, api)
    expect(received).toHaveLength(20)
    expect(new Set(received).size).toBeGreaterThan(1)
  })

  test('a broker without a server connects to nothing and closes at once', async () => {
    const errors: Error[] = []
    const broker = openBroker(
      { servers: ['127.0.0.1:1'], tls: false },
      { onConnected() {}, onLost: (error) => errors.push(error) },
    )
    expect(broker.publish('a', new Uint8Array())).toBe(false)
    broker.subscribe('a', () => {})()
    await broker.confirmed()
    await expect.poll(() => errors).toHaveLength(1)
    await broker.close()
  })
})

const notifierOfNobody = { wake() {} } as unknown as ReturnType<typeof openNats>
