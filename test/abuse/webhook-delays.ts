import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Stage, send, submitReport } from './hostile/pattern.ts'

const intervalMs = 100
const waitMs = 60_000

/**
 * Ends an operation of the neighbour every 100 ms, and measures the time from the end (the timestamp of the event) to the first request at
 * the webhook receiver. The operations are cancelled before they start, so no handler time is included.
 */
export async function webhookDelays({ url, neighbourKey: key }: Stage, observations: number): Promise<number[]> {
  const delays = new Map<string, number>()
  let received = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    const receivedMs = Date.now()
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      response.writeHead(204).end()
      const { operationId, timestamp } = JSON.parse(body) as { operationId: string; timestamp: string }
      if (!delays.has(operationId)) delays.set(operationId, receivedMs - Date.parse(timestamp))
      received.resolve()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const webhook = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, events: ['CANCELLED'] }
  const startAfter = new Date(Date.now() + 3_600_000).toISOString()
  try {
    const startedMs = performance.now()
    for (let index = 0; index < observations; index += 1) {
      const dueMs = startedMs + index * intervalMs
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      const operationId = await submitReport(url, key, { startAfter, webhook })
      const { status } = await send(url, { method: 'DELETE', path: `/api/v1/operations/${operationId}`, key })
      if (status >= 300) throw new Error(`the response to the cancel of a neighbour had status ${status}`)
    }
    const late = setTimeout(
      () => received.reject(new Error(`${observations - delays.size} webhooks did not arrive`)),
      waitMs,
    )
    while (delays.size < observations) {
      await received.promise
      received = Promise.withResolvers()
    }
    clearTimeout(late)
    return [...delays.values()]
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
