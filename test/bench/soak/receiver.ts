import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Every so many requests are refused, so that deliveries are retried. */
const refuseEvery = 50

/** A receiver of webhooks on this machine, which remembers the operations that it has acknowledged. */
export async function startReceiver() {
  const acknowledged = new Set<string>()
  let requests = 0
  const server = createServer((request, response) => {
    request.resume()
    requests += 1
    if (requests % refuseEvery === 0) return response.writeHead(503).end()
    acknowledged.add(String(request.headers['x-operation-id']))
    return response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/soak`,
    acknowledged,
    requests: () => requests,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
