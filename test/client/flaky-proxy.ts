import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a request on its way. */
export type Fault =
  /** The connection breaks before the service hears of it. */
  | 'lost'
  /** The service does the work, and the connection breaks before its answer. */
  | 'unanswered'
  /** The answer begins, and the connection breaks within its body. */
  | 'cut'
  /** Something between answers instead. */
  | { status: number; retryAfter?: number }

export type Passage = { method: string; path: string; headers: IncomingMessage['headers']; at: number }

/**
 * A real HTTP proxy before the service that does to the next requests what `faults` lists, one each, and passes the
 * others on. `passages` holds all that came.
 */
export async function flakyProxy(target: string) {
  const faults: Fault[] = []
  const passages: Passage[] = []

  const server = createServer((incoming, outgoing) => {
    passages.push({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      at: performance.now(),
    })
    const fault = faults.shift()
    if (fault === 'lost') incoming.socket.destroy()
    else if (typeof fault === 'object') refuse(incoming, outgoing, fault)
    else forward(target, incoming, outgoing, fault)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    passages,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: Exclude<Fault, string>): void {
  incoming.resume()
  const headers = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) }
  outgoing.writeHead(fault.status, { 'Content-Type': 'text/html', ...headers }).end('<h1>Sorry</h1>')
}

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: 'unanswered' | 'cut' | undefined,
): void {
  const { method, headers } = incoming
  const onward = request(target + incoming.url, { method, headers }, (answer) => {
    if (fault === 'unanswered') {
      answer.resume()
      answer.on('end', () => incoming.socket.destroy())
      return
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    if (fault === 'cut')
      answer.once('data', (chunk: Buffer) => outgoing.write(chunk.subarray(0, 10), () => incoming.socket.destroy()))
    else answer.pipe(outgoing)
  })
  onward.on('error', () => incoming.socket.destroy())
  incoming.pipe(onward)
}
