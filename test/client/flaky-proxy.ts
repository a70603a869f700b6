import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The proxy's own response. */
type Answer = { status: number; retryAfter?: number | string; body?: string; contentType?: string }

/** The fault of a request. */
export type Fault =
  /** The connection breaks before the service receives the request. */
  | 'lost'
  /** The service handles the request, and the connection breaks before the response. */
  | 'unanswered'
  /** The connection breaks within the body of the response. */
  | 'cut'
  /** The proxy responds instead of the service. */
  | Answer
  /** The connection breaks after that many bytes of the body. */
  | { cutAfter: number }
  /** The body ends after that many bytes, without an error: the length is removed. */
  | { endAfter: number }
  /** The proxy changes one byte of the body. */
  | 'damaged'

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
  const behaviour = {
    to: service,
    tagSuffix: '',
    ofStreams: 'open' as StreamFault,
    ofPreferences: 'open' as 'open' | 'dropped',
    /** The proxy's own response to streams of all operations. */
    ofOwnerStreams: undefined as Answer | undefined,
  }

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
      const { ofOwnerStreams } = behaviour
      if (ofOwnerStreams && incoming.url.includes('/operations/stream'))
        return refuse(incoming, outgoing, ofOwnerStreams)
      if (behaviour.ofStreams === 'refused') return refuse(incoming, outgoing, { status: 403 })
      if (behaviour.ofStreams === 'held back') return holdBack(behaviour.to, incoming, outgoing)
      if (cuts.length > 0) return forwardUpTo(cuts.shift() ?? 0, behaviour.to, incoming, outgoing)
    }
    if (behaviour.ofPreferences === 'dropped') delete incoming.headers.prefer
    const fault = faults.shift()
    if (fault === 'lost') incoming.socket.destroy()
    else if (typeof fault === 'object' && 'status' in fault) refuse(incoming, outgoing, fault)
    else forward(behaviour, incoming, outgoing, fault)
  })
  const connections = { open: 0, most: 0 }
  server.on('connection', (socket) => {
    connections.open += 1
    connections.most = Math.max(connections.most, connections.open)
    socket.on('close', () => {
      connections.open -= 1
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    cuts,
    behaviour,
    /** The number of connections, and the most at one time. */
    connections,
    /** Requests without a response, or with an unfinished response. */
    openStreams,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: Answer): void {
  incoming.resume()
  const headers = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) }
  const { status, body = '<h1>Sorry</h1>', contentType = 'text/html' } = fault
  outgoing.writeHead(status, { 'Content-Type': contentType, ...headers }).end(body)
}

function damaged(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk)
  copy[0] = (copy[0] ?? 0) ^ 1
  return copy
}

function cutOff(
  response: IncomingMessage,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: { cutAfter: number } | { endAfter: number },
): void {
  let left = 'cutAfter' in fault ? fault.cutAfter : fault.endAfter
  response.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, left)
    left -= part.length
    outgoing.write(part, () => left === 0 && 'cutAfter' in fault && incoming.socket.destroy())
    if (left === 0 && 'endAfter' in fault) outgoing.end()
  })
}

function forward(
  { to: target, tagSuffix }: { to: string; tagSuffix: string },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Exclude<Fault, 'lost' | Answer> | undefined,
): void {
  const { method, headers } = incoming
  const onward = request(target + incoming.url, { method, headers }, (response) => {
    if (fault === 'unanswered') {
      response.resume()
      response.on('end', () => incoming.socket.destroy())
      return
    }
    if (tagSuffix && response.headers.etag) response.headers.etag = response.headers.etag.replace(/"$/, `${tagSuffix}"`)
    if (typeof fault === 'object' && 'endAfter' in fault) delete response.headers['content-length']
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    if (typeof fault === 'object') cutOff(response, incoming, outgoing, fault)
    else if (fault === 'damaged')
      response.on('data', (chunk: Buffer) => outgoing.write(damaged(chunk))).on('end', () => outgoing.end())
    else if (fault === 'cut')
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
