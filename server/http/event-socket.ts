import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { EventSocket } from '../contract/implementation.ts'
import { protocol } from './handshake.ts'

const sockets = new WeakMap<Response, EventSocket>()

/** The response that stands for a switch to WebSocket, which the listener does (`acceptSockets`). A `Response` cannot have the status 101. */
export function withSocket(response: Response, socket: EventSocket): Response {
  sockets.set(response, socket)
  return response
}

export function socketOf(response: Response): EventSocket | undefined {
  return sockets.get(response)
}

export type Sockets = {
  /** Switches the connection of this request, which has asked for it, and begins. */
  begin(request: IncomingMessage, outgoing: ServerResponse, response: Response, socket: EventSocket): void
  /** Cuts all that are open. */
  cut(): void
}

/** Nobody has anything to say: a message of any size ends the connection, and one that is larger does so before it is read. */
const maxPayload = 4096
/** What may be waiting for one reader; with more it is behind. */
const mostWaitingBytes = 65_536

/** Whether a request asks for a WebSocket; what asks for another protocol is served by HTTP/1.1 as if it did not. */
export function asksForSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * Lets the requests of a server that ask for a WebSocket be answered like all others: refusals are ordinary answers, after which the
 * connection ends. Without compression, which would cost each open one many times the memory that it needs.
 */
export function acceptSockets(server: Server): Sockets {
  const accepting = new WebSocketServer({
    noServer: true,
    handleProtocols: () => protocol,
    maxPayload,
    perMessageDeflate: false,
    autoPong: false,
  })
  const asked = new WeakMap<ServerResponse, { connection: Duplex; head: Buffer }>()

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const outgoing = new ServerResponse(request)
    outgoing.shouldKeepAlive = false
    outgoing.assignSocket(request.socket)
    outgoing.on('finish', () => request.socket.destroySoon())
    connection.on('error', () => {})
    asked.set(outgoing, { connection, head })
    server.emit('request', request, outgoing)
  })

  return {
    begin(request, outgoing, response, socket) {
      const found = asked.get(outgoing)
      if (!found) throw new Error('a request that does not switch was answered by a switch')
      outgoing.detachSocket(request.socket)
      const addHeaders = (lines: string[]) => {
        for (const [name, value] of response.headers) lines.push(`${name}: ${value}`)
      }
      accepting.on('headers', addHeaders)
      accepting.handleUpgrade(request, found.connection, found.head, (opened) => connect(opened, socket))
      accepting.off('headers', addHeaders)
    },
    cut() {
      for (const open of accepting.clients) open.terminate()
    },
  }
}

function connect(opened: WebSocket, socket: EventSocket) {
  let behind = false

  const reader = socket({
    send(text) {
      if (opened.readyState !== WebSocket.OPEN) return false
      opened.send(text, { binary: false }, sent)
      behind ||= opened.bufferedAmount > mostWaitingBytes
      return !behind
    },
    ping: () => opened.ping(),
    close: (code, reason) => opened.close(code, reason),
    cut: () => opened.terminate(),
  })

  function sent() {
    if (!behind || opened.bufferedAmount > 0) return
    behind = false
    reader.drained()
  }

  opened.on('message', () => opened.close(1003, 'this socket only sends'))
  // Pongs that are not read would fill the memory.
  opened.on('ping', (data) => opened.bufferedAmount <= mostWaitingBytes && opened.pong(data))
  opened.on('pong', () => reader.ponged())
  opened.on('close', () => reader.closed())
  // Whatever breaks the protocol: the library closes with the code that says how.
  opened.on('error', () => {})
}
