import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { acceptSockets, asksForSocket, socketOf } from './event-socket.ts'
import { sendStream, streamOf } from './event-stream.ts'
import { type Patience, patience as usual, withPatience } from './patience.ts'
import { answerUnreadable, headersMaxBytes, tooManyHeaders } from './unreadable.ts'

/** `peer`: the address of the connection's other end, empty when that has gone. */
export type Fetch = (request: Request, peer: string) => Promise<Response>

/**
 * A listener that stops goes on accepting until no request has come for so long, and says with each answer that its connection ends. A
 * connection that is cut while its caller sends the next request breaks that request; whoever has sent none for so long has most
 * likely none to send. Callers that never stop do not keep it open.
 */
const quietMs = 250
const lingerMs = 3000

/** How long the peer of a socket has to answer the close that it has been sent. It resumes elsewhere. */
const farewellMs = 1000

/** How long requests may go on after the listener has stopped accepting. */
const finishMs = 8000

/** An idle connection is kept longer than proxies keep theirs, so that it is they who end it and no request is lost on the way. */
const keepAliveMs = 65_000

export type ListenOptions = {
  patience?: Patience
  /** The public address, for the problems of what is no request. */
  origin?: string
}

/**
 * Listens for HTTP. Rejects when the port is taken. `close` lets requests under way finish, and cuts those that do not; for
 * sockets and streams, whose sources end them meanwhile, it waits less long.
 */
export async function listen(
  fetch: Fetch,
  at: { port: number; host: string },
  { patience = usual, origin = '' }: ListenOptions = {},
): Promise<{ url: string; close(): Promise<void> }> {
  let closing = false
  let askedMs = 0
  const server = createAdaptorServer({
    fetch: async (request, { incoming, outgoing }) => {
      askedMs = performance.now()
      const refused = tooManyHeaders(incoming as IncomingMessage, origin)
      if (refused) return refused
      if (incoming.method !== 'GET') withPatience(request, incoming as IncomingMessage, patience)
      const response = await fetch(request, (incoming as IncomingMessage).socket.remoteAddress ?? '')
      const socket = socketOf(response)
      if (socket) {
        sockets.begin(incoming as IncomingMessage, outgoing as ServerResponse, response, socket)
        return RESPONSE_ALREADY_SENT
      }
      if (closing) response.headers.set('connection', 'close')
      const stream = streamOf(response)
      if (!stream) {
        // Until the answer is out; then the server sets its own.
        incoming.socket.setTimeout(patience.readerMs)
        return response
      }
      sendStream(outgoing as ServerResponse, response, stream)
      return RESPONSE_ALREADY_SENT
    },
    serverOptions: {
      headersTimeout: patience.headersMs,
      // A body is waited for where it is read: uploads are long.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, patience.headersMs / 2),
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: headersMaxBytes,
      shouldUpgradeCallback: asksForSocket,
    },
  }) as Server
  const sockets = acceptSockets(server)
  answerUnreadable(server, origin)
  server.listen(at.port, at.host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${host}:${address.port}`,
    async close() {
      closing = true
      for (const untilMs = performance.now() + lingerMs; performance.now() < Math.min(untilMs, askedMs + quietMs); ) {
        await delay(quietMs / 5)
      }
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const farewell = setTimeout(sockets.cut, farewellMs)
      const cut = setTimeout(() => {
        server.closeAllConnections()
        sockets.cut()
      }, finishMs)
      await closed
      clearTimeout(farewell)
      clearTimeout(cut)
    },
  }
}
