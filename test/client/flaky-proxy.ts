import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The fault of a request. */
export type Fault =
  /** The connection breaks before the service receives the request. */
  | 'lost'
  /** The service handles the request, and the connection breaks before the response. */
  | 'unanswered'
  /** The connection breaks within the body of the response. */
  | 'cut'
  /** The proxy responds instead of the service. */
  | { status: number; retryAfter?: number }

/** The fault of event streams. */
export type StreamFault =
  | 'open'
  /** The proxy responds instead of the service. */
  | 'refused'
  /** The proxy buffers the complete response. */
  | 'held back'

export type ProxiedRequest = { method: string; path: string; headers: IncomingMessage['headers']; at: number }

/**
 * An HTTP proxy before the service that applies one entry of `faults` to each of the next requests and forwards all others.
 * `requests` lists all requests. Each entry of `cuts` breaks one of the next event streams after that many bytes.
 */
export async function flakyProxy(service: string) {
  const faults: Fault[] = []
  const requests: ProxiedRequest[] = []
  const cuts: number[] = []
  const openStreams = new Set<IncomingMessage>()
  const behaviour = { to: service, ofStreams: 'open' as StreamFault, ofPreferences: 'open' as 'open' | 'dropped' }

  const server = createServer((incoming, outgoing) => {
    requests.push({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      at: performance.now(),
    })
    if (incoming.url?.includes('/stream')) {
      openStreams.add(incoming)
      outgoing.on('close', () => openStreams.delete(incoming))
      if (behaviour.ofStreams === 'refused') return refuse(incoming, outgoing, { status: 403 })
      if (behaviour.ofStreams === 'held back') return holdBack(behaviour.to, incoming, outgoing)
      if (cuts.length > 0) return forwardUpTo(cuts.shift() ?? 0, behaviour.to, incoming, outgoing)
    }
    if (behaviour.ofPreferences === 'dropped') delete incoming.headers.prefer
    const fault = faults.shift()
    if (fault === 'lost') incoming.socket.destroy()
    else if (typeof fault === 'object') refuse(incoming, outgoing, fault)
    else forward(behaviour.to, incoming, outgoing, fault)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    cuts,
    behaviour,
    /** Requests without a response, or with an unfinished response. */
    openStreams,
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
  const onward = request(target + incoming.url, { method, headers }, (response) => {
    if (fault === 'unanswered') {
      response.resume()
      response.on('end', () => incoming.socket.destroy())
      return
    }
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    if (fault === 'cut')
      response.once('data', (chunk: Buffer) => outgoing.write(chunk.subarray(0, 10), () => incoming.socket.destroy()))
    else response.pipe(outgoing)
  })
  onward.on('error', () => incoming.socket.destroy())
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}

/** Breaks the connection after `bytes` of the response body. */
function forwardUpTo(bytes: number, target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const onward = request(target + incoming.url, { headers: incoming.headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    let left = bytes
    response.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left)
      left -= part.length
      outgoing.write(part, () => left === 0 && incoming.socket.destroy())
    })
    response.on('end', () => outgoing.end())
  })
  onward.on('error', () => incoming.socket.destroy())
  outgoing.on('close', () => onward.destroy())
  onward.end()
}

function holdBack(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const onward = request(target + incoming.url, { headers: incoming.headers }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      outgoing.writeHead(response.statusCode ?? 502, response.headers).end(Buffer.concat(chunks)),
    )
  })
  onward.on('error', () => incoming.socket.destroy())
  outgoing.on('close', () => onward.destroy())
  onward.end()
}
