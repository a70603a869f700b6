import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { and, eq } from 'drizzle-orm'
import { type Connection, connect } from '../../server/database/connection.ts'
import { sampleCalls } from '../../server/database/schema/sample-vendors.ts'
import { type SampleVendors, startSampleVendors } from '../../server/dev/sample-vendors/sample.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { createDatabase } from '../support/database.ts'
import { createPause } from '../support/poll.ts'

export type VendorName = keyof SampleVendors['addresses']
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> }

/** Receives the callbacks of vendors. */
export type Receiver = { url: string; bodies: unknown[]; until(count: number): Promise<void>; status: number }

export type VendorRig = {
  connection: Connection
  openReceiver(): Promise<Receiver>
  addresses: SampleVendors['addresses']
  /** POSTs with a new idempotency key unless one is given. `fence` is sent if it is given. */
  post(
    address: string,
    body: unknown,
    options?: { key?: string; fence?: number; signal?: AbortSignal },
  ): Promise<Answer>
  get(address: string): Promise<Answer>
  /** Resolves when the vendor has processed a call with this key. */
  untilProcessed(vendor: VendorName, key: string): Promise<void>
  /** Starts the sample vendors of another process on the same database. */
  startAnother(): Promise<SampleVendors>
  close(): Promise<void>
}

/** The sample vendors with a separate database. */
export async function openVendorRig(): Promise<VendorRig> {
  const database = await createDatabase()
  const connection = connect(database.url, { poolSize: 5, applicationName: 'vendors-test' })
  const log = createLog('silent')
  const start = () => startSampleVendors({ db: connection.db, log })
  const started = [await start()]
  const receivers: Server[] = []
  return {
    connection,
    async openReceiver() {
      const { server, receiver } = await openReceiver()
      receivers.push(server)
      return receiver
    },
    addresses: (started[0] as SampleVendors).addresses,
    async post(address, body, { key = randomUUID(), fence, signal } = {}) {
      const headers: Record<string, string> = { 'content-type': 'application/json', 'idempotency-key': key }
      if (fence !== undefined) headers['x-fence'] = String(fence)
      const init = { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) }
      return answerOf(await fetch(address, init))
    },
    get: async (address) => answerOf(await fetch(address)),
    async untilProcessed(vendor, key) {
      const ofCall = and(eq(sampleCalls.vendor, vendor), eq(sampleCalls.key, key))
      const pause = createPause()
      while (true) {
        const [call] = await connection.db.select().from(sampleCalls).where(ofCall)
        if (call && (call.tries > 0 || call.status !== null)) return
        await pause()
      }
    },
    async startAnother() {
      const vendors = await start()
      started.push(vendors)
      return vendors
    },
    async close() {
      for (const server of receivers) server.close()
      await Promise.all(started.map((vendors) => vendors.close()))
      await connection.close()
      await database.drop()
    },
  }
}

async function openReceiver(): Promise<{ server: Server; receiver: Receiver }> {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      response.writeHead(receiver.status).end()
      receiver.bodies.push(body)
      server.emit('callback')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/${randomUUID()}`,
    bodies: [],
    status: 200,
    async until(count) {
      while (receiver.bodies.length < count) await once(server, 'callback')
    },
  }
  return { server, receiver }
}

async function answerOf(response: Response): Promise<Answer> {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}

/** The parts that differ for each vendor: paths, statuses, a valid request, and the field that selects its behaviour. */
export const vendorCases = [
  {
    vendor: 'stock',
    effects: 'reservations',
    undo: 'release',
    done: 'RESERVED',
    undone: 'RELEASED',
    field: 'warehouse',
    request: { orderId: 'O-1', lines: [{ productId: 'P-1', quantity: 2 }] },
    reason: 'OUT_OF_STOCK',
  },
  {
    vendor: 'payment',
    effects: 'charges',
    undo: 'refund',
    done: 'CHARGED',
    undone: 'REFUNDED',
    field: 'paymentMethod',
    request: { orderId: 'O-1', amountCents: 1999, currency: 'USD' },
    reason: 'DECLINED',
  },
  {
    vendor: 'carrier',
    effects: 'bookings',
    undo: 'cancel',
    done: 'BOOKED',
    undone: 'CANCELLED',
    field: 'service',
    request: { orderId: 'O-1', recipient: 'Claire Gute', address: { city: 'Henderson' } },
    reason: 'NO_SERVICE',
  },
  {
    vendor: 'confirmation',
    effects: 'confirmations',
    undo: 'withdraw',
    done: 'CONFIRMED',
    undone: 'WITHDRAWN',
    field: 'contact',
    request: { orderId: 'O-1', recipient: 'Claire Gute' },
    reason: 'REFUSED',
  },
] as const satisfies { vendor: VendorName; [fact: string]: unknown }[]
