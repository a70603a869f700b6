import { setTimeout as delay } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { Db } from '../../database/db.ts'
import { sampleVendorError } from '../../telemetry/events.ts'
import type { Log } from '../../telemetry/log.ts'
import { lateMs, retryAfterSeconds } from './behaviour.ts'
import type { Callbacks } from './callbacks.ts'
import { type Answer, type Call, perform, revert } from './calls.ts'
import { findEffect, stockLevel } from './database.ts'
import { screeningVendors } from './screening.ts'
import { deliveryVendors, type Vendor } from './vendor.ts'

type Env = { Bindings: HttpBindings }

type Options = { db: Db; log: Log; callbacks: Pick<Callbacks, 'makeNow'>; closing: AbortSignal }

/** The HTTP API of the sample vendors, each below its own base path. `closing` ends hanging and late responses. */
export function createVendorsApp({ db, log, callbacks, closing }: Options): Hono<Env> {
  const app = new Hono<Env>()

  for (const vendor of [...deliveryVendors, ...screeningVendors]) {
    const effects = `/${vendor.name}/${vendor.effects}`
    app.post(effects, async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined)
      const read = vendor.request.safeParse(body)
      if (!read.success) return c.json({ error: 'INVALID_REQUEST', message: read.error.message }, 400)
      const call = callOf(c, undefined, read.data)
      if ('error' in call) return c.json(call, 400)
      const answer = await perform(db, vendor, call)
      if (answer.delivery === 'callback') await callbacks.makeNow({ vendor: vendor.name, key: call.key })
      return send(c, answer, closing)
    })
    app.post(`${effects}/:key/${vendor.undo}`, async (c) => {
      const call = callOf(c, c.req.param('key'), {})
      return 'error' in call ? c.json(call, 400) : send(c, await revert(db, vendor, call), closing)
    })
    app.get(`${effects}/:key`, async (c) => {
      const shown = await effectOf(db, vendor, c.req.param('key'))
      return shown ? c.json(shown) : c.json({ error: 'NOT_FOUND', message: 'nobody asked for this' }, 404)
    })
  }

  app.get('/stock/levels/:productId', async (c) => {
    const { productId } = c.req.param()
    const { warehouse = 'main' } = c.req.query()
    return c.json({ productId, warehouse, available: await stockLevel(db, { warehouse, productId }) })
  })

  app.notFound((c) => c.json({ error: 'NOT_FOUND', message: 'there is no such path' }, 404))
  app.onError((cause, c) => {
    sampleVendorError(log, { path: c.req.path, cause })
    c.header('retry-after', String(retryAfterSeconds))
    return c.json({ error: 'UNAVAILABLE', message: 'try again later' }, 503)
  })
  return app
}

/** `key`: what is to be undone; of what is to be done, its own idempotency key. */
function callOf(c: Context<Env>, key: string | undefined, request: Record<string, unknown>) {
  const idempotencyKey = c.req.header('idempotency-key')
  if (!idempotencyKey || idempotencyKey.length > 300) {
    return { error: 'INVALID_REQUEST', message: 'send an Idempotency-Key of 1 to 300 characters' }
  }
  const fence = c.req.header('x-fence')
  if (fence !== undefined && !/^\d{1,9}$/.test(fence)) {
    return { error: 'INVALID_REQUEST', message: 'X-Fence is a whole number' }
  }
  const call: Call = {
    key: key ?? idempotencyKey,
    idempotencyKey,
    fence: fence === undefined ? undefined : Number(fence),
    path: c.req.path,
    request,
  }
  return call
}

async function send(c: Context<Env>, { status, body, retryAfter, delivery }: Answer, closing: AbortSignal) {
  if (delivery === 'hang' || delivery === 'late') {
    const left = AbortSignal.any([c.req.raw.signal, closing])
    await delay(delivery === 'late' ? lateMs : longestMs, undefined, { signal: left }).catch(() => {})
  }
  if (delivery === 'break' || delivery === 'hang') {
    c.env.incoming.socket.destroy()
    return RESPONSE_ALREADY_SENT
  }
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter))
  return c.json(body, status)
}

/** The longest delay of a timer, longer than any timeout of a caller. */
const longestMs = 2 ** 31 - 1

async function effectOf(db: Db, vendor: Vendor, key: string) {
  const effect = await findEffect(db, { vendor: vendor.name, key })
  if (!effect || effect.state === 'NONE') return undefined
  const status = effect.state === 'DONE' ? vendor.statuses.done : vendor.statuses.undone
  const { doneAt, undoneAt, details } = effect
  const { later: _, ...shown } = details ?? {}
  return { id: key, status, ...shown, ...(doneAt ? { doneAt } : {}), ...(undoneAt ? { undoneAt } : {}) }
}
