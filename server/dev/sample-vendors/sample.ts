import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Db } from '../../database/db.ts'
import { sampleVendorsStarted } from '../../telemetry/events.ts'
import type { Log } from '../../telemetry/log.ts'
import { createVendorsApp } from './app.ts'

export type SampleVendors = {
  /** The base URL of each vendor, without a trailing slash. */
  addresses: { stock: string; payment: string; carrier: string; confirmation: string }
  /** Closes all connections at once. */
  close(): Promise<void>
}

/**
 * Four sample vendors for `deliverOrder`: stock, payment, carrier and confirmation, on a free port of 127.0.0.1. Their state is in the
 * database, so that all worker processes share it. docs/vendors.md describes their API.
 */
export async function startSampleVendors({ db, log }: { db: Db; log: Log }): Promise<SampleVendors> {
  const closing = new AbortController()
  const { fetch } = createVendorsApp({ db, log, closing: closing.signal })
  const server = createAdaptorServer({ fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sample vendors listen on no port')
  const base = `http://127.0.0.1:${address.port}`
  const addresses = {
    stock: `${base}/stock`,
    payment: `${base}/payment`,
    carrier: `${base}/carrier`,
    confirmation: `${base}/confirmation`,
  }
  sampleVendorsStarted(log, { addresses })
  return {
    addresses,
    async close() {
      const closed = once(server, 'close')
      closing.abort()
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
