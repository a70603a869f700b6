import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { EventStream } from '../contract/implementation.ts'
import {
  answerUnreadable,
  type ConnectionLimits,
  limitConnections,
  limitPipelining,
  maxHeaderBytes,
  tooManyHeaders,
} from './connections.ts'
import { sendEvents } from './stream/sse.ts'
import { asksForWebSocket, serveWebSockets } from './stream/websocket.ts'
import { defaultTimeouts, type Incoming, type Timeouts } from './timeouts.ts'

/**
 * The bindings of a request. The application sets `stream` when the response's body is an event stream, `webSocket` when the connection
 * switches to WebSocket: a `Response` can hold neither.
 */
export type Bindings = Incoming & { stream?: EventStream; webSocket?: EventStream }

export type Fetch = (request: Request, bindings: Bindings) => Response | Promise<Response>

/**
 * When the listener stops, it goes on accepting until no request has arrived for `quietMs`, and announces with each response that the
 * connection closes: closing a connection while its client sends the next request would break that request. It waits `lingerMs` at most.
 */
const quietMs = 250
const lingerMs = 3000

/** How long the peer of a WebSocket has to answer its close frame when the listener stops. */
const webSocketCloseMs = 1000

/** How long requests may run after the listener has stopped accepting. */
const finishMs = 8000

/** Longer than proxies keep theirs, so that the proxy closes an idle connection and no request is lost on the way. */
const keepAliveMs = 65_000

export type ListenOptions = {
  timeouts?: Timeouts
  /** The public address, for the problem documents of unreadable requests. */
  origin?: string
  connections?: ConnectionLimits
  /** Whether an unreadable request of this peer is answered; otherwise its connection is closed without an answer. */
  admitUnreadable?(peer: string): boolean
}

/**
 * Listens for HTTP. Rejects when the port is taken. `close` lets requests finish and cuts those that take longer than 8 s. It waits less
 * long for event streams, which their sources close meanwhile.
 */
export async function listen(
  fetch: Fetch,
  at: { port: number; host: string },
  { timeouts = defaultTimeouts, origin = '', connections, admitUnreadable = () => true }: ListenOptions = {},
): Promise<{ url: string; close(): Promise<void> }> {
  let closing = false
  let lastRequestMs = 0
  const serve = getRequestListener(async (request, http) => {
    lastRequestMs = performance.now()
    const incoming = http.incoming as IncomingMessage
    const outgoing = http.outgoing as ServerResponse
    const refused = tooManyHeaders(incoming, origin)
    if (refused) {
      if (admitUnreadable(incoming.socket.remoteAddress ?? '')) return refused
      incoming.socket.destroy()
      return RESPONSE_ALREADY_SENT
    }
    const bindings: Bindings = { incoming, outgoing, timeouts, startBytes: incoming.socket.bytesRead }
    const response = await fetch(request, bindings)
    if (bindings.webSocket) {
      webSockets.accept(incoming, outgoing, response.headers, bindings.webSocket)
      return RESPONSE_ALREADY_SENT
    }
    if (closing) response.headers.set('connection', 'close')
    if (bindings.stream) {
      sendEvents(outgoing, response, bindings.stream)
      return RESPONSE_ALREADY_SENT
    }
    // Until the response is sent; then the server sets its own.
    incoming.socket.setTimeout(timeouts.readerMs)
    return response
  })
  const pipelineLimit = limitPipelining()
  function start(request: IncomingMessage, response: ServerResponse) {
    if (pipelineLimit.mayStart(request, response)) void serve(request, response)
  }
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      // Bodies have timeouts where they are read: uploads take long.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, timeouts.headersMs / 2),
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: maxHeaderBytes,
      shouldUpgradeCallback: asksForWebSocket,
    },
    start,
  )
  // Without this listener Node asks for every body, also for one that will be refused.
  server.on('checkContinue', start)
  const webSockets = serveWebSockets(server)
  answerUnreadable(server, origin, admitUnreadable)
  if (connections) limitConnections(server, connections, pipelineLimit)
  server.listen(at.port, at.host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${host}:${address.port}`,
    async close() {
      closing = true
      const untilMs = performance.now() + lingerMs
      while (performance.now() < Math.min(untilMs, lastRequestMs + quietMs)) await delay(quietMs / 5)
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const terminate = setTimeout(webSockets.terminate, webSocketCloseMs)
      const cut = setTimeout(() => {
        server.closeAllConnections()
        webSockets.terminate()
      }, finishMs)
      await closed
      clearTimeout(terminate)
      clearTimeout(cut)
    },
  }
}
