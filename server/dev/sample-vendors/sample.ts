import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Db } from '../../database/db.ts'
import type { Vendors } from '../../handlers/define.ts'
import { sampleVendorsStarted } from '../../telemetry/events.ts'
import type { Log } from '../../telemetry/log.ts'
import { createVendorsApp } from './app.ts'
import { startCallbacks } from './callbacks.ts'
import { screeningVendors } from './screening.ts'
import { deliveryVendors } from './vendor.ts'

export type SampleVendors = {
  /** The base URL of each vendor, without a trailing slash. */
  addresses: Vendors
  /** Closes all connections at once. */
  close(): Promise<void>
}

/**
 * The sample vendors of `deliverOrder` (stock, payment, carrier, confirmation) and of `screenCandidate` (identity, criminal records, employment,
 * education) on a free port of 127.0.0.1. Their state is in the database, so that all worker processes share it. docs/vendors.md describes
 * their API.
 */
export async function startSampleVendors({ db, log }: { db: Db; log: Log }): Promise<SampleVendors> {
  const closing = new AbortController()
  const callbacks = startCallbacks({ db, log, closing: closing.signal })
  const { fetch } = createVendorsApp({ db, log, callbacks, closing: closing.signal })
  const server = createAdaptorServer({ fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sample vendors listen on no port')
  const base = `http://127.0.0.1:${address.port}`
  const names = [...deliveryVendors, ...screeningVendors].map(({ name }) => name)
  const addresses = Object.fromEntries(names.map((name) => [name, `${base}/${name}`])) as Vendors
  sampleVendorsStarted(log, { addresses })
  return {
    addresses,
    async close() {
      const closed = once(server, 'close')
      closing.abort()
      server.close()
      server.closeAllConnections()
      await callbacks.close()
      await closed
    },
  }
}
